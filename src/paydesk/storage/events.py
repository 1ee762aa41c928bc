"""Events."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from paydesk.core.events import Event
from paydesk.core.ids import new_id
from paydesk.storage.database import Row, Transaction
from paydesk.storage.paging import Condition, Listed, Page, merged, select_page

COLUMNS = (
    "id, account, created, type, api_version, object_id, request_id, idempotency_key,"
    " pending_webhooks, data"
)

INSERT = f"INSERT INTO events ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"

NEXT_TYPE = "SELECT type FROM events WHERE account = $1 AND type > $2 ORDER BY type LIMIT 1"

ABOUT_AT_ONCE = 50
PLACES = ", ".join(f"${place}" for place in range(3, ABOUT_AT_ONCE + 3))
ABOUT = f"SELECT {COLUMNS} FROM events WHERE account = $1 AND object_id IN ({PLACES}) LIMIT $2"

OLD = """
SELECT id FROM events
WHERE id < $1
    AND NOT EXISTS (SELECT 1 FROM deliveries WHERE event = events.id AND state = 'pending')
ORDER BY id
LIMIT $2
"""

FORGET_ATTEMPTS = """
DELETE FROM delivery_attempts WHERE delivery IN (SELECT id FROM deliveries WHERE event = $1)
"""
FORGET_PAYLOADS = "DELETE FROM event_payloads WHERE event = $1"
FORGET_DELIVERIES = "DELETE FROM deliveries WHERE event = $1"
FORGET_EVENT = "DELETE FROM events WHERE id = $1"


@dataclass(frozen=True, slots=True)
class EventTypes:
    """Types by their names; `*` in one stands for anything."""

    patterns: tuple[str, ...]

    def names(self, known: Iterable[str]) -> list[str]:
        """Those without a `*`, and those of the `known` that fit the others, each once."""
        plain = [pattern for pattern in self.patterns if "*" not in pattern]
        starred = [pattern for pattern in self.patterns if "*" in pattern]
        fit = re.compile("|".join(re.escape(each).replace(r"\*", ".*") for each in starred))
        matching = filter(fit.fullmatch, known) if starred else ()
        return list(dict.fromkeys([*plain, *matching]))


def insert(tx: Transaction, event: Event) -> None:
    """Write an event down, in the transaction of its cause."""
    tx.run(
        INSERT,
        (
            event.id, event.account, event.created, event.type, event.api_version,
            event.object_id, event.request_id, event.idempotency_key, event.pending_webhooks,
            event.data,
        ),
    )  # fmt: skip


def get(tx: Transaction, account: str, id: str) -> Event | None:
    """The account's event with this id, or None."""
    row = tx.one(f"SELECT {COLUMNS} FROM events WHERE id = $1 AND account = $2", (id, account))
    return None if row is None else from_row(row)


def list_page(
    tx: Transaction,
    account: str,
    conditions: list[Condition],
    page: Page,
    *,
    types: EventTypes | None = None,
) -> Listed[Event]:
    """The account's events, newest first: of these types, or of all."""
    select = f"SELECT {COLUMNS} FROM events"
    wanted: list[Condition] = [("account = ?", account), *conditions]
    if types is None:
        rows = select_page(tx, select, wanted, page)
    else:
        names = types.names(_types_of(tx, account))
        each = (select_page(tx, select, [*wanted, ("type = ?", name)], page) for name in names)
        rows = merged(each, page)
    return Listed([from_row(row) for row in rows.items], rows.has_more)


def account_of(tx: Transaction, id: str) -> str | None:
    """Whose event it is."""
    row = tx.one("SELECT account FROM events WHERE id = $1", (id,))
    return None if row is None else row[0]


def about(tx: Transaction, account: str, objects: Sequence[str], limit: int) -> list[Event]:
    """What happened to these objects (50 of them at most), the first thing first."""
    padded = [*objects, *[objects[0]] * (ABOUT_AT_ONCE - len(objects))]
    found = [from_row(row) for row in tx.all(ABOUT, (account, limit, *padded))]
    return sorted(found, key=lambda event: event.id)


def from_row(row: Row) -> Event:
    """A row of COLUMNS as an event."""
    return Event(
        id=row[0], account=row[1], created=row[2], type=row[3], api_version=row[4],
        object_id=row[5], request_id=row[6], idempotency_key=row[7], pending_webhooks=row[8],
        data=row[9],
    )  # fmt: skip


def forget_older(tx: Transaction, created_before: int, limit: int) -> int:
    """Drop some events that wait for no delivery any more, with their deliveries; tell how many.

    An event that is still being delivered stays, however old it is.
    """
    first_kept = new_id("evt", created_before * 1_000_000, bytes)  # by id, for that has an index
    old = [id for (id,) in tx.all(OLD + tx.skip_locked, (first_kept, limit))]
    for statement in (FORGET_ATTEMPTS, FORGET_DELIVERIES, FORGET_PAYLOADS, FORGET_EVENT):
        for id in old:
            tx.run(statement, (id,))
    return len(old)


def _types_of(tx: Transaction, account: str) -> Iterator[str]:
    """Every type of the account's events: one look at the index for each."""
    type = ""
    while (row := tx.one(NEXT_TYPE, (account, type))) is not None:
        type = row[0]
        yield type


def delivered(*, success: bool) -> Condition:
    """Only events that every endpoint has taken, or only those that some endpoint has not."""
    return ("pending_webhooks = 0", ()) if success else ("pending_webhooks > 0", ())
