"""Charges: written when the processor has spoken. Then one that is pending ends, and what goes back
of one grows; the rest never changes.
"""

from __future__ import annotations

from paydesk.core.ids import without_prefix
from paydesk.core.payments import Charge
from paydesk.core.sessions import CustomerDetails
from paydesk.storage.codec import (
    dump,
    dump_card,
    dump_debit,
    dump_details,
    load,
    load_card,
    load_debit,
    load_details,
    load_with_shipping,
)
from paydesk.storage.database import Row, Transaction
from paydesk.storage.paging import (
    EVER,
    Condition,
    Created,
    Listed,
    Page,
    begins_with,
    merged,
    select_page,
)

COLUMNS = (
    "id, account, created, payment_intent, payment_method, amount, currency, status, failure_code,"
    " failure_message, card, billing, outcome, metadata, details, customer, amount_refunded,"
    " amount_refunding, sepa_debit"
)

INSERT = f"""
INSERT INTO charges ({COLUMNS})
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
"""

UPDATE_REFUNDS = """
UPDATE charges SET amount_refunded = $2, amount_refunding = $3 WHERE id = $1
"""

UPDATE_END = """
UPDATE charges SET status = $2, failure_code = $3, failure_message = $4, outcome = $5 WHERE id = $1
"""

PREFIXES = ("ch_", "py_")
"""How ids of charges begin: those of debits are another kind at Stripe."""

GET = f"SELECT {COLUMNS} FROM charges WHERE id = $1 AND account = $2"

_DETAILS = (
    "description", "receipt_email", "statement_descriptor", "statement_descriptor_suffix",
    "three_d_secure", "shipping", "processor_key", "mandate",
)  # fmt: skip


def insert(tx: Transaction, charge: Charge) -> None:
    """Write a charge down."""
    tx.run(
        INSERT,
        (
            charge.id, charge.account, charge.created, charge.payment_intent,
            charge.payment_method, charge.amount, charge.currency, charge.status,
            charge.failure_code, charge.failure_message, dump_card(charge.card),
            dump_details(charge.billing), dump(charge.outcome), dump(charge.metadata),
            dump({name: getattr(charge, name) for name in _DETAILS}), charge.customer,
            charge.amount_refunded, charge.amount_refunding, dump_debit(charge.sepa_debit),
        ),
    )  # fmt: skip


def get(tx: Transaction, account: str, id: str) -> Charge | None:
    """The account's charge with this id, or None."""
    row = tx.one(GET, (id, account))
    return None if row is None else _from_row(row)


def hold(tx: Transaction, account: str, id: str) -> Charge | None:
    """The same, and nobody else refunds of it until this transaction ends."""
    row = tx.one(GET + tx.for_update, (id, account))
    return None if row is None else _from_row(row)


def update_refunds(tx: Transaction, charge: Charge) -> None:
    """Write down how much of it goes back: the rest of a charge never changes."""
    tx.run(UPDATE_REFUNDS, (charge.id, charge.amount_refunded, charge.amount_refunding))


def update_end(tx: Transaction, charge: Charge) -> None:
    """Write down how a pending charge has ended."""
    tx.run(
        UPDATE_END,
        (
            charge.id, charge.status, charge.failure_code, charge.failure_message,
            dump(charge.outcome),
        ),
    )  # fmt: skip


def list_page(
    tx: Transaction,
    account: str,
    conditions: list[Condition],
    page: Page,
    created: Created = EVER,
) -> Listed[Charge]:
    """The account's charges, newest first, whatever their ids begin with."""
    wanted: list[Condition] = [("account = ?", account), *conditions]
    parts = [
        select_page(
            tx,
            f"SELECT {COLUMNS} FROM charges",
            [*wanted, begins_with(prefix), *created.conditions(prefix)],
            page.among(prefix),
        )
        for prefix in PREFIXES
    ]
    rows = merged(parts, page, key=lambda row: without_prefix(row[0]))
    return Listed([_from_row(row) for row in rows.items], rows.has_more)


def _from_row(row: Row) -> Charge:
    return Charge(
        id=row[0], account=row[1], created=row[2], payment_intent=row[3], payment_method=row[4],
        amount=row[5], currency=row[6], status=row[7], failure_code=row[8],
        failure_message=row[9], card=load_card(row[10]), sepa_debit=load_debit(row[18]),
        billing=load_details(row[11]) or CustomerDetails(), outcome=load(row[12]),
        metadata=load(row[13]), customer=row[15],
        amount_refunded=row[16], amount_refunding=row[17], **load_with_shipping(row[14]),
    )  # fmt: skip
