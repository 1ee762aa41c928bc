"""Prices."""

from __future__ import annotations

from decimal import Decimal

from paydesk.core.prices import Price, Recurring
from paydesk.storage.codec import dump, load
from paydesk.storage.database import Row, Transaction
from paydesk.storage.paging import Condition, Listed, Page, merged, select_few, select_page

COLUMNS = (
    "id, account, created, active, currency, product, unit_amount, tax_behavior, lookup_key,"
    " nickname, metadata, recurring"
)
COLUMN_COUNT = 12

INSERT = f"""
INSERT INTO prices ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""

UPDATE = """
UPDATE prices
SET active = $2, tax_behavior = $3, lookup_key = $4, nickname = $5, metadata = $6
WHERE id = $1
"""

GET = f"SELECT {COLUMNS} FROM prices WHERE id = $1 AND account = $2"

BY_LOOKUP_KEY = f"SELECT {COLUMNS} FROM prices WHERE account = $1 AND lookup_key = $2"


UNIQUE = "lookup_key"
NARROWING = ("active", "currency", "product", "recurring <>")
"""Conditions with an index of their own. There is none of all prices: that of the active ones and
that of the others are as good as one, and each index costs every price that is made."""


def insert(tx: Transaction, price: Price) -> None:
    """Write a new price down."""
    tx.run(
        INSERT,
        (
            price.id, price.account, price.created, int(price.active), price.currency,
            price.product, str(price.unit_amount), price.tax_behavior, price.lookup_key,
            price.nickname, dump(price.metadata),
            "" if price.recurring is None else dump(price.recurring),
        ),
    )  # fmt: skip


def update(tx: Transaction, price: Price) -> None:
    """Write down what may have changed; what a price costs never does."""
    tx.run(
        UPDATE,
        (
            price.id, int(price.active), price.tax_behavior, price.lookup_key, price.nickname,
            dump(price.metadata),
        ),
    )  # fmt: skip


def get(tx: Transaction, account: str, id: str) -> Price | None:
    """The account's price with this id, or None."""
    row = tx.one(GET, (id, account))
    return None if row is None else from_row(row)


def hold(tx: Transaction, account: str, id: str) -> Price | None:
    """The account's price, which nobody else changes until the transaction ends; or None."""
    row = tx.one(GET + tx.for_update, (id, account))
    return None if row is None else from_row(row)


def hold_by_lookup_key(tx: Transaction, account: str, lookup_key: str) -> Price | None:
    """The account's price that carries this lookup key, held as by `hold`; or None."""
    row = tx.one(BY_LOOKUP_KEY + tx.for_update, (account, lookup_key))
    return None if row is None else from_row(row)


def list_page(
    tx: Transaction, account: str, conditions: list[Condition], page: Page
) -> Listed[Price]:
    """The account's prices, newest first."""
    select = f"SELECT {COLUMNS} FROM prices"
    wanted: list[Condition] = [("account = ?", account), *conditions]
    if any(sql.startswith(UNIQUE) for sql, _ in conditions):
        rows = select_few(tx, select, wanted, page)
    elif any(sql.startswith(NARROWING) for sql, _ in conditions):
        rows = select_page(tx, select, wanted, page)
    else:
        both = (select_page(tx, select, [*wanted, ("active = ?", one)], page) for one in (0, 1))
        rows = merged(both, page)
    return Listed([from_row(row) for row in rows.items], rows.has_more)


def from_row(row: Row) -> Price:
    """A row of COLUMNS as a price."""
    return Price(
        id=row[0], account=row[1], created=row[2], active=bool(row[3]), currency=row[4],
        product=row[5], unit_amount=Decimal(row[6]), tax_behavior=row[7], lookup_key=row[8],
        nickname=row[9], metadata=load(row[10]),
        recurring=Recurring(**load(row[11])) if row[11] else None,
    )  # fmt: skip
