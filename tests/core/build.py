"""Small shops for the tests of the core: what a test does not say is plain."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from paydesk.core.line_items import AdjustableQuantity, LineItem
from paydesk.core.prices import Price, Product
from paydesk.core.sessions import Session
from paydesk.core.tax import Jurisdiction, LineTax, TaxDecision, borne
from paydesk.core.totals import TaxOf

NOW = 1_750_000_000
"""Some moment in Unix seconds."""


def a_price(
    unit_amount: str | int = 2000, *, currency: str = "usd", tax_behavior: str = "exclusive"
) -> Price:
    return Price(
        id="price_1",
        account="acct_1",
        created=NOW,
        currency=currency,
        product="prod_1",
        unit_amount=Decimal(unit_amount),
        tax_behavior=tax_behavior,
    )


def a_line(
    id: str = "li_1",
    *,
    quantity: int = 1,
    price: Price | None = None,
    adjustable: AdjustableQuantity | None = None,
) -> LineItem:
    return LineItem(
        id=id,
        price=price or a_price(),
        product=Product(id="prod_1", account="acct_1", created=NOW, updated=NOW, name="T-shirt"),
        quantity=quantity,
        adjustable_quantity=adjustable,
    )


def adjustable(minimum: int | None = None, maximum: int | None = None) -> AdjustableQuantity:
    return AdjustableQuantity(enabled=True, minimum=minimum, maximum=maximum)


def a_session(
    *,
    status: str = "open",
    ui_mode: str = "hosted_page",
    expires_at: int = NOW + 3600,
    amount_total: int = 2000,
    currency: str = "usd",
    success_url: str | None = None,
    return_url: str | None = None,
) -> Session:
    return Session(
        id="cs_test_a1ABC",
        account="acct_1",
        created=NOW,
        expires_at=expires_at,
        currency=currency,
        status=status,
        ui_mode=ui_mode,
        amount_total=amount_total,
        success_url=success_url,
        return_url=return_url,
    )


def flat(percentage: str) -> TaxDecision:
    """A tax of one rate, whosever it is."""
    place = Jurisdiction("Ruritania", "country", "ZZ")
    return TaxDecision(Decimal(percentage), "standard_rated", "Tax", None, place, "a test")


def is_inclusive(line: LineItem) -> bool:
    return line.price.tax_behavior == "inclusive"


def tax_at(percentage: str) -> TaxOf:
    """A flat tax, inside the price or on top as the price says."""

    def tax_of(line: LineItem, taxable: int) -> tuple[LineTax, ...]:
        currency = line.price.currency
        return borne([flat(percentage)], taxable, currency, inclusive=is_inclusive(line))

    return tax_of


def quantities(lines: Sequence[LineItem]) -> dict[str, int]:
    return {line.id: line.quantity for line in lines}
