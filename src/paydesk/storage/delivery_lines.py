"""Lines: the deliveries of an endpoint that wants its events one after the other.

Of a line's pending deliveries only the one with the lowest place is in the queue, its *head*; the
others stand behind it with a due time that never comes. When the head is done, with success or
not, the next one falls due. Whoever changes a line holds the row of its endpoint's places until the
transaction ends, so none can join a line in the moment when its last one leaves; and places are
given under that hold, so their order is that of the commits, whichever machine's clock is ahead.
"""

from __future__ import annotations

from paydesk.core.deliveries import BEHIND_MS
from paydesk.storage.database import Transaction

LINES_OF, AFTER_LINES_OF = "{}", "{}0"
"""Between these, by their bytes, are the names of an endpoint's lines: its id, alone or before a
slash. Zero comes after the slash."""

NEXT_PLACE = """
INSERT INTO delivery_places (endpoint, last) VALUES ($1, 1)
ON CONFLICT (endpoint) DO UPDATE SET last = delivery_places.last + 1
RETURNING last
"""

HOLD = "SELECT last FROM delivery_places WHERE endpoint = $1"

HEAD = """
SELECT id FROM deliveries WHERE line = $1 AND state = 'pending' ORDER BY place LIMIT 1
"""

RELEASE = f"""
UPDATE deliveries SET due_at_ms = $2 WHERE id = $1 AND due_at_ms = {BEHIND_MS}
"""

CANCEL_BEHIND = f"""
UPDATE deliveries SET state = 'canceled'
WHERE line = $1 AND state = 'pending' AND due_at_ms = {BEHIND_MS}
"""

DISSOLVE = f"""
UPDATE deliveries
SET line = NULL, place = NULL,
    due_at_ms = CASE WHEN due_at_ms = {BEHIND_MS} THEN $3 ELSE due_at_ms END
WHERE line >= $1 AND line < $2 AND state = 'pending'
"""


def join(tx: Transaction, endpoint: str, line: str, now_ms: int) -> tuple[int, int]:
    """A place at the end of the line, and when its delivery is due."""
    row = tx.one(NEXT_PLACE, (endpoint,))
    place = 0 if row is None else row[0]
    return place, now_ms if head(tx, line) is None else BEHIND_MS


def hold(tx: Transaction, endpoint: str) -> None:
    """Let nobody else change the endpoint's lines until the transaction ends."""
    tx.one(HOLD + tx.for_update, (endpoint,))


def head(tx: Transaction, line: str) -> str | None:
    """The delivery whose turn it is."""
    row = tx.one(HEAD, (line,))
    return None if row is None else row[0]


def release(tx: Transaction, line: str, now_ms: int) -> None:
    """Let the next one be due, now that the one before it is done. Hold the endpoint's lines."""
    first = head(tx, line)
    if first is not None:
        tx.run(RELEASE, (first, now_ms))


def cancel_behind(tx: Transaction, line: str) -> None:
    """Give up what stands behind the head. Hold the endpoint's lines."""
    tx.run(CANCEL_BEHIND, (line,))


def dissolve(tx: Transaction, endpoint: str, now_ms: int) -> None:
    """Let everything that stands in the endpoint's lines be due by itself, at `now_ms` or later."""
    hold(tx, endpoint)
    first, last = LINES_OF.format(endpoint), AFTER_LINES_OF.format(endpoint)
    tx.run(DISSOLVE, (first, last, now_ms))
