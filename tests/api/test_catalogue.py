"""Products and prices, and sessions that sell them."""

from __future__ import annotations

from random import Random
from string import ascii_letters

import pytest

from tests.api.merchant import SESSIONS, Fields, Json, Merchant, refused

BASKET = {
    "mode": "payment",
    "success_url": "https://shop.example/thanks",
    "line_items[0][quantity]": "2",
}


@pytest.fixture
def product(merchant: Merchant) -> str:
    id: str = merchant.write("/v1/products", {"name": "Mug"})["id"]
    return id


def new_price(merchant: Merchant, product: str, fields: Fields | None = None) -> Json:
    given = {"product": product, "currency": "usd", "unit_amount": "900"}
    return merchant.write("/v1/prices", {**given, **(fields or {})})


def sell(merchant: Merchant, price: str) -> Json:
    return merchant.write(SESSIONS, {**BASKET, "line_items[0][price]": price})


def test_a_price_that_is_there_already(merchant: Merchant, product: str) -> None:
    price = new_price(merchant, product, {"nickname": "small"})
    session = sell(merchant, price["id"])
    assert session["amount_total"] == 1800
    (line,) = merchant.lines(session["id"])
    assert line["price"] == price
    assert line["description"] == "Mug"


def test_a_product_that_is_there_already(merchant: Merchant, product: str) -> None:
    line = "line_items[0][price_data]"
    fields = {
        f"{line}[product]": product,
        f"{line}[currency]": "usd",
        f"{line}[unit_amount]": "700",
    }
    session = merchant.write(SESSIONS, {**BASKET, **fields})
    price = merchant.lines(session["id"])[0]["price"]
    assert (price["product"], price["unit_amount"], price["active"]) == (product, 700, False)


def test_what_is_made_for_one_session_is_not_for_sale(merchant: Merchant) -> None:
    session = merchant.session()
    price = merchant.lines(session["id"])[0]["price"]
    made = merchant.read(f"/v1/products/{price['product']}")
    assert (price["active"], made["active"]) == (False, False)
    error = refused(merchant.post(SESSIONS, {**BASKET, "line_items[0][price]": price["id"]}))
    assert error["param"] == "line_items[0][price]"
    assert error["message"] == (
        "The price specified is inactive. This field only accepts active prices."
    )


def test_a_session_keeps_the_price_that_it_was_made_with(merchant: Merchant, product: str) -> None:
    price = new_price(merchant, product)["id"]
    session = sell(merchant, price)
    merchant.write(f"/v1/prices/{price}", {"active": "false"})
    refused(merchant.post(SESSIONS, {**BASKET, "line_items[0][price]": price}))
    assert merchant.confirm(session["id"]).status_code == 200


def test_an_id_of_the_merchants_own(merchant: Merchant) -> None:
    merchant.write("/v1/products", {"id": "MUG-1", "name": "Mug"})
    error = refused(merchant.post("/v1/products", {"id": "MUG-1", "name": "Cup"}))
    assert (error["code"], error["param"]) == ("resource_already_exists", "id")
    assert error["message"] == "Product already exists with id: MUG-1"
    assert merchant.read("/v1/products/MUG-1")["name"] == "Mug"


def hard_to_compress(length: int) -> str:
    return "".join(Random(1).choices(ascii_letters, k=length))


def test_long_ids_and_urls(merchant: Merchant) -> None:
    merchant.write(
        "/v1/webhook_endpoints",
        {"url": "http://127.0.0.1:1/", "enabled_events[]": "*", "paydesk[ordering]": "object"},
    )
    fields = {"name": "Mug", "id": hard_to_compress(255)}
    fields["url"] = f"https://shop.example/{hard_to_compress(4_900)}"
    made = merchant.write("/v1/products", fields)
    merchant.write("/v1/products", {"name": "Cup", "url": fields["url"][:-1]})
    assert merchant.read(f"/v1/products/{made['id']}") == made
    assert merchant.read("/v1/products", {"url": fields["url"]})["data"] == [made]
    too_long = {"name": "Mug", "id": hard_to_compress(256)}
    assert refused(merchant.post("/v1/products", too_long), 400)["param"] == "id"


