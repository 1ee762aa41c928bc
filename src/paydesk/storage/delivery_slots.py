"""How many attempts are under way at one endpoint: the room that it has, and its slots.

Each process sees to it by itself that it does not make too many. An endpoint that says how many it
takes gets no more, in whatever processes they are made: each of its attempts is made in a *slot*.
A slot is leased, like the delivery: it is free again when the attempt is recorded, or when its time
is over since the process died.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from paydesk.core.deliveries import lease_name
from paydesk.storage.database import Transaction

BUSY = "SELECT slot, until_ms FROM delivery_slots WHERE endpoint = $1 AND until_ms > $2"

TAKE = """
INSERT INTO delivery_slots (endpoint, slot, holder, until_ms) VALUES ($1, $2, $3, $4)
ON CONFLICT (endpoint, slot) DO UPDATE SET holder = excluded.holder, until_ms = excluded.until_ms
WHERE delivery_slots.until_ms <= $5
"""

FREE = "UPDATE delivery_slots SET until_ms = 0 WHERE endpoint = $1 AND holder = $2"


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery that may be claimed; `concurrency` is how many its endpoint takes, if it says."""

    id: str
    lease: int
    endpoint: str
    concurrency: int | None


class Room:
    """How many more attempts may begin at each endpoint: it gets smaller as deliveries are claimed.

    `in_flight` tells how many are under way in this process, and `own` how many those endpoints
    take that say so. `again_at_ms` is when an endpoint may have room again that other processes
    have filled; None when there is none such.
    """

    def __init__(
        self,
        per_endpoint_max: int,
        in_flight: Mapping[str, int],
        own: Mapping[str, int],
    ) -> None:
        self._per_endpoint_max = per_endpoint_max
        self._left = {
            endpoint: own.get(endpoint, per_endpoint_max) - count
            for endpoint, count in in_flight.items()
        }
        self.again_at_ms: int | None = None

    def full(self) -> list[str]:
        """The endpoints that have as many attempts under way as they may."""
        return [endpoint for endpoint, left in self._left.items() if left <= 0]

    def take(self, tx: Transaction, due: Due, now_ms: int, until_ms: int) -> bool:
        """Whether an attempt of this delivery may begin; then there is room for one less."""
        left = self._left.get(due.endpoint, due.concurrency or self._per_endpoint_max)
        if left > 0 and due.concurrency is not None:
            free_at_ms = take_slot(tx, due, due.concurrency, now_ms, until_ms)
            if free_at_ms is not None:
                self.again_at_ms = min(free_at_ms, self.again_at_ms or free_at_ms)
                left = 0
        self._left[due.endpoint] = left - 1
        return left > 0


def take_slot(tx: Transaction, due: Due, slots: int, now_ms: int, until_ms: int) -> int | None:
    """Take one of the endpoint's slots until `until_ms`.

    None says that it was done; otherwise all are taken, at least until the time that comes back.
    """
    busy: dict[int, int] = dict(tx.all(BUSY, (due.endpoint, now_ms)))
    holder = lease_name(due.id, due.lease + 1)
    for slot in range(slots):
        # Another process may have taken it since we looked.
        if slot not in busy and tx.run(TAKE, (due.endpoint, slot, holder, until_ms, now_ms)) == 1:
            return None
    return min((busy[slot] for slot in range(slots) if slot in busy), default=until_ms)


def free(tx: Transaction, endpoint: str, holder: str) -> None:
    """Give the slot back, if it is still this holder's, and wake whoever waits for one."""
    if tx.run(FREE, (endpoint, holder)):
        tx.notify()
