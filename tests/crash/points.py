"""Where a server may end itself: before and after every step on which something depends.

A point is `step: moment`. The steps of the database are named by what a story has written; before
its commit nothing of it may last, after it everything must. Nothing of this is in the product: the
process that is to die puts it around the product's own classes.
"""

from __future__ import annotations

import functools
import os
import signal
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, ClassVar, NamedTuple, ParamSpec, TypeVar

from paydesk.api import handle
from paydesk.payments.sandbox import SandboxProcessor
from paydesk.storage.database import Row, Story, Transaction, Value
from paydesk.storage.sqlite import SQLite
from paydesk.webhooks.deliver import Sender

P = ParamSpec("P")
T = TypeVar("T")

BEFORE, AFTER = "before", "after"


class Write(NamedTuple):
    """A statement by how it begins, and by one of its parameters."""

    beginning: str
    position: int = 0
    value: str | None = None

    def is_done_by(self, sql: str, parameters: Sequence[Value]) -> bool:
        return " ".join(sql.split()).startswith(self.beginning) and (
            self.value is None or parameters[self.position] == self.value
        )


WRITES = {
    "session created": Write("INSERT INTO sessions"),
    "session changed": Write("UPDATE sessions", 2, "open"),
    "session completed": Write("UPDATE sessions", 2, "complete"),
    "session expired": Write("UPDATE sessions", 2, "expired"),
    "quantity changed": Write("UPDATE line_items"),
    "payment reserved": Write("INSERT INTO attempts"),
    "payment reserved again": Write("UPDATE attempts", 2, "reserved"),
    "payment approved": Write("UPDATE attempts", 2, "approved"),
    "payment declined": Write("UPDATE attempts", 2, "declined"),
    "buyer asked": Write("UPDATE attempts", 2, "requires_action"),
    "payment released": Write("UPDATE attempts", 2, "abandoned"),
    "decision kept": Write("INSERT INTO sandbox_ledger"),
    "bank answered": Write("UPDATE sandbox_ledger"),
    "delivery claimed": Write("UPDATE deliveries SET due_at_ms"),
    "delivery recorded": Write("INSERT INTO delivery_attempts"),
}

QUESTIONS = ("authorise", "complete_authentication", "give_up")

POINTS = [
    f"{step}: {moment}"
    for step in (*WRITES, *QUESTIONS, "send", "answer")
    for moment in (BEFORE, AFTER)
]


class Bomb:
    """Kills this process when it passes the point for the `times`-th time."""

    def __init__(self, point: str, times: int = 1) -> None:
        self._point = point
        self._left = times

    def passing(self, step: str, moment: str) -> None:
        if f"{step}: {moment}" != self._point:
            return
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, step: str, action: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
        """The action, with a point before and one after it."""

        @functools.wraps(action)
        async def watched(*args: P.args, **kwargs: P.kwargs) -> T:
            self.passing(step, BEFORE)
            result = await action(*args, **kwargs)
            self.passing(step, AFTER)
            return result

        return watched


class Watched:
    """A transaction that notes which steps its story takes."""

    for_update: ClassVar[str] = ""
    skip_locked: ClassVar[str] = ""

    def __init__(self, tx: Transaction, steps: set[str]) -> None:
        self._tx = tx
        self._steps = steps

    def one(self, sql: str, parameters: Sequence[Value] = ()) -> Row | None:
        self._note(sql, parameters)
        return self._tx.one(sql, parameters)

    def all(self, sql: str, parameters: Sequence[Value] = ()) -> list[Row]:
        self._note(sql, parameters)
        return self._tx.all(sql, parameters)

    def run(self, sql: str, parameters: Sequence[Value] = ()) -> int:
        self._note(sql, parameters)
        return self._tx.run(sql, parameters)

    def notify(self) -> None:
        self._tx.notify()

    def _note(self, sql: str, parameters: Sequence[Value]) -> None:
        self._steps.update(
            step for step, write in WRITES.items() if write.is_done_by(sql, parameters)
        )


def watched_writes(bomb: Bomb) -> Callable[[SQLite, Story[Any]], Awaitable[Any]]:
    """`SQLite.write`, with a point inside each transaction and one after its commit."""
    write = SQLite.write

    async def watched(database: SQLite, story: Story[Any]) -> Any:
        steps: set[str] = set()

        def told(tx: Transaction) -> Any:
            result = story(Watched(tx, steps))
            for step in steps:
                bomb.passing(step, BEFORE)
            return result

        result = await write(database, told)
        for step in steps:
            bomb.passing(step, AFTER)
        return result

    return watched


def arm(point: str, times: int = 1) -> None:
    """Let this process end itself there."""
    bomb = Bomb(point, times)
    places: list[tuple[object, str, object]] = [
        (SQLite, "write", watched_writes(bomb)),
        (Sender, "send", bomb.around("send", Sender.send)),
        (handle, "_send", bomb.around("answer", handle._send)),
    ]
    for question in QUESTIONS:
        asking = bomb.around(question, getattr(SandboxProcessor, question))
        places.append((SandboxProcessor, question, asking))
    for owner, name, watched in places:
        setattr(owner, name, watched)
