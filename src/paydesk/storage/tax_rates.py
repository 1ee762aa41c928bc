"""Tax rates that merchants made."""

from __future__ import annotations

from decimal import Decimal

from paydesk.core.manual_tax_rates import TaxRate
from paydesk.storage.codec import dump, load
from paydesk.storage.database import Row, Transaction
from paydesk.storage.paging import Condition, Listed, Page, select_page

COLUMNS = (
    "id, account, created, active, inclusive, percentage, display_name, description, country,"
    " state, jurisdiction, tax_type, metadata"
)

INSERT = f"""
INSERT INTO tax_rates ({COLUMNS})
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
"""

UPDATE = """
UPDATE tax_rates
SET active = $2, display_name = $3, description = $4, country = $5, state = $6, jurisdiction = $7,
    tax_type = $8, metadata = $9
WHERE id = $1
"""

GET = f"SELECT {COLUMNS} FROM tax_rates WHERE id = $1 AND account = $2"


def insert(tx: Transaction, rate: TaxRate) -> None:
    """Write a new rate down."""
    tx.run(
        INSERT,
        (
            rate.id, rate.account, rate.created, int(rate.active), int(rate.inclusive),
            str(rate.percentage), rate.display_name, rate.description, rate.country, rate.state,
            rate.jurisdiction, rate.tax_type, dump(rate.metadata),
        ),
    )  # fmt: skip


def update(tx: Transaction, rate: TaxRate) -> None:
    """Write down what may have changed; what a rate takes never does."""
    tx.run(
        UPDATE,
        (
            rate.id, int(rate.active), rate.display_name, rate.description, rate.country,
            rate.state, rate.jurisdiction, rate.tax_type, dump(rate.metadata),
        ),
    )  # fmt: skip


def get(tx: Transaction, account: str, id: str) -> TaxRate | None:
    """The account's rate with this id, or None."""
    row = tx.one(GET, (id, account))
    return None if row is None else _from_row(row)


def hold(tx: Transaction, account: str, id: str) -> TaxRate | None:
    """The account's rate, which nobody else changes until the transaction ends; or None."""
    row = tx.one(GET + tx.for_update, (id, account))
    return None if row is None else _from_row(row)


def list_page(
    tx: Transaction, account: str, conditions: list[Condition], page: Page
) -> Listed[TaxRate]:
    """The account's rates, newest first."""
    rows = select_page(
        tx, f"SELECT {COLUMNS} FROM tax_rates", [("account = ?", account), *conditions], page
    )
    return Listed([_from_row(row) for row in rows.items], rows.has_more)


def _from_row(row: Row) -> TaxRate:
    return TaxRate(
        id=row[0], account=row[1], created=row[2], active=bool(row[3]), inclusive=bool(row[4]),
        percentage=Decimal(row[5]), display_name=row[6], description=row[7], country=row[8],
        state=row[9], jurisdiction=row[10], tax_type=row[11], metadata=load(row[12]),
    )  # fmt: skip
