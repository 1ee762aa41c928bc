"""Customers: create, read, change, delete."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from paydesk.core.customers import Customer
from paydesk.core.errors import InvalidRequest, NotFound
from paydesk.core.metadata import merged
from paydesk.render.customers import customer as rendered
from paydesk.services import tax_ids
from paydesk.services.context import Call
from paydesk.services.events import append
from paydesk.storage import customers, payment_methods
from paydesk.storage.database import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTaxId:
    """A tax id as it is given with a new customer."""

    type: str
    value: str


def create(
    tx: Transaction, call: Call, fields: dict[str, Any], tax_id_data: Sequence[NewTaxId] = ()
) -> Customer:
    """A new customer from `core.customers.Customer`'s fields, and these tax ids.

    Raises InvalidRequest for a tax id that can't be one.
    """
    id, created = call.stamped("cus")
    customer = Customer(id=id, account=call.account, created=created, **fields)
    customers.insert(tx, customer)
    append(tx, call, "customer.created", rendered(customer))
    for number, given in enumerate(tax_id_data):
        param = f"tax_id_data[{number}][value]"
        tax_ids.create(tx, call, customer.id, given.type, given.value, param=param)
    return customer


def get(tx: Transaction, call: Call, id: str, *, param: str = "id") -> Customer:
    """One of the account's customers, deleted ones too. Raises NotFound."""
    customer = customers.get(tx, call.account, id)
    if customer is None:
        raise NotFound("customer", id, param=param)
    return customer


def get_active(tx: Transaction, call: Call, id: str, *, param: str = "customer") -> Customer:
    """One of the account's customers who is not deleted. Raises NotFound."""
    return _active(customers.get(tx, call.account, id), id, param)


def hold(tx: Transaction, call: Call, id: str, *, param: str = "id") -> Customer:
    """As `get_active`, for a story that changes the customer: such stories follow each other."""
    return _active(customers.hold(tx, call.account, id), id, param)


def update(tx: Transaction, call: Call, id: str, changes: dict[str, Any]) -> Customer:
    """The customer with these fields changed; `metadata` is merged, None clears it.

    Raises NotFound, also for a deleted one.
    """
    before = hold(tx, call, id)
    default = changes.get("default_payment_method")
    if default is not None:
        _check_default(tx, call, id, default)
    if "metadata" in changes:
        changes["metadata"] = merged(before.metadata, changes["metadata"])
    return save(tx, call, before, replace(before, **changes))


def update_if_there(
    tx: Transaction, call: Call, id: str, changed: Callable[[Customer], Customer]
) -> None:
    """As `update`, for what a payment says about its customer: one who is gone stays gone."""
    before = customers.hold(tx, call.account, id)
    if before is not None and not before.deleted:
        save(tx, call, before, changed(before))


def is_there(tx: Transaction, call: Call, id: str) -> bool:
    """Whether the customer is not deleted, and won't be until this transaction ends."""
    customer = customers.hold(tx, call.account, id)
    return customer is not None and not customer.deleted


def forget_default(tx: Transaction, call: Call, id: str, payment_method: str) -> None:
    """What they don't have any more is not their default."""
    before = customers.hold(tx, call.account, id)
    if before is not None and before.default_payment_method == payment_method:
        save(tx, call, before, replace(before, default_payment_method=None))


def save(tx: Transaction, call: Call, before: Customer, after: Customer) -> Customer:
    """Write down a change, if there is one, and say so."""
    if after == before:
        return before
    customers.update(tx, after)
    append(tx, call, "customer.updated", rendered(after), before=rendered(before))
    return after


def delete(tx: Transaction, call: Call, id: str) -> Customer:
    """The customer, deleted for good: only the id stays. Raises NotFound, also the second time."""
    before = hold(tx, call, id)
    for tax_id in tax_ids.of_customer(tx, id):
        tax_ids.delete(tx, call, tax_id)
    append(tx, call, "customer.deleted", rendered(before))
    payment_methods.detach_all(tx, id)
    # Nothing personal outlives the customer.
    gone = Customer(id=id, account=call.account, created=before.created, deleted=True)
    customers.update(tx, gone)
    return gone


def _check_default(tx: Transaction, call: Call, customer: str, id: str) -> None:
    method = payment_methods.get(tx, call.account, id)
    if method is None or method.customer != customer:
        raise InvalidRequest(
            f"The customer does not have a payment method with the ID {id}. The payment method "
            "must be attached to the customer.",
            code="resource_missing",
            param="invoice_settings[default_payment_method]",
        )


def _active(customer: Customer | None, id: str, param: str) -> Customer:
    if customer is None or customer.deleted:
        raise NotFound("customer", id, param=param)
    return customer
