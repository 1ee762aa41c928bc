"""Customers and their tax ids, through the official SDK."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests.api.merchant import Fields, Merchant, refused

URL = "/v1/customers"

JENNY: dict[str, Any] = {
    "email": "jenny@example.com",
    "name": "Jenny Rosen",
    "phone": "+14155550100",
    "description": "A regular",
    "individual_name": "Jennifer Rosen",
    "business_name": "Rosen Ltd",
    "address": {"country": "US", "line1": "1 Market Street", "postal_code": "94105"},
    "shipping": {"name": "Jenny", "phone": "+14155550101", "address": {"city": "Oakland"}},
    "preferred_locales": ["en", "de"],
    "tax_exempt": "exempt",
    "metadata": {"shelf": "3"},
}


def test_everything_that_is_known_of_a_customer(sdk: stripe.StripeClient) -> None:
    params: Any = JENNY
    made = sdk.v1.customers.create(params)
    shown = sdk.v1.customers.retrieve(made.id).to_dict()
    assert shown == made.to_dict()
    empty = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    assert {name: shown[name] for name in JENNY} == JENNY | {
        "address": {**empty, **JENNY["address"]},
        "shipping": {**JENNY["shipping"], "address": {**empty, "city": "Oakland"}},
    }
    assert made.id.startswith("cus_")
    assert (made.object, made.balance, made.currency, made.livemode) == (
        *("customer", 0, None), False
    )  # fmt: skip


def test_a_customer_needs_nothing(merchant: Merchant) -> None:
    bare = merchant.write(URL)
    assert (bare["email"], bare["tax_exempt"], bare["preferred_locales"]) == (None, "none", [])
    assert "business_name" not in bare


def test_what_changes_is_told_with_what_it_was(merchant: Merchant) -> None:
    made = merchant.write(URL, {"email": "a@shop.test", "metadata[a]": "1", "tax_exempt": "exempt"})
    path = f"{URL}/{made['id']}"
    changed = merchant.write(path, {
        "email": "b@shop.test", "metadata[b]": "2", "tax_exempt": "", "address[country]": "de",
    })  # fmt: skip
    assert (changed["email"], changed["metadata"]) == ("b@shop.test", {"a": "1", "b": "2"})
    assert (changed["tax_exempt"], changed["address"]["country"]) == ("none", "DE")
    (event,) = merchant.events("customer.updated")
    assert event["data"]["object"] == changed
    assert event["data"]["previous_attributes"] == {
        "email": "a@shop.test",
        "metadata": {"b": None},
        "tax_exempt": "exempt",
        "address": None,
    }
    assert merchant.write(path, {"email": "", "address": ""})["address"] is None
    merchant.write(path, {"email": ""})
    assert len(merchant.events("customer.updated")) == 2


def test_a_deleted_customer_leaves_an_id(merchant: Merchant, sdk: stripe.StripeClient) -> None:
    made = sdk.v1.customers.create({"email": "gone@shop.test", "name": "Gone"})
    sdk.v1.customers.tax_ids.create(made.id, {"type": "eu_vat", "value": "DE123456789"})
    deleted = sdk.v1.customers.delete(made.id).to_dict()
    assert deleted == {"id": made.id, "object": "customer", "deleted": True}
    assert sdk.v1.customers.retrieve(made.id).to_dict() == deleted
    assert sdk.v1.customers.list({}).data == []
    path = f"{URL}/{made.id}"
    for again in (
        merchant.post(path, {"name": "Back"}),
        merchant.request("DELETE", path),
        merchant.get(f"{path}/tax_ids"),
    ):
        assert refused(again, 404)["code"] == "resource_missing"
    (event,) = merchant.events("customer.deleted")
    assert event["data"]["object"]["email"] == "gone@shop.test"
    assert len(merchant.events("customer.tax_id.deleted")) == 1


def test_customers_by_their_email(merchant: Merchant) -> None:
    ids = [merchant.write(URL, {"email": email})["id"] for email in ("a@b.test", "A@b.test")]
    for email, expected in (("a@b.test", [ids[0]]), ("A@b.test", [ids[1]]), ("a@b", []),
                            ("b@b.test", [])):  # fmt: skip
        listed = merchant.read(URL, {"email": email})["data"]
        assert [customer["id"] for customer in listed] == expected


@pytest.mark.parametrize(
    ("fields", "param", "code"),
    [
        ({"email": "jenny"}, "email", "email_invalid"),
        ({"tax_exempt": "maybe"}, "tax_exempt", None),
        ({"name": "x" * 257}, "name", None),
        ({"phone": "1" * 21}, "phone", None),
        ({"business_name": "x" * 151}, "business_name", None),
        ({"address[country]": "Germany"}, "address[country]", None),
        ({"shipping[name]": "Jenny"}, "shipping[address]", "parameter_missing"),
        ({"balance": "5"}, "balance", "parameter_invalid_integer"),
        ({"source": "tok_visa"}, "source", "parameter_unsupported"),
        ({"colour": "red"}, "colour", "parameter_unknown"),
        ({"tax_id_data[0][type]": "eu_vat"}, "tax_id_data[0][value]", "parameter_missing"),
        ({"tax_id_data[0][type]": "eu_vat", "tax_id_data[0][value]": "DE1"},
         "tax_id_data[0][value]", "tax_id_invalid"),
        ({"tax_id_data[0][type]": "xx_vat", "tax_id_data[0][value]": "1"},
         "tax_id_data[0][type]", None),
    ],
)  # fmt: skip
def test_what_no_customer_can_be(
    merchant: Merchant, fields: Fields, param: str, code: str | None
) -> None:
    error = refused(merchant.post(URL, fields))
    assert (error["param"], error.get("code")) == (param, code)
    assert merchant.read(URL)["data"] == []
    assert merchant.events("customer.created") == []


def test_tax_ids_of_a_customer(merchant: Merchant, sdk: stripe.StripeClient) -> None:
    made = sdk.v1.customers.create({
        "tax_id_data": [{"type": "eu_vat", "value": "DE136695976"}],
    })  # fmt: skip
    of = sdk.v1.customers.tax_ids
    second = of.create(made.id, {"type": "us_ein", "value": "12-3456789"})
    assert (second.country, second.customer, second.value) == ("US", made.id, "12-3456789")
    assert second.owner is not None
    assert second.verification is not None
    assert (second.owner.type, second.verification.status) == ("customer", "unavailable")
    assert of.retrieve(made.id, second.id).to_dict() == second.to_dict()
    listed = of.list(made.id).data
    assert [(each.type, each.country) for each in listed] == [("us_ein", "US"), ("eu_vat", "DE")]
    shown = sdk.v1.customers.retrieve(made.id, {"expand": ["tax_ids"]})
    assert shown.tax_ids is not None
    assert [each.id for each in shown.tax_ids.data] == [each.id for each in listed]
    deleted = of.delete(made.id, second.id)
    assert deleted.deleted
    assert [each.type for each in of.list(made.id).data] == ["eu_vat"]
    told = [event["type"] for event in merchant.events() if "tax_id" in event["type"]]
    assert told == [*["customer.tax_id.deleted"], *["customer.tax_id.created"] * 2]


def test_a_customer_has_few_tax_ids(merchant: Merchant) -> None:
    path = f"{URL}/{merchant.write(URL)['id']}/tax_ids"
    for number in range(5):
        merchant.write(path, {"type": "unknown", "value": f"ID-{number}"})
    error = refused(merchant.post(path, {"type": "unknown", "value": "ID-5"}))
    assert error["message"] == "A customer can have up to 5 tax ids."
    assert len(merchant.read(path)["data"]) == 5


def test_tax_ids_by_their_owner(merchant: Merchant, sdk: stripe.StripeClient) -> None:
    customer = sdk.v1.customers.create({})
    own = sdk.v1.tax_ids.create({"type": "gb_vat", "value": "GB980780684"})
    theirs = sdk.v1.tax_ids.create({
        "type": "au_abn", "value": "83914571673",
        "owner": {"type": "customer", "customer": customer.id},
    })  # fmt: skip
    assert (own.customer, theirs.customer) == (None, customer.id)
    assert [each.id for each in sdk.v1.tax_ids.list({}).data] == [own.id]
    by_owner = sdk.v1.tax_ids.list({"owner": {"type": "customer", "customer": customer.id}})
    assert [each.id for each in by_owner.data] == [theirs.id]
    shown = merchant.read(f"/v1/tax_ids/{theirs.id}", {"expand[]": "customer"})
    assert shown["customer"]["id"] == customer.id
    assert sdk.v1.tax_ids.delete(own.id).deleted
    assert refused(merchant.get(f"/v1/tax_ids/{own.id}"), 404)["code"] == "resource_missing"
    unnamed = merchant.post("/v1/tax_ids", {
        "type": "unknown", "value": "ABC", "owner[type]": "customer",
    })  # fmt: skip
    assert refused(unnamed)["param"] == "owner[customer]"


def test_a_tax_id_of_another_customer_is_as_good_as_none(merchant: Merchant) -> None:
    first, second = (merchant.write(URL)["id"] for _ in range(2))
    made = merchant.write(f"{URL}/{first}/tax_ids", {"type": "unknown", "value": "ABC"})
    wrong = f"{URL}/{second}/tax_ids/{made['id']}"
    assert refused(merchant.get(wrong), 404)["code"] == "resource_missing"
    assert refused(merchant.request("DELETE", wrong), 404)["code"] == "resource_missing"
    assert len(merchant.read(f"{URL}/{first}/tax_ids")["data"]) == 1
