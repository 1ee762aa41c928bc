"""Products."""

from __future__ import annotations

from paydesk.core.prices import Product
from paydesk.storage.codec import dump, load
from paydesk.storage.database import Row, Transaction
from paydesk.storage.paging import Condition, Listed, Page, select_page

COLUMNS = (
    "id, account, created, updated, active, name, description, images, metadata, default_price,"
    " shippable, statement_descriptor, tax_code, unit_label, url"
)
COLUMN_COUNT = 15

URL_INDEXED_CHARACTERS = 200

INSERT = f"""
INSERT INTO products ({COLUMNS})
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
"""

UPDATE = """
UPDATE products
SET updated = $2, active = $3, name = $4, description = $5, images = $6, metadata = $7,
    default_price = $8, shippable = $9, statement_descriptor = $10, tax_code = $11,
    unit_label = $12, url = $13
WHERE id = $1 AND account = $14
"""

GET = f"SELECT {COLUMNS} FROM products WHERE id = $1 AND account = $2"


def insert(tx: Transaction, product: Product) -> None:
    """Write a new product down."""
    head = (product.id, product.account, product.created)
    tx.run(INSERT, (*head, *_changeable(product)))


def update(tx: Transaction, product: Product) -> None:
    """Write down what may have changed."""
    tx.run(UPDATE, (product.id, *_changeable(product), product.account))


def get(tx: Transaction, account: str, id: str) -> Product | None:
    """The account's product with this id, or None."""
    row = tx.one(GET, (id, account))
    return None if row is None else from_row(row)


def hold(tx: Transaction, account: str, id: str) -> Product | None:
    """The account's product, which nobody else changes until the transaction ends; or None."""
    row = tx.one(GET + tx.for_update, (id, account))
    return None if row is None else from_row(row)


def list_page(
    tx: Transaction, account: str, conditions: list[Condition], page: Page
) -> Listed[Product]:
    """The account's products, newest first."""
    rows = select_page(
        tx, f"SELECT {COLUMNS} FROM products", [("account = ?", account), *conditions], page
    )
    return Listed([from_row(row) for row in rows.items], rows.has_more)


def with_url(url: str) -> Condition:
    """Only products with this URL; the index knows them by how it begins."""
    beginning = url[:URL_INDEXED_CHARACTERS]
    return f"substr(url, 1, {URL_INDEXED_CHARACTERS}) = ? AND url = ?", (beginning, url)


def from_row(row: Row) -> Product:
    """A row of COLUMNS as a product."""
    return Product(
        id=row[0], account=row[1], created=row[2], updated=row[3], active=bool(row[4]),
        name=row[5], description=row[6], images=tuple(load(row[7])), metadata=load(row[8]),
        default_price=row[9], shippable=None if row[10] is None else bool(row[10]),
        statement_descriptor=row[11], tax_code=row[12], unit_label=row[13], url=row[14],
    )  # fmt: skip


def _changeable(product: Product) -> tuple[str | int | None, ...]:
    return (
        product.updated, int(product.active), product.name, product.description,
        dump(product.images), dump(product.metadata), product.default_price,
        None if product.shippable is None else int(product.shippable),
        product.statement_descriptor, product.tax_code, product.unit_label, product.url,
    )  # fmt: skip
