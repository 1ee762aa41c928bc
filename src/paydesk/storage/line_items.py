"""The lines of a session, in the merchant's order."""

from __future__ import annotations

from collections.abc import Sequence

from paydesk.core.line_items import AdjustableQuantity, LineItem
from paydesk.storage import prices, products
from paydesk.storage.codec import dump, load
from paydesk.storage.database import Row, Transaction
from paydesk.storage.tax_codec import dump_taxes, load_taxes

INSERT = """
INSERT INTO line_items (id, session, position, price, quantity, adjustable, minimum, maximum,
    amount_subtotal, amount_tax, amount_total, metadata, taxes)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
"""

UPDATE = """
UPDATE line_items
SET quantity = $3, amount_subtotal = $4, amount_tax = $5, amount_total = $6, taxes = $7
WHERE id = $1 AND session = $2
"""

DELETE = "DELETE FROM line_items WHERE id = $1 AND session = $2"
DELETE_ALL = "DELETE FROM line_items WHERE session = $1"

_OWN = (
    "id, quantity, adjustable, minimum, maximum, amount_subtotal, amount_tax, amount_total,"
    " metadata, taxes"
)
_OWN_COUNT = 10


def _columns(table: str, columns: str) -> str:
    return ", ".join(f"{table}.{column.strip()}" for column in columns.split(","))


_SELECT = f"""
SELECT {_columns("line_items", _OWN)}, {_columns("prices", prices.COLUMNS)},
    {_columns("products", products.COLUMNS)}
FROM line_items
JOIN prices ON prices.id = line_items.price
JOIN products ON products.account = prices.account AND products.id = prices.product
"""
OF_SESSION = f"{_SELECT} WHERE line_items.session = $1 ORDER BY line_items.position"
ONE = f"{_SELECT} WHERE line_items.id = $1"


def insert_all(tx: Transaction, session: str, lines: Sequence[LineItem]) -> None:
    """Write the lines of a new session down."""
    for position, line in enumerate(lines):
        tx.run(INSERT, _as_row(session, position, line))


def replace_all(tx: Transaction, session: str, lines: Sequence[LineItem]) -> None:
    """Write the lines down in the place of those that are there."""
    tx.run(DELETE_ALL, (session,))
    insert_all(tx, session, lines)


def of_session(tx: Transaction, session: str) -> tuple[LineItem, ...]:
    """The lines of a session with their prices and products."""
    return tuple(_from_row(row) for row in tx.all(OF_SESSION, (session,)))


def get(tx: Transaction, id: str) -> LineItem | None:
    """The line with this id with its price and product, or None."""
    row = tx.one(ONE, (id,))
    return None if row is None else _from_row(row)


def session_of(tx: Transaction, id: str) -> str | None:
    """The id of the session that the line belongs to, whoever's that is."""
    row = tx.one("SELECT session FROM line_items WHERE id = $1", (id,))
    return None if row is None else str(row[0])


def save_changes(
    tx: Transaction, session: str, before: Sequence[LineItem], after: Sequence[LineItem]
) -> None:
    """Write down how the lines changed: quantities, amounts, and which are gone."""
    kept = {line.id: line for line in after}
    for line in before:
        changed = kept.get(line.id)
        if changed is None:
            tx.run(DELETE, (line.id, session))
        elif changed != line:
            amounts = (changed.amount_subtotal, changed.amount_tax, changed.amount_total)
            taxes = dump_taxes(changed.taxes)
            tx.run(UPDATE, (line.id, session, changed.quantity, *amounts, taxes))


def _as_row(session: str, position: int, line: LineItem) -> tuple[str | int | None, ...]:
    adjustable = line.adjustable_quantity
    return (
        line.id, session, position, line.price.id, line.quantity,
        None if adjustable is None else int(adjustable.enabled),
        None if adjustable is None else adjustable.minimum,
        None if adjustable is None else adjustable.maximum,
        line.amount_subtotal, line.amount_tax, line.amount_total, dump(line.metadata),
        dump_taxes(line.taxes),
    )  # fmt: skip


def _from_row(row: Row) -> LineItem:
    id, quantity, adjustable, minimum, maximum, subtotal, tax, total = row[:8]
    metadata, taxes = row[8:_OWN_COUNT]
    price_end = _OWN_COUNT + prices.COLUMN_COUNT
    return LineItem(
        id=id,
        price=prices.from_row(row[_OWN_COUNT:price_end]),
        product=products.from_row(row[price_end:]),
        quantity=quantity,
        adjustable_quantity=None if adjustable is None else AdjustableQuantity(
            enabled=bool(adjustable), minimum=minimum, maximum=maximum
        ),
        metadata=load(metadata),
        amount_subtotal=subtotal,
        amount_tax=tax,
        amount_total=total,
        taxes=load_taxes(taxes),
    )  # fmt: skip