def test_a_default_price_is_one_of_the_products_own(merchant: Merchant, product: str) -> None:
    own = new_price(merchant, product)["id"]
    other = new_price(merchant, merchant.write("/v1/products", {"name": "Cup"})["id"])["id"]
    path = f"/v1/products/{product}"
    for wrong in (other, "price_none"):
        error = refused(merchant.post(path, {"default_price": wrong}), 404)
        assert (error["code"], error["param"]) == ("resource_missing", "default_price")
    assert merchant.write(path, {"default_price": own})["default_price"] == own


@pytest.mark.parametrize("behavior", ["exclusive", "inclusive"])
def test_how_tax_is_meant_is_decided_once(merchant: Merchant, product: str, behavior: str) -> None:
    path = f"/v1/prices/{new_price(merchant, product)['id']}"
    assert merchant.write(path, {"tax_behavior": behavior})["tax_behavior"] == behavior
    assert merchant.write(path, {"tax_behavior": behavior})["tax_behavior"] == behavior
    for other in {"exclusive", "inclusive", "unspecified"} - {behavior}:
        assert refused(merchant.post(path, {"tax_behavior": other}))["param"] == "tax_behavior"


@pytest.mark.parametrize(
    "fields", [{"unit_amount": "1000"}, {"currency": "eur"}, {"product": "prod_1"}]
)
def test_what_a_price_costs_never_changes(merchant: Merchant, product: str, fields: Fields) -> None:
    path = f"/v1/prices/{new_price(merchant, product)['id']}"
    assert refused(merchant.post(path, fields))["code"] == "parameter_unknown"


@pytest.mark.parametrize(
    "fields",
    [
        {"recurring[meter]": "x", "recurring[interval]": "day"},
        {"billing_scheme": "tiered"},
        {"tiers_mode": "graduated"},
    ],
)
def test_prices_that_paydesk_does_not_have(
    merchant: Merchant, product: str, fields: Fields
) -> None:
    given = {"product": product, "currency": "usd", "unit_amount": "900", **fields}
    assert refused(merchant.post("/v1/prices", given))["code"] == "parameter_unsupported"


def test_a_recurring_price_is_kept_and_not_sold(merchant: Merchant, product: str) -> None:
    fields = {"product": product, "currency": "usd", "unit_amount": "900"}
    once = merchant.write("/v1/prices", fields)
    again = {**fields, "recurring[interval]": "month", "recurring[interval_count]": "3"}
    price = merchant.write("/v1/prices", again)
    assert price["type"] == "recurring"
    assert (price["recurring"]["interval"], price["recurring"]["interval_count"]) == ("month", 3)
    for type, known in (("recurring", price), ("one_time", once)):
        assert merchant.read(f"/v1/prices?type={type}")["data"] == [known]
    error = refused(merchant.post("/v1/checkout/sessions", {
        "mode": "payment", "line_items[0][price]": price["id"], "line_items[0][quantity]": "1",
        "success_url": "https://shop.example/",
    }))  # fmt: skip
    assert "recurring price" in error["message"]
    assert error["param"] == "line_items[0][price]"


def test_what_a_product_needs_and_what_it_can_lose(merchant: Merchant, product: str) -> None:
    path = f"/v1/products/{product}"
    assert refused(merchant.post("/v1/products"))["code"] == "parameter_missing"
    assert refused(merchant.post(path, {"name": ""}))["code"] == "parameter_invalid_empty"
    full = {"description": "For tea", "images[]": "https://shop.example/mug.png",
            "unit_label": "mug", "url": "https://shop.example/mug"}  # fmt: skip
    shown = merchant.write(path, full)
    assert (shown["description"], shown["images"]) == ("For tea", [full["images[]"]])
    bare = merchant.write(path, {"description": "", "images": "", "unit_label": "", "url": ""})
    assert (bare["description"], bare["images"], bare["unit_label"], bare["url"]) == (
        *(None, []), *(None, None)
    )  # fmt: skip
