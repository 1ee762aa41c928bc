"""`/v1/customers`."""

from __future__ import annotations

from typing import Any

from paydesk.api.fields import changes, given, if_given
from paydesk.api.lists import created_conditions, listed, page_of
from paydesk.api.params import customers as params
from paydesk.core.sessions import Address, Shipping
from paydesk.render import Json
from paydesk.render.customers import customer as rendered
from paydesk.services import customers, payment_methods
from paydesk.services.context import Call
from paydesk.services.customers import NewTaxId
from paydesk.storage import customers as stored
from paydesk.storage.database import Transaction
from paydesk.storage.paging import NOTHING

URL = "/v1/customers"

_NOT_KEPT = ("balance", "invoice_prefix", "next_invoice_sequence", "tax")


def create(tx: Transaction, call: Call, wanted: params.CreateCustomer) -> Json:
    """`POST /v1/customers`."""
    fields = _typed(given(wanted))
    tax_ids = [NewTaxId(**data) for data in fields.pop("tax_id_data", ())]
    method, settings = fields.pop("payment_method", None), fields.pop("invoice_settings", {})
    made = customers.create(tx, call, fields, tax_ids)
    if method is not None:
        payment_methods.attach(tx, call, method, made.id)
    return rendered(customers.update(tx, call, made.id, settings) if settings else made)


def retrieve(tx: Transaction, call: Call, wanted: Any, id: str) -> Json:
    """`GET /v1/customers/{customer}`."""
    return rendered(customers.get(tx, call, id))


def update(tx: Transaction, call: Call, wanted: params.UpdateCustomer, id: str) -> Json:
    """`POST /v1/customers/{customer}`."""
    changed = _typed(changes(wanted))
    settings = changed.pop("invoice_settings", None)
    if wanted.invoice_settings is not None and settings is not None:
        given = wanted.invoice_settings.model_fields_set
        changed |= {name: value for name, value in settings.items() if name in given}
    return rendered(customers.update(tx, call, id, changed))


def delete(tx: Transaction, call: Call, wanted: Any, id: str) -> Json:
    """`DELETE /v1/customers/{customer}`."""
    return rendered(customers.delete(tx, call, id))


def list_all(tx: Transaction, call: Call, wanted: params.ListCustomers) -> Json:
    """`GET /v1/customers`."""
    conditions = created_conditions(call, "cus_", wanted.created)
    conditions += if_given(wanted, {"email": "email = ?"})
    if wanted.test_clock is not None:
        conditions.append(NOTHING)
    page = stored.list_page(tx, call.account, conditions, page_of(tx, call, wanted, customers.get))
    return listed(URL, map(rendered, page.items), page)


def _typed(fields: dict[str, Any]) -> dict[str, Any]:
    """The parameters as `core.customers.Customer` has them."""
    kept = {name: value for name, value in fields.items() if name not in _NOT_KEPT}
    if kept.get("address") is not None:
        kept["address"] = Address(**kept["address"])
    if kept.get("shipping") is not None:
        shipping = kept["shipping"]
        kept["shipping"] = Shipping(**{**shipping, "address": Address(**shipping["address"])})
    for name, unset in (("tax_exempt", "none"), ("preferred_locales", ())):
        if name in kept and kept[name] is None:
            kept[name] = unset
    return kept
