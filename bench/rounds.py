"""The order of things: every round starts each server anew, then measures them in turn.

For each work and each number of connections the contenders run one right after the other, in an
order that chance decides, so that whatever else the machine does meets all of them alike.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.browser import RoundTrips
from bench.contenders import Contender
from bench.load import Failed, collect, drive, run_loop
from bench.servers import NotRun, Server, busy_seconds
from bench.works import Work

Servers = Mapping[str, Server]
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """How long, how often, how many at once; `deliveries` are webhooks in one run."""

    rounds: int
    seconds: float
    connections: Sequence[int]
    deliveries: int


@dataclass(frozen=True, slots=True)
class Field:
    """Works, and who is measured at them side by side."""

    title: str
    works: Sequence[Work]
    contenders: Sequence[Contender]


@dataclass(frozen=True, slots=True)
class Key:
    """What a row of samples is about; `contender` is a name, so is `work`."""

    work: str
    connections: int
    contender: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One run: answers per second, latencies, the server's processor time for a request."""

    per_second: float
    cpu_us: float
    p50_ms: float = float("nan")
    p99_ms: float = float("nan")
    generator_share: float = 0.0
    others_share: float = 0.0
    """How much of two cores other programs took meanwhile, 0 to 1."""


@dataclass(slots=True)
class Book:
    """Everything that was measured: one sample for each round, in the order of the rounds."""

    samples: defaultdict[Key, list[Sample]] = field(default_factory=lambda: defaultdict(list))
    not_run: dict[tuple[str, str], str] = field(default_factory=dict)
    """(contender, work or "everything") -> why."""
    peak_mebibytes: dict[str, float] = field(default_factory=dict)
    round_trips: list[RoundTrips] = field(default_factory=list)
    """Of changes in a browser, one for each round."""

    def refuse(self, contender: str, work: str, reason: object) -> None:
        """Somebody can't do something."""
        self.not_run[contender, work] = " ".join(str(reason).split())

    def can(self, contender: str, work: str) -> bool:
        """Whether it takes part in a work, as far as is known."""
        return not {(contender, work), (contender, EVERYTHING)} & self.not_run.keys()


EVERYTHING = "everything"


@contextmanager
def running(contenders: Sequence[Contender], folder: Path, book: Book) -> Iterator[Servers]:
    """Every server, started in a folder of its own and stopped at the end.

    One that may be missing and does not start is noted in the book and left out.
    """
    with ExitStack() as stack:
        servers: dict[str, Server] = {}
        for contender in contenders:
            try:
                server = contender.start(folder / contender.name)
            except NotRun as reason:
                if not contender.optional:
                    raise
                book.refuse(contender.name, EVERYTHING, reason)
                continue
            stack.callback(server.stop)
            servers[contender.name] = server
        yield servers


def probe(fields: Sequence[Field], servers: Servers, book: Book) -> None:
    """Ask each contender that may lack a work for one answer, and note who can't give it."""
    for part in fields:
        for contender in part.contenders:
            if contender.optional and contender.name in servers:
                for work in part.works:
                    _probe_one(contender, servers[contender.name], work, book)


def _probe_one(contender: Contender, server: Server, work: Work, book: Book) -> None:
    try:
        ask = next(contender.requests(work, server, 1)(0))
        run_loop(collect(server.port, [ask]))
    except (Failed, KeyError, ValueError) as reason:
        book.refuse(contender.name, work.name, reason)


def play(part: Field, servers: Servers, plan: Plan, book: Book, chance: random.Random) -> None:
    """One round of a field. Raises Failed for the first wrong answer of anybody."""
    for work in part.works:
        for connections in plan.connections:
            for contender in chance.sample(part.contenders, len(part.contenders)):
                if book.can(contender.name, work.name):
                    server = servers[contender.name]
                    sample = _measure(contender, server, work, connections, plan.seconds)
                    book.samples[Key(work.name, connections, contender.name)].append(sample)


def _measure(
    contender: Contender, server: Server, work: Work, connections: int, seconds: float
) -> Sample:
    try:
        requests = contender.requests(work, server, connections)
        server.settle()
        cpu, busy = server.cpu_seconds(), busy_seconds()
        run = run_loop(drive(server.port, requests, connections=connections, seconds=seconds))
        used = busy_seconds() - busy - (server.cpu_seconds() - cpu) - run.generator_ns / 1e9
        server.settle()
    except Failed as error:
        raise Failed(
            f"{contender.name}, {work.name}, {connections} connections: {error}\n"
            f"{server.last_words()}"
        ) from error
    return Sample(
        per_second=run.per_second,
        p50_ms=run.percentile_ms(0.50),
        p99_ms=run.percentile_ms(0.99),
        cpu_us=(server.cpu_seconds() - cpu) / run.sent * 1e6,
        generator_share=run.generator_share,
        others_share=max(0.0, used / (run.wall_ns / 1e9) / 2),
    )
