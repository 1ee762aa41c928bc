"""PostgreSQL: one database, many processes on many machines.

A few threads, each with a connection of its own, take the stories from a queue, so that the same
plain functions serve this engine and SQLite. PostgreSQL shares the disk's flush between
connections by itself. Isolation is READ COMMITTED: what is read in order to be changed is locked
(`for_update`), and what must be unique has a unique index.

A story runs again, a few times, when it provably came to nothing: after a deadlock, after losing a
race for a unique index, after losing the connection before the commit. When a commit was asked for
and no answer came, nobody can tell, so it does not run again and its caller is told.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable
from contextlib import closing
from secrets import SystemRandom
from typing import Any

import psycopg
from psycopg import errors

from paydesk.core.errors import Busy, Unavailable
from paydesk.storage.database import DatabaseUnusable, Story, T
from paydesk.storage.migrate import migrate
from paydesk.storage.postgres_bell import Bell
from paydesk.storage.postgres_connections import (
    CommitUnknown,
    Connection,
    Lost,
    PostgresTransaction,
    Unreachable,
    connect,
    conninfo_of,
)
from paydesk.storage.waiting import OVERLOADED, SHUTTING_DOWN, Waiting, answer_all

WRITERS = 8
READERS = 4
"""Connections of one process, besides one for the bell."""

STORIES_WAITING_MAX = 10_000
WAITING_SECONDS_MAX = 10.0
"""A story that has waited longer is refused: while the database is away, nobody waits for ever."""

TRIES_MAX = 5
PAUSE_SECONDS_MAX = 0.004
"""Before the second try, at random below this; before each further one up to twice as long."""

MIGRATION_LOCK = 0x5061796465736B  # "Paydesk" in ASCII

_WRITING = b"BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
_READING = b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

_RUN_AGAIN = (Lost, errors.SerializationFailure, errors.DeadlockDetected, errors.UniqueViolation)
_HELD = (errors.SerializationFailure, errors.DeadlockDetected, errors.LockNotAvailable)

ONE_AT_A_TIME = frozenset({"attempts_in_flight", "attempts_approved", "charges_paid_once"})
"""Unique indexes that allow one payment at a time: whoever breaks one was second."""

# Classes of SQLSTATE: insufficient resources, operator intervention, system error.
_OUTAGES = ("53", "57", "58")

_NOT_REACHED = "The database can't be reached at the moment. Nothing was done."
_NOT_WRITTEN = "The database can't do this at the moment. Nothing was done."
_UNKNOWN = (
    "The database was lost while it was writing. It may have been done or not: send the request "
    "again with the same idempotency key."
)

_random = SystemRandom()


class Postgres:
    """The engine. Open it with `Postgres("postgresql://…")`.

    Raises DatabaseUnusable when the database can't be reached or prepared.
    """

    shared = True

    def __init__(self, url: str) -> None:
        self.name, conninfo = prepare(url)
        self._closed = False
        self._bell = Bell(conninfo)
        self._writers = _Crew("postgres-writer", WRITERS, conninfo, _WRITING, self._bell.ring)
        self._readers = _Crew("postgres-reader", READERS, conninfo, _READING, self._bell.ring)

    @property
    def commits(self) -> int:
        """How many commits were made."""
        return self._writers.commits

    @property
    def stories(self) -> int:
        """As many: each story has a commit of its own."""
        return self._writers.commits

    async def read(self, story: Story[T]) -> T:
        """Run a story that only reads, on a consistent picture. Raises Unavailable once closed."""
        return await self._tell(self._readers, story)

    async def write(self, story: Story[T]) -> T:
        """Run a story that changes things; its result comes back once it is on disk.

        Raises Busy when another request holds what the story wants, Unavailable when nothing
        could be written, or when nobody can tell whether it was.
        """
        return await self._tell(self._writers, story)

    def listen(self, heard: Callable[[], None]) -> None:
        """Call `heard` on the running loop whenever a story that notifies was committed."""
        self._bell.listen(heard)

    async def close(self) -> None:
        """Finish what was accepted, refuse the rest, let go of the database."""
        if not self._closed:
            self._closed = True
            self._writers.send_home()
            self._readers.send_home()
        await asyncio.to_thread(self._join)

    async def _tell(self, crew: _Crew, story: Story[T]) -> T:
        if self._closed:
            raise Unavailable(SHUTTING_DOWN)
        waiting = crew.accept(story)
        result: T = await waiting.future
        return result

    def _join(self) -> None:
        self._writers.join()
        self._readers.join()
        self._bell.close()


class _Crew:
    """Threads that take stories from one queue."""

    def __init__(
        self, name: str, size: int, conninfo: str, begin: bytes, ring: Callable[[], None]
    ) -> None:
        self._conninfo = conninfo
        self._begin = begin
        self._ring = ring
        self._counting = threading.Lock()
        self.commits = 0
        self._queue: queue.SimpleQueue[tuple[float, Waiting] | None] = queue.SimpleQueue()
        # Daemons, so that a program that dies without close() does die.
        self._threads = [
            threading.Thread(target=self._work, name=f"{name}-{number}", daemon=True)
            for number in range(size)
        ]
        for thread in self._threads:
            thread.start()

    def accept(self, story: Story[Any]) -> Waiting:
        """Put the story in the queue. Raises Unavailable when there are too many."""
        if self._queue.qsize() >= STORIES_WAITING_MAX:
            raise Unavailable(OVERLOADED)
        waiting = Waiting(story, asyncio.get_running_loop())
        self._queue.put((time.monotonic(), waiting))
        return waiting

    def send_home(self) -> None:
        """Let the threads end once they have done what was accepted so far."""
        for _ in self._threads:
            self._queue.put(None)

    def join(self) -> None:
        """Wait until they have."""
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        connection = Connection(self._conninfo, self._begin)
        while (accepted := self._queue.get()) is not None:
            since, waiting = accepted
            if time.monotonic() - since > WAITING_SECONDS_MAX:
                waiting.error = Unavailable(OVERLOADED)
            else:
                self._carry_out(connection, waiting)
            answer_all([waiting])
        connection.close()

    def _carry_out(self, connection: Connection, waiting: Waiting) -> None:
        try:
            waiting.result, notifies = _persist(connection, waiting.story)
        except BaseException as error:
            waiting.error = _as_told(error)
            return
        with self._counting:
            self.commits += 1
        if notifies:
            self._ring()


def _persist(connection: Connection, story: Story[T]) -> tuple[T, bool]:
    """Run the story, again if need be. Raises what went wrong the last time."""
    pause = PAUSE_SECONDS_MAX
    for _ in range(TRIES_MAX - 1):
        try:
            return connection.transact(story)
        except _RUN_AGAIN:
            time.sleep(_random.uniform(0, pause))
            pause *= 2
    return connection.transact(story)


def _as_told(error: BaseException) -> BaseException:
    """What the waiting caller is told of what went wrong."""
    told: BaseException | None = None
    if isinstance(error, CommitUnknown):
        told = Unavailable(_UNKNOWN)
    elif isinstance(error, Unreachable | Lost):
        told = Unavailable(_NOT_REACHED)
    elif isinstance(error, _HELD) or _is_second(error):
        told = Busy()
    elif isinstance(error, psycopg.Error) and (error.sqlstate or "")[:2] in _OUTAGES:
        told = Unavailable(_NOT_WRITTEN)
    if told is None:
        return error
    told.__cause__ = error
    return told


def _is_second(error: BaseException) -> bool:
    return isinstance(error, errors.UniqueViolation) and error.diag.constraint_name in ONE_AT_A_TIME


def prepare(url: str) -> tuple[str, str]:
    """Bring the database up to date, one process after the other.

    Tells its name for people, and what libpq is told. Raises DatabaseUnusable.
    """
    try:
        conninfo = conninfo_of(url)
        with closing(connect(conninfo)) as connection:
            info = connection.info
            _check_encoding(info)
            connection.execute("SET lock_timeout = 0; SET statement_timeout = 0", prepare=False)
            tx = PostgresTransaction(connection.cursor())
            tx.one("SELECT pg_advisory_lock($1)", (MIGRATION_LOCK,))
            migrate(tx, engine="postgres")
            return f"PostgreSQL: {info.dbname} at {info.host}:{info.port}", conninfo
    except psycopg.Error as error:
        raise DatabaseUnusable(f"Can't open the PostgreSQL database: {error}") from error


def _check_encoding(info: psycopg.ConnectionInfo) -> None:
    encoding = info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise DatabaseUnusable(
            f"The PostgreSQL database keeps text as {encoding}. Create one with ENCODING 'UTF8'."
        )
