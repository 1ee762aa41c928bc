"""Refunds: written before the processor is asked, and asked about until they can't change."""

from __future__ import annotations

from paydesk.core.refunds import Refund
from paydesk.storage.codec import dump, load
from paydesk.storage.database import Row, Transaction
from paydesk.storage.paging import Condition, Listed, Page, select_page

COLUMNS = (
    "id, account, created, charge, payment_intent, amount, currency, status, answered, ask_at,"
    " reason, failure_reason, metadata, request_id, idempotency_key, api_version"
)

INSERT = f"""
INSERT INTO refunds ({COLUMNS})
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
"""

UPDATE = """
UPDATE refunds
SET status = $2, answered = $3, ask_at = $4, failure_reason = $5, metadata = $6
WHERE id = $1
"""

GET = f"SELECT {COLUMNS} FROM refunds WHERE id = $1 AND account = $2"

DUE = f"""
SELECT {COLUMNS} FROM refunds WHERE ask_at <= $1 ORDER BY ask_at LIMIT $2
"""


def insert(tx: Transaction, refund: Refund) -> None:
    """Write a new refund down, before the processor is asked."""
    tx.run(
        INSERT,
        (
            refund.id, refund.account, refund.created, refund.charge, refund.payment_intent,
            refund.amount, refund.currency, refund.status, int(refund.answered), refund.ask_at,
            refund.reason, refund.failure_reason, dump(refund.metadata), refund.request_id,
            refund.idempotency_key, refund.api_version,
        ),
    )  # fmt: skip


def update(tx: Transaction, refund: Refund) -> None:
    """Write down what may have changed."""
    tx.run(
        UPDATE,
        (
            refund.id, refund.status, int(refund.answered), refund.ask_at,
            refund.failure_reason, dump(refund.metadata),
        ),
    )  # fmt: skip


def get(tx: Transaction, account: str, id: str) -> Refund | None:
    """The account's refund with this id, or None."""
    row = tx.one(GET, (id, account))
    return None if row is None else _from_row(row)


def hold(tx: Transaction, account: str, id: str) -> Refund | None:
    """The same, and nobody else changes it until this transaction ends."""
    row = tx.one(GET + tx.for_update, (id, account))
    return None if row is None else _from_row(row)


def due(tx: Transaction, now: int, limit: int) -> list[Refund]:
    """Refunds that the processor is to be asked about, the longest due first."""
    return [_from_row(row) for row in tx.all(DUE, (now, limit))]


def next_due(tx: Transaction) -> int | None:
    """When the next one is due, in Unix seconds."""
    row = tx.one("SELECT min(ask_at) FROM refunds WHERE ask_at IS NOT NULL")
    return None if row is None else row[0]


def list_page(
    tx: Transaction, account: str, conditions: list[Condition], page: Page
) -> Listed[Refund]:
    """The account's refunds, newest first."""
    select = f"SELECT {COLUMNS} FROM refunds"
    rows = select_page(tx, select, [("account = ?", account), *conditions], page)
    return Listed([_from_row(row) for row in rows.items], rows.has_more)


def _from_row(row: Row) -> Refund:
    return Refund(
        id=row[0], account=row[1], created=row[2], charge=row[3], payment_intent=row[4],
        amount=row[5], currency=row[6], status=row[7], answered=bool(row[8]), ask_at=row[9],
        reason=row[10], failure_reason=row[11], metadata=load(row[12]), request_id=row[13],
        idempotency_key=row[14], api_version=row[15],
    )  # fmt: skip
