"""Sessions of customers: who is known, who is made by paying, and what is saved of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api.merchant import SESSIONS, Fields, Json, Merchant, refused, succeeded
from tests.support.app import SEED_SESSION, running_app

CUSTOMERS = "/v1/customers"
PAGES = "/v1/payment_pages"
TAXED = {"automatic_tax[enabled]": "true"}
FREE = {"line_items[0][price_data][unit_amount]": "0"}
BUYER = "payment_method_data[billing_details]"
CARD = {
    "payment_method_data[type]": "card",
    "payment_method_data[card][token]": "tok_visa",
    f"{BUYER}[name]": "B. Uyer",
    f"{BUYER}[email]": "typed@shop.test",
    f"{BUYER}[address][country]": "DE",
    f"{BUYER}[address][postal_code]": "10115",
}


def new_customer(merchant: Merchant, fields: Fields | None = None) -> str:
    given = {"email": "jenny@shop.test", "name": "Jenny", **(fields or {})}
    id: str = merchant.write(CUSTOMERS, given)["id"]
    return id


def pay(merchant: Merchant, session: str) -> Json:
    """Pay as a buyer who types everything; the session as it is then."""
    succeeded(merchant.post(f"{PAGES}/{session}/confirm", CARD))
    return merchant.read(f"{SESSIONS}/{session}")


def payment_of(merchant: Merchant, session: Json) -> tuple[Json, Json]:
    """The intent and the charge."""
    expand = {"expand[]": "latest_charge"}
    intent = merchant.read(f"/v1/payment_intents/{session['payment_intent']}", expand)
    return intent, intent["latest_charge"]


def test_a_guest_stays_a_guest(merchant: Merchant) -> None:
    session = merchant.session()
    assert (session["customer"], session["customer_creation"]) == (None, "if_required")
    paid = pay(merchant, session["id"])
    assert paid["customer"] is None
    assert merchant.read(CUSTOMERS)["data"] == []


@pytest.mark.parametrize("price", [{}, FREE], ids=["paid", "free"])
def test_a_customer_is_made_by_paying(merchant: Merchant, price: Fields) -> None:
    session = merchant.session({"customer_creation": "always", "locale": "de", **price})
    assert (session["customer"], session["customer_creation"]) == (None, "always")
    if not price:
        refused(merchant.confirm(session["id"], "pm_card_chargeDeclined"), 402)
        assert merchant.read(CUSTOMERS)["data"] == []
    paid = pay(merchant, session["id"])
    (customer,) = merchant.read(CUSTOMERS)["data"]
    assert paid["customer"] == customer["id"]
    (event,) = merchant.events("customer.created")
    assert event["data"]["object"] == customer
    assert event["request"] == {"id": None, "idempotency_key": None}
    assert customer["preferred_locales"] == ["de"]


def test_what_is_kept_of_a_new_customer(merchant: Merchant) -> None:
    session = pay(merchant, merchant.session({"customer_creation": "always"})["id"])
    fields = {"expand[]": "customer"}
    customer = merchant.read(f"{SESSIONS}/{session['id']}", fields)["customer"]
    assert (customer["email"], customer["name"]) == ("typed@shop.test", "B. Uyer")
    assert customer["address"]["country"] == "DE"
    intent, charge = payment_of(merchant, session)
    assert intent["customer"] == charge["customer"] == customer["id"]
    order = [event["type"] for event in reversed(merchant.events())]
    assert order[-4:] == [
        *("customer.created", "charge.succeeded", "payment_intent.succeeded"),
        "checkout.session.completed",
    ]
    told = merchant.events("checkout.session.completed")[0]["data"]["object"]
    assert told["customer"] == customer["id"]


def test_a_customer_who_comes_back(merchant: Merchant) -> None:
    customer = new_customer(merchant, {"tax_exempt": "reverse", "tax_id_data[0][type]": "eu_vat",
                                       "tax_id_data[0][value]": "DE136695976"})  # fmt: skip
    session = merchant.session({"customer": customer})
    assert (session["customer"], session["customer_creation"]) == (customer, None)
    assert session["customer_email"] is None
    details = session["customer_details"]
    assert (details["email"], details["tax_exempt"]) == ("jenny@shop.test", "reverse")
    assert details["tax_ids"] == [{"type": "eu_vat", "value": "DE136695976"}]
    assert merchant.read(f"{PAGES}/{session['id']}")["customer_email"] == "jenny@shop.test"
    paid = pay(merchant, session["id"])
    assert paid["customer_details"]["email"] == "jenny@shop.test"
    assert paid["customer_details"]["name"] == "B. Uyer"
    intent, charge = payment_of(merchant, paid)
    assert intent["customer"] == charge["customer"] == customer
    assert merchant.events("customer.updated") == []
    for path in (SESSIONS, "/v1/payment_intents", "/v1/charges"):
        merchant.paid_session()
        assert len(merchant.read(path, {"customer": customer})["data"]) == 1
        assert merchant.read(path, {"customer": "cus_none"})["data"] == []


def test_a_buyer_can_not_change_a_customers_email(merchant: Merchant) -> None:
    session = merchant.session({"customer": new_customer(merchant)})["id"]
    page = merchant.write(f"{PAGES}/{session}", {"email": "other@shop.test"})
    assert page["customer_details"]["email"] == "jenny@shop.test"


def test_a_customer_without_an_email_is_given_one(merchant: Merchant) -> None:
    customer = new_customer(merchant, {"email": ""})
    session = merchant.session({"customer": customer})["id"]
    for email in ("first@shop.test", "second@shop.test"):
        page = merchant.write(f"{PAGES}/{session}", {"email": email})
        assert page["customer_details"]["email"] == email
    pay(merchant, session)
    assert merchant.read(f"{CUSTOMERS}/{customer}")["email"] == "typed@shop.test"


def test_what_is_saved_to_a_customer(merchant: Merchant) -> None:
    customer = new_customer(merchant)
    update = {"customer_update[name]": "auto", "customer_update[address]": "auto"}
    pay(merchant, merchant.session({"customer": customer, **update})["id"])
    saved = merchant.read(f"{CUSTOMERS}/{customer}")
    assert (saved["name"], saved["address"]["country"]) == ("B. Uyer", "DE")
    (event,) = merchant.events("customer.updated")
    assert event["data"]["previous_attributes"] == {"name": "Jenny", "address": None}


STREET = {"address[line1]": "Invalidenstr. 1", "address[city]": "Berlin"}


@pytest.mark.parametrize(
    ("saved", "street"),
    [
        ({"address[country]": "DE", "address[postal_code]": "10115", **STREET}, "Invalidenstr. 1"),
        ({"address[country]": "DE", "address[postal_code]": "80331", **STREET}, None),
        ({"address[country]": "AT", **STREET}, None),
    ],
    ids=["who lives there still", "who moved within the country", "who moved to another one"],
)
def test_a_street_that_nobody_asked_about_is_kept_while_it_can_be_right(
    merchant: Merchant, saved: Fields, street: str | None
) -> None:
    customer = new_customer(merchant, saved)
    fields = {"customer": customer, "customer_update[address]": "auto"}
    paid = pay(merchant, merchant.session(fields)["id"])
    address = merchant.read(f"{CUSTOMERS}/{customer}")["address"]
    assert (address["country"], address["postal_code"]) == ("DE", "10115")
    assert (address["line1"], address["city"]) == (street, "Berlin" if street else None)
    assert paid["customer_details"]["address"]["line1"] is None  # what this checkout was told


def test_a_customer_may_be_deleted_before_they_pay(merchant: Merchant) -> None:
    customer = new_customer(merchant)
    session = merchant.session({"customer": customer, "customer_update[name]": "auto"})["id"]
    succeeded(merchant.request("DELETE", f"{CUSTOMERS}/{customer}"))
    assert pay(merchant, session)["payment_status"] == "paid"
    shown = merchant.read(f"{SESSIONS}/{session}", {"expand[]": "customer"})["customer"]
    assert shown == {"id": customer, "object": "customer", "deleted": True}


@pytest.mark.parametrize(
    ("fields", "param", "code", "status"),
    [
        ({"customer": "cus_none"}, "customer", "resource_missing", 404),
        ({"customer": "ID", "customer_email": "a@b.test"}, "customer_email",
         "parameters_exclusive", 400),
        ({"customer": "ID", "customer_creation": "always"}, "customer_creation",
         "parameters_exclusive", 400),
        ({"customer_update[name]": "auto"}, "customer_update", None, 400),
        ({"customer": "ID", "customer_update[name]": "maybe"}, "customer_update[name]", None, 400),
        ({"customer_creation": "never"}, "customer_creation", None, 400),
        ({"customer": "ID", **TAXED}, "customer", "customer_tax_location_invalid", 400),
    ],
)  # fmt: skip
def test_what_does_not_go_together(
    merchant: Merchant, fields: Fields, param: str, code: str | None, status: int
) -> None:
    customer = new_customer(merchant)
    named = {name: customer if value == "ID" else value for name, value in fields.items()}
    error = refused(merchant.post(SESSIONS, {**SEED_SESSION, **named}), status)
    assert (error["param"], error.get("code")) == (param, code)


def test_a_deleted_customer_buys_nothing(merchant: Merchant) -> None:
    customer = new_customer(merchant)
    succeeded(merchant.request("DELETE", f"{CUSTOMERS}/{customer}"))
    error = refused(merchant.post(SESSIONS, {**SEED_SESSION, "customer": customer}), 404)
    assert error["code"] == "resource_missing"


def test_tax_goes_by_the_address_that_is_saved(merchant: Merchant) -> None:
    berlin = {"address[country]": "DE", "address[postal_code]": "10115"}
    customer = new_customer(merchant, berlin)
    session = merchant.session({"customer": customer, **TAXED})
    assert session["automatic_tax"]["status"] == "complete"
    taxed = session["total_details"]["amount_tax"]
    assert taxed == 380  # 19 % of 20.00
    elsewhere = {"tax_region[country]": "US", "tax_region[postal_code]": "94103"}
    page = merchant.write(f"{PAGES}/{session['id']}", elsewhere)
    assert page["total_summary"]["tax"] == taxed


def test_tax_follows_the_buyer_whose_address_is_saved_then(merchant: Merchant) -> None:
    fields = {"customer": new_customer(merchant), "customer_update[address]": "auto", **TAXED}
    session = merchant.session(fields)
    assert session["automatic_tax"]["status"] == "requires_location_inputs"
    paid = pay(merchant, session["id"])
    assert paid["total_details"]["amount_tax"] == 380


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("version", "creation"), [("2020-08-27", "always"), ("2022-08-01", "if_required")]
)
async def test_older_versions_always_make_a_customer(
    tmp_path: Path, version: str, creation: str
) -> None:
    async with running_app(tmp_path) as client:
        made = await client.form(SESSIONS, SEED_SESSION, stripe_version=version)
        assert made.json()["customer_creation"] == creation
