"""A merchant's webhook endpoint: answers 200, counts, and can make deliveries wait."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable
from typing import cast

from bench.load import HOST, Failed

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
EVENT_ID = re.compile(rb'"id":"(evt_\w+)"')


class Receiver:
    """Counts distinct deliveries (an endpoint's path, an event's id). Answers once it is open."""

    def __init__(self) -> None:
        self.port = 0
        self.example = b""
        """The body of some delivery."""
        self.seen: set[tuple[bytes, bytes]] = set()
        self._held: list[Callable[[], None]] = []
        self._open = False
        self._error: Failed | None = None
        self._changed = asyncio.Event()

    def url(self, endpoint: int) -> str:
        """The address of an endpoint."""
        return f"http://{HOST}:{self.port}/hook/{endpoint}"

    @property
    def held(self) -> int:
        """How many deliveries wait for their answer."""
        return len(self._held)

    def open(self) -> None:
        """Answer everything that waits, and from now on at once."""
        self._open = True
        for answer in self._held:
            answer()
        self._held.clear()

    def take(self, path: bytes, body: bytes, answer: Callable[[], None]) -> None:
        """A delivery came."""
        found = EVENT_ID.search(body)
        delivery = (path, found[1] if found else b"")
        if found is None or delivery in self.seen:
            self.fail(f"not a delivery, or the same again: {body[:200]!r}")
        self.seen.add(delivery)
        self.example = body
        if self._open:
            answer()
        else:
            self._held.append(answer)
        self._changed.set()

    def fail(self, reason: str) -> None:
        """Whoever waits learns of it."""
        self._error = Failed(reason)
        self._changed.set()

    async def until(self, reached: Callable[[Receiver], bool], what: str, seconds: float) -> None:
        """Wait for something to be so. Raises Failed when it is not within `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                while not self._is_over(reached):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise Failed(
                f"not {what} within {seconds:g} s: {len(self.seen)} came, {self.held} are held"
            ) from None

    def _is_over(self, reached: Callable[[Receiver], bool]) -> bool:
        if self._error is not None:
            raise self._error
        return reached(self)


@contextlib.asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """A receiver that listens on a port of the system's choice."""
    receiver = Receiver()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Inbound(receiver), HOST, 0, backlog=512)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()


class _Inbound(asyncio.Protocol):
    """One connection of a sender."""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        try:
            self._look()
        except Exception as error:
            self._receiver.fail(repr(error))
            self._transport.abort()

    def _look(self) -> None:
        head, separator, body = self._buffer.partition(b"\r\n\r\n")
        lowered = head.lower()
        if not separator or len(body) < _content_length(lowered):
            return
        self._buffer = b""
        closes = b"\r\nconnection: close" in lowered
        self._receiver.take(head.split(b" ", 2)[1], body, lambda: self._answer(closes=closes))

    def _answer(self, *, closes: bool) -> None:
        self._transport.write(ANSWER)
        if closes:
            self._transport.close()


def _content_length(head: bytes) -> int:
    place = head.index(b"\r\ncontent-length:")
    return int(head[place + 17 :].split(b"\r\n", 1)[0])
