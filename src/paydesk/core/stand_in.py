"""The buyer who stands in for a person in tests: what they say where the test says nothing."""

from __future__ import annotations

from dataclasses import asdict, replace

from paydesk.core.buyers import KEEP, Told
from paydesk.core.collection import NameCollection
from paydesk.core.sessions import Address, CustomerDetails, Session, Shipping

EMAIL = "jenny.rosen@example.com"
NAME = "Jenny Rosen"
BUSINESS_NAME = "Rosen Books"
PHONE = "+14155552671"
ADDRESS = Address(
    country="US",
    postal_code="94103",
    state="CA",
    city="San Francisco",
    line1="510 Townsend Street",
)
CARD_ADDRESS = Address(country=ADDRESS.country, postal_code=ADDRESS.postal_code)
"""What a form asks for when the merchant does not want the whole address."""


def billing(session: Session, given: CustomerDetails) -> CustomerDetails:
    """What comes with the card: `given`, then what the session knows, then the stand-in's."""
    known = session.customer_details or CustomerDetails()
    return replace(
        given,
        email=given.email or known.email or EMAIL,
        name=given.name or known.name or NAME,
        phone=given.phone or known.phone or (PHONE if session.collection.phone else None),
        address=given.address or known.address or _place(session),
    )


def owner(given: CustomerDetails) -> CustomerDetails:
    """Whose a test account is that came by its name alone."""
    return replace(given, email=given.email or EMAIL, name=given.name or NAME)


def told(session: Session, given: Told) -> Told:
    """What else the session asks for: `given`, or the stand-in's where nothing is known yet.

    Nothing is made up for a merchant who does not ship to the stand-in's country.
    """
    known, asked = session.customer_details or CustomerDetails(), session.collection
    if given.business_name is KEEP and _lacks(asked.business_name, known.business_name):
        given = replace(given, business_name=BUSINESS_NAME)
    if given.individual_name is KEEP and _lacks(asked.individual_name, known.individual_name):
        given = replace(given, individual_name=NAME)
    unsaid = given.shipping is KEEP and session.shipping is None
    if unsaid and ADDRESS.country in asked.shipping_countries:
        given = replace(given, shipping=Shipping(name=NAME, address=ADDRESS))
    return given


def _place(session: Session) -> Address:
    if session.collection.full_billing_address:
        return ADDRESS
    if session.tax_location is not None:
        return Address(**asdict(session.tax_location))
    return CARD_ADDRESS


def _lacks(asked: NameCollection | None, known: str | None) -> bool:
    return asked is not None and asked.required and known is None
