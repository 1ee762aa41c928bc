"""Payment intents."""

from __future__ import annotations

from paydesk.core.payments import PaymentIntent
from paydesk.storage.codec import dump, load, load_with_shipping
from paydesk.storage.database import Row, Transaction
from paydesk.storage.paging import Condition, Listed, Page, select_page

COLUMNS = (
    "id, account, created, session, amount, amount_received, currency, status, client_secret,"
    " payment_method, latest_charge, last_payment_error, next_action, canceled_at, metadata,"
    " details, customer"
)

INSERT = f"""
INSERT INTO payment_intents ({COLUMNS})
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
"""

UPDATE = """
UPDATE payment_intents
SET amount = $2, amount_received = $3, status = $4, payment_method = $5, latest_charge = $6,
    last_payment_error = $7, next_action = $8, canceled_at = $9, customer = $10, details = $11
WHERE id = $1
"""

_DETAILS = (
    "description", "receipt_email", "statement_descriptor", "statement_descriptor_suffix",
    "shipping", "setup_future_usage", "payment_method_types",
)  # fmt: skip


def insert(tx: Transaction, intent: PaymentIntent) -> None:
    """Write a new intent down."""
    tx.run(
        INSERT,
        (
            intent.id, intent.account, intent.created, intent.session, intent.amount,
            intent.amount_received, intent.currency, intent.status, intent.client_secret,
            intent.payment_method, intent.latest_charge, _dump(intent.last_payment_error),
            _dump(intent.next_action), intent.canceled_at, dump(intent.metadata),
            _details(intent), intent.customer,
        ),
    )  # fmt: skip


def update(tx: Transaction, intent: PaymentIntent) -> None:
    """Write down how far the payment has come."""
    tx.run(
        UPDATE,
        (
            intent.id, intent.amount, intent.amount_received, intent.status,
            intent.payment_method, intent.latest_charge, _dump(intent.last_payment_error),
            _dump(intent.next_action), intent.canceled_at, intent.customer, _details(intent),
        ),
    )  # fmt: skip


def get(tx: Transaction, account: str, id: str) -> PaymentIntent | None:
    """The account's intent with this id, or None."""
    row = tx.one(
        f"SELECT {COLUMNS} FROM payment_intents WHERE id = $1 AND account = $2", (id, account)
    )
    return None if row is None else _from_row(row)


def hold(tx: Transaction, account: str, id: str) -> PaymentIntent | None:
    """The same, and nobody else pays or cancels it until this transaction ends."""
    sql = f"SELECT {COLUMNS} FROM payment_intents WHERE id = $1 AND account = $2"
    row = tx.one(sql + tx.for_update, (id, account))
    return None if row is None else _from_row(row)


def of_session(tx: Transaction, session: str) -> PaymentIntent | None:
    """The intent of a session, once the buyer has confirmed for the first time."""
    row = tx.one(f"SELECT {COLUMNS} FROM payment_intents WHERE session = $1", (session,))
    return None if row is None else _from_row(row)


def list_page(
    tx: Transaction, account: str, conditions: list[Condition], page: Page
) -> Listed[PaymentIntent]:
    """The account's intents, newest first."""
    select = f"SELECT {COLUMNS} FROM payment_intents"
    rows = select_page(tx, select, [("account = ?", account), *conditions], page)
    return Listed([_from_row(row) for row in rows.items], rows.has_more)


def _dump(value: object) -> str | None:
    return None if value is None else dump(value)


def _details(intent: PaymentIntent) -> str:
    return dump({name: getattr(intent, name) for name in _DETAILS})


def _from_row(row: Row) -> PaymentIntent:
    details = load_with_shipping(row[15])
    if "payment_method_types" in details:
        details["payment_method_types"] = tuple(details["payment_method_types"])
    return PaymentIntent(
        id=row[0], account=row[1], created=row[2], session=row[3], amount=row[4],
        amount_received=row[5], currency=row[6], status=row[7], client_secret=row[8],
        payment_method=row[9], latest_charge=row[10], last_payment_error=load(row[11]),
        next_action=load(row[12]), canceled_at=row[13], metadata=load(row[14]),
        customer=row[16], **details,
    )  # fmt: skip
