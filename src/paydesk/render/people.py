"""Buyers and their addresses on the wire."""

from __future__ import annotations

from paydesk.core.collection import Collection, NameCollection
from paydesk.core.sessions import Address, CustomerDetails, Session, Shipping
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
        "business_name": details.business_name,
        "email": details.email,
        "individual_name": details.individual_name,
        "name": details.name,
        "phone": details.phone,
        "tax_exempt": details.tax_exempt,
        "tax_ids": [{"type": id.type, "value": id.value} for id in details.tax_ids],
    }


def shipping(shipping: Shipping | None) -> Json | None:
    """The `shipping` of a payment intent or a charge."""
    if shipping is None:
        return None
    return {
        "address": address(shipping.address),
        "carrier": shipping.carrier,
        "name": shipping.name,
        "phone": shipping.phone,
        "tracking_number": shipping.tracking_number,
    }


def collected_information(session: Session) -> Json | None:
    """What a session asked of its buyer and was told so far; null when it asks for none of it."""
    asked = session.collection
    if not (asked.shipping or asked.business_name or asked.individual_name or asked.tax_ids):
        return None
    details = session.customer_details or CustomerDetails()
    return {
        "business_name": details.business_name,
        "individual_name": details.individual_name,
        "shipping_details": shipping_details(session.shipping),
    }


def shipping_details(shipping: Shipping | None) -> Json | None:
    """The `shipping_details` of a session."""
    if shipping is None:
        return None
    return {"address": address(shipping.address), "name": shipping.name}


def collection(asked: Collection) -> Json:
    """The parameters that say what is asked of a buyer, as a session shows them."""
    shown: Json = {
        "billing_address_collection": asked.billing_address,
        "phone_number_collection": {"enabled": asked.phone},
        "shipping_address_collection": None,
    }
    if asked.shipping:
        countries = list(asked.shipping_countries)
        shown["shipping_address_collection"] = {"allowed_countries": countries}
    if asked.tax_ids is not None:
        shown["tax_id_collection"] = {
            "enabled": asked.tax_ids.enabled,
            "required": asked.tax_ids.required,
        }
    names = {"business": asked.business_name, "individual": asked.individual_name}
    if any(names.values()):
        shown["name_collection"] = {
            kind: _name_collection(name) for kind, name in names.items() if name is not None
        }
    return shown


def _name_collection(name: NameCollection) -> Json:
    return {"enabled": name.enabled, "optional": name.optional}
