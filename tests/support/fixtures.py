"""Fixtures of a running server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import structlog

from tests.engines import own_databases
from tests.support.server import Server, new_key


@pytest.fixture(scope="session", autouse=True)
def fresh_loggers() -> Iterator[None]:
    """Loggers look up where they write at each use: here the application starts many times."""
    configure = structlog.configure

    def configure_without_cache(**settings: Any) -> None:
        configure(**{**settings, "cache_logger_on_first_use": False})

    with patch.object(structlog, "configure", configure_without_cache):
        yield


@pytest.fixture(autouse=True)
def drop_databases() -> Iterator[None]:
    """A test's databases on PostgreSQL are its own, and gone after it."""
    with own_databases():
        yield


@pytest.fixture(scope="session")
def server_on(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Server]]:
    """Starts a server for each engine, at most once."""
    running: dict[str, Server] = {}

    def on(engine: str) -> Server:
        if engine not in running:
            folder = tmp_path_factory.mktemp("server")
            running[engine] = Server(folder / "paydesk.db", engine=engine).start()
        return running[engine]

    yield on
    for server in running.values():
        server.stop()


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest, server_on: Callable[[str], Server]) -> Server:
    """One server for all tests: each brings a key, and so an account, of its own.

    Its parameter, if a test gives one, is the engine.
    """
    return server_on(getattr(request, "param", "sqlite"))


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """A server that the test may stop, kill and start again."""
    running = Server(tmp_path / "paydesk.db").start()
    yield running
    running.stop()


@pytest.fixture
def key() -> str:
    """The secret key of a fresh account."""
    return new_key()
