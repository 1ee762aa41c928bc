"""Buyers and addresses from parameters."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from paydesk.api.params.payment_pages import BusinessTaxId, SaidOfBuyer
from paydesk.core.buyers import KEEP, NOTHING_TOLD, Keep, Told
from paydesk.core.sessions import Address, CustomerDetails, Shipping
from paydesk.core.tax import BuyerTaxId

_ABOUT_BUYER = frozenset(
    {"email", "billing_details", "shipping", "collected_information", "tax_id_collection"}
)


def details_of(billing: Any) -> CustomerDetails:
    """The billing details of a request; what was not given is None."""
    if billing is None:
        return CustomerDetails()
    address = billing.address
    return CustomerDetails(
        email=billing.email,
        name=billing.name,
        phone=billing.phone,
        address=None if address is None else Address(**address.model_dump()),
    )


def told_of(wanted: SaidOfBuyer) -> Told:
    """What a request for a payment page says of the buyer."""
    if wanted.model_fields_set.isdisjoint(_ABOUT_BUYER):
        return NOTHING_TOLD
    billing, names = given(wanted, "billing_details"), given(wanted, "collected_information")
    business = given(wanted, "tax_id_collection")
    business_name = given(business, "business_name")
    return Told(
        name=given(billing, "name"),
        email=given(wanted, "email"),
        phone=given(billing, "phone"),
        billing_address=_address(given(billing, "address")),
        shipping=shipping_of(given(wanted, "shipping")),
        business_name=given(names, "business_name") if business_name is KEEP else business_name,
        individual_name=given(names, "individual_name"),
        tax_id=_tax_id(given(business, "tax_id")),
    )


def shipping_of(shipping: Any) -> Shipping | Keep | None:
    """A shipping address from the parameters of one; None and KEEP stay what they are."""
    if shipping is None or shipping is KEEP:
        return shipping
    address = Address(**shipping.address.model_dump())
    more = {name: getattr(shipping, name, None) for name in ("phone", "carrier", "tracking_number")}
    return Shipping(name=shipping.name, address=address, **more)


def merchants_shipping(shipping: Any) -> Shipping | None:
    """As `shipping_of`, of a request that says it once and for all."""
    found = shipping_of(shipping)
    return found if isinstance(found, Shipping) else None


def _tax_id(tax_id: Any) -> BuyerTaxId | Keep | None:
    return BuyerTaxId(tax_id.type, tax_id.value) if isinstance(tax_id, BusinessTaxId) else tax_id


def _address(address: Any) -> Address | Keep | None:
    return Address(**address.model_dump()) if isinstance(address, BaseModel) else address


def given(model: Any, name: str) -> Any:
    """What a request says of one thing: KEEP when it says nothing, None when it takes it back."""
    if not isinstance(model, BaseModel):
        return model
    return getattr(model, name) if name in model.model_fields_set else KEEP
