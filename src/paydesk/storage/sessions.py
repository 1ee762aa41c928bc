"""Checkout Sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from paydesk.core.collection import NOTHING_MORE
from paydesk.core.errors import Busy
from paydesk.core.sessions import NOTHING_SAID, Session
from paydesk.core.tax import TaxLocation
from paydesk.storage.codec import (
    collection_from,
    dump,
    dump_details,
    dump_shipping,
    intent_data_from,
    load,
    load_details,
    load_shipping,
)
from paydesk.storage.database import Row, Transaction
from paydesk.storage.paging import Condition, Listed, Page, select_page
from paydesk.storage.tax_codec import load_seller

COLUMNS = (
    "id, account, created, expires_at, status, payment_status, version, currency, amount_subtotal,"
    " amount_tax, amount_total, automatic_tax, tax_status, payment_intent, customer_details,"
    " tax_location, metadata, settings, customer, shipping, tax_seller"
)

INSERT = f"""
INSERT INTO sessions ({COLUMNS}, buyer_email)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
        $21, $22)
"""

UPDATE = """
UPDATE sessions
SET version = version + 1, status = $3, payment_status = $4, amount_subtotal = $5, amount_tax = $6,
    amount_total = $7, tax_status = $8, payment_intent = $9, customer_details = $10,
    tax_location = $11, metadata = $12, buyer_email = $13, customer = $14, shipping = $15
WHERE id = $1 AND version = $2
"""

GET = f"SELECT {COLUMNS} FROM sessions WHERE id = $1 AND account = $2"

DUE = """
SELECT id, account FROM sessions
WHERE status = 'open' AND expires_at <= $1 AND NOT EXISTS
    (SELECT 1 FROM attempts WHERE session = sessions.id AND state = 'reserved')
ORDER BY expires_at
LIMIT $2
"""

STATES_AT_ONCE = 50
PLACES = ", ".join(f"${place}" for place in range(1, STATES_AT_ONCE + 1))
STATES = f"SELECT id, version, status, expires_at FROM sessions WHERE id IN ({PLACES})"

# What never changes after the session was made, kept as one JSON value; what is not there is empty.
_SETTINGS = (
    "ui_mode", "success_url", "cancel_url", "return_url", "redirect_on_completion",
    "client_secret", "client_reference_id", "customer_creation", "customer_update",
    "customer_email", "known_email", "saved_payment_method_options", "locale", "submit_type",
    "allowed_payment_method_types", "presentation",
)  # fmt: skip


def insert(tx: Transaction, session: Session) -> None:
    """Write a new session down."""
    settings = {name: value for name in _SETTINGS if (value := getattr(session, name))}
    if session.payment_intent_data != NOTHING_SAID:
        settings["payment_intent_data"] = session.payment_intent_data
    if session.collection != NOTHING_MORE:
        settings["collection"] = session.collection
    tx.run(
        INSERT,
        (
            session.id, session.account, session.created, session.expires_at, session.status,
            session.payment_status, session.version, session.currency, session.amount_subtotal,
            session.amount_tax, session.amount_total, int(session.automatic_tax),
            session.tax_status, session.payment_intent, dump_details(session.customer_details),
            _dump_location(session.tax_location), dump(session.metadata), dump(settings),
            session.customer, dump_shipping(session.shipping),
            None if session.tax_seller is None else dump(session.tax_seller),
            _buyer_email(session),
        ),
    )  # fmt: skip


def update(tx: Transaction, session: Session) -> Session:
    """Write down what may have changed since this picture of the session was read.

    Gives back the session with its new version. Raises Busy when the session has changed
    meanwhile: the picture was stale.
    """
    changed = tx.run(
        UPDATE,
        (
            session.id, session.version, session.status, session.payment_status,
            session.amount_subtotal, session.amount_tax, session.amount_total,
            session.tax_status, session.payment_intent, dump_details(session.customer_details),
            _dump_location(session.tax_location), dump(session.metadata), _buyer_email(session),
            session.customer, dump_shipping(session.shipping),
        ),
    )  # fmt: skip
    if changed != 1:
        raise Busy
    return replace(session, version=session.version + 1)


def get(tx: Transaction, account: str, id: str) -> Session | None:
    """The account's session with this id, or None."""
    row = tx.one(GET, (id, account))
    return None if row is None else _from_row(row)


def hold(tx: Transaction, account: str, id: str) -> Session | None:
    """The same, and nobody else changes it or pays it until this transaction ends."""
    row = tx.one(GET + tx.for_update, (id, account))
    return None if row is None else _from_row(row)


def account_of(tx: Transaction, id: str) -> str | None:
    """Whose session it is: on the buyer's page the id itself is the key."""
    row = tx.one("SELECT account FROM sessions WHERE id = $1", (id,))
    return None if row is None else row[0]


def list_page(
    tx: Transaction, account: str, conditions: list[Condition], page: Page
) -> Listed[Session]:
    """The account's sessions, newest first."""
    rows = select_page(
        tx, f"SELECT {COLUMNS} FROM sessions", [("account = ?", account), *conditions], page
    )
    return Listed([_from_row(row) for row in rows.items], rows.has_more)


def due(tx: Transaction, now: int, limit: int) -> list[tuple[str, str]]:
    """Id and account of open sessions whose time is over, the longest over first.

    Not of those that are being paid, or that others hold.
    """
    return [(id, account) for id, account in tx.all(DUE + tx.skip_locked, (now, limit))]


def next_expiry(tx: Transaction) -> int | None:
    """When the next open session ends, in Unix seconds."""
    row = tx.one("SELECT min(expires_at) FROM sessions WHERE status = 'open'")
    return None if row is None else row[0]


def states(tx: Transaction, ids: Sequence[str]) -> list[tuple[str, int, str, int]]:
    """Id, version, status as written down, and expiry (Unix seconds) of those of `ids` that are."""
    found: list[tuple[str, int, str, int]] = []
    for start in range(0, len(ids), STATES_AT_ONCE):
        some = ids[start : start + STATES_AT_ONCE]
        padded = [*some, *[some[0]] * (STATES_AT_ONCE - len(some))]
        found += [(id, version, status, end) for id, version, status, end in tx.all(STATES, padded)]
    return found


def _buyer_email(session: Session) -> str | None:
    details = session.customer_details
    return session.customer_email if details is None else details.email


def _dump_location(location: TaxLocation | None) -> str | None:
    return None if location is None else dump(location)


def _from_row(row: Row) -> Session:
    settings: dict[str, Any] = load(row[17])
    if "payment_intent_data" in settings:
        settings["payment_intent_data"] = intent_data_from(settings["payment_intent_data"])
    if "allowed_payment_method_types" in settings:
        settings["allowed_payment_method_types"] = tuple(settings["allowed_payment_method_types"])
    if "collection" in settings:
        settings["collection"] = collection_from(settings["collection"])
    if row[20] is not None:
        settings["tax_seller"] = load_seller(row[20])
    location = load(row[15])
    return Session(
        id=row[0], account=row[1], created=row[2], expires_at=row[3], status=row[4],
        payment_status=row[5], version=row[6], currency=row[7], amount_subtotal=row[8],
        amount_tax=row[9], amount_total=row[10], automatic_tax=bool(row[11]), tax_status=row[12],
        payment_intent=row[13], customer_details=load_details(row[14]),
        tax_location=None if location is None else TaxLocation(**location),
        metadata=load(row[16]), customer=row[18], shipping=load_shipping(row[19]), **settings,
    )  # fmt: skip
