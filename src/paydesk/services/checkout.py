"""Creating a Checkout Session: prices found or made, lines checked, sums made, all or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from paydesk.core.errors import InvalidRequest
from paydesk.core.line_items import AdjustableQuantity, LineItem, check_new_line
from paydesk.core.prices import Price, Product
from paydesk.core.sepa_debit import check_session_currency
from paydesk.core.sessions import (
    HOSTED,
    LIFETIME_SECONDS_MAX,
    CustomerDetails,
    Session,
    check_lifetime,
)
from paydesk.core.tax_registrations import TaxSeller
from paydesk.core.totals import check_total
from paydesk.services import prices, products, session_customers, tax_rates, taxes
from paydesk.services.context import Call
from paydesk.storage import line_items, sessions
from paydesk.storage.database import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLine:
    """A line as the merchant asks for it: an existing price's id, or the fields of a new one.

    A new price is of an existing product, by its id, or of one made from `product_data`.
    """

    quantity: int
    price: str | None = None
    product: str | None = None
    price_data: dict[str, Any] = field(default_factory=dict)
    product_data: dict[str, Any] | None = None
    adjustable_quantity: AdjustableQuantity | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    tax_rates: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    """A session as the merchant asks for it; `fields` are those of `core.sessions.Session`."""

    lines: Sequence[NewLine]
    fields: dict[str, Any]
    currency: str | None = None
    expires_at: int | None = None


def create(tx: Transaction, call: Call, wanted: NewSession) -> Session:
    """A new session. Raises InvalidRequest, naming the parameter, for whatever can't stand."""
    if wanted.expires_at is not None:
        check_lifetime(wanted.expires_at, call.now)
    lines = [
        new_line(tx, call, line, f"line_items[{number}]")
        for number, line in enumerate(wanted.lines)
    ]
    currency = wanted.currency or lines[0].price.currency
    check_currency(lines, currency, [line.price for line in wanted.lines])
    seller = taxes.seller(tx, call) if wanted.fields.get("automatic_tax") else None
    bare = _session(call, wanted, currency, seller)
    check_session_currency(bare.payment_method_types, currency)
    if bare.customer is not None:
        bare = replace(bare, **session_customers.known_fields(tx, call, bare.customer, bare))
    session, priced = taxes.reprice(bare, lines, call)
    check_total(session.amount_total, currency)
    sessions.insert(tx, session)
    line_items.insert_all(tx, session.id, priced)
    return session


def _session(call: Call, wanted: NewSession, currency: str, seller: TaxSeller | None) -> Session:
    fields = wanted.fields
    id, created = call.stamped_session()
    email = fields.get("customer_email")
    if fields.get("ui_mode", HOSTED) != HOSTED:
        fields["client_secret"] = call.server.ids.secret(f"{id}_secret")
    return Session(
        id=id,
        account=call.account,
        created=created,
        expires_at=wanted.expires_at or created + LIFETIME_SECONDS_MAX,
        currency=currency,
        customer_details=None if email is None else CustomerDetails(email=email),
        tax_seller=seller,
        **fields,
    )


def new_line(tx: Transaction, call: Call, wanted: NewLine, param: str) -> LineItem:
    """The line that is asked for at `param`. Raises InvalidRequest for what can't stand."""
    price, product = price_of(tx, call, wanted, param)
    line = LineItem(
        id=call.id("li"),
        price=price,
        product=product,
        quantity=wanted.quantity,
        adjustable_quantity=wanted.adjustable_quantity,
        metadata=wanted.metadata,
        taxes=tax_rates.on_line(tx, call, wanted.tax_rates, param=f"{param}[tax_rates]"),
    )
    check_new_line(line, param=param)
    return line


def price_of(tx: Transaction, call: Call, wanted: NewLine, param: str) -> tuple[Price, Product]:
    """The line's price and product: found, or made for this session alone and so not active."""
    if wanted.price is None:
        place = f"{param}[price_data]"
        data = wanted.product_data and {**wanted.product_data, "active": False}
        product = products.made_or_found(tx, call, data, wanted.product, param=f"{place}[product]")
        fields = {**wanted.price_data, "active": False}
        return prices.create(tx, call, product, fields, param=place), product
    price = prices.get(tx, call, wanted.price, param=f"{param}[price]")
    if not price.active:
        raise InvalidRequest(
            "The price specified is inactive. This field only accepts active prices.",
            param=f"{param}[price]",
        )
    if price.recurring is not None:
        raise InvalidRequest(
            "You specified `payment` mode but passed a recurring price. Either switch to "
            "`subscription` mode or use only one-time prices.",
            param=f"{param}[price]",
        )
    return price, products.get(tx, call, price.product)


def check_currency(
    lines: Sequence[LineItem], currency: str, price_ids: Sequence[str | None]
) -> None:
    """Refuse the first line in another currency; `price_ids` are those that were asked for."""
    for number, line in enumerate(lines):
        if line.price.currency != currency:
            place = "price" if price_ids[number] else "price_data][currency"
            raise InvalidRequest(
                f"The price specified only supports `{line.price.currency}`. This doesn't match "
                f"the expected currency: `{currency}`.",
                param=f"line_items[{number}][{place}]",
            )
