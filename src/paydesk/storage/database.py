"""The seam between what happens and where it is kept.

A *story* is a plain function that is given a transaction: it loads, decides and saves. The engine
runs it, commits what it did, and only then lets its result out. A story that raises leaves
nothing behind. A story never does I/O besides SQL, and may be run a second time after a conflict.
It does not go on after an error of the database: on PostgreSQL its transaction is lost by then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

T = TypeVar("T")

Row = tuple[Any, ...]
Value = str | int | bytes | None


class Transaction(Protocol):
    """What a story may do. SQL says `$1`, `$2` for its parameters on every engine."""

    def one(self, sql: str, parameters: Sequence[Value] = ()) -> Row | None:
        """The first row, or None."""

    def all(self, sql: str, parameters: Sequence[Value] = ()) -> list[Row]:
        """Every row."""

    def run(self, sql: str, parameters: Sequence[Value] = ()) -> int:
        """Change rows and tell how many."""


Story = Callable[[Transaction], T]


class Database(Protocol):
    """Where stories are run."""

    async def read(self, story: Story[T]) -> T:
        """Run a story that only reads, on a consistent picture. Raises Unavailable once closed."""

    async def write(self, story: Story[T]) -> T:
        """Run a story that changes things; its result comes back once it is on disk.

        Raises what the story raises, and Unavailable when nothing could be written. A caller who
        is cancelled no longer hears the result; the story runs all the same, once.
        """

    async def close(self) -> None:
        """Finish what was accepted, refuse the rest, let go of the file. May be called again."""


class Engine(Database, Protocol):
    """A database, and what it has done since it was opened: commits, and stories in them."""

    commits: int
    stories: int
