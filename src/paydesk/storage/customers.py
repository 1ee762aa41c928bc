"""Customers."""

from __future__ import annotations

from typing import Any

from paydesk.core.customers import Customer
from paydesk.core.sessions import Address, Shipping
from paydesk.storage.codec import dump, load
from paydesk.storage.database import Row, Transaction
from paydesk.storage.paging import Condition, Listed, Page, select_page

COLUMNS = (
    "id, account, created, deleted, email, name, phone, tax_exempt, address, shipping, metadata,"
    " details"
)

INSERT = f"""
INSERT INTO customers ({COLUMNS})
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""

UPDATE = """
UPDATE customers
SET deleted = $2, email = $3, name = $4, phone = $5, tax_exempt = $6, address = $7, shipping = $8,
    metadata = $9, details = $10
WHERE id = $1
"""

GET = f"SELECT {COLUMNS} FROM customers WHERE id = $1 AND account = $2"

# What nobody searches by, kept as one JSON value.
_DETAILS = (
    "description", "business_name", "individual_name", "preferred_locales",
    "default_payment_method",
)  # fmt: skip


def insert(tx: Transaction, customer: Customer) -> None:
    """Write a new customer down."""
    head = (customer.id, customer.account, customer.created)
    tx.run(INSERT, (*head, *_changeable(customer)))


def update(tx: Transaction, customer: Customer) -> None:
    """Write down what may have changed."""
    tx.run(UPDATE, (customer.id, *_changeable(customer)))


def get(tx: Transaction, account: str, id: str) -> Customer | None:
    """The account's customer with this id, deleted ones too; or None."""
    row = tx.one(GET, (id, account))
    return None if row is None else _from_row(row)


def hold(tx: Transaction, account: str, id: str) -> Customer | None:
    """The same, and nobody else changes it until this transaction ends."""
    row = tx.one(GET + tx.for_update, (id, account))
    return None if row is None else _from_row(row)


def list_page(
    tx: Transaction, account: str, conditions: list[Condition], page: Page
) -> Listed[Customer]:
    """The account's customers who are not deleted, newest first."""
    kept: list[Condition] = [("account = ?", account), ("deleted = ?", 0), *conditions]
    rows = select_page(tx, f"SELECT {COLUMNS} FROM customers", kept, page)
    return Listed([_from_row(row) for row in rows.items], rows.has_more)


def _changeable(customer: Customer) -> tuple[str | int | None, ...]:
    return (
        int(customer.deleted), customer.email, customer.name, customer.phone, customer.tax_exempt,
        None if customer.address is None else dump(customer.address),
        None if customer.shipping is None else dump(customer.shipping),
        dump(customer.metadata), dump({name: getattr(customer, name) for name in _DETAILS}),
    )  # fmt: skip


def _from_row(row: Row) -> Customer:
    address: dict[str, Any] | None = load(row[8])
    shipping: dict[str, Any] | None = load(row[9])
    details = load(row[11])
    details["preferred_locales"] = tuple(details["preferred_locales"])
    return Customer(
        id=row[0], account=row[1], created=row[2], deleted=bool(row[3]), email=row[4],
        name=row[5], phone=row[6], tax_exempt=row[7],
        address=None if address is None else Address(**address),
        shipping=None if shipping is None else _shipping(shipping),
        metadata=load(row[10]), **details,
    )  # fmt: skip


def _shipping(fields: dict[str, Any]) -> Shipping:
    return Shipping(**{**fields, "address": Address(**fields["address"])})
