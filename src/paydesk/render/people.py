"""Buyers and their addresses on the wire."""

from __future__ import annotations

from paydesk.core.sessions import Address, CustomerDetails
from paydesk.render import Json


def address(address: Address | None) -> Json | None:
    """An `address`: all six lines, null where nothing was asked."""
    if address is None:
        return None
    return {
        "city": address.city,
        "country": address.country,
        "line1": address.line1,
        "line2": address.line2,
        "postal_code": address.postal_code,
        "state": address.state,
    }


def billing_details(details: CustomerDetails) -> Json:
    """The `billing_details` of a payment method or a charge."""
    return {
        "address": address(details.address or Address()),
        "email": details.email,
        "name": details.name,
        "phone": details.phone,
        "tax_id": None,
    }


def customer_details(details: CustomerDetails | None) -> Json | None:
    """The `customer_details` of a session."""
    if details is None:
        return None
    return {
        "address": address(details.address),
        "business_name": None,
        "email": details.email,
        "individual_name": None,
        "name": details.name,
        "phone": details.phone,
        "tax_exempt": details.tax_exempt,
        "tax_ids": [{"type": id.type, "value": id.value} for id in details.tax_ids],
    }
