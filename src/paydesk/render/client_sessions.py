"""The session as Stripe.js hands it to a merchant's page: amounts as numbers and as texts.

Source: the type `StripeCheckoutSession` of the published packages. What Paydesk has nothing of is
null or empty, as on a plain paid session. The names are JavaScript's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial

from babel import Locale

from paydesk.core.line_items import LineItem, removable
from paydesk.core.money import exponent, round_half_up
from paydesk.core.sessions import COMPLETE, OPEN, CustomerDetails, Session, Shipping
from paydesk.core.totals import tax_sum
from paydesk.render import Json
from paydesk.render.locales import choose_locale, locale_data
from paydesk.render.money_format import format_money
from paydesk.render.payment_pages import PaymentPage
from paydesk.render.people import address

NEEDS_LOCATION = "requires_location_inputs"

Amount = Callable[[int | Decimal], Json]
"""Minor units as the page reads them: `{"minorUnitsAmount": 2000, "amount": "$20.00"}`."""


def client_session(page: PaymentPage, *, merchant: str, locale: str) -> Json:
    """The whole session; its amounts are written for `locale`, any language tag of a browser."""
    session = page.session
    data = locale_data(choose_locale(locale, locale))
    amount = partial(_amount, currency=session.currency, locale=data)
    return {
        "id": session.id,
        "livemode": False,
        "businessName": merchant,
        "canConfirm": session.status == OPEN and _tax_status(session) == "ready",
        "currency": session.currency,
        "currencyOptions": None,
        "minorUnitsAmountDivisor": 10 ** exponent(session.currency),
        "lineItems": [_line(line, page.lines, amount) for line in page.lines],
        "optionalItems": None,
        "total": _total(page, amount),
        "discountAmounts": [],
        "taxAmounts": _taxes(page.lines, amount),
        "recurring": None,
        "savedPaymentMethods": _saved(page),
        "surcharge": None,
        **_state(page),
        **_buyer(session),
    }


def _saved(page: PaymentPage) -> list[Json] | None:
    """The cards that a returning customer may pay with; None for a guest."""
    if page.session.customer is None:
        return None
    return [
        {
            "id": method.id,
            "type": "card",
            "card": {
                "brand": card.brand,
                "expMonth": card.exp_month,
                "expYear": card.exp_year,
                "last4": card.last4,
            },
            "billingDetails": _billing_details(method.billing),
        }
        for method in page.saved
        if (card := method.card) is not None
    ]


def _billing_details(details: CustomerDetails) -> Json:
    """What is known of them: the rest is left out."""
    known = {"email": details.email, "name": details.name, "phone": details.phone}
    shown: Json = {name: value for name, value in known.items() if value is not None}
    if details.address is not None:
        shown["address"] = address(details.address)
    return shown


def _state(page: PaymentPage) -> Json:
    session = page.session
    status: Json = {"type": session.status}
    if session.status == COMPLETE:
        status["paymentStatus"] = session.payment_status
    return {
        "status": status,
        "tax": {"status": _tax_status(session)},
        "lastPaymentError": _last_payment_error(page),
    }


def _tax_status(session: Session) -> str:
    if session.tax_status != NEEDS_LOCATION:
        return "ready"
    shipped = session.collection.shipping
    return "requires_shipping_address" if shipped else "requires_billing_address"


def _last_payment_error(page: PaymentPage) -> Json | None:
    """Why the last try was refused, until another one is made."""
    intent = page.intent
    if intent is None or intent.last_payment_error is None:
        return None
    return {"message": intent.last_payment_error["message"]}


def _buyer(session: Session) -> Json:
    details = session.customer_details
    return {
        "email": session.fixed_email or (None if details is None else details.email),
        "phoneNumber": None if details is None else details.phone,
        "billingAddress": _billing_address(session),
        "shippingAddress": _shipping_address(session.shipping),
        "shipping": None,
        "shippingOptions": [],
        "nameCollection": _names(session),
        "taxIdInfo": _tax_id_info(details),
    }


def _shipping_address(shipping: Shipping | None) -> Json | None:
    if shipping is None:
        return None
    return {"name": shipping.name, "address": address(shipping.address)}


def _names(session: Session) -> Json | None:
    """The names that are asked for apart from the card's; None when none is."""
    asked = session.collection
    if not (asked.wants_business_name or asked.wants_individual_name):
        return None
    details = session.customer_details or CustomerDetails()
    return {"individualName": details.individual_name, "businessName": details.business_name}


