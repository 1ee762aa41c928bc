"""`python -m bench.workers`: does a second worker on PostgreSQL help, and what is the limit?

Creates sessions with one worker and with two, in turn, on a PostgreSQL of its own that flushes
every commit, and tells what part of the processor each side takes. On a machine with two cores
everything shares them, so `--share 0.25` gives every worker a quarter of a core and no more (a
control group; needs root): then the workers are the limit, as they are on machines of their own.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from bench.contenders import python_path, snapshot
from bench.load import HOST, Ask, drive, run_loop
from bench.servers import (
    POLL_SECONDS,
    START_SECONDS_MAX,
    TICKS_PER_SECOND,
    NotRun,
    Server,
    free_port,
    start,
)
from bench.shop import Shop
from bench.works import SEED_BODY, SESSION, SESSIONS, same
from tests.support.postgres import DURABLE, MISSING, Cluster, find_binaries

CONNECTIONS = 32
SECONDS = 4.0
PERIOD_MICROSECONDS = 20_000


@dataclass(frozen=True, slots=True)
class Sample:
    """One run; the others are shares of one core, 1.0 for a whole one."""

    per_second: float
    paydesk: float
    postgres: float
    load: float


def main(
    rounds: Annotated[int, typer.Option(help="How often each is measured.")] = 5,
    share: Annotated[
        float | None, typer.Option(help="The part of a core that one worker may use.")
    ] = None,
) -> None:
    """Measure creation with one and with two workers."""
    binaries = find_binaries()
    if binaries is None:
        raise SystemExit(MISSING)
    cluster = Cluster(binaries, DURABLE)
    samples: dict[int, list[Sample]] = {1: [], 2: []}
    try:
        with tempfile.TemporaryDirectory(prefix="paydesk-workers-") as name:
            source = snapshot(Path(name) / "source")
            for number in range(rounds):
                for workers, taken in samples.items():
                    cluster.make(f"round_{number}_{workers}")
                    url = cluster.url(f"round_{number}_{workers}")
                    taken.append(_measure(url, Path(name), source, workers, share))
    finally:
        cluster.stop()
    _tell(samples)


def _measure(url: str, folder: Path, source: Path, workers: int, share: float | None) -> Sample:
    with ExitStack() as stack:
        server = _serve(url, folder, source, workers)
        stack.callback(server.stop)
        if share is not None:
            stack.enter_context(_limited(_tree(server.process.pid), share))
        create = same(Ask(Shop(server.port).post(SESSIONS, SEED_BODY), SESSION))
        mine, theirs = _seconds_of(_tree(server.process.pid)), _seconds_of(_postgres())
        run = run_loop(drive(server.port, create, connections=CONNECTIONS, seconds=SECONDS))
        wall = run.wall_ns / 1e9
        return Sample(
            run.per_second,
            (_seconds_of(_tree(server.process.pid)) - mine) / wall,
            (_seconds_of(_postgres()) - theirs) / wall,
            run.generator_share,
        )


def _serve(url: str, folder: Path, source: Path, workers: int) -> Server:
    port = free_port()
    command = [sys.executable, "-m", "paydesk", "serve", "--host", HOST, "--port", str(port)]
    server = start(
        [*command, "--database", url, "--workers", str(workers)],
        folder,
        port,
        core=None,
        environment=python_path(source / "src"),
    )
    deadline = time.monotonic() + START_SECONDS_MAX
    while "is ready at" not in server.last_words():  # the port is there before the workers are
        if time.monotonic() > deadline:
            server.stop()
            raise NotRun(f"no workers within {START_SECONDS_MAX:g} s: {server.last_words()}")
        time.sleep(POLL_SECONDS)
    return server


def _tell(samples: dict[int, list[Sample]]) -> None:
    typer.echo("workers  created/s  paydesk  postgres  load   (parts of a core)")
    for workers, taken in samples.items():
        rate, paydesk, postgres, load = (
            statistics.median(getattr(one, name) for one in taken) for name in Sample.__slots__
        )
        typer.echo(f"{workers:7}  {rate:9,.0f}  {paydesk:7.2f}  {postgres:8.2f}  {load:4.2f}")
    ratios = [two.per_second / one.per_second for one, two in zip(*samples.values(), strict=True)]
    middle, least, most = statistics.median(ratios), min(ratios), max(ratios)
    typer.echo(f"two workers / one, round by round: {middle:.2f} ({least:.2f} to {most:.2f})")


def _tree(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    for parent in found:  # grows
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            found += map(int, task.read_text().split())
    return found


def _postgres() -> list[int]:
    """Every process of PostgreSQL on this machine: nobody else may use one meanwhile."""
    return [
        int(folder.parent.name)
        for folder in Path("/proc").glob("[0-9]*/comm")
        if folder.read_text().startswith("postgres")
    ]


def _seconds_of(pids: list[int]) -> float:
    """Processor time of the processes and of their children that have ended."""
    ticks = 0
    for pid in pids:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
        ticks += sum(map(int, stat[11:15]))
    return ticks / TICKS_PER_SECOND


@contextmanager
def _limited(pids: list[int], share: float) -> Iterator[None]:
    """Every worker has `share` of a core at most; the process that watches them works little."""
    workers = [pid for pid in pids[1:] if _seconds_of([pid]) > 0.2] or pids[:1]
    folders = []
    try:
        for pid in workers:
            folder = Path(f"/sys/fs/cgroup/cpu/paydesk-bench-{pid}")
            folder.mkdir()
            folders.append(folder)
            (folder / "cpu.cfs_period_us").write_text(str(PERIOD_MICROSECONDS))
            (folder / "cpu.cfs_quota_us").write_text(str(int(share * PERIOD_MICROSECONDS)))
            (folder / "cgroup.procs").write_text(str(pid))
        yield
    finally:
        for pid, folder in zip(workers, folders, strict=False):
            Path("/sys/fs/cgroup/cpu/cgroup.procs").write_text(str(pid))
            folder.rmdir()


if __name__ == "__main__":
    typer.run(main)
