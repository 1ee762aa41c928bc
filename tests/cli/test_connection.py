"""Connections that are slow, endless or too large: each costs a little, for a while."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from paydesk.cli import connection
from paydesk.cli.connection import Awaited
from paydesk.cli.server import config

pytestmark = pytest.mark.anyio

PATIENCE_SECONDS = 20
SHORT_SECONDS = 0.2
LARGE = 8 * 1024 * 1024
"""More than the sockets of this machine hold between them."""

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def impatient(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers at once, and never reads a body; waits for all of one at /patient."""
    if scope["type"] != "http":
        return
    while scope["path"] == "/patient":
        message = await receive()
        if not message.get("more_body"):
            break
    headers = [(b"content-length", b"4")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": b"told"})


@asynccontextmanager
async def serving() -> AsyncIterator[int]:
    """Paydesk's connections in front of an application that never reads a body."""
    settings = config(lambda: impatient)
    settings.lifespan = "off"
    server = uvicorn.Server(settings)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        task = asyncio.create_task(server.serve([listener]))
        yield listener.getsockname()[1]
        server.should_exit = True
        await asyncio.wait_for(task, PATIENCE_SECONDS)


@pytest.fixture
async def port(anyio_backend: str) -> AsyncIterator[int]:
    async with serving() as number:
        yield number


@pytest.fixture
async def streams(port: int) -> AsyncIterator[Streams]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    yield reader, writer
    writer.close()


def head(length: int, *more: str, path: str = "/") -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: x", f"Content-Length: {length}", *more, "", ""]
    return "\r\n".join(lines).encode()


async def everything(reader: asyncio.StreamReader) -> bytes:
    """What the server says until it closes."""
    return await asyncio.wait_for(reader.read(), PATIENCE_SECONDS)


def shorten(monkeypatch: pytest.MonkeyPatch, awaited: Awaited) -> None:
    monkeypatch.setitem(connection._SECONDS_MAX, awaited, SHORT_SECONDS)


async def test_a_large_body_is_heard_out_before_its_connection_closes(streams: Streams) -> None:
    reader, writer = streams
    writer.write(head(LARGE, "Connection: close") + b"x" * LARGE)
    await writer.drain()
    answer = await everything(reader)
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"connection: close" in answer
    assert answer.endswith(b"told")


async def test_who_is_heard_out_may_go_on(streams: Streams) -> None:
    reader, writer = streams
    for _ in range(2):
        writer.write(head(LARGE) + b"x" * LARGE)
        await writer.drain()
        answer = await asyncio.wait_for(reader.readuntil(b"told"), PATIENCE_SECONDS)
        assert answer.startswith(b"HTTP/1.1 413")


async def test_nobody_is_heard_out_for_ever(
    streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    shorten(monkeypatch, Awaited.END)
    reader, writer = streams
    writer.write(head(LARGE) + b"x")
    assert (await everything(reader)).endswith(b"told")


async def test_nobody_is_heard_out_at_any_length(
    streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "UNREAD_BYTES_MAX", 1024)
    reader, writer = streams
    writer.write(head(LARGE) + b"x")
    await reader.readuntil(b"told")
    writer.write(b"x" * 2048)
    assert await everything(reader) == b""


@pytest.mark.parametrize("sent", [b"", b"POST / HTTP/1.1\r\nHost: x\r\n"], ids=["nothing", "half"])
async def test_a_head_that_does_not_come(
    sent: bytes, monkeypatch: pytest.MonkeyPatch, anyio_backend: str
) -> None:
    shorten(monkeypatch, Awaited.HEAD)
    async with serving() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        assert (await everything(reader)).startswith(b"HTTP/1.1 408")
        writer.close()


async def test_a_second_head_that_does_not_come(
    streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, writer = streams
    writer.write(head(0))
    await reader.readuntil(b"told")
    shorten(monkeypatch, Awaited.HEAD)
    writer.write(b"\r\n")  # which may stand before a request, and begins none
    assert (await everything(reader)).startswith(b"HTTP/1.1 408")


async def test_a_body_that_does_not_come(streams: Streams, monkeypatch: pytest.MonkeyPatch) -> None:
    shorten(monkeypatch, Awaited.BODY)
    reader, writer = streams
    writer.write(head(10, path="/patient") + b"x")
    assert await everything(reader) == b""


async def test_one_connection_too_many(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "connections_max", lambda: 1)
    first = await asyncio.open_connection("127.0.0.1", port)
    first[1].write(head(0))
    await first[0].readuntil(b"told")
    second = await asyncio.open_connection("127.0.0.1", port)
    assert (await everything(second[0])).startswith(b"HTTP/1.1 503")
    first[1].write(head(0))
    await first[0].readuntil(b"told")
    for _, writer in (first, second):
        writer.close()


async def test_a_head_without_end(streams: Streams) -> None:
    reader, writer = streams
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n")
    line = b"a: " + b"b" * 1000 + b"\r\n"
    writer.writelines(line for _ in range(connection.HEAD_BYTES_MAX // 1000 + 1))
    assert (await everything(reader)).startswith(b"HTTP/1.1 431")
