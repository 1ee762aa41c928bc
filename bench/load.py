"""A load generator: keep-alive connections, each with one request in flight, every answer checked.

Raw asyncio protocols, because a client library would cost more than the server that it measures.
The first wrong answer, lost connection or missed deadline ends a run with `Failed`: a fast error is
no result, and nothing here can wait for ever.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter_ns, process_time_ns
from typing import Any, NamedTuple, TypeVar, cast

import uvloop

T = TypeVar("T")

HOST = "127.0.0.1"
WARM_UP_SHARE = 0.15
"""The first part of a run is not counted: connections, caches and branch predictors settle."""

CONNECT_SECONDS_MAX = 10.0
DRAIN_SECONDS_MAX = 20.0
"""How long the requests in flight at the end of a run may take."""

SHOWN_BYTES_MAX = 300


class Ask(NamedTuple):
    """A request as bytes, and what the body of its answer must contain."""

    request: bytes
    expect: bytes = b""


Requests = Callable[[int], Iterator[Ask]]
"""The requests of connection number n, one after another. It may end: then the run is over."""


class Failed(Exception):
    """An answer was wrong or did not come. The message says which, with its beginning."""


@dataclass(slots=True)
class Run:
    """What one run measured: the answers that came while the clock ran, in nanoseconds each."""

    connections: int
    counted_from_ns: int
    counted_until_ns: int
    latencies: list[int] = field(default_factory=list)
    generator_ns: int = 0
    """Processor time that the generator itself took between start and end."""
    wall_ns: int = 1
    sent: int = 0
    """All requests, the uncounted ones of the warm-up and of the end too."""

    @property
    def seconds(self) -> float:
        """How long the clock ran."""
        return (self.counted_until_ns - self.counted_from_ns) / 1e9

    @property
    def per_second(self) -> float:
        """Right answers in a second."""
        return len(self.latencies) / self.seconds

    @property
    def generator_share(self) -> float:
        """How busy the generator's core was, 0 to 1. Near 1, the server was not the limit."""
        return self.generator_ns / self.wall_ns

    def percentile_ms(self, share: float) -> float:
        """The latency that `share` of the answers stayed under, in milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] / 1e6

    def count(self, sent_ns: int, now_ns: int) -> None:
        """An answer came."""
        if self.counted_from_ns <= now_ns <= self.counted_until_ns:
            self.latencies.append(now_ns - sent_ns)

    def end(self, now_ns: int) -> None:
        """A connection ran out of requests: from here on there is less load than was asked for."""
        self.counted_until_ns = min(self.counted_until_ns, now_ns)


class _Connection(asyncio.Protocol):
    """Sends a request, reads the whole answer, tells, sends the next."""

    def __init__(self, asks: Iterator[Ask], tell: Callable[[bytes, int, int], None]) -> None:
        self._asks = asks
        self._tell = tell
        self._ask = Ask(b"")
        self._buffer = b""
        self._length: int | None = None
        self._sent_ns = 0
        self._stopping = False
        self.sent = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._guard(self._next)

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        self._guard(self._look)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self._fail(Failed(f"the server hung up: {error!r}, after {self._buffer[:200]!r}"))

    def stop(self) -> None:
        """Finish the request in flight, then stop."""
        self._stopping = True

    def abort(self) -> None:
        """Let go, whatever is in flight."""
        self.done.cancel()
        self._transport.abort()

    def _guard(self, step: Callable[[], None]) -> None:
        """An error in a callback is one of this run: the event loop would only log it."""
        try:
            step()
        except Exception as error:
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        if not self.done.done():
            self.done.set_exception(error)
        self._transport.abort()

    def _look(self) -> None:
        """See whether the answer is whole."""
        if self._length is None:
            self._length = whole_length(self._buffer)
        if self._length == CHUNKED:
            whole = self._buffer.endswith(b"0\r\n\r\n")
        else:
            whole = self._length is not None and len(self._buffer) >= self._length
        if whole:
            self._answered()

    def _answered(self) -> None:
        now = perf_counter_ns()
        check(self._buffer, self._length, self._ask.expect)
        self._tell(self._buffer, self._sent_ns, now)
        self._buffer = b""
        self._length = None
        self._next()

    def _next(self) -> None:
        ask = None if self._stopping else next(self._asks, None)
        if ask is None:
            self.done.set_result(None)
            self._transport.close()
            return
        self._ask = ask
        self.sent += 1
        self._sent_ns = perf_counter_ns()
        self._transport.write(ask.request)


CHUNKED = -1


def whole_length(beginning: bytes) -> int | None:
    """How many bytes the whole answer has; CHUNKED when only its end tells, None when unknown yet.

    Raises Failed for an answer that says neither.
    """
    end = beginning.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = beginning[:end].lower()
    place = head.find(b"\r\ncontent-length:")
    if place >= 0:
        return end + 4 + int(head[place + 17 :].split(b"\r\n", 1)[0])
    if b"\r\ntransfer-encoding: chunked" in head:
        return CHUNKED
    raise Failed(f"an answer without a length: {beginning[:SHOWN_BYTES_MAX]!r}")


def check(answer: bytes, length: int | None, expect: bytes) -> None:
    """Raises Failed unless the answer is a 200 of this length that contains `expect`."""
    whole = length in (CHUNKED, len(answer))
    if answer[9:12] == b"200" and whole and expect in answer:
        return
    status = answer.split(b"\r\n", 1)[0].decode("latin-1")
    body = answer.partition(b"\r\n\r\n")[2][:SHOWN_BYTES_MAX].decode("utf-8", "replace")
    raise Failed(f"wanted 200 with {expect.decode()!r}, got {status}: {body}")


def body_of(answer: bytes) -> bytes:
    """What follows the head of a whole answer; the chunks are put together."""
    head, _, rest = answer.partition(b"\r\n\r\n")
    if b"transfer-encoding: chunked" not in head.lower():
        return rest
    parts = []
    size = -1
    while size:
        line, _, rest = rest.partition(b"\r\n")
        size = int(line.split(b";")[0], 16)
        parts.append(rest[:size])
        rest = rest[size + 2 :]
    return b"".join(parts)


def run_loop(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on the fast event loop."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)


async def drive(port: int, requests: Requests, *, connections: int, seconds: float) -> Run:
    """Load `port` for `seconds`, or until one connection ran out of requests.

    Raises Failed for the first wrong answer, and when no answer came while the clock ran.
    """
    began = perf_counter_ns()
    busy = process_time_ns()
    counted_from = began + int(seconds * WARM_UP_SHARE * 1e9)
    run = Run(connections, counted_from, began + int(seconds * 1e9))

    def tell(answer: bytes, sent_ns: int, now_ns: int) -> None:
        run.count(sent_ns, now_ns)

    protocols = await _connect(port, [requests(n) for n in range(connections)], tell)
    await _watch(protocols, run, seconds)
    run.generator_ns = process_time_ns() - busy
    run.wall_ns = perf_counter_ns() - began
    run.sent = sum(protocol.sent for protocol in protocols)
    if run.counted_until_ns <= run.counted_from_ns or not run.latencies:
        raise Failed(f"nothing to count: {run.sent} requests in {seconds} seconds")
    return run


async def collect(port: int, asks: Sequence[Ask], *, connections: int = 16) -> list[bytes]:
    """Send every request once, side by side; the answers, head and all, as they came."""
    answers: list[bytes] = []
    left = iter(asks)

    def tell(answer: bytes, sent_ns: int, now_ns: int) -> None:
        answers.append(answer)

    wanted = min(connections, len(asks))
    protocols = await _connect(port, [left] * wanted, tell)
    try:
        async with asyncio.timeout(60):
            await asyncio.gather(*(protocol.done for protocol in protocols))
    except TimeoutError:
        raise Failed(f"{len(answers)} of {len(asks)} answers within a minute") from None
    finally:
        for protocol in protocols:
            protocol.abort()
    return answers


async def _connect(
    port: int, asks: Sequence[Iterator[Ask]], tell: Callable[[bytes, int, int], None]
) -> list[_Connection]:
    loop = asyncio.get_running_loop()
    protocols = []
    try:
        async with asyncio.timeout(CONNECT_SECONDS_MAX):
            for one in asks:
                factory = partial(_Connection, one, tell)
                _, protocol = await loop.create_connection(factory, HOST, port)
                protocols.append(protocol)
    except (OSError, TimeoutError) as error:
        for protocol in protocols:
            protocol.abort()
        raise Failed(f"no connection to port {port}: {error!r}") from error
    return protocols


async def _watch(protocols: Sequence[_Connection], run: Run, seconds: float) -> None:
    """Wait for the end of the run: the time, the first connection to end, the first error."""
    dones = [protocol.done for protocol in protocols]
    try:
        await asyncio.wait(dones, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        run.end(perf_counter_ns())
        for protocol in protocols:
            protocol.stop()
        async with asyncio.timeout(DRAIN_SECONDS_MAX):
            await asyncio.gather(*dones)
    except TimeoutError:
        raise Failed(f"no answer within {DRAIN_SECONDS_MAX:g} seconds of the end") from None
    finally:
        for protocol in protocols:
            protocol.abort()


def request(
    method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
) -> bytes:
    """The bytes of one request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if method == "POST":
        lines += [
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body)}",
        ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
