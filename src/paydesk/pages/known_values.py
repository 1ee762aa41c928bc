"""What a form is filled with before the buyer has typed anything."""

from __future__ import annotations

from dataclasses import replace

from paydesk.core.sessions import Address, CustomerDetails, Session, Shipping
from paydesk.core.tax import TaxLocation
from paydesk.core.tax_ids import types_of
from paydesk.pages.payment_form import FormValues
from paydesk.services.address_forms import tidy
from paydesk.services.phones import at_home


def known_values(
    session: Session, country: str, known_shipping: Shipping | None = None
) -> FormValues:
    """What the session knows of its buyer, who is in this country as far as their browser tells.

    `known_shipping` is where the parcels of its customer go. A place that is known for the tax
    alone is part of an address as well.
    """
    asked = session.collection
    details = session.customer_details or CustomerDetails()
    tax_id = next(iter(details.tax_ids), None)
    place = _address(session.tax_location) or details.address or Address(country=country)
    parcel = _parcel(session, known_shipping, details, place) if asked.shipping else Shipping()
    phone_country, phone = _phone(details.phone or parcel.phone or "", parcel, place)
    return FormValues(
        email=session.fixed_email or details.email or "",
        phone=phone if asked.phone else "",
        phone_country=phone_country or country,
        business_name=details.business_name or "",
        individual_name=details.individual_name or "",
        shipping_name=parcel.name or "",
        shipping=parcel.address,
        same_address=asked.shipping and _at_one_place(details.address, parcel.address),
        as_business=bool(details.tax_ids) or asked.requires_tax_id,
        tax_id_type=tax_id.type if tax_id else next(iter(types_of(country)), ""),
        tax_id=tax_id.value if tax_id else "",
        billing=details.address or (Address(country=country) if asked.shipping else place),
    )


def _parcel(
    session: Session, known: Shipping | None, details: CustomerDetails, place: Address
) -> Shipping:
    """Where the parcel goes, or where it may go: the merchant doesn't ship to every country."""
    if session.shipping is not None:
        return session.shipping
    countries = session.collection.shipping_countries
    known = known or Shipping(address=place)
    known = replace(known, name=known.name or details.name)
    if known.address.country in countries:
        return known
    address = place if place.country in countries else Address(country=countries[0])
    return replace(known, address=address)


def _phone(known: str, parcel: Shipping, place: Address) -> tuple[str | None, str]:
    """The country of the number, and the number as it is dialled there."""
    return at_home(known) or (parcel.address.country or place.country, known)


def _at_one_place(billing: Address | None, parcel: Address) -> bool:
    """Whether a card may be at home where the parcel goes, as far as anybody knows."""
    return billing is None or tidy(billing) == tidy(parcel)


def _address(place: TaxLocation | None) -> Address | None:
    if place is None:
        return None
    return Address(
        country=place.country,
        state=place.state,
        postal_code=place.postal_code,
        city=place.city,
        line1=place.line1,
        line2=place.line2,
    )
