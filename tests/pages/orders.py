"""Orders for the pages' tests: sessions and lines as the services hand them to a view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from paydesk.core.line_items import AdjustableQuantity, LineItem
from paydesk.core.prices import Price, Product
from paydesk.core.sessions import Session, with_totals
from paydesk.core.totals import recalculate
from paydesk.pages.view import Buyer, CheckoutView, Feedback, Seller, checkout_view
from paydesk.render.payment_pages import PaymentPage

SELLER = Seller(name="Fern & Fig Outfitters", publishable_key="pk_test_demo")
ONE_TO_TEN = AdjustableQuantity(enabled=True, minimum=1, maximum=10)
FROM_ZERO = AdjustableQuantity(enabled=True)


def line(
    name: str = "T-shirt",
    unit_amount: str = "2000",
    quantity: int = 1,
    adjustable: AdjustableQuantity | None = ONE_TO_TEN,
    *,
    id: str = "li_1",
    currency: str = "usd",
    **more: Any,
) -> LineItem:
    """A line whose amounts `order` fills in; `more` are fields of its product."""
    product = Product(
        id=f"prod_{id}", account="acct_1", created=0, updated=0, name=name, **more
    )  # fmt: skip
    price = Price(
        id=f"price_{id}", account="acct_1", created=0, currency=currency,
        product=product.id, unit_amount=Decimal(unit_amount),
    )  # fmt: skip
    return LineItem(
        id=id, price=price, product=product, quantity=quantity, adjustable_quantity=adjustable
    )


def order(*lines: LineItem, **changes: Any) -> tuple[Session, tuple[LineItem, ...]]:
    """An open session with these lines, its sums made; `changes` are fields of the session."""
    priced, totals = recalculate(lines or (line(),))
    session = Session(
        id="cs_test_a1Demo", account="acct_1", created=0, expires_at=10**10,
        currency=priced[0].price.currency, success_url="https://shop.example/thanks",
        cancel_url="https://shop.example/basket",
    )  # fmt: skip
    return replace(with_totals(session, totals, session.tax_status), **changes), priced


def view(
    lines: Sequence[LineItem] = (),
    *,
    locale: str = "en",
    country: str = "US",
    feedback: Feedback | None = None,
    seller: Seller = SELLER,
    **changes: Any,
) -> CheckoutView:
    """The checkout page of such a session."""
    session, priced = order(*lines, **changes)
    buyer = Buyer(locale=locale, country=country)
    shown = PaymentPage(session=session, lines=priced, intent=None)
    return checkout_view(shown, seller, buyer, feedback or Feedback())
