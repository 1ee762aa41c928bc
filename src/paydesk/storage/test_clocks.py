"""How far the clocks of accounts stand before the server's, and what waits for them."""

from __future__ import annotations

from paydesk.core.deliveries import BEHIND_MS
from paydesk.storage.database import Transaction

MOVE = """
INSERT INTO test_clocks (account, ahead_seconds) VALUES ($1, $2)
ON CONFLICT (account) DO UPDATE SET ahead_seconds = test_clocks.ahead_seconds + $2
RETURNING ahead_seconds
"""

HASTEN_DELIVERIES = f"""
UPDATE deliveries SET due_at_ms = due_at_ms - $2
WHERE account = $1 AND state = 'pending' AND lease = attempts + resends
    AND due_at_ms <> {BEHIND_MS}
"""
"""Each attempt took a lease, and so did each wish to send it again; one more is under way."""

HASTEN_REFUNDS = """
UPDATE refunds SET ask_at = ask_at - $2 WHERE account = $1 AND ask_at IS NOT NULL
"""

HASTEN_PAYMENTS = """
UPDATE attempts SET ask_at = ask_at - $2 WHERE account = $1 AND ask_at IS NOT NULL
"""

DUE = """
SELECT sessions.id, sessions.account FROM test_clocks
JOIN sessions ON sessions.account = test_clocks.account
WHERE sessions.status = 'open' AND sessions.expires_at <= $1 + test_clocks.ahead_seconds
    AND NOT EXISTS
        (SELECT 1 FROM attempts WHERE session = sessions.id AND state = 'reserved')
LIMIT $2
"""

ALL = "SELECT account, ahead_seconds FROM test_clocks"


def move(tx: Transaction, account: str, seconds: int) -> int:
    """Move an account's clock on, and what waits for its time with it; how far it is ahead now.

    A delivery that is on its way is not sent a second time for that, and one that stands behind
    another in its line goes on to wait for that one.
    """
    row = tx.one(MOVE, (account, seconds))
    if row is None:
        raise LookupError("a clock was moved and is not there")
    tx.run(HASTEN_REFUNDS, (account, seconds))
    tx.run(HASTEN_PAYMENTS, (account, seconds))
    # Last, as everywhere: whoever records a payment holds it and then waits for a line.
    tx.run(HASTEN_DELIVERIES, (account, seconds * 1_000))
    tx.notify()
    ahead: int = row[0]
    return ahead


def due(tx: Transaction, now: int, limit: int) -> list[tuple[str, str]]:
    """Id and account of open sessions whose time is over by their account's clock.

    `now` is the server's time, in Unix seconds. Not of those that are being paid.
    """
    return [(id, account) for id, account in tx.all(DUE, (now, limit))]


def read_all(tx: Transaction) -> dict[str, int]:
    """Every account whose clock is ahead, and by how many seconds."""
    return dict(tx.all(ALL))
