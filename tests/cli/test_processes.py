"""Paydesk as many processes: they share a socket, or only a database."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from tests.engines import database_url, elsewhere
from tests.support.server import Server, new_key
from tests.webhooks.receiver import answer, receiving

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 30
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
    """Empty for a process that has ended."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/cmdline").read_text()
    return ""


def refusal(*arguments: str) -> str:
    """What a command says that ends at once with exit code 1."""
    ended = subprocess.run(
        [*PAYDESK, *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    return ended.stderr


@pytest.mark.postgres
def test_several_processes_serve_and_one_that_dies_is_replaced(tmp_path: Path) -> None:
    with serving(tmp_path / "paydesk.db", "--workers", "2") as server:
        first, second = serving_processes(server)
        os.kill(first, signal.SIGKILL)
        while len(now := serving_processes(server) - {first}) < 2:
            assert server.running
        assert second in now
        assert httpx.get(f"{server.url}/healthz").json() == {"status": "ready"}
        assert server.stop() == 0
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{server.url}/livez")


@pytest.mark.postgres
def test_they_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    with serving(tmp_path / "paydesk.db", "--workers", "2") as server:
        children = serving_processes(server)
        server.kill()
        while any(Path(f"/proc/{pid}").exists() for pid in children):
            continue
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


@pytest.mark.parametrize(
    "arguments",
    ["serve --port 0 --workers 2", "serve --port 0 --no-background", "worker"],
)
def test_one_file_serves_one_process(tmp_path: Path, arguments: str) -> None:
    told = refusal(*arguments.split(), "--database", f"sqlite:///{tmp_path / 'paydesk.db'}")
    assert "one SQLite file serves one" in told
    assert "--database postgresql://" in told
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_cannot_be_reached_is_told_in_a_sentence() -> None:
    url = "postgresql://paydesk:hunter2@localhost:1/shop"
    for arguments in ("serve --port 0 --workers 2", "worker"):
        told = refusal(*arguments.split(), "--database", url)
        assert "Can't open the PostgreSQL database" in told
        assert "Traceback" not in told
        assert "hunter2" not in told
