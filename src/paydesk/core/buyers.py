"""What a buyer says of themselves, and what a session keeps of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeVar

from paydesk.core.errors import InvalidRequest
from paydesk.core.sessions import Address, CustomerDetails, Session, Shipping
from paydesk.core.tax import BuyerTaxId, TaxLocation, tax_location

Value = TypeVar("Value")


class Keep(Enum):
    """The one value that leaves a thing as it is; None takes it away."""

    KEEP = "keep"


KEEP = Keep.KEEP


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one request says of the buyer."""

    name: str | Keep | None = KEEP
    email: str | Keep | None = KEEP
    phone: str | Keep | None = KEEP
    billing_address: Address | Keep | None = KEEP
    shipping: Shipping | Keep | None = KEEP
    business_name: str | Keep | None = KEEP
    individual_name: str | Keep | None = KEEP
    tax_id: BuyerTaxId | Keep | None = KEEP


NOTHING_TOLD = Told()


def with_told(session: Session, told: Told, shipping_param: str = "shipping") -> Session:
    """The session knowing this of its buyer. An email that the merchant gave stays.

    `shipping_param` is the parameter that holds the shipping address. Raises InvalidRequest for a
    place that the merchant doesn't ship to.
    """
    before = session.customer_details or CustomerDetails()
    asked = session.collection
    after = replace(
        before,
        email=before.email if session.fixed_email else _kept(told.email, before.email),
        name=_kept(told.name, before.name),
        phone=_kept(told.phone, before.phone),
        address=_kept(told.billing_address, before.address),
        business_name=_if_asked(
            told.business_name,
            before.business_name,
            asked=asked.wants_business_name or asked.wants_tax_ids,
        ),
        individual_name=_if_asked(
            told.individual_name, before.individual_name, asked=asked.wants_individual_name
        ),
        tax_ids=_tax_ids(session, told.tax_id, before.tax_ids),
    )
    if after != before:
        session = replace(session, customer_details=after)
    if told.shipping is KEEP or told.shipping == session.shipping:
        return session
    _check_shipped_to(session, told.shipping, shipping_param)
    return replace(session, shipping=told.shipping)


def _check_shipped_to(session: Session, shipping: Shipping | None, param: str) -> None:
    """Refuse a place that the session's merchant doesn't ship to."""
    if shipping is None:
        return
    if not session.collection.shipping:
        raise InvalidRequest(
            "This Checkout Session doesn't ship anything: it was made without "
            "`shipping_address_collection`.",
            param=param,
        )
    if shipping.address.country not in session.collection.shipping_countries:
        raise InvalidRequest(
            f"We don't ship to this country: {shipping.address.country or 'none'}.",
            code="shipping_address_country_invalid",
            param=f"{param}[address][country]",
        )


def location_of(address: Address | None, *, param: str) -> TaxLocation | None:
    """Where an address is for the tax; None without a country. Raises InvalidRequest."""
    if address is None or address.country is None:
        return None
    return tax_location(
        address.country,
        address.state,
        address.postal_code,
        city=address.city,
        line1=address.line1,
        line2=address.line2,
        param=param,
    )


def shipping_with_phone(session: Session) -> Shipping | None:
    """Where the parcel goes as the payment tells it, with the number to call."""
    if session.shipping is None:
        return None
    details = session.customer_details or CustomerDetails()
    return replace(session.shipping, phone=session.shipping.phone or details.phone)


def _if_asked(told: str | Keep | None, before: str | None, *, asked: bool) -> str | None:
    return _kept(told, before) if asked else before


def _tax_ids(
    session: Session, told: BuyerTaxId | Keep | None, before: tuple[BuyerTaxId, ...]
) -> tuple[BuyerTaxId, ...]:
    if told is KEEP:
        return before
    if not session.collection.wants_tax_ids:
        raise InvalidRequest(
            "This Checkout Session doesn't collect tax IDs: it was made without "
            "`tax_id_collection`.",
            param="tax_id_collection",
        )
    return () if told is None else (told,)


def _kept(told: Value | Keep, before: Value) -> Value:
    return before if told is KEEP else told
