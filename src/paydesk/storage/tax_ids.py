"""Tax ids, of customers and of the account itself."""

from __future__ import annotations

from paydesk.core.tax_ids import TaxId
from paydesk.storage.database import Row, Transaction
from paydesk.storage.paging import Condition, Listed, Page, select_page

COLUMNS = "id, account, customer, created, type, value, verification"

INSERT = f"INSERT INTO tax_ids ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7)"

OF_CUSTOMER = f"SELECT {COLUMNS} FROM tax_ids WHERE customer = $1 ORDER BY id DESC"


def insert(tx: Transaction, tax_id: TaxId) -> None:
    """Write a new tax id down."""
    tx.run(
        INSERT,
        (
            tax_id.id, tax_id.account, tax_id.customer, tax_id.created, tax_id.type,
            tax_id.value, tax_id.verification,
        ),
    )  # fmt: skip


def delete(tx: Transaction, id: str) -> None:
    """Forget a tax id."""
    tx.run("DELETE FROM tax_ids WHERE id = $1", (id,))


def get(tx: Transaction, account: str, id: str) -> TaxId | None:
    """The account's tax id with this id, or None."""
    row = tx.one(f"SELECT {COLUMNS} FROM tax_ids WHERE id = $1 AND account = $2", (id, account))
    return None if row is None else _from_row(row)


def of_customer(tx: Transaction, customer: str) -> list[TaxId]:
    """All of a customer's, newest first: there are few (`core.tax_ids.TAX_IDS_MAX`)."""
    return [_from_row(row) for row in tx.all(OF_CUSTOMER, (customer,))]


def list_page(
    tx: Transaction, account: str, conditions: list[Condition], page: Page
) -> Listed[TaxId]:
    """The account's tax ids, newest first."""
    select = f"SELECT {COLUMNS} FROM tax_ids"
    rows = select_page(tx, select, [("account = ?", account), *conditions], page)
    return Listed([_from_row(row) for row in rows.items], rows.has_more)


def _from_row(row: Row) -> TaxId:
    return TaxId(
        id=row[0], account=row[1], customer=row[2], created=row[3], type=row[4], value=row[5],
        verification=row[6],
    )  # fmt: skip
