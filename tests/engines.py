"""The engines that every storage test runs on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import apsw

from paydesk.storage.database import Database
from paydesk.storage.sqlite import SQLite

ENGINES = ["sqlite"]

CONSTRAINT_ERRORS: tuple[type[Exception], ...] = (apsw.ConstraintError,)
"""What the engines raise when a row breaks a CHECK, a foreign key or a unique index."""

READ_ONLY_ERRORS: tuple[type[Exception], ...] = (apsw.ReadOnlyError,)
"""What the engines raise when a story that only reads tries to write."""


@asynccontextmanager
async def open_database(engine: str, path: Path) -> AsyncIterator[Database]:
    """The database at `path`, made when it is not there, closed at the end."""
    assert engine in ENGINES
    database = SQLite(path)
    try:
        yield database
    finally:
        await database.close()


def elsewhere(engine: str, path: Path, sql: str) -> list[tuple[Any, ...]]:
    """Run SQL as another program would, on a connection of its own.

    It sees only what was committed, and what it changes is committed at once.
    """
    assert engine in ENGINES
    connection = apsw.Connection(str(path))
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()
