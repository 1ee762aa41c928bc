"""A merchant's server that answers as badly as the test wants."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

FLOOD_BYTES = 10 * 1024 * 1024
FLOOD_CHUNK_BYTES = 64 * 1024


@dataclass(frozen=True)
class Request:
    target: str
    headers: dict[str, str]
    body: bytes


class Connection:
    """A request, and the way back to its sender."""

    def __init__(self, request: Request, writer: asyncio.StreamWriter) -> None:
        self.request = request
        self._writer = writer

    async def say(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    def hang_up(self) -> None:
        self._writer.transport.abort()

    def reset(self) -> None:
        """Hang up so that the other side reads an error, not an end."""
        at_once = struct.pack("ii", 1, 0)
        found = self._writer.get_extra_info("socket")
        found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
        self.hang_up()


Behaviour = Callable[[Connection], Awaitable[None]]


@dataclass
class Receiver:
    """Listens on a port of its own; `behave` may be changed at any time, also by target."""

    behave: Behaviour
    requests: list[Request] = field(default_factory=list)
    by_target: dict[str, Behaviour] = field(default_factory=dict)
    open_now: int = 0
    open_at_most: int = 0
    url: str = ""
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def bodies(self) -> list[bytes]:
        return [request.body for request in self.requests]

    async def received(self, count: int) -> list[Request]:
        """Wait until there were so many requests."""
        async with self._changed:
            await self._changed.wait_for(lambda: len(self.requests) >= count)
        return self.requests

    async def serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open_now += 1
        self.open_at_most = max(self.open_at_most, self.open_now)
        try:
            request = await read_request(reader)
            async with self._changed:
                self.requests.append(request)
                self._changed.notify_all()
            await self._behave_until_gone(Connection(request, writer), reader)
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            writer.transport.abort()
        finally:
            self.open_now -= 1
            writer.close()

    async def _behave_until_gone(
        self, connection: Connection, reader: asyncio.StreamReader
    ) -> None:
        behaviour = self.by_target.get(connection.request.target, self.behave)
        behaving = asyncio.ensure_future(behaviour(connection))
        gone = asyncio.ensure_future(reader.read())
        try:
            await asyncio.wait({behaving, gone}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (behaving, gone):
                task.cancel()
            await asyncio.gather(behaving, gone, return_exceptions=True)


async def read_request(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip("\r\n").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Request(first.split(" ")[1], headers, body)


@contextlib.asynccontextmanager
async def receiving(
    behave: Behaviour, certificate: ssl.SSLContext | None = None
) -> AsyncIterator[Receiver]:
    receiver = Receiver(behave)
    serving: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(receiver.serve_one(reader, writer))
        serving.add(task)
        task.add_done_callback(serving.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=certificate)
    receiver.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield receiver
    finally:
        server.close()
        for task in list(serving):
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)


def answer(status: int, body: bytes = b"", **headers: str) -> Behaviour:
    """A whole answer. Underscores in the names of headers stand for hyphens."""
    lines = [f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items()]
    head = f"HTTP/1.1 {status} Said\r\nContent-Length: {len(body)}\r\n{''.join(lines)}\r\n"

    async def behave(connection: Connection) -> None:
        await connection.say(head.encode() + body)

    return behave


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """One after the other, the last one for ever."""
    left = list(behaviours)

    async def behave(connection: Connection) -> None:
        await (left.pop(0) if len(left) > 1 else left[0])(connection)

    return behave


async def silence(connection: Connection) -> None:
    await asyncio.Event().wait()


async def reset(connection: Connection) -> None:
    connection.reset()


async def hang_up(connection: Connection) -> None:
    connection.hang_up()


async def hang_up_in_head(connection: Connection) -> None:
    await connection.say(b"HTTP/1.1 200 OK\r\nContent-")
    connection.hang_up()


async def hang_up_in_body(connection: Connection) -> None:
    await connection.say(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nthank you")
    connection.hang_up()


async def nonsense(connection: Connection) -> None:
    await connection.say(b"220 mail.example ESMTP\r\n")


async def trickle_head(connection: Connection) -> None:
    await connection.say(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while True:
        await connection.say(b"z")
        await asyncio.sleep(0.01)


async def trickle_body(connection: Connection) -> None:
    await connection.say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        await connection.say(b"1\r\nz\r\n")
        await asyncio.sleep(0.01)


def flood(status: int) -> Behaviour:
    """An answer of ten megabytes, as far as anybody reads it."""

    async def behave(connection: Connection) -> None:
        head = f"HTTP/1.1 {status} Said\r\nContent-Length: {FLOOD_BYTES}\r\n\r\n"
        await connection.say(head.encode())
        for _ in range(FLOOD_BYTES // FLOOD_CHUNK_BYTES):
            await connection.say(bytes(FLOOD_CHUNK_BYTES))

    return behave


def when(gate: asyncio.Event, behaviour: Behaviour) -> Behaviour:
    """As `behaviour`, once the gate is open."""

    async def behave(connection: Connection) -> None:
        await gate.wait()
        await behaviour(connection)

    return behave
