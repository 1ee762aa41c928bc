"""A server that programs of the same machine reach through a file."""

from __future__ import annotations

import signal
import socket
import stat
from pathlib import Path

import httpx
import pytest

from tests.cli.test_processes import refusals
from tests.support.server import Server


def status(path: Path) -> int:
    """What the server at this socket answers when it is asked whether it is ready."""
    with httpx.Client(transport=httpx.HTTPTransport(uds=str(path))) as client:
        return client.get("http://api.stripe.com/healthz").status_code


@pytest.mark.parametrize(
    ("engine", "options", "code"),
    [
        ("sqlite", (), -signal.SIGTERM),
        pytest.param("postgres", ("--workers", "2"), 0, marks=pytest.mark.postgres),
    ],
)
def test_the_socket_lives_as_long_as_the_server(
    tmp_path: Path, engine: str, options: tuple[str, ...], code: int
) -> None:
    path = tmp_path / "paydesk.sock"
    leave_behind(path)
    options = (*options, "--unix-socket", str(path))
    server = Server(tmp_path / "paydesk.db", engine=engine, options=options).start()
    try:
        assert status(path) == httpx.get(f"{server.url}/healthz").status_code == 200
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        (used,) = refusals(f"serve --port 0 --unix-socket {path}")
        assert "another server's socket" in used
    finally:
        assert server.stop() == code
    assert not path.exists()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{server.url}/livez")


def leave_behind(path: Path) -> None:
    """A socket whose server is dead."""
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))


def test_a_file_of_the_same_name_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("mine")
    long = tmp_path / ("x" * 200)
    other, endless = refusals(*(f"serve --port 0 --unix-socket {one}" for one in (path, long)))
    assert "is no socket" in other
    assert path.read_text() == "mine"
    assert "too long" in endless