def _tax_id_info(details: CustomerDetails | None) -> Json | None:
    if details is None or not details.tax_ids:
        return None
    tax_id = details.tax_ids[0]
    return {
        "taxId": {"type": tax_id.type, "value": tax_id.value},
        "businessName": details.business_name or "",
    }


def _billing_address(session: Session) -> Json | None:
    """Where the buyer is: as they said it, or as far as the tax was told."""
    details = session.customer_details
    told = None if details is None else details.address
    place = told or (None if session.collection.shipping else session.tax_location)
    if place is None or place.country is None:
        return None
    return {
        "name": None if details is None else details.name,
        "address": {
            "country": place.country,
            "line1": place.line1,
            "line2": place.line2,
            "city": place.city,
            "postal_code": place.postal_code,
            "state": place.state,
        },
    }


def _total(page: PaymentPage, amount: Amount) -> Json:
    session = page.session
    return {
        "subtotal": amount(session.amount_subtotal),
        "total": amount(session.amount_total),
        "discount": amount(0),
        "shippingRate": amount(0),
        "taxInclusive": amount(tax_sum(page.lines, inclusive=True)),
        "taxExclusive": amount(tax_sum(page.lines, inclusive=False)),
        "appliedBalance": amount(0),
        "surcharge": amount(0),
        "balanceAppliedToNextInvoice": False,
    }


def _line(line: LineItem, lines: Sequence[LineItem], amount: Amount) -> Json:
    product, unit = line.product, line.price.unit_amount
    adjustable = line.adjustable_quantity
    return {
        "id": line.id,
        "name": line.description,
        "description": product.description,
        "quantity": line.quantity,
        "images": list(product.images),
        "priceId": line.price.id,
        "unitLabel": product.unit_label,
        "unitAmount": amount(unit),
        "unitAmountDecimal": None if line.price.unit_amount_whole is not None else {
            **amount(unit), "minorUnitsAmount": float(unit)
        },
        "subtotal": amount(line.amount_subtotal),
        "total": amount(line.amount_total),
        "discount": amount(0),
        "taxInclusive": amount(tax_sum([line], inclusive=True)),
        "taxExclusive": amount(tax_sum([line], inclusive=False)),
        "discountAmounts": [],
        "taxAmounts": _taxes([line], amount),
        "adjustableQuantity": None if adjustable is None or not adjustable.enabled else {
            "minimum": adjustable.floor, "maximum": adjustable.ceiling
        },
        "isRemovable": removable(line, lines),
        "recurring": None,
        "transformQuantity": None,
        "pricing": None,
    }  # fmt: skip


def _taxes(lines: Sequence[LineItem], amount: Amount) -> list[Json]:
    """The taxes that there are, summed up by name: those on top of the price, those inside it."""
    sums: dict[tuple[bool, str], int] = defaultdict(int)
    for tax in (tax for line in lines for tax in line.taxes):
        sums[tax.inclusive, tax.decision.display_name] += tax.amount
    return [
        {**amount(tax), "inclusive": inclusive, "displayName": name}
        for (inclusive, name), tax in sorted(sums.items())
        if tax
    ]


def _amount(value: int | Decimal, *, currency: str, locale: Locale) -> Json:
    """A fraction of a minor unit is rounded in the number and written in full in the text."""
    return {
        "minorUnitsAmount": round_half_up(Decimal(value)),
        "amount": format_money(value, currency, locale),
    }
