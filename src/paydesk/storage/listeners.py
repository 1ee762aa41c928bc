"""CLIs that listen. What they were told is a cursor, and what they acknowledged beyond it.

Nothing is queued for them when an event is written: they read the events themselves, so that who
has no listener pays nothing for those who have.
"""

from __future__ import annotations

from paydesk.core.events import Event
from paydesk.core.listeners import Listener
from paydesk.storage.codec import dump, load
from paydesk.storage.database import Row, Transaction
from paydesk.storage.events import COLUMNS as EVENT_COLUMNS
from paydesk.storage.events import from_row as event_from_row

COLUMNS = "id, account, created, seen, device, forwards_to, features, filters, cursor, closed"

INSERT = f"INSERT INTO listeners ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
GET = f"SELECT {COLUMNS} FROM listeners WHERE id = $1"
SEE = "UPDATE listeners SET seen = $2, closed = $3 WHERE id = $1"
PRESENT = f"""
SELECT {COLUMNS} FROM listeners
WHERE account = $1 AND closed = 0 AND seen >= $2 ORDER BY id DESC LIMIT $3
"""

ACKNOWLEDGE = """
INSERT INTO listener_acks (listener, event) VALUES ($1, $2) ON CONFLICT DO NOTHING
"""
ACKNOWLEDGE_SINCE = """
INSERT INTO listener_acks (listener, event)
SELECT $1, id FROM events WHERE account = $2 AND id > $3
"""
TAKE_OVER = """
INSERT INTO listener_acks (listener, event)
SELECT $1, event FROM listener_acks WHERE listener = $2
"""
UNTOLD = """
account = $1 AND id > $2
    AND NOT EXISTS (SELECT 1 FROM listener_acks WHERE listener = $3 AND event = events.id)
"""
UNTOLD_EVENTS = f"""
SELECT {EVENT_COLUMNS},
    (SELECT data FROM event_payloads WHERE event = events.id AND api_version = $5)
FROM events WHERE {UNTOLD} ORDER BY id LIMIT $4
"""
FIRST_UNTOLD = f"SELECT id FROM events WHERE {UNTOLD} ORDER BY id LIMIT 1"
LAST_TOLD = "SELECT max(event) FROM listener_acks WHERE listener = $1 AND event < $2"
MOVE = "UPDATE listeners SET cursor = $2 WHERE id = $1 AND cursor < $2"
FORGET_ACKS = "DELETE FROM listener_acks WHERE listener = $1 AND event <= $2"

INSERT_RESEND = "INSERT INTO listener_resends (id, listener, event) VALUES ($1, $2, $3)"
RESENDS = "SELECT id, event FROM listener_resends WHERE listener = $1 ORDER BY id LIMIT $2"
FORGET_RESEND = "DELETE FROM listener_resends WHERE id = $1"

UNSEEN = "SELECT id FROM listeners WHERE seen < $1 ORDER BY seen LIMIT $2"
FORGET = (
    "DELETE FROM listener_acks WHERE listener = $1",
    "DELETE FROM listener_resends WHERE listener = $1",
    "DELETE FROM listeners WHERE id = $1",
)


def insert(tx: Transaction, listener: Listener) -> None:
    """Write a new listener down."""
    tx.run(
        INSERT,
        (
            listener.id, listener.account, listener.created, listener.seen, listener.device,
            listener.forwards_to, dump(listener.features), dump(listener.filters),
            listener.cursor, int(listener.closed),
        ),
    )  # fmt: skip


def get(tx: Transaction, id: str) -> Listener | None:
    """The listener with this id, or None."""
    row = tx.one(GET, (id,))
    return None if row is None else _from_row(row)


def see(tx: Transaction, id: str, now: int, *, closed: bool = False) -> bool:
    """Write down that it is there, or has taken its leave; False when it is forgotten."""
    return tx.run(SEE, (id, now, int(closed))) == 1


def present(tx: Transaction, account: str, seen_since: int, limit: int) -> list[Listener]:
    """The account's listeners that are there or only gone for a moment, the newest first."""
    return [_from_row(row) for row in tx.all(PRESENT, (account, seen_since, limit))]


def acknowledge(tx: Transaction, listener: str, event: str) -> None:
    """The listener has heard this event."""
    tx.run(ACKNOWLEDGE, (listener, event))


def acknowledge_since(tx: Transaction, listener: Listener) -> None:
    """Nothing that is there already need be told."""
    tx.run(ACKNOWLEDGE_SINCE, (listener.id, listener.account, listener.cursor))


def take_over(tx: Transaction, listener: str, predecessor: str) -> None:
    """What the predecessor acknowledged, this one need not be told."""
    tx.run(TAKE_OVER, (listener, predecessor))


def untold(
    tx: Transaction, listener: Listener, limit: int, version: str
) -> list[tuple[Event, bytes | None]]:
    """Events that it has not acknowledged, the oldest first; each with its `data` in the words of
    that API version, if those were kept.
    """
    values = (listener.account, listener.cursor, listener.id, limit, version)
    return [(event_from_row(row), row[-1]) for row in tx.all(UNTOLD_EVENTS, values)]


def move_on(tx: Transaction, listener: Listener, horizon: str) -> str:
    """Move the cursor over what was acknowledged, no further than `horizon`; gives it back."""
    untold = tx.one(FIRST_UNTOLD, (listener.account, listener.cursor, listener.id))
    cursor = horizon
    if untold is not None and untold[0] <= horizon:
        told = tx.one(LAST_TOLD, (listener.id, untold[0]))
        cursor = (told and told[0]) or listener.cursor
    if tx.run(MOVE, (listener.id, cursor)) == 0:
        return listener.cursor
    tx.run(FORGET_ACKS, (listener.id, cursor))
    return cursor


def resend(tx: Transaction, id: str, listener: str, event: str) -> None:
    """Tell this event once more, under the name `id`."""
    tx.run(INSERT_RESEND, (id, listener, event))


def resends(tx: Transaction, listener: str, limit: int) -> list[tuple[str, str]]:
    """Name and event of what is to be told once more."""
    return [(id, event) for id, event in tx.all(RESENDS, (listener, limit))]


def forget_resend(tx: Transaction, id: str) -> None:
    """It was told."""
    tx.run(FORGET_RESEND, (id,))


def forget_unseen(tx: Transaction, seen_before: int, limit: int) -> int:
    """Drop listeners that nobody has seen since; tell how many there were."""
    unseen = tx.all(UNSEEN, (seen_before, limit))
    for (id,) in unseen:
        for statement in FORGET:
            tx.run(statement, (id,))
    return len(unseen)


def _from_row(row: Row) -> Listener:
    return Listener(
        id=row[0], account=row[1], created=row[2], seen=row[3], device=row[4],
        forwards_to=row[5], features=tuple(load(row[6])),
        filters={name: tuple(values) for name, values in load(row[7]).items()},
        cursor=row[8], closed=bool(row[9]),
    )  # fmt: skip
