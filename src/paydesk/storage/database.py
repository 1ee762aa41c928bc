"""The seam between what happens and where it is kept.

A *story* is a plain function that is given a transaction: it loads, decides and saves. The engine
runs it, commits what it did, and only then lets its result out. A story that raises leaves
nothing behind. A story never does I/O besides SQL, and may be run a second time after a conflict.
It does not go on after an error of the database: on PostgreSQL its transaction is lost by then.

One SQL text serves both engines. Where they differ, the transaction has the words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Protocol, TypeVar

T = TypeVar("T")

Row = tuple[Any, ...]
Value = str | int | bytes | None


class DatabaseUnusable(RuntimeError):
    """The database can't be opened; the message tells the operator why, and what to do."""


class Transaction(Protocol):
    """What a story may do. SQL says `$1`, `$2` for its parameters on every engine.

    `for_update` at the end of a SELECT holds the rows until the transaction ends: what is read in
    order to be changed. `skip_locked` does the same and passes over rows that others hold: what
    many workers take from one queue. Both say nothing where only one story writes at a time.
    """

    for_update: ClassVar[str]
    skip_locked: ClassVar[str]

    def one(self, sql: str, parameters: Sequence[Value] = ()) -> Row | None:
        """The first row, or None."""

    def all(self, sql: str, parameters: Sequence[Value] = ()) -> list[Row]:
        """Every row."""

    def run(self, sql: str, parameters: Sequence[Value] = ()) -> int:
        """Change rows and tell how many."""

    def notify(self) -> None:
        """Once this is committed, wake everyone who listens to the database."""


Story = Callable[[Transaction], T]


class Database(Protocol):
    """Where stories are run."""

    async def read(self, story: Story[T]) -> T:
        """Run a story that only reads, on a consistent picture. Raises Unavailable once closed."""

    async def write(self, story: Story[T]) -> T:
        """Run a story that changes things; its result comes back once it is on disk.

        Raises what the story raises; Busy when another request holds what the story wants;
        Unavailable when nothing could be written, or when nobody can tell whether it was: then the
        message says so. A caller who is cancelled no longer hears the result; the story runs all
        the same, once.
        """

    async def close(self) -> None:
        """Finish what was accepted, refuse the rest, let go of the database. Again does no harm."""


class Engine(Database, Protocol):
    """A database as it is opened.

    `name` is what people call it, without secrets. `shared` says that other processes may be at
    work on it.
    """

    name: str
    shared: bool

    @property
    def commits(self) -> int:
        """How many commits were made."""

    @property
    def stories(self) -> int:
        """How many stories they carried."""

    def listen(self, heard: Callable[[], None]) -> None:
        """Call `heard` on the running loop whenever a story that notifies was committed.

        Whichever process committed it. It may be called for nothing, and a call may be lost with
        a connection or a process: it saves waiting, and what it tells of is in the database.
        """
