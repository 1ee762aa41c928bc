"""A database on each engine, with small tables that no migration knows."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from paydesk.storage.database import Engine, Transaction
from paydesk.storage.migrate import WORDS
from tests.engines import ENGINES, open_database

PATIENCE_SECONDS = 20
"""How long a test waits for what must happen before it says that it did not."""

TABLES = (
    "CREATE TABLE notes (id integer PRIMARY KEY, body text NOT NULL CHECK (body <> ''))",
    "CREATE TABLE replies (id integer PRIMARY KEY, note integer NOT NULL REFERENCES notes (id))",
    "CREATE TABLE kinds (id integer PRIMARY KEY, whole integer, words text, raw blob)",
)


class Gate:
    """A story that stops where it is until the test opens the gate."""

    def __init__(self) -> None:
        self._reached = threading.Event()
        self._open = threading.Event()

    def __call__(self, tx: Transaction) -> None:
        self._reached.set()
        assert self._open.wait(PATIENCE_SECONDS)

    async def reached(self) -> None:
        assert await asyncio.to_thread(self._reached.wait, PATIENCE_SECONDS)

    def open(self) -> None:
        self._open.set()


def in_words_of(engine: str, sql: str) -> str:
    for word, other in WORDS[engine].items():
        sql = sql.replace(f" {word}", f" {other}")
    return sql


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "paydesk.db"


@pytest.fixture
async def database(engine: str, path: Path, anyio_backend: str) -> AsyncIterator[Engine]:
    async with open_database(engine, path) as opened:
        await opened.write(lambda tx: [tx.run(in_words_of(engine, table)) for table in TABLES])
        yield opened
