"""Products: create, read, change, list."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from paydesk.core.errors import InvalidRequest, NotFound
from paydesk.core.metadata import merged
from paydesk.core.prices import Product
from paydesk.render.products import product as rendered
from paydesk.services.context import Call
from paydesk.services.events import append
from paydesk.storage import prices, products
from paydesk.storage.database import Transaction


def create(tx: Transaction, call: Call, fields: dict[str, Any]) -> Product:
    """A new product from `core.prices.Product`'s fields; `id` may be the merchant's own.

    Raises InvalidRequest when that id is taken.
    """
    chosen = fields.pop("id", None)
    id = chosen or call.id("prod")
    if chosen is not None and products.get(tx, call.account, id) is not None:
        raise InvalidRequest(
            f"Product already exists with id: {id}", code="resource_already_exists", param="id"
        )
    product = Product(id=id, account=call.account, created=call.now, updated=call.now, **fields)
    products.insert(tx, product)
    append(tx, call, "product.created", rendered(product))
    return product


def made_or_found(
    tx: Transaction, call: Call, data: dict[str, Any] | None, id: str | None, *, param: str
) -> Product:
    """The product of a new price: made from `data` (`product_data`), or the one with this id.

    Raises NotFound; `param` is where the id stands in the request.
    """
    if data is not None:
        return create(tx, call, data)
    return get(tx, call, id or "", param=param)


def get(tx: Transaction, call: Call, id: str, *, param: str = "id") -> Product:
    """One of the account's products. Raises NotFound."""
    product = products.get(tx, call.account, id)
    if product is None:
        raise NotFound("product", id, param=param)
    return product


def update(tx: Transaction, call: Call, id: str, changes: dict[str, Any]) -> Product:
    """The product with these fields changed; `metadata` is merged, None clears it.

    Raises NotFound for it or its new default price.
    """
    before = products.hold(tx, call.account, id)
    if before is None:
        raise NotFound("product", id, param="id")
    price = changes.get("default_price")
    if price is not None:
        known = prices.get(tx, call.account, price)
        if known is None or known.product != id:
            raise NotFound("price", price, param="default_price")
    if "metadata" in changes:
        changes["metadata"] = merged(before.metadata, changes["metadata"])
    if replace(before, **changes) == before:
        return before
    product = replace(before, updated=call.now, **changes)
    products.update(tx, product)
    append(tx, call, "product.updated", rendered(product), before=rendered(before))
    return product
