"""Metadata: what fits, how it changes, and how it is unset."""

from __future__ import annotations

import pytest
import stripe

from tests.api.merchant import SESSIONS, Fields, Json, Merchant, refused

PRODUCT = {"name": "Mug"}
ENDPOINT = {"url": "http://127.0.0.1:1/", "enabled_events[]": "charge.refunded"}

KINDS = ["sessions", "products", "prices", "webhook_endpoints", "customers"]

every_kind = pytest.mark.parametrize("kind", KINDS)


def new(merchant: Merchant, kind: str, fields: Fields) -> Json:
    if kind == "sessions":
        return merchant.session(fields)
    if kind == "webhook_endpoints":
        return merchant.write("/v1/webhook_endpoints", {**ENDPOINT, **fields})
    if kind == "customers":
        return merchant.write("/v1/customers", fields)
    if kind == "products":
        return merchant.write("/v1/products", {**PRODUCT, **fields})
    product = merchant.write("/v1/products", PRODUCT)["id"]
    price = {"product": product, "currency": "usd", "unit_amount": "900"}
    return merchant.write("/v1/prices", {**price, **fields})


def path_of(kind: str, value: Json) -> str:
    return f"{SESSIONS if kind == 'sessions' else f'/v1/{kind}'}/{value['id']}"


@every_kind
def test_how_it_changes(merchant: Merchant, kind: str) -> None:
    value = new(merchant, kind, {"metadata[a]": "1", "metadata[b]": "2", "metadata[c]": ""})
    path = path_of(kind, value)
    assert value["metadata"] == {"a": "1", "b": "2"}
    steps: list[tuple[Fields, Fields]] = [
        ({"metadata[b]": "3", "metadata[d]": "4"}, {"a": "1", "b": "3", "d": "4"}),
        ({"metadata[a]": ""}, {"b": "3", "d": "4"}),
        ({"metadata[none]": ""}, {"b": "3", "d": "4"}),
        ({}, {"b": "3", "d": "4"}),
        ({"metadata": ""}, {}),
        ({"metadata[e]": " 5 "}, {"e": " 5 "}),
    ]
    for fields, expected in steps:
        assert merchant.write(path, fields)["metadata"] == expected
        assert merchant.read(path)["metadata"] == expected


@every_kind
def test_what_fits(merchant: Merchant, kind: str) -> None:
    most = {f"metadata[{number:040}]": "ä" * 500 for number in range(50)}
    value = new(merchant, kind, most)
    assert len(value["metadata"]) == 50
    assert value["metadata"][f"{7:040}"] == "ä" * 500


@every_kind
@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"metadata[" + "k" * 41 + "]": "1"}, "metadata"),
        ({"metadata[a]": "1" * 501}, "metadata[a]"),
        ({f"metadata[{number}]": "1" for number in range(51)}, "metadata"),
        ({"metadata": "a"}, "metadata"),
        ({"metadata[a][b]": "1"}, "metadata[a]"),
        ({"metadata[a][]": "1"}, "metadata[a]"),
    ],
    ids=["long key", "long value", "too many", "no pairs", "nested", "list"],
)
def test_what_does_not_fit(merchant: Merchant, kind: str, fields: Fields, param: str) -> None:
    value = new(merchant, kind, {"metadata[kept]": "yes"})
    path = path_of(kind, value)
    assert refused(merchant.post(path, fields))["param"] == param
    assert merchant.read(path)["metadata"] == {"kept": "yes"}


def test_an_update_never_makes_it_more_than_50(merchant: Merchant) -> None:
    session = merchant.session({f"metadata[{number}]": "1" for number in range(50)})
    path = f"{SESSIONS}/{session['id']}"
    error = refused(merchant.post(path, {"metadata[one_more]": "1"}))
    assert error["param"] == "metadata"
    swapped = merchant.write(path, {"metadata[one_more]": "1", "metadata[0]": ""})
    assert len(swapped["metadata"]) == 50


def test_a_session_keeps_it_up_to_date_after_its_end(merchant: Merchant) -> None:
    paid = merchant.paid_session({"metadata[order]": "7"})
    path = f"{SESSIONS}/{paid['id']}"
    assert merchant.write(path, {"metadata[shipped]": "yes"})["metadata"] == {
        "order": "7",
        "shipped": "yes",
    }
    assert merchant.read(path)["status"] == "complete"


def test_each_object_has_its_own(merchant: Merchant) -> None:
    paid = merchant.paid_session({
        "metadata[of]": "session",
        "line_items[0][metadata][of]": "line",
        "line_items[0][price_data][product_data][metadata][of]": "product",
        "payment_intent_data[metadata][of]": "intent",
        "expand[]": "line_items",
    })  # fmt: skip
    (line,) = merchant.lines(paid["id"])
    intent = merchant.read(f"/v1/payment_intents/{paid['payment_intent']}")
    charge = merchant.read(f"/v1/charges/{intent['latest_charge']}")
    product = merchant.read(f"/v1/products/{line['price']['product']}")
    assert [value["metadata"] for value in (paid, line, product, intent, charge)] == [
        {"of": "session"}, {"of": "line"}, {"of": "product"}, {"of": "intent"}, {"of": "intent"},
    ]  # fmt: skip


def test_with_the_official_sdk(sdk: stripe.StripeClient) -> None:
    product = sdk.v1.products.create({"name": "Mug", "metadata": {"shelf": "3", "row": "B"}})
    updated = sdk.v1.products.update(product.id, {"metadata": {"shelf": ""}})
    assert updated.metadata.to_dict() == {"row": "B"}
    assert sdk.v1.products.update(product.id, {"metadata": ""}).metadata.to_dict() == {}
