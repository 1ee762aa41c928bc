"""`/v1/tax_ids` and `/v1/customers/{customer}/tax_ids`: the same objects by two ways."""

from __future__ import annotations

from typing import Any

from paydesk.api.lists import listed, page_of
from paydesk.api.params import customers as params
from paydesk.api.params.lists import Paging
from paydesk.render import Json
from paydesk.render.customers import tax_id as rendered
from paydesk.services import customers, tax_ids
from paydesk.services.context import Call
from paydesk.storage import tax_ids as stored
from paydesk.storage.database import Transaction
from paydesk.storage.paging import Condition

URL = "/v1/tax_ids"


def create_for_customer(
    tx: Transaction, call: Call, wanted: params.CreateCustomerTaxId, customer: str
) -> Json:
    """`POST /v1/customers/{customer}/tax_ids`."""
    customers.hold(tx, call, customer)
    made = tax_ids.create(tx, call, customer, wanted.type, wanted.value, param="value")
    return rendered(made)


def retrieve_of_customer(tx: Transaction, call: Call, wanted: Any, customer: str, id: str) -> Json:
    """`GET /v1/customers/{customer}/tax_ids/{id}`."""
    customers.get_active(tx, call, customer)
    return rendered(tax_ids.get(tx, call, id, customer=customer))


def delete_of_customer(tx: Transaction, call: Call, wanted: Any, customer: str, id: str) -> Json:
    """`DELETE /v1/customers/{customer}/tax_ids/{id}`."""
    customers.hold(tx, call, customer)
    tax_ids.delete(tx, call, tax_ids.get(tx, call, id, customer=customer))
    return _deleted(id)


def list_of_customer(tx: Transaction, call: Call, wanted: Paging, customer: str) -> Json:
    """`GET /v1/customers/{customer}/tax_ids`."""
    customers.get_active(tx, call, customer)
    url = f"/v1/customers/{customer}/tax_ids"
    return _list(tx, call, wanted, url, ("customer = ?", customer))


def create(tx: Transaction, call: Call, wanted: params.CreateTaxId) -> Json:
    """`POST /v1/tax_ids`."""
    customer = None if wanted.owner is None else wanted.owner.customer
    if customer is not None:
        customers.hold(tx, call, customer, param="owner[customer]")
    return rendered(tax_ids.create(tx, call, customer, wanted.type, wanted.value, param="value"))


def retrieve(tx: Transaction, call: Call, wanted: Any, id: str) -> Json:
    """`GET /v1/tax_ids/{id}`."""
    return rendered(tax_ids.get(tx, call, id))


def delete(tx: Transaction, call: Call, wanted: Any, id: str) -> Json:
    """`DELETE /v1/tax_ids/{id}`."""
    tax_ids.delete(tx, call, tax_ids.get(tx, call, id))
    return _deleted(id)


def list_all(tx: Transaction, call: Call, wanted: params.ListTaxIds) -> Json:
    """`GET /v1/tax_ids`."""
    owner = None if wanted.owner is None else wanted.owner.customer
    if owner is None:
        return _list(tx, call, wanted, URL, ("coalesce(customer, '') = ?", ""))
    return _list(tx, call, wanted, URL, ("customer = ?", owner))


def _list(tx: Transaction, call: Call, wanted: Paging, url: str, condition: Condition) -> Json:
    page = stored.list_page(tx, call.account, [condition], page_of(tx, call, wanted, tax_ids.get))
    return listed(url, map(rendered, page.items), page)


def _deleted(id: str) -> Json:
    return {"id": id, "object": "tax_id", "deleted": True}
