"""Payment methods: card facts, and the processor's token. Never a number."""

from __future__ import annotations

from paydesk.core.cards import from_record, to_record
from paydesk.core.payments import PaymentMethod
from paydesk.core.sessions import CustomerDetails
from paydesk.storage.codec import dump, dump_details, load, load_details
from paydesk.storage.database import Row, Transaction
from paydesk.storage.paging import Condition, Listed, Page, select_page

COLUMNS = "id, account, created, token, card, billing, metadata"

INSERT = f"INSERT INTO payment_methods ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7)"


def insert(tx: Transaction, method: PaymentMethod) -> None:
    """Write a new payment method down."""
    tx.run(
        INSERT,
        (
            method.id, method.account, method.created, method.token,
            dump(to_record(method.card)), dump_details(method.billing), dump(method.metadata),
        ),
    )  # fmt: skip


def get(tx: Transaction, account: str, id: str) -> PaymentMethod | None:
    """The account's payment method with this id, or None."""
    row = tx.one(
        f"SELECT {COLUMNS} FROM payment_methods WHERE id = $1 AND account = $2", (id, account)
    )
    return None if row is None else _from_row(row)


def list_page(
    tx: Transaction, account: str, conditions: list[Condition], page: Page
) -> Listed[PaymentMethod]:
    """The account's payment methods, newest first."""
    select = f"SELECT {COLUMNS} FROM payment_methods"
    rows = select_page(tx, select, [("account = ?", account), *conditions], page)
    return Listed([_from_row(row) for row in rows.items], rows.has_more)


def _from_row(row: Row) -> PaymentMethod:
    return PaymentMethod(
        id=row[0], account=row[1], created=row[2], token=row[3], card=from_record(load(row[4])),
        billing=load_details(row[5]) or CustomerDetails(), metadata=load(row[6]),
    )  # fmt: skip
