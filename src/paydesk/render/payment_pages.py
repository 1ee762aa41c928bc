"""The session as the buyer's browser, the CLI and the mobile SDKs see it.

Not in Stripe's published specification. The shape follows what those programs read: a
`line_item_group` whose lines carry both bounds of an adjustable quantity.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from paydesk.core.cards import decline_code_for_buyers
from paydesk.core.line_items import LineItem
from paydesk.core.payments import PaymentIntent, PaymentMethod
from paydesk.core.sessions import Session, Shipping
from paydesk.render import Json
from paydesk.render.line_items import effective_bounds, line_item
from paydesk.render.payments import payment_intent, payment_method
from paydesk.render.people import collected_information, collection, customer_details
from paydesk.render.products import product
from paydesk.render.sessions import redirect_on_completion


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentPage:
    """What a buyer's page shows.

    `known_shipping` is where the parcels of the session's customer go, while the buyer has not said
    where this one does.
    """

    session: Session
    lines: Sequence[LineItem]
    intent: PaymentIntent | None
    saved: Sequence[PaymentMethod] = ()
    known_shipping: Shipping | None = None


def payment_page(page: PaymentPage) -> Json:
    """A `checkout.session` seen from the buyer's side; metadata stays with the merchant."""
    session = page.session
    return {
        "id": session.id,
        "session_id": session.id,
        "object": "checkout.session",
        "automatic_tax": {"enabled": session.automatic_tax, "status": session.tax_status},
        "cancel_url": session.cancel_url,
        "collected_information": collected_information(session),
        "created": session.created,
        "currency": session.currency,
        "customer_details": customer_details(session.customer_details),
        "customer_email": session.fixed_email,
        "expires_at": session.expires_at,
        "line_item_group": _group(page),
        "livemode": False,
        "locale": session.locale,
        "mode": "payment",
        "payment_intent": None if page.intent is None else _intent(page.intent),
        "payment_method_types": list(session.payment_method_types),
        "payment_status": session.payment_status,
        "redirect_on_completion": redirect_on_completion(session),
        "return_url": session.return_url,
        "saved_payment_methods": [_saved(method) for method in page.saved],
        "status": session.status,
        "submit_type": session.submit_type,
        "success_url": session.success_url,
        "total_summary": {
            "due": session.amount_total,
            "subtotal": session.amount_subtotal,
            "tax": session.amount_tax,
            "total": session.amount_total,
        },
        "ui_mode": session.ui_mode,
        "version": session.version,
        **collection(session.collection),
    }


def _group(page: PaymentPage) -> Json:
    session = page.session
    return {
        "currency": session.currency,
        "discount_amounts": [],
        "due": session.amount_total,
        "line_items": [_line(line) for line in page.lines],
        "subtotal": session.amount_subtotal,
        "total": session.amount_total,
    }


def _line(line: LineItem) -> Json:
    item = line_item(line)
    item["price"]["product"] = product(line.product)
    item.update(
        adjustable_quantity=effective_bounds(line),
        images=list(line.product.images),
        name=line.description,
        subtotal=line.amount_subtotal,
        total=line.amount_total,
    )
    for private in (item, item["price"], item["price"]["product"]):
        private.pop("metadata")
    return item


def _saved(method: PaymentMethod) -> Json:
    shown = payment_method(method)
    shown.pop("metadata")
    return shown


def _intent(intent: PaymentIntent) -> Json:
    shown = payment_intent(intent)
    shown.pop("metadata")
    if shown["last_payment_error"] is not None:
        shown["last_payment_error"] = _for_buyer(shown["last_payment_error"])
    return shown


def _for_buyer(error: Mapping[str, Any]) -> Json:
    if "decline_code" not in error:
        return dict(error)
    return {**error, "decline_code": decline_code_for_buyers(error["decline_code"])}
