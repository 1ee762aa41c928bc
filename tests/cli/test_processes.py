"""Paydesk as many processes: they share a socket, or only a database."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from tests.engines import database_url, elsewhere
from tests.support.server import Server, new_key
from tests.webhooks.receiver import answer, receiving

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 30
LOOK_SECONDS = 0.02
PAYDESK = (sys.executable, "-m", "paydesk")


@contextmanager
def serving(path: Path, *options: str) -> Iterator[Server]:
    server = Server(path, engine="postgres", options=options)
    try:
        yield server.start()
    finally:
        server.stop()


@contextmanager
def working(path: Path) -> Iterator[None]:
    """`paydesk worker` on the same database, ready."""
    with subprocess.Popen(
        [*PAYDESK, "worker", "--database", database_url("postgres", path)],
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    ) as worker:
        try:
            assert worker.stdout is not None
            assert "is at work on PostgreSQL" in worker.stdout.readline()
            yield
        finally:
            worker.terminate()
            assert worker.wait(PATIENCE_SECONDS) == 0


def serving_processes(server: Server) -> set[int]:
    """The children that serve: not the one that minds Python's shared resources."""
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text()
    return {int(pid) for pid in children.split() if "spawn_main" in command_line(pid)}


def command_line(pid: str) -> str:
    """Empty for a process that has ended, also when that is while we look."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/cmdline").read_text()
    return ""


@contextmanager
def until_they_end(processes: Iterable[int]) -> Iterator[None]:
    """Wait, at the end of the block, for processes that are no children of ours.

    The system keeps no number for somebody else while we hold it open.
    """
    with ExitStack() as stack:
        held = [os.pidfd_open(pid) for pid in processes]
        for one in held:
            stack.callback(os.close, one)
        yield
        for one in held:
            ended, _, _ = select.select([one], [], [], PATIENCE_SECONDS)
            assert ended == [one]


def refusals(*commands: str) -> list[str]:
    """What each of these commands says, all started at once, that ends at once with exit code 1."""
    started = [
        subprocess.Popen(
            [*PAYDESK, *command.split()], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for command in commands
    ]
    said = [command.communicate(timeout=PATIENCE_SECONDS) for command in started]
    assert [(one.returncode, out) for one, (out, _) in zip(started, said, strict=True)] == [
        (1, "") for _ in commands
    ]
    return [complaint for _, complaint in said]


@pytest.mark.postgres
def test_several_processes_serve_and_end_with_their_parent(tmp_path: Path) -> None:
    with serving(tmp_path / "paydesk.db", "--workers", "2") as server:
        first, second = serving_processes(server)
        os.kill(first, signal.SIGKILL)
        while len(now := serving_processes(server) - {first}) < 2:
            assert server.running
            time.sleep(LOOK_SECONDS)
        assert second in now
        assert httpx.get(f"{server.url}/healthz").json() == {"status": "ready"}
        with until_they_end(now):
            server.kill()
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{server.url}/livez")


@pytest.mark.postgres
@pytest.mark.anyio
async def test_a_worker_delivers_at_once_what_servers_queue(tmp_path: Path) -> None:
    path, key = tmp_path / "paydesk.db", {"Authorization": f"Bearer {new_key()}"}
    async with receiving(answer(200)) as merchant:
        with serving(path, "--no-background") as server:
            async with httpx.AsyncClient(base_url=server.url, headers=key) as client:
                hook = {"url": merchant.url, "enabled_events[]": "*"}
                await client.post("/v1/webhook_endpoints", data=hook)
                await client.post("/v1/products", data={"name": "Cap"})
                states = elsewhere("postgres", path, "SELECT state, attempts FROM deliveries")
                assert states == [("pending", 0)]
                with working(path):
                    await merchant.received(1)
                    await client.post("/v1/products", data={"name": "Scarf"})
                    await merchant.received(2)


def test_one_file_serves_one_process(tmp_path: Path) -> None:
    database = f"--database sqlite:///{tmp_path / 'paydesk.db'}"
    for told in refusals(
        f"serve --port 0 --workers 2 {database}",
        f"serve --port 0 --no-background {database}",
        f"worker {database}",
    ):
        assert "one SQLite file serves one" in told
        assert "--database postgresql://" in told
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_cannot_be_reached_is_told_in_a_sentence() -> None:
    database = "--database postgresql://paydesk:hunter2@localhost:1/shop"
    for told in refusals(f"serve --port 0 --workers 2 {database}", f"worker {database}"):
        assert "Can't open the PostgreSQL database" in told
        assert "Traceback" not in told
        assert "hunter2" not in told
