"""The load generator counts what came, fails at the first wrong answer, and never hangs."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from time import perf_counter

import pytest

from bench import load
from bench.load import Ask, Failed, body_of, collect, drive, request, run_loop

pytestmark = pytest.mark.anyio

GET = request("GET", "/")
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
PATIENCE_SECONDS = 10
"""Far above what a run here takes, far below the timeout of a test."""

Answer = Callable[[int, asyncio.StreamWriter], Awaitable[None]]
"""What a server does about its request number n."""


class Server:
    """Counts requests and answers each as the test says."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.port = 0
        self.asked = 0
        self.connections = 0
        self.writers: list[asyncio.StreamWriter] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writers.append(writer)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                await reader.readuntil(b"\r\n\r\n")
                self.asked += 1
                await self._answer(self.asked, writer)
        writer.close()


@contextlib.asynccontextmanager
async def serving(answer: Answer) -> AsyncIterator[Server]:
    server = Server(answer)
    listener = await asyncio.start_server(server.serve, load.HOST, 0)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            yield server
    finally:
        listener.close()
        for writer in server.writers:
            writer.close()


def always(answer: bytes) -> Answer:
    async def say(number: int, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)

    return say


async def never(number: int, writer: asyncio.StreamWriter) -> None:
    """Takes the request and says nothing."""


def without_end(expect: bytes = b"") -> load.Requests:
    return lambda number: itertools.repeat(Ask(GET, expect))


async def test_counts_what_came_while_the_clock_ran() -> None:
    async with serving(always(OK)) as server:
        run = await drive(server.port, without_end(b"hello"), connections=3, seconds=0.2)
    assert server.connections == 3
    assert run.sent == server.asked
    assert 0 < len(run.latencies) < run.sent, "the warm-up is not counted"
    assert run.seconds == pytest.approx(0.2 * (1 - load.WARM_UP_SHARE))
    assert run.per_second == pytest.approx(len(run.latencies) / run.seconds)
    assert 0 < run.percentile_ms(0.5) <= run.percentile_ms(0.99)
    assert run.generator_share > 0


async def test_a_run_is_over_when_a_connection_has_no_request_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(load, "WARM_UP_SHARE", 0)
    async with serving(always(OK)) as server:
        run = await drive(
            server.port,
            lambda number: iter([Ask(GET)] * (20 if number else 40)),
            connections=2,
            seconds=PATIENCE_SECONDS * 10,
        )
    assert 20 <= len(run.latencies) <= run.sent <= 60
    assert run.seconds < PATIENCE_SECONDS


async def test_answers_may_come_in_pieces_and_in_chunks() -> None:
    chunked = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"
    )

    async def in_pieces(number: int, writer: asyncio.StreamWriter) -> None:
        answer = chunked if number % 2 else OK
        for place in range(0, len(answer), 20):
            writer.write(answer[place : place + 20])
            await writer.drain()
            await asyncio.sleep(0)

    async with serving(in_pieces) as server:
        answers = await collect(server.port, [Ask(GET)] * 10, connections=1)
    assert [body_of(answer) for answer in answers] == [b"hello"] * 10


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"HTTP/1.1 500 Oh no\r\nContent-Length: 4\r\n\r\nsank", "500 Oh no: sank"),
        (b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", "302 Found"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbye", "wanted 200 with 'hello'"),
        (OK + b"more", "wanted 200 with 'hello'"),
        (b"HTTP/1.1 200 OK\r\n\r\nhello", "without a length"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\nhello", "five"),
    ],
)
async def test_a_wrong_answer_ends_the_run(answer: bytes, reason: str) -> None:
    async def wrong_at_last(number: int, writer: asyncio.StreamWriter) -> None:
        writer.write(OK if number < 20 else answer)

    async with serving(wrong_at_last) as server:
        with pytest.raises((Failed, ValueError), match=reason):
            await drive(
                server.port, without_end(b"hello"), connections=2, seconds=PATIENCE_SECONDS * 10
            )


@pytest.mark.parametrize("begun", [b"", b"HTTP/1.1 200 OK\r\nConte", OK[:-2]])
async def test_a_server_that_dies_ends_the_run(begun: bytes) -> None:
    async def die(number: int, writer: asyncio.StreamWriter) -> None:
        writer.write(OK if number < 20 else begun)
        if number >= 20:
            writer.close()

    async with serving(die) as server:
        with pytest.raises(Failed, match="hung up"):
            await drive(server.port, without_end(), connections=4, seconds=PATIENCE_SECONDS * 10)


async def test_a_server_that_says_nothing_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(load, "DRAIN_SECONDS_MAX", 0.1)
    async with serving(never) as server:
        with pytest.raises(Failed, match="no answer within"):
            await drive(server.port, without_end(), connections=2, seconds=0.1)


async def test_a_run_without_an_answer_while_the_clock_ran_is_no_result(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(load, "WARM_UP_SHARE", 1)
    async with serving(always(OK)) as server:
        with pytest.raises(Failed, match="nothing to count"):
            await drive(server.port, without_end(), connections=1, seconds=0.1)


async def test_an_error_in_a_callback_ends_the_run() -> None:
    def broken(number: int) -> Iterator[Ask]:
        yield from [Ask(GET)] * 5
        raise ZeroDivisionError("no sixth request")

    async with serving(always(OK)) as server:
        with pytest.raises(ZeroDivisionError, match="no sixth"):
            await drive(server.port, broken, connections=2, seconds=PATIENCE_SECONDS * 10)


async def test_an_error_before_the_first_request_ends_the_run() -> None:
    def broken(number: int) -> Iterator[Ask]:
        yield Ask(GET[: 1 // number])

    async with serving(always(OK)) as server:
        with pytest.raises(ZeroDivisionError):
            await drive(server.port, broken, connections=1, seconds=PATIENCE_SECONDS * 10)


async def test_nobody_listens() -> None:
    with socket.socket() as unused:
        unused.bind((load.HOST, 0))
        with pytest.raises(Failed, match="no connection"):
            await drive(unused.getsockname()[1], without_end(), connections=1, seconds=0.1)


async def test_collect_gives_every_answer_or_fails() -> None:
    async def numbered(number: int, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n%02d" % number)
        if number == 60:
            writer.close()

    async with serving(numbered) as server:
        answers = await collect(server.port, [Ask(GET)] * 50)
        assert sorted(map(body_of, answers)) == [b"%02d" % number for number in range(1, 51)]
        with pytest.raises(Failed):
            await collect(server.port, [Ask(GET)] * 50)


def test_the_loop_of_the_bench_is_the_fast_one() -> None:
    async def everything() -> float:
        async with serving(always(OK)) as server:
            began = perf_counter()
            with pytest.raises(Failed, match="wanted 200 with 'bye'"):
                await drive(server.port, without_end(b"bye"), connections=2, seconds=60)
            return perf_counter() - began

    assert run_loop(everything()) < PATIENCE_SECONDS
