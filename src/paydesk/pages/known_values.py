"""What a form is filled with before the buyer has typed anything."""

from __future__ import annotations

from paydesk.core.sessions import Address, CustomerDetails, Session, Shipping
from paydesk.core.tax import TaxLocation
from paydesk.core.tax_ids import types_of
from paydesk.pages.payment_form import FormValues


def known_values(session: Session, country: str) -> FormValues:
    """What the session knows of its buyer, who is in this country as far as their browser tells.

    A place that is known for the tax alone is part of an address as well.
    """
    asked = session.collection
    details = session.customer_details or CustomerDetails()
    tax_id = next(iter(details.tax_ids), None)
    place = _address(session.tax_location) or Address(country=country)
    return FormValues(
        email=session.fixed_email or details.email or "",
        phone=(details.phone or "") if asked.phone else "",
        phone_country=country,
        business_name=details.business_name or "",
        individual_name=details.individual_name or "",
        shipping_name=(session.shipping or Shipping()).name or "",
        shipping=_shipping_address(session, place) if asked.shipping else Address(),
        same_address=asked.shipping,
        as_business=bool(details.tax_ids) or asked.requires_tax_id,
        tax_id_type=tax_id.type if tax_id else next(iter(types_of(country)), ""),
        tax_id=tax_id.value if tax_id else "",
        billing=details.address or (Address(country=country) if asked.shipping else place),
    )


def _shipping_address(session: Session, place: Address) -> Address:
    """Where the parcel goes, or where it may go: the merchant doesn't ship to every country."""
    if session.shipping is not None:
        return session.shipping.address
    countries = session.collection.shipping_countries
    return place if place.country in countries else Address(country=countries[0])


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
