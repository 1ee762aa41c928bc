"""The engines that every storage test runs on."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import apsw
import psycopg

from paydesk.app import open_database as open_url
from paydesk.storage.database import Engine
from tests.support.postgres import cluster

ENGINES = ["sqlite", "postgres"]

CONSTRAINT_ERRORS: tuple[type[Exception], ...] = (apsw.ConstraintError, psycopg.IntegrityError)
"""What the engines raise when a row breaks a CHECK, a foreign key or a unique index."""

READ_ONLY_ERRORS: tuple[type[Exception], ...] = (
    apsw.ReadOnlyError,
    psycopg.errors.ReadOnlySqlTransaction,
)
"""What the engines raise when a story that only reads tries to write."""

_made: set[str] = set()
"""PostgreSQL's databases that the running test, or one of its wider fixtures, has asked for."""


def database_url(engine: str, path: Path) -> str:
    """The database that a test calls `path`: the file itself, or one of PostgreSQL's.

    That one is made, with every migration, when it is first asked for.
    """
    assert engine in ENGINES
    if engine == "sqlite":
        return f"sqlite:///{path}"
    name = postgres_name(path)
    if name not in _made:
        cluster().make(name)
        _made.add(name)
    return cluster().url(name)


@contextmanager
def own_databases() -> Iterator[None]:
    """Drop in the end what was made meanwhile."""
    before = set(_made)
    yield
    for name in _made - before:
        cluster().drop(name)
        _made.remove(name)


@asynccontextmanager
async def open_database(engine: str, path: Path) -> AsyncIterator[Engine]:
    """The database that a test calls `path`, made when it is not there, closed at the end."""
    database = open_url(database_url(engine, path))
    try:
        yield database
    finally:
        await database.close()


def elsewhere(engine: str, path: Path, sql: str) -> list[tuple[Any, ...]]:
    """Run SQL as another program would, on a connection of its own.

    It sees only what was committed, and what it changes is committed at once.
    """
    assert engine in ENGINES
    if engine == "postgres":
        return cluster().run(postgres_name(path), sql)
    connection = apsw.Connection(str(path))
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def postgres_name(path: Path) -> str:
    """What PostgreSQL calls the database that a test calls `path`."""
    return f"paydesk_{hashlib.sha256(bytes(path)).hexdigest()[:16]}"
