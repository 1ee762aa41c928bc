"""Payment methods: facts of a card or an account, and the processor's token. Never a number."""

from __future__ import annotations

from paydesk.core.payments import DETACHED, PaymentMethod
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
)
from paydesk.storage.database import Row, Transaction
from paydesk.storage.paging import Condition, Listed, Page, select_page

COLUMNS = (
    "id, account, created, token, card, billing, metadata, customer, allow_redisplay, spent_on,"
    " sepa_debit"
)

INSERT = f"""
INSERT INTO payment_methods ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""

UPDATE = """
UPDATE payment_methods
SET card = $2, billing = $3, metadata = $4, customer = $5, allow_redisplay = $6,
    spent_on = $7
WHERE id = $1
"""

GET = f"SELECT {COLUMNS} FROM payment_methods WHERE id = $1 AND account = $2"

OF_CUSTOMER = f"SELECT {COLUMNS} FROM payment_methods WHERE customer = $1 ORDER BY id DESC LIMIT $2"

DETACH_ALL = "UPDATE payment_methods SET customer = NULL, spent_on = $2 WHERE customer = $1"

SPEND = """
UPDATE payment_methods SET spent_on = $2
WHERE id = $1 AND customer IS NULL AND spent_on IS NULL
"""

GIVE_BACK = "UPDATE payment_methods SET spent_on = NULL WHERE id = $1 AND spent_on = $2"

OF_CUSTOMER_MAX = 100
"""Of one customer's payment methods, so many are looked at: the newest ones."""


SPECIFIED: Condition = ("allow_redisplay <> 'unspecified'", ())
"""Met by those that customers let be offered again, and those that they don't."""


def insert(tx: Transaction, method: PaymentMethod) -> None:
    """Write a new payment method down."""
    tx.run(
        INSERT,
        (
            method.id, method.account, method.created, method.token,
            dump_card(method.card), dump_details(method.billing), dump(method.metadata),
            method.customer, method.allow_redisplay, method.spent_on,
            dump_debit(method.sepa_debit),
        ),
    )  # fmt: skip


def get(tx: Transaction, account: str, id: str) -> PaymentMethod | None:
    """The account's payment method with this id, or None."""
    row = tx.one(GET, (id, account))
    return None if row is None else _from_row(row)


def hold(tx: Transaction, account: str, id: str) -> PaymentMethod | None:
    """The same, and nobody else changes it until this transaction ends."""
    row = tx.one(GET + tx.for_update, (id, account))
    return None if row is None else _from_row(row)


def update(tx: Transaction, method: PaymentMethod) -> None:
    """Write down what may have changed."""
    tx.run(
        UPDATE,
        (
            method.id, dump_card(method.card), dump_details(method.billing),
            dump(method.metadata), method.customer, method.allow_redisplay, method.spent_on,
        ),
    )  # fmt: skip


def of_customer(tx: Transaction, customer: str) -> list[PaymentMethod]:
    """What is kept for a customer, newest first."""
    return [_from_row(row) for row in tx.all(OF_CUSTOMER, (customer, OF_CUSTOMER_MAX))]


def detach_all(tx: Transaction, customer: str) -> None:
    """Nothing is kept for this customer any more."""
    tx.run(DETACH_ALL, (customer, DETACHED))


def spend(tx: Transaction, id: str, attempt: str) -> bool:
    """Use it up for this attempt; False when it is used up, or a customer has it."""
    return tx.run(SPEND, (id, attempt)) == 1


def give_back(tx: Transaction, id: str, attempt: str) -> None:
    """Nothing came of the attempt that it was used up for, if it was for that one."""
    tx.run(GIVE_BACK, (id, attempt))


def list_page(
    tx: Transaction, account: str, conditions: list[Condition], page: Page
) -> Listed[PaymentMethod]:
    """The account's payment methods, newest first."""
    select = f"SELECT {COLUMNS} FROM payment_methods"
    rows = select_page(tx, select, [("account = ?", account), *conditions], page)
    return Listed([_from_row(row) for row in rows.items], rows.has_more)


def _from_row(row: Row) -> PaymentMethod:
    return PaymentMethod(
        id=row[0], account=row[1], created=row[2], token=row[3], card=load_card(row[4]),
        billing=load_details(row[5]) or CustomerDetails(), metadata=load(row[6]),
        customer=row[7], allow_redisplay=row[8], spent_on=row[9], sepa_debit=load_debit(row[10]),
    )  # fmt: skip
