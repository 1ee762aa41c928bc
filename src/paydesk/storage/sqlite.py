"""SQLite: one file, one process, one writer thread that commits many stories together.

Durability costs a disk flush for each commit (`synchronous=FULL`), so the writer takes all stories
that wait, and those that come while it runs them, gives each a savepoint of its own and commits
them at once: a story that raises undoes only itself, and nobody hears of success before the flush.
Reads run where they are asked for, on a second connection; in WAL mode they never wait for the
writer.
"""

from __future__ import annotations

import asyncio
import fcntl
import queue
import re
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing, suppress
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import IO, ClassVar, Self

import apsw

from paydesk.core.errors import Unavailable
from paydesk.storage.database import DatabaseUnusable, Row, Story, T, Value
from paydesk.storage.migrate import migrate
from paydesk.storage.waiting import OVERLOADED, SHUTTING_DOWN, Listeners, Waiting, answer_all

STORIES_PER_COMMIT_MAX = 128
STORIES_WAITING_MAX = 10_000
"""With this many stories in the queue a further one is refused, so that overload stays bounded."""

CHECKPOINT_PAGES = 1_000
"""Past this many pages of log the checkpointer copies them into the database file."""

WAL_PAGES_MAX = 16_000
"""Past this many (64 MB) the writer waits for a checkpoint itself: the log stays bounded."""

BUSY_TIMEOUT_MS = 5_000
CACHE_KIBIBYTES = 64 * 1024

_WAL_RESET_FIXED = (3, 51, 3)
"""Older SQLite can corrupt a WAL database that two connections checkpoint at one moment."""


class DatabaseInUse(DatabaseUnusable):
    """Another process has this file open."""


class WALUnavailable(DatabaseUnusable):
    """The file system can't hold a database with a write-ahead log."""


@lru_cache(maxsize=1_024)
def _numbered(sql: str) -> str:
    return re.sub(r"\$(\d+)", r"?\1", sql)


class SQLiteTransaction:
    """A transaction on one connection of the thread that runs the story."""

    for_update: ClassVar[str] = ""
    skip_locked: ClassVar[str] = ""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self.notifies = False

    def one(self, sql: str, parameters: Sequence[Value] = ()) -> Row | None:
        """The first row, or None."""
        return self._connection.execute(_numbered(sql), parameters).fetchone()

    def all(self, sql: str, parameters: Sequence[Value] = ()) -> list[Row]:
        """Every row."""
        return self._connection.execute(_numbered(sql), parameters).fetchall()

    def run(self, sql: str, parameters: Sequence[Value] = ()) -> int:
        """Change rows and tell how many."""
        self._connection.execute(_numbered(sql), parameters)
        return self._connection.changes()

    def notify(self) -> None:
        """Once this is committed, wake everyone who listens to the database."""
        self.notifies = True


class _Savepoint:
    """What one story did stands or falls alone: an error undoes it and is kept for who waits.

    Raises apsw.Error when there is nothing left to stand on: SQLite gave up the whole transaction
    (a full disk, a failed write) or the story ended it.
    """

    def __init__(self, connection: apsw.Connection, waiting: Waiting) -> None:
        self._connection = connection
        self._waiting = waiting

    def __enter__(self) -> None:
        self._connection.execute("SAVEPOINT story")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        if error is not None:
            self._waiting.error = _as_told(error)
            self._connection.execute("ROLLBACK TO story")
        self._connection.execute("RELEASE story")
        return True


