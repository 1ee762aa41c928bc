"""Mandates: a buyer's word, written once."""

from __future__ import annotations

from paydesk.core.sepa_debit import Mandate
from paydesk.storage.codec import dump, load
from paydesk.storage.database import Row, Transaction

COLUMNS = "id, account, created, payment_method, acceptance, amount, currency"

INSERT = f"INSERT INTO mandates ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7)"

GET = f"SELECT {COLUMNS} FROM mandates WHERE id = $1 AND account = $2"

LATEST = f"""
SELECT {COLUMNS} FROM mandates WHERE payment_method = $1 ORDER BY id DESC LIMIT 1
"""


def insert(tx: Transaction, mandate: Mandate) -> None:
    """Write a new mandate down."""
    tx.run(
        INSERT,
        (
            mandate.id, mandate.account, mandate.created, mandate.payment_method,
            dump(mandate.acceptance), mandate.amount, mandate.currency,
        ),
    )  # fmt: skip


def get(tx: Transaction, account: str, id: str) -> Mandate | None:
    """The account's mandate with this id, or None."""
    row = tx.one(GET, (id, account))
    return None if row is None else _from_row(row)


def latest(tx: Transaction, payment_method: str) -> Mandate | None:
    """The newest mandate for a payment method, or None."""
    row = tx.one(LATEST, (payment_method,))
    return None if row is None else _from_row(row)


def _from_row(row: Row) -> Mandate:
    return Mandate(
        id=row[0], account=row[1], created=row[2], payment_method=row[3],
        acceptance=load(row[4]), amount=row[5], currency=row[6],
    )  # fmt: skip
