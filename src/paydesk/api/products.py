"""`/v1/products` and `/v1/prices`."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from paydesk.api.fields import changes, given, if_given
from paydesk.api.lists import created_conditions, created_in, listed, page_of
from paydesk.api.params import prices as price_params
from paydesk.api.params import products as product_params
from paydesk.core.prices import Recurring
from paydesk.render import Json
from paydesk.render.products import price as rendered_price
from paydesk.render.products import product as rendered_product
from paydesk.services import prices, products
from paydesk.services.context import Call
from paydesk.storage import prices as stored_prices
from paydesk.storage import products as stored_products
from paydesk.storage.database import Transaction
from paydesk.storage.paging import one_of


def create_product(tx: Transaction, call: Call, wanted: product_params.CreateProduct) -> Json:
    """`POST /v1/products`."""
    return rendered_product(products.create(tx, call, given(wanted)))


def retrieve_product(tx: Transaction, call: Call, wanted: Any, id: str) -> Json:
    """`GET /v1/products/{id}`."""
    return rendered_product(products.get(tx, call, id))


def update_product(
    tx: Transaction, call: Call, wanted: product_params.UpdateProduct, id: str
) -> Json:
    """`POST /v1/products/{id}`."""
    return rendered_product(products.update(tx, call, id, changes(wanted)))


def list_products(tx: Transaction, call: Call, wanted: product_params.ListProducts) -> Json:
    """`GET /v1/products`."""
    conditions = created_in(call, wanted.created).of_any_id()
    conditions += if_given(wanted, {"active": "active = ?", "shippable": "shippable = ?"})
    if wanted.url is not None:
        conditions.append(stored_products.with_url(wanted.url))
    if wanted.ids is not None:
        conditions.append(one_of("id", wanted.ids))
    page = stored_products.list_page(
        tx, call.account, conditions, page_of(tx, call, wanted, products.get)
    )
    return listed("/v1/products", map(rendered_product, page.items), page)


def create_price(tx: Transaction, call: Call, wanted: price_params.CreatePrice) -> Json:
    """`POST /v1/prices`."""
    fields = given(wanted)
    transfer = fields.pop("transfer_lookup_key", False)
    product_data = fields.pop("product_data", None)
    decimal, whole = fields.pop("unit_amount_decimal", None), fields.pop("unit_amount", None)
    fields["unit_amount"] = Decimal(decimal if decimal is not None else whole or 0)
    if "recurring" in fields:
        fields["recurring"] = _recurring(fields["recurring"])
    product = products.made_or_found(
        tx, call, product_data, fields.pop("product", None), param="product"
    )
    price = prices.create(tx, call, product, fields, transfer_lookup_key=transfer)
    return rendered_price(price)


def _recurring(given: dict[str, Any]) -> Recurring:
    return Recurring(interval=given["interval"], interval_count=given.get("interval_count", 1))


def retrieve_price(tx: Transaction, call: Call, wanted: Any, id: str) -> Json:
    """`GET /v1/prices/{price}`."""
    return rendered_price(prices.get(tx, call, id))


def update_price(tx: Transaction, call: Call, wanted: price_params.UpdatePrice, id: str) -> Json:
    """`POST /v1/prices/{price}`."""
    changed = changes(wanted)
    transfer = changed.pop("transfer_lookup_key", False)
    return rendered_price(prices.update(tx, call, id, changed, transfer_lookup_key=transfer))


def list_prices(tx: Transaction, call: Call, wanted: price_params.ListPrices) -> Json:
    """`GET /v1/prices`."""
    conditions = created_conditions(call, "price_", wanted.created)
    conditions += if_given(
        wanted, {"active": "active = ?", "currency": "currency = ?", "product": "product = ?"}
    )
    if wanted.lookup_keys is not None:
        conditions.append(one_of("lookup_key", wanted.lookup_keys))
    if wanted.type is not None:
        conditions.append(
            ("recurring <> ''" if wanted.type == "recurring" else "recurring = ''", ())
        )
    page = stored_prices.list_page(
        tx, call.account, conditions, page_of(tx, call, wanted, prices.get)
    )
    return listed("/v1/prices", map(rendered_price, page.items), page)
