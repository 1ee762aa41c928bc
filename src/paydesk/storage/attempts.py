"""Attempts to pay: what makes a crash in the middle of a payment harmless."""

from __future__ import annotations

from paydesk.core.payments import Attempt
from paydesk.storage.database import Row, Transaction

COLUMNS = (
    "id, account, created, session, payment_intent, payment_method, amount, currency,"
    " processor_key, state, challenge, authenticated, request_id, idempotency_key, api_version,"
    " ask_at"
)

INSERT = f"""
INSERT INTO attempts ({COLUMNS})
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
"""

MOVE = """
UPDATE attempts
SET state = $3, challenge = $4, authenticated = $5, created = $6, request_id = $7,
    idempotency_key = $8, ask_at = $9
WHERE id = $1 AND state = $2
"""

IN_FLIGHT = f"""
SELECT {COLUMNS} FROM attempts WHERE session = $1 AND state IN ('reserved', 'requires_action')
"""

COUNT_OF_INTENT = """
SELECT count(*) FROM attempts WHERE payment_intent = $1 AND session IS NULL
"""

IN_FLIGHT_OF_INTENT = f"""
SELECT {COLUMNS} FROM attempts
WHERE payment_intent = $1 AND state IN ('reserved', 'requires_action', 'processing')
"""

OF_SESSION = f"SELECT {COLUMNS} FROM attempts WHERE session = $1 ORDER BY id"

UNRESOLVED = f"""
SELECT {COLUMNS} FROM attempts
WHERE state = 'reserved' AND created <= $1 AND id > $2 ORDER BY id LIMIT $3
"""

TO_ASK = f"""
SELECT {COLUMNS} FROM attempts WHERE ask_at <= $1 ORDER BY ask_at LIMIT $2
"""

POSTPONE = """
UPDATE attempts SET ask_at = $3 WHERE id = $1 AND ask_at = $2
"""


def insert(tx: Transaction, attempt: Attempt) -> None:
    """Write a new attempt down, before the processor is asked."""
    tx.run(
        INSERT,
        (
            attempt.id, attempt.account, attempt.created, attempt.session,
            attempt.payment_intent, attempt.payment_method, attempt.amount, attempt.currency,
            attempt.processor_key, attempt.state, attempt.challenge,
            _as_integer(attempt.authenticated), attempt.request_id, attempt.idempotency_key,
            attempt.api_version, attempt.ask_at,
        ),
    )  # fmt: skip


def move(tx: Transaction, before: Attempt, after: Attempt) -> bool:
    """Write down a change of state; False when somebody else has moved the attempt already."""
    changed = tx.run(
        MOVE,
        (
            before.id, before.state, after.state, after.challenge,
            _as_integer(after.authenticated), after.created, after.request_id,
            after.idempotency_key, after.ask_at,
        ),
    )  # fmt: skip
    return changed == 1


def get(tx: Transaction, id: str) -> Attempt | None:
    """The attempt with this id, or None."""
    row = tx.one(f"SELECT {COLUMNS} FROM attempts WHERE id = $1", (id,))
    return None if row is None else _from_row(row)


def by_challenge(tx: Transaction, challenge: str) -> Attempt | None:
    """The attempt whose buyer was asked this question by the bank, or None."""
    row = tx.one(f"SELECT {COLUMNS} FROM attempts WHERE challenge = $1", (challenge,))
    return None if row is None else _from_row(row)


def in_flight(tx: Transaction, session: str) -> Attempt | None:
    """The session's attempt that is not decided yet, if there is one."""
    row = tx.one(IN_FLIGHT, (session,))
    return None if row is None else _from_row(row)


def in_flight_of_intent(tx: Transaction, intent: str) -> Attempt | None:
    """The intent's attempt that is not decided yet, or whose money is on its way."""
    row = tx.one(IN_FLIGHT_OF_INTENT, (intent,))
    return None if row is None else _from_row(row)


def count(tx: Transaction, session: str) -> int:
    """How often the session has been tried."""
    row = tx.one("SELECT count(*) FROM attempts WHERE session = $1", (session,))
    return 0 if row is None else row[0]


def count_of_intent(tx: Transaction, intent: str) -> int:
    """How often an intent without a session has been tried."""
    row = tx.one(COUNT_OF_INTENT, (intent,))
    return 0 if row is None else row[0]


def of_session(tx: Transaction, session: str) -> list[Attempt]:
    """Every try to pay the session, the first one first."""
    return [_from_row(row) for row in tx.all(OF_SESSION, (session,))]


def unresolved(tx: Transaction, reserved_before: int, after: str, limit: int) -> list[Attempt]:
    """Attempts whose processor was asked, or about to be, and whose outcome nobody wrote down.

    Oldest first, those after the id `after` (empty for the first ones).
    """
    rows = tx.all(UNRESOLVED, (reserved_before, after, limit))
    return [_from_row(row) for row in rows]


def to_ask(tx: Transaction, now: int, limit: int) -> list[Attempt]:
    """Attempts that take their time and are due to be asked about, the longest due first.

    `now` is the server's time, in Unix seconds.
    """
    return [_from_row(row) for row in tx.all(TO_ASK, (now, limit))]


def next_to_ask(tx: Transaction) -> int | None:
    """When the next one is due, in Unix seconds."""
    row = tx.one("SELECT min(ask_at) FROM attempts WHERE ask_at IS NOT NULL")
    return None if row is None else row[0]


def postpone(tx: Transaction, attempt: Attempt, ask_at: int) -> None:
    """Ask about it at `ask_at` (Unix seconds), unless somebody else has moved it meanwhile."""
    tx.run(POSTPONE, (attempt.id, attempt.ask_at, ask_at))


def _as_integer(value: bool | None) -> int | None:
    return None if value is None else int(value)


def _from_row(row: Row) -> Attempt:
    return Attempt(
        id=row[0], account=row[1], created=row[2], session=row[3], payment_intent=row[4],
        payment_method=row[5], amount=row[6], currency=row[7], processor_key=row[8],
        state=row[9], challenge=row[10],
        authenticated=None if row[11] is None else bool(row[11]), request_id=row[12],
        idempotency_key=row[13], api_version=row[14], ask_at=row[15],
    )  # fmt: skip