class SQLite:
    """The engine. Open it with `SQLite(path)`.

    Raises DatabaseInUse when the file is open elsewhere, WALUnavailable where it can't be kept
    safely, and what `migrate` raises.
    """

    shared = False

    def __init__(self, path: str | Path) -> None:
        if tuple(int(part) for part in apsw.sqlite_lib_version().split(".")) < _WAL_RESET_FIXED:
            raise RuntimeError("This SQLite can corrupt its log; install a newer apsw.")
        self.path = Path(path).resolve()
        self.name = f"sqlite:///{path}"
        with ExitStack() as opened:
            opened.enter_context(_hold(self.path))
            self._writer = opened.enter_context(closing(_connect(self.path)))
            migrate(SQLiteTransaction(self._writer), engine="sqlite")
            self._reader = opened.enter_context(closing(_connect(self.path)))
            self._checkpointer = opened.enter_context(_Checkpointer(self.path))
            self._opened = opened.pop_all()
        self._reader.execute("PRAGMA query_only = on")
        self._writer.set_wal_hook(self._after_commit)
        self._waiting: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._listeners = Listeners()
        self._closed = False
        self.commits = 0
        self.stories = 0
        # A daemon, so that a program that dies without close() does die.
        self._thread = threading.Thread(
            target=self._write_forever, name="sqlite-writer", daemon=True
        )
        self._thread.start()

    async def read(self, story: Story[T]) -> T:
        """Run a story that only reads, on a consistent picture. Raises Unavailable once closed."""
        if self._closed:
            raise Unavailable(SHUTTING_DOWN)
        self._reader.execute("BEGIN")
        try:
            return story(SQLiteTransaction(self._reader))
        finally:
            _undo(self._reader)

    async def write(self, story: Story[T]) -> T:
        """Run a story that changes things; its result comes back once it is on disk.

        Raises Unavailable when nothing could be written, also under overload and once closed. A
        caller who is cancelled no longer hears the result; the story runs all the same, once.
        """
        if self._closed:
            raise Unavailable(SHUTTING_DOWN)
        if self._waiting.qsize() >= STORIES_WAITING_MAX:
            raise Unavailable(OVERLOADED)
        waiting = Waiting(story, asyncio.get_running_loop())
        self._waiting.put(waiting)
        result: T = await waiting.future
        return result

    def listen(self, heard: Callable[[], None]) -> None:
        """Call `heard` on the running loop whenever a story that notifies was committed."""
        self._listeners.add(heard)

    async def close(self) -> None:
        """Finish what was accepted, refuse the rest, let go of the file. May be called again."""
        if not self._closed:
            self._closed = True
            self._waiting.put(None)
        await asyncio.to_thread(self._thread.join)
        self._opened.close()

    def _write_forever(self) -> None:
        first = self._waiting.get()
        while first is not None:
            batch = [first]
            self._commit_together(batch)
            answer_all(batch)
            first = self._waiting.get()

    def _commit_together(self, batch: list[Waiting]) -> None:
        """Run the one story of the batch, add every other that waits meanwhile, commit them all."""
        tx = SQLiteTransaction(self._writer)
        try:
            self._writer.execute("BEGIN IMMEDIATE")
            for waiting in batch:  # grows
                with _Savepoint(self._writer, waiting):
                    waiting.result = waiting.story(tx)
                self._add_next(batch)
            self._writer.execute("COMMIT")
        except apsw.Error as error:
            _undo(self._writer)
            for waiting in batch:
                waiting.error = _as_unavailable(error)
            return
        self.commits += 1
        self.stories += len(batch)
        if tx.notifies:
            self._listeners.call()

    def _add_next(self, batch: list[Waiting]) -> None:
        """A story that came while others ran has its place in the same flush."""
        if len(batch) == STORIES_PER_COMMIT_MAX:
            return
        with suppress(queue.Empty):
            waiting = self._waiting.get_nowait()
            if waiting is None:
                self._waiting.put(None)  # the end, for `_write_forever` to see
            else:
                batch.append(waiting)

    def _after_commit(self, connection: apsw.Connection, name: str, pages: int) -> int:
        if pages > WAL_PAGES_MAX:
            _checkpoint(connection, apsw.SQLITE_CHECKPOINT_RESTART)
        elif pages > CHECKPOINT_PAGES:
            self._checkpointer.wake()
        return apsw.SQLITE_OK


class _Checkpointer:
    """Copies the log into the database file away from the writer, so that no write waits."""

    def __init__(self, path: Path) -> None:
        self._connection = _connect(path)
        self._wanted = threading.Event()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="sqlite-checkpointer", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Ask for a checkpoint soon."""
        self._wanted.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Stop; the last connection to close makes the last checkpoint."""
        self._closing = True
        self._wanted.set()
        self._thread.join()
        self._connection.close()

    def _run(self) -> None:
        while True:
            self._wanted.wait()
            self._wanted.clear()
            if self._closing:
                return
            _checkpoint(self._connection, apsw.SQLITE_CHECKPOINT_PASSIVE)


def _checkpoint(connection: apsw.Connection, mode: int) -> None:
    """Copy the log into the database file, as far as it goes.

    What failed is tried again after the next commit. An error may not get out: inside the writer's
    hook it would make a commit that stands look as if it had failed.
    """
    with suppress(apsw.Error):
        connection.wal_checkpoint(mode=mode)


def _connect(path: Path) -> apsw.Connection:
    try:
        connection = apsw.Connection(str(path), statementcachesize=256)
        # Without the stability guarantee SQLite compiles many a statement anew for each value that
        # is bound, in case another plan fits it better: three times the cost of running it.
        connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
        connection.set_busy_timeout(BUSY_TIMEOUT_MS)
        mode = connection.execute("PRAGMA journal_mode = WAL").get
    except (apsw.NotADBError, apsw.CantOpenError, apsw.ReadOnlyError) as error:
        raise DatabaseUnusable(f"{path} can't be used as a database: {error}.") from None
    if mode != "wal":
        connection.close()
        raise WALUnavailable(f"{path} can't have a write-ahead log here: use a local disk.")
    for pragma in (
        "synchronous = FULL",
        "foreign_keys = on",
        "wal_autocheckpoint = 0",
        f"cache_size = -{CACHE_KIBIBYTES}",
        "temp_store = memory",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _hold(path: Path) -> IO[bytes]:
    """Take the file for this process, until the handle is closed or the process ends."""
    try:
        handle = path.with_name(path.name + ".lock").open("ab")
    except OSError as error:
        raise DatabaseUnusable(f"{path} can't be written to: {error.strerror}.") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        raise DatabaseInUse(
            f"{path} is open in another Paydesk. One SQLite file serves one process: stop the "
            "other one, or give this one a database of its own with --database."
        ) from None
    return handle


def _undo(connection: apsw.Connection) -> None:
    """Give the transaction up, unless SQLite has done so already."""
    with suppress(apsw.Error):  # the next BEGIN would tell
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _as_told(error: BaseException) -> BaseException:
    """What the waiting caller is told of a story's error."""
    if isinstance(error, apsw.FullError | apsw.IOError | apsw.BusyError):
        return _as_unavailable(error)
    return error


def _as_unavailable(error: BaseException) -> Unavailable:
    outage = Unavailable("The database can't be written to at the moment. Nothing was done.")
    outage.__cause__ = error
    return outage
