"""An element of a merchant's own checkout page: empty fields, in the buyer's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from paydesk.core.collection import POSTAL_CODE_COUNTRIES
from paydesk.core.sessions import Address, Session
from paydesk.pages.address_view import AddressView, address_view
from paydesk.pages.asked_view import asked_view, countries_among
from paydesk.pages.countries import countries
from paydesk.pages.known_values import known_values
from paydesk.pages.payment_form import FormValues
from paydesk.pages.script_data import script_data
from paydesk.pages.view import Buyer, Document, FormView, Seller, document, postal_code_label
from paydesk.pages.ways_view import ways_view
from paydesk.pages.words import Words, words_for

TITLES = {
    "payment": "Payment method",
    "billing": "Billing address",
    "shipping": "Shipping address",
    "contact": "Email",
    "express": "Express checkout",
    "currency": "Currency",
    "tax-id": "Tax ID",
    "challenge": "Confirm your payment with your bank",
}
"""The elements there are, by the name in their address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementView:
    """One element in a page of `host`. `form` has what its fields need."""

    document: Document
    words: Words
    kind: str
    host: str
    form: FormView
    address: AddressView | None
    script_data: Mapping[str, object]


def element_view(
    kind: str, session: Session, seller: Seller, host: str, buyer: Buyer
) -> ElementView:
    """The element as its document shows it: empty fields, in the buyer's language."""
    words = words_for(buyer.locale)
    values = known_values(session, buyer.country)
    country = values.billing.country or ""
    form = FormView(
        values=values,
        email_locked=False,
        countries=countries(buyer.locale),
        postal_code_needed=country in POSTAL_CODE_COUNTRIES,
        postal_code_label=postal_code_label(country, words),
        card_needed=True,
        submit_label="",
        ways=ways_view(session, seller.name, words),
        asked=asked_view(session, values, words, buyer.locale),
    )
    return ElementView(
        document=document(words(TITLES[kind]), buyer.locale),
        words=words,
        kind=kind,
        host=host,
        form=form,
        address=_address_view(kind, session, values, words, buyer.locale),
        script_data=script_data(session, seller.publishable_key, buyer.locale),
    )


def _address_view(
    kind: str, session: Session, values: FormValues, words: Words, locale: str
) -> AddressView | None:
    """The form of an address element, in the country that is the likeliest."""
    if kind not in ("billing", "shipping"):
        return None
    ships_to = session.collection.shipping_countries if kind == "shipping" else ()
    country = values.shipping.country if ships_to else values.billing.country
    return address_view(
        "shipping" if kind == "shipping" else "billing",
        Address(country=country),
        words,
        locale,
        countries=countries_among(locale, ships_to) if ships_to else countries(locale),
        name="",
        alone=True,
    )
