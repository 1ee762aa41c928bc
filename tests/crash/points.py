"""Where a server may end itself: before and after every step on which something depends.

A point is `step: moment`. The steps of the database are named by what a story has written; before
its commit nothing of it may last, after it everything must. Nothing of this is in the product: the
process that is to die puts it around the product's own classes.
"""

from __future__ import annotations

import functools
import os
import signal
import threading
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NamedTuple, ParamSpec, TypeVar

from paydesk.api import handle
from paydesk.payments.sandbox import SandboxProcessor
from paydesk.storage.database import Story, Transaction, Value
from paydesk.storage.postgres import Postgres
from paydesk.storage.postgres_connections import PostgresTransaction
from paydesk.storage.sqlite import SQLite, SQLiteTransaction
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
            self.value is None or self.value in parameters[self.position : self.position + 1]
        )


WRITES = {
    "session created": Write("INSERT INTO sessions"),
    "session changed": Write("UPDATE sessions", 2, "open"),
    "session completed": Write("UPDATE sessions", 2, "complete"),
    "session expired": Write("UPDATE sessions", 2, "expired"),
    "quantity changed": Write("UPDATE line_items"),
    "payment reserved": Write("INSERT INTO attempts"),
    "payment reserved again": Write("UPDATE attempts SET state", 2, "reserved"),
    "payment approved": Write("UPDATE attempts SET state", 2, "approved"),
    "payment declined": Write("UPDATE attempts SET state", 2, "declined"),
    "payment on its way": Write("UPDATE attempts SET state", 2, "processing"),
    "buyer asked": Write("UPDATE attempts SET state", 2, "requires_action"),
    "payment released": Write("UPDATE attempts SET state", 2, "abandoned"),
    "refund reserved": Write("INSERT INTO refunds"),
    "refund answered": Write("UPDATE refunds"),
    "decision kept": Write("INSERT INTO sandbox_ledger"),
    "bank answered": Write("UPDATE sandbox_ledger"),
    "delivery claimed": Write("UPDATE deliveries SET due_at_ms"),
    "delivery recorded": Write("INSERT INTO delivery_attempts"),
}

QUESTIONS = ("authorise", "complete_authentication", "give_up", "payment_news", "refund")

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


class Steps(threading.local):
    """The steps that the story of this thread has taken."""

    def __init__(self) -> None:
        self.taken: set[str] = set()


def noting(steps: Steps, statement: Callable[..., T]) -> Callable[..., T]:
    """A transaction's `one`, `all` or `run` that notes which step it takes."""

    @functools.wraps(statement)
    def noted(tx: Transaction, sql: str, parameters: Sequence[Value] = ()) -> T:
        steps.taken.update(
            step for step, write in WRITES.items() if write.is_done_by(sql, parameters)
        )
        return statement(tx, sql, parameters)

    return noted


Writing = Callable[[Any, Story[Any]], Awaitable[Any]]


def watched_writes(bomb: Bomb, steps: Steps, write: Writing) -> Writing:
    """An engine's `write`, with a point inside each transaction and one after its commit."""

    async def watched(database: Any, story: Story[Any]) -> Any:
        taken: set[str] = set()

        def told(tx: Transaction) -> Any:
            steps.taken = taken
            taken.clear()  # a story may be run again after a conflict
            result = story(tx)
            for step in taken:
                bomb.passing(step, BEFORE)
            return result

        result = await write(database, told)
        for step in taken:
            bomb.passing(step, AFTER)
        return result

    return watched


def arm(point: str, times: int = 1) -> None:
    """Let this process end itself there."""
    bomb, steps = Bomb(point, times), Steps()
    places: list[tuple[object, str, object]] = [
        (SQLite, "write", watched_writes(bomb, steps, SQLite.write)),
        (Postgres, "write", watched_writes(bomb, steps, Postgres.write)),
        (Sender, "send", bomb.around("send", Sender.send)),
        (handle, "_send", bomb.around("answer", handle._send)),
    ]
    for question in QUESTIONS:
        asking = bomb.around(question, getattr(SandboxProcessor, question))
        places.append((SandboxProcessor, question, asking))
    places += [
        (transaction, name, noting(steps, getattr(transaction, name)))
        for transaction in (SQLiteTransaction, PostgresTransaction)
        for name in ("one", "all", "run")
    ]
    for owner, name, watched in places:
        setattr(owner, name, watched)
