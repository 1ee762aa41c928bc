"""A session and its customer: one who comes back is known, one who pays may be kept.

Source: Stripe's descriptions of `customer`, `customer_creation` and `customer_update` of
``POST /v1/checkout/sessions``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from paydesk.core.buyers import location_of
from paydesk.core.customers import Customer, address_after
from paydesk.core.errors import InvalidRequest
from paydesk.core.sessions import Address, CustomerDetails, Session, Shipping
from paydesk.core.tax import BuyerTaxId, TaxLocation
from paydesk.core.tax_ids import VERIFIED
from paydesk.services import customers, tax_ids
from paydesk.services.address_forms import tidy
from paydesk.services.context import Call
from paydesk.storage import customers as stored
from paydesk.storage.database import Transaction


def known_fields(tx: Transaction, call: Call, id: str, wanted: Session) -> dict[str, Any]:
    """What a new session of the customer with this id knows before the buyer has said anything.

    Raises NotFound for an unknown customer, and InvalidRequest when their tax is to be computed for
    a saved address and there is none.
    """
    customer = customers.get_active(tx, call, id)
    place = _tax_place(wanted, customer) if wanted.automatic_tax else None
    if wanted.automatic_tax and wanted.tax_address_fixed and place is None:
        raise InvalidRequest(
            "Automatic tax calculation in Checkout requires a valid address on the Customer. Add a "
            "valid address to the Customer or set either `customer_update[address]` to 'auto' or "
            "`customer_update[shipping]` to 'auto' to save the address entered in Checkout to the "
            "Customer.",
            code="customer_tax_location_invalid",
            param="customer",
        )
    return {
        "known_email": customer.email,
        "customer_details": details_of(tx, customer),
        "tax_location": place,
    }


def known_shipping(tx: Transaction, session: Session) -> Shipping | None:
    """Where the parcels of a session's customer go, for a buyer who has yet to say it."""
    if session.customer is None or not session.collection.shipping or session.shipping is not None:
        return None
    customer = stored.get(tx, session.account, session.customer)
    return None if customer is None else customer.shipping


def details_of(tx: Transaction, customer: Customer) -> CustomerDetails:
    """A customer as a session's buyer."""
    owned = reversed(tax_ids.of_customer(tx, customer.id))
    return CustomerDetails(
        email=customer.email,
        name=customer.name,
        phone=customer.phone,
        address=customer.address,
        tax_ids=tuple(
            BuyerTaxId(id.type, id.value, verified=id.verification == VERIFIED) for id in owned
        ),
        tax_exempt=customer.tax_exempt,
    )


def settle(tx: Transaction, call: Call, session: Session, *, keep: bool = False) -> Session:
    """A session that has just been completed, with its customer made or brought up to date.

    `keep`: its card is to be kept, which takes a customer.
    """
    details = session.customer_details or CustomerDetails()
    if session.customer is not None:
        _bring_up_to_date(tx, call, session, details)
        return session
    if not (session.keeps_customer or keep):
        return session
    made = customers.create(tx, call, {
        "email": details.email,
        "name": details.name,
        "phone": details.phone,
        "address": details.address,
        "shipping": session.shipping,
        "tax_exempt": details.tax_exempt,
        "preferred_locales": () if session.locale in (None, "auto") else (session.locale,),
    })  # fmt: skip
    for id in details.tax_ids:
        tax_ids.add(tx, call, made.id, id)
    return replace(session, customer=made.id)


def _bring_up_to_date(
    tx: Transaction, call: Call, session: Session, details: CustomerDetails
) -> None:
    """Save what the merchant wants saved, and an email where there was none."""
    update = session.customer_update
    changes: dict[str, Any] = {}
    if session.known_email is None and details.email is not None:
        changes["email"] = details.email
    if update.get("name") == "auto" and details.name is not None:
        changes["name"] = details.name
    told = details.address if update.get("address") == "auto" else None
    if update.get("shipping") == "auto" and session.shipping is not None:
        changes["shipping"] = session.shipping
    if session.customer is not None and (changes or told is not None):
        customers.update_if_there(
            tx, call, session.customer, lambda before: _at_address(replace(before, **changes), told)
        )


def _at_address(customer: Customer, told: Address | None) -> Customer:
    """The customer, who said that they live there, as far as they were asked."""
    saved = None if customer.address is None else tidy(customer.address)
    address = saved if told is None else address_after(saved, told)
    return customer if address == saved else replace(customer, address=address)


def _tax_place(session: Session, customer: Customer) -> TaxLocation | None:
    """Where a saved customer is for the tax: where their parcels go, else where they live.

    Where the buyer's word will count, that is what their page begins with.
    """
    shipped = None if customer.shipping is None else customer.shipping.address
    places = [address for address in (shipped, customer.address) if address is not None]
    asked = session.collection
    if not session.tax_address_fixed:
        if not asked.shipping:
            return location_of(customer.address, param="customer")
        places = [place for place in places if place.country in asked.shipping_countries]
    found = (location_of(place, param="customer") for place in places)
    return next(filter(None, found), None)
