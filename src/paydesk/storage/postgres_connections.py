"""Connections to PostgreSQL, each used by one thread, opened again when they are lost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import ExecStatus
from psycopg.types.numeric import Int8BinaryDumper

from paydesk.storage.database import Row, Story, T, Value

LOCK_TIMEOUT_MS = 2_000
"""How long a story waits for a row that another one holds before its caller is told 429."""

STATEMENT_TIMEOUT_MS = 10_000
IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000
"""A story does no I/O: one that is silent for so long is on a machine that has stopped."""

PREPARED_STATEMENTS_MAX = 1_000
CONNECT_TIMEOUT_SECONDS = 5

# What libpq is told unless the URL says otherwise. A peer that has vanished is noticed within a
# minute, or within ten seconds when something was sent to it.
_DEFAULTS: dict[str, str | int] = {
    "application_name": "paydesk",
    "connect_timeout": CONNECT_TIMEOUT_SECONDS,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}

# A commit that was acknowledged is on disk, whatever the server's default is.
_SET_UP = f"""
SET lock_timeout = {LOCK_TIMEOUT_MS};
SET statement_timeout = {STATEMENT_TIMEOUT_MS};
SET idle_in_transaction_session_timeout = {IDLE_IN_TRANSACTION_TIMEOUT_MS};
SELECT set_config('synchronous_commit', 'on', false)
WHERE current_setting('synchronous_commit') IN ('off', 'local')
"""


class Unreachable(Exception):
    """No connection could be opened."""


class Lost(Exception):
    """The connection was lost before a commit was asked for."""


class CommitUnknown(Exception):
    """The connection was lost while the server was asked to commit: it may have done so."""


class PostgresTransaction:
    """A transaction on the cursor of the thread that runs the story."""

    # The lock that an UPDATE takes: it does not keep others from referring to the row.
    for_update: ClassVar[str] = " FOR NO KEY UPDATE"
    skip_locked: ClassVar[str] = " FOR NO KEY UPDATE SKIP LOCKED"

    def __init__(self, cursor: psycopg.Cursor[Row]) -> None:
        self._cursor = cursor
        self.notifies = False

    def one(self, sql: str, parameters: Sequence[Value] = ()) -> Row | None:
        """The first row, or None."""
        return self._cursor.execute(sql, parameters).fetchone()

    def all(self, sql: str, parameters: Sequence[Value] = ()) -> list[Row]:
        """Every row."""
        return self._cursor.execute(sql, parameters).fetchall()

    def run(self, sql: str, parameters: Sequence[Value] = ()) -> int:
        """Change rows and tell how many."""
        return self._cursor.execute(sql, parameters).rowcount

    def notify(self) -> None:
        """Once this is committed, wake everyone who listens to the database."""
        self.notifies = True


def conninfo_of(url: str) -> str:
    """What libpq is told for this URL. Raises psycopg.ProgrammingError when it makes no sense."""
    given: dict[str, str | int | None] = {**_DEFAULTS, **conninfo_to_dict(url)}
    return make_conninfo("", **given)


def connect(conninfo: str) -> psycopg.Connection[Row]:
    """A connection that speaks as the engine does. Raises psycopg.OperationalError."""
    connection = psycopg.connect(
        conninfo,
        autocommit=True,  # the engine begins and ends transactions itself
        prepare_threshold=0,
        cursor_factory=psycopg.RawCursor,
    )
    connection.prepared_max = PREPARED_STATEMENTS_MAX
    # One type for every integer: otherwise each size would prepare the same statement anew.
    connection.adapters.register_dumper(int, Int8BinaryDumper)
    connection.execute(_SET_UP, prepare=False)
    return connection


class Connection:
    """Runs one story after the other, each in a transaction that begins with `begin`."""

    def __init__(self, conninfo: str, begin: bytes) -> None:
        self._conninfo = conninfo
        self._begin = begin
        self._connection: psycopg.Connection[Row] | None = None

    def transact(self, story: Story[T]) -> tuple[T, bool]:
        """Run the story and commit what it did; tell its result and whether it notifies.

        Raises what the story raises; Unreachable or Lost when nothing was done, CommitUnknown when
        that is uncertain, RuntimeError for a story that went on after an error of the database.
        """
        connection = self._open()
        tx = PostgresTransaction(connection.cursor(binary=True))
        try:
            _command(connection, self._begin)
            result = story(tx)
        except BaseException as error:
            self._roll_back(connection)
            if isinstance(error, psycopg.Error) and self._connection is None:
                raise Lost from error
            raise
        self._commit(connection)
        return result, tx.notifies

    def close(self) -> None:
        """Let go of the connection; the next story opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> psycopg.Connection[Row]:
        if self._connection is None:
            try:
                self._connection = connect(self._conninfo)
            except psycopg.Error as error:
                raise Unreachable from error
        return self._connection

    def _commit(self, connection: psycopg.Connection[Row]) -> None:
        try:
            done = _command(connection, b"COMMIT")
        except psycopg.Error as error:
            if error.diag.severity_nonlocalized == "ERROR":
                raise  # the server's own word that it did not commit
            self.close()
            raise CommitUnknown from error
        if done != b"COMMIT":  # but ROLLBACK, after an error
            raise RuntimeError("the story went on after an error of the database")

    def _roll_back(self, connection: psycopg.Connection[Row]) -> None:
        """Give the transaction up; a connection on which that fails is lost."""
        try:
            _command(connection, b"ROLLBACK")
        except psycopg.Error:
            self.close()


def _command(connection: psycopg.Connection[Row], command: bytes) -> bytes | None:
    """Have the server carry it out; gives back what it says it has done.

    Not through a cursor: that takes twice as long, and at a ROLLBACK psycopg would forget every
    prepared statement.
    """
    result = connection.pgconn.exec_(command)
    if result.status != ExecStatus.COMMAND_OK:
        raise errors.error_from_result(result)
    return result.command_status
