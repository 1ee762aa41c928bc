"""A receiver that minds the order in which it hears of things."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import cycle

import orjson

from paydesk.core.events import Event
from paydesk.core.webhook_endpoints import BY_OBJECT
from tests.webhooks import receiver
from tests.webhooks.receiver import Connection, answer

QUICK_FAILURES = (
    answer(500), receiver.reset, answer(302, Location="/"), receiver.nonsense,
    receiver.hang_up_in_head, answer(503),
)  # fmt: skip

FAILURES = 2
"""Of each event: fewer than any schedule has attempts, whatever fails besides."""


class Strict:
    """Fails the first requests about an event, and notes which came before one it had to follow.

    `happened` are all events in the order in which they were written.
    """

    def __init__(self, happened: Sequence[Event], ordering: str) -> None:
        self._line = {
            event.id: event.object_id if ordering == BY_OBJECT else "" for event in happened
        }
        self._before: dict[str, set[str]] = {}
        lines: dict[str, list[str]] = defaultdict(list)
        for event in happened:
            line = lines[self._line[event.id]]
            self._before[event.id] = set(line)
            line.append(event.id)
        self._failures = cycle(QUICK_FAILURES)
        self._failed: Counter[str] = Counter()
        self.taken: set[str] = set()
        self.too_early: list[str] = []
        self.complete = asyncio.Event()

    async def __call__(self, connection: Connection) -> None:
        id = orjson.loads(connection.request.body)["id"]
        if self._before[id] - self.taken:
            self.too_early.append(id)
        if self._failed[id] < FAILURES:
            self._failed[id] += 1
            await next(self._failures)(connection)
            return
        self.taken.add(id)
        await answer(200)(connection)
        if len(self.taken) == len(self._before):
            self.complete.set()
