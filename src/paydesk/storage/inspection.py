"""What the inspector counts. Each statement reads the newest rows of an index, so many at most."""

from __future__ import annotations

from dataclasses import dataclass

from paydesk.core.ids import new_id
from paydesk.storage.codec import load
from paydesk.storage.database import Transaction

ACCOUNTS = """
SELECT account, max(id) FROM (SELECT id, account FROM sessions ORDER BY id DESC LIMIT $1) AS recent
GROUP BY account ORDER BY max(id) DESC
"""

MARK = """
SELECT (SELECT max(id) FROM sessions WHERE account = $1),
    (SELECT max(id) FROM events WHERE account = $1),
    (SELECT max(id) FROM session_history),
    (SELECT max(id) FROM delivery_attempts),
    (SELECT max(id) FROM request_logs WHERE account = $1)
"""

PAYMENTS = """
SELECT created / 3600, status, count(*)
FROM (SELECT created, status FROM charges WHERE account = $1 AND id >= $2
    ORDER BY id DESC LIMIT $3) AS recent
GROUP BY created / 3600, status
"""

ATTEMPTS = """
SELECT events.id, events.type, delivery_attempts.id, started_at_ms, duration_ms, status_code, error
FROM events
JOIN deliveries ON deliveries.event = events.id
JOIN delivery_attempts ON delivery_attempts.delivery = deliveries.id
WHERE events.account = $1 AND events.id >= $2
ORDER BY events.id DESC LIMIT $3
"""

UNHEARD = """
SELECT object_id
FROM (SELECT id, object_id FROM events
    WHERE account = $1 AND type = 'checkout.session.completed' ORDER BY id DESC LIMIT $2) AS recent
WHERE NOT EXISTS (SELECT 1 FROM deliveries WHERE deliveries.event = recent.id)
"""

REMARKED = """
SELECT id, ignored, refused_later
FROM (SELECT id, ignored, refused_later FROM request_logs
    WHERE account = $1 ORDER BY id DESC LIMIT $2) AS recent
WHERE ignored <> '[]' OR refused_later IS NOT NULL
"""

LAST_FAILURE = """
SELECT event FROM deliveries
WHERE endpoint = $1 AND attempts > 0 AND state <> 'succeeded'
ORDER BY id DESC LIMIT 1
"""

SESSIONS_LOOKED_AT = 1_000
"""How many of the newest sessions say which accounts are at work."""

CHARGES_COUNTED_MAX = 20_000
ATTEMPTS_SHOWN_MAX = 60
COMPLETIONS_LOOKED_AT = 100
REQUESTS_LOOKED_AT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentsInHour:
    """How many charges had one outcome in an hour; `hour` counts from 1970."""

    hour: int
    status: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedAttempt:
    """One attempt at an endpoint: what it brought, and how long that took."""

    id: str
    event: str
    type: str
    started_at_ms: int
    duration_ms: int
    status_code: int | None
    error: str | None


@dataclass(frozen=True, slots=True)
class RemarkedRequest:
    """A request with parameters that had no effect, or that newer API versions refuse."""

    id: str
    ignored: tuple[str, ...]
    refused_later: str | None


def accounts(tx: Transaction) -> list[str]:
    """The accounts of the newest sessions, the one that sold last first."""
    return [account for account, _ in tx.all(ACCOUNTS, (SESSIONS_LOOKED_AT,))]


def mark(tx: Transaction, account: str) -> str:
    """A name for everything that the inspector shows of an account: it changes when that does."""
    row = tx.one(MARK, (account,))
    return "" if row is None else ".".join(str(id or "").rpartition("_")[2][:16] for id in row)


def payments_since(tx: Transaction, account: str, since: int) -> list[PaymentsInHour]:
    """Charges made since a time in Unix seconds, by hour and outcome."""
    values = (account, _first_id("ch", since), CHARGES_COUNTED_MAX)
    rows = tx.all(PAYMENTS, values)
    return [PaymentsInHour(hour=row[0], status=row[1], count=row[2]) for row in rows]


def attempts_since(tx: Transaction, account: str, since: int) -> list[TimedAttempt]:
    """The latest attempts to deliver what happened since (Unix seconds), the oldest first."""
    values = (account, _first_id("evt", since), ATTEMPTS_SHOWN_MAX)
    found = [
        TimedAttempt(
            event=row[0], type=row[1], id=row[2], started_at_ms=row[3], duration_ms=row[4],
            status_code=row[5], error=row[6],
        )
        for row in tx.all(ATTEMPTS, values)
    ]  # fmt: skip
    return sorted(found, key=lambda attempt: attempt.started_at_ms)


def unheard(tx: Transaction, account: str) -> list[str]:
    """Of the latest completed sessions those that no webhook endpoint was to hear of."""
    return [id for (id,) in tx.all(UNHEARD, (account, COMPLETIONS_LOOKED_AT))]


def remarked(tx: Transaction, account: str) -> list[RemarkedRequest]:
    """Of the latest requests those that were taken, and yet not as they were meant."""
    rows = tx.all(REMARKED, (account, REQUESTS_LOOKED_AT))
    found = [RemarkedRequest(row[0], tuple(load(row[1])), row[2]) for row in rows]
    return sorted(found, key=lambda request: request.id, reverse=True)


def last_failure(tx: Transaction, endpoint: str) -> str | None:
    """The newest event that the endpoint was tried with and has not taken."""
    row = tx.one(LAST_FAILURE, (endpoint,))
    return None if row is None else row[0]


def _first_id(prefix: str, since: int) -> str:
    return new_id(prefix, since * 1_000_000, bytes)
