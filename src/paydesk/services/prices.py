"""One-time prices: create, read, change, list."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from paydesk.core.errors import InvalidRequest, NotFound
from paydesk.core.metadata import merged
from paydesk.core.money import AMOUNT_MAX, plain
from paydesk.core.prices import Price, Product
from paydesk.render.products import price as rendered
from paydesk.services.context import Call
from paydesk.services.events import append
from paydesk.storage import prices
from paydesk.storage.database import Transaction


def create(
    tx: Transaction,
    call: Call,
    product: Product,
    fields: dict[str, Any],
    *,
    transfer_lookup_key: bool = False,
    param: str = "",
) -> Price:
    """A new price of a product from the other fields of `core.prices.Price`.

    `param` is where the price stands in the request, for errors. Raises InvalidRequest for a lookup
    key that another price has, unless `transfer_lookup_key` takes it from there.
    """
    _check_amount(fields, param)
    _take_lookup_key(tx, call, fields.get("lookup_key"), None, transfer_lookup_key)
    id, created = call.stamped("price")
    price = Price(
        id=id,
        account=call.account,
        created=created,
        product=product.id,
        **fields,
    )
    prices.insert(tx, price)
    append(tx, call, "price.created", rendered(price))
    return price


def get(tx: Transaction, call: Call, id: str, *, param: str = "price") -> Price:
    """One of the account's prices. Raises NotFound."""
    price = prices.get(tx, call.account, id)
    if price is None:
        raise NotFound("price", id, param=param)
    return price


def update(
    tx: Transaction,
    call: Call,
    id: str,
    changes: dict[str, Any],
    *,
    transfer_lookup_key: bool = False,
) -> Price:
    """The price with these fields changed; a tax behavior once chosen stays.

    `metadata` is merged, None clears it. Raises NotFound, InvalidRequest.
    """
    before = prices.hold(tx, call.account, id)
    if before is None:
        raise NotFound("price", id, param="price")
    behavior = changes.get("tax_behavior", before.tax_behavior)
    if before.tax_behavior not in ("unspecified", behavior):
        raise InvalidRequest(
            "You cannot change the tax behavior of a price once it is set to exclusive or "
            "inclusive. Create a new price instead.",
            param="tax_behavior",
        )
    _take_lookup_key(tx, call, changes.get("lookup_key"), id, transfer_lookup_key)
    if "metadata" in changes:
        changes["metadata"] = merged(before.metadata, changes["metadata"])
    return _save(tx, call, before, replace(before, **changes))


def _save(tx: Transaction, call: Call, before: Price, price: Price) -> Price:
    """Write a change down and tell of it, if it is one."""
    if price != before:
        prices.update(tx, price)
        append(tx, call, "price.updated", rendered(price), before=rendered(before))
    return price


def _check_amount(fields: dict[str, Any], param: str) -> None:
    if fields["unit_amount"] > AMOUNT_MAX:
        largest = plain(AMOUNT_MAX, fields["currency"])
        raise InvalidRequest(
            f"A price must be no more than {largest} {fields['currency'].upper()}.",
            code="amount_too_large",
            param=_inside(param, "unit_amount"),
        )


def _take_lookup_key(
    tx: Transaction, call: Call, lookup_key: str | None, owner: str | None, transfer: bool
) -> None:
    if lookup_key is None:
        return
    holder = prices.hold_by_lookup_key(tx, call.account, lookup_key)
    if holder is None or holder.id == owner:
        return
    if not transfer:
        raise InvalidRequest(
            f"A price (`{holder.id}`) already uses that lookup key.", param="lookup_key"
        )
    _save(tx, call, holder, replace(holder, lookup_key=None))


def _inside(param: str, name: str) -> str:
    return f"{param}[{name}]" if param else name
