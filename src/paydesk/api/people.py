"""Buyers and addresses from parameters."""

from __future__ import annotations

from typing import Any

from paydesk.core.sessions import Address, CustomerDetails
from paydesk.core.tax import TaxLocation, tax_location


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
