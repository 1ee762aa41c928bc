"""Customers and their tax ids on the wire."""

from __future__ import annotations

from paydesk.core.customers import Customer
from paydesk.core.sessions import Shipping
from paydesk.core.tax_ids import TaxId
from paydesk.render import Json
from paydesk.render.people import address


def customer(customer: Customer) -> Json:
    """A `customer`, or what is left of a deleted one."""
    if customer.deleted:
        return {"id": customer.id, "object": "customer", "deleted": True}
    names = {"business_name": customer.business_name, "individual_name": customer.individual_name}
    return {
        "id": customer.id,
        "object": "customer",
        "address": address(customer.address),
        "balance": 0,
        **{name: value for name, value in names.items() if value is not None},
        "cash_balance": None,
        "created": customer.created,
        "currency": None,
        "customer_account": None,
        "default_source": None,
        "delinquent": False,
        "description": customer.description,
        "discount": None,
        "email": customer.email,
        "invoice_prefix": None,
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": customer.default_payment_method,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": dict(customer.metadata),
        "name": customer.name,
        "next_invoice_sequence": 1,
        "phone": customer.phone,
        "preferred_locales": list(customer.preferred_locales),
        "shipping": None if customer.shipping is None else shipping(customer.shipping),
        "tax_exempt": customer.tax_exempt,
        "test_clock": None,
    }


def shipping(shipping: Shipping) -> Json:
    """Where a customer's parcels go."""
    return {
        "address": address(shipping.address),
        "name": shipping.name,
        "phone": shipping.phone,
    }


def tax_id(tax_id: TaxId) -> Json:
    """A `tax_id`."""
    owner: Json = {"type": "self"}
    if tax_id.customer is not None:
        owner = {"type": "customer", "customer": tax_id.customer}
    return {
        "id": tax_id.id,
        "object": "tax_id",
        "country": tax_id.country,
        "created": tax_id.created,
        "customer": tax_id.customer,
        "customer_account": None,
        "livemode": False,
        "owner": owner,
        "type": tax_id.type,
        "value": tax_id.value,
        "verification": {
            "status": tax_id.verification,
            "verified_address": None,
            "verified_name": None,
        },
    }
