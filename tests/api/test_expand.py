"""`expand`: whatever Stripe lets expand, as deep as Stripe lets it, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import stripe

from tests.api import specification
from tests.api.merchant import SESSIONS, Json, Merchant, refused

KINDS = ("checkout.session", "payment_intent", "charge", "payment_method", "price", "product")


@pytest.fixture
def objects(merchant: Merchant) -> dict[str, tuple[str, Json]]:
    """One of each kind: kind -> the path of its list, and the object."""
    session = merchant.paid_session()
    intent = merchant.read(f"/v1/payment_intents/{session['payment_intent']}")
    (line,) = merchant.lines(session["id"])
    paths = [
        (SESSIONS, session["id"]),
        ("/v1/payment_intents", intent["id"]),
        ("/v1/charges", intent["latest_charge"]),
        ("/v1/payment_methods", intent["payment_method"]),
        ("/v1/prices", line["price"]["id"]),
        ("/v1/products", line["price"]["product"]),
    ]
    found = [(path, merchant.read(f"{path}/{id}")) for path, id in paths]
    return {value["object"]: (path, value) for path, value in found}


def expandable(kind: str) -> Iterator[str]:
    """The fields of a kind that hold an id which Stripe replaces by the object."""
    for name, schema in specification.schemas()[kind]["properties"].items():
        if "x-expansionResources" in schema:
            yield name


def at(value: Any, path: str) -> Any:
    """What stands at a dotted path; the first one of a list."""
    for step in path.split("."):
        value = value[0] if isinstance(value, list) else value
        value = value[step]
    return value


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_stripe_expands(
    merchant: Merchant, objects: dict[str, tuple[str, Json]], kind: str
) -> None:
    path, plain = objects[kind]
    for name in expandable(kind):
        if name in plain:
            shown = merchant.read(f"{path}/{plain['id']}", {"expand[]": name})[name]
            listed = merchant.read(path, {"expand[]": f"data.{name}"})["data"][0][name]
            if plain[name] is None:
                assert shown is None
            else:
                assert shown["id"] == listed["id"] == plain[name]


@pytest.mark.parametrize(
    ("path", "object"),
    [
        ("payment_intent", "payment_intent"),
        ("payment_intent.latest_charge", "charge"),
        ("payment_intent.payment_method", "payment_method"),
        ("payment_intent.latest_charge.payment_intent", "payment_intent"),
        ("payment_intent.latest_charge.payment_intent.payment_method", "payment_method"),
        ("line_items", "list"),
        ("line_items.data.price.product", "product"),
    ],
)
def test_into_a_session(merchant: Merchant, path: str, object: str) -> None:
    id = merchant.paid_session()["id"]
    shown = merchant.read(f"{SESSIONS}/{id}", {"expand[]": path})
    assert at(shown, path)["object"] == object
    if path.count(".") < 3:
        listed = merchant.read(SESSIONS, {"expand[]": f"data.{path}"})
        assert at(listed["data"][0], path)["object"] == object


def test_a_path_opens_everything_on_its_way(merchant: Merchant) -> None:
    id = merchant.session()["id"]
    both = {"expand[0]": "line_items.data.price.product", "expand[1]": "line_items"}
    (line,) = merchant.read(f"{SESSIONS}/{id}", both)["line_items"]["data"]
    assert line["price"]["product"]["name"] == "T-shirt"


def test_on_every_answer_that_is_a_session(merchant: Merchant) -> None:
    expand = {"expand[]": "line_items"}
    session = merchant.session(expand)
    path = f"{SESSIONS}/{session['id']}"
    for shown in (session, merchant.write(path, expand), merchant.write(f"{path}/expire", expand)):
        assert shown["line_items"]["data"][0]["quantity"] == 1


def test_line_items_expand_their_product(merchant: Merchant) -> None:
    id = merchant.session()["id"]
    listed = merchant.read(f"{SESSIONS}/{id}/line_items", {"expand[]": "data.price.product"})
    assert listed["data"][0]["price"]["product"]["name"] == "T-shirt"


def test_a_new_payment_method(merchant: Merchant) -> None:
    fields = {"type": "card", "card[token]": "tok_visa"}
    made = merchant.write("/v1/payment_methods", {**fields, "expand[]": "customer"})
    assert made["customer"] is None
    refused(merchant.post("/v1/payment_methods", {**fields, "expand[]": "nothing"}))
    assert len(merchant.read("/v1/payment_methods")["data"]) == 1


def test_with_the_official_sdk(merchant: Merchant, sdk: stripe.StripeClient) -> None:
    id = merchant.paid_session()["id"]
    session = sdk.v1.checkout.sessions.retrieve(
        id, {"expand": ["line_items.data.price.product", "payment_intent.latest_charge"]}
    )
    intent = session.payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    assert isinstance(intent.latest_charge, stripe.Charge)
    assert intent.latest_charge.paid
    assert session.line_items is not None
    (line,) = session.line_items.data
    assert line.price is not None
    assert isinstance(line.price.product, stripe.Product)


@pytest.mark.parametrize(
    "path",
    [
        "id",
        "nothing",
        "line_items.data.quantity",
        "metadata.order",
        "payment_intent.amount",
        "data",
    ],
)
def test_what_is_no_object(merchant: Merchant, path: str) -> None:
    id = merchant.paid_session({"metadata[order]": "7"})["id"]
    error = refused(merchant.get(f"{SESSIONS}/{id}", {"expand[]": path}))
    assert error["message"] == f"This property cannot be expanded ({path})."
    assert error["param"] == "expand"


def test_no_deeper_than_four_levels(merchant: Merchant) -> None:
    merchant.paid_session()
    deep = "payment_intent.latest_charge.payment_intent.latest_charge"
    assert at(merchant.read(SESSIONS, {"expand[]": f"data.{deep}"})["data"], deep)["paid"]
    error = refused(merchant.get(SESSIONS, {"expand[]": f"data.{deep}.payment_intent"}))
    assert error["message"].startswith("You cannot expand more than 4 levels of a property.")
    assert error["param"] == "expand"


def test_a_refused_expansion_changes_nothing(merchant: Merchant) -> None:
    session = merchant.session()
    path = f"{SESSIONS}/{session['id']}/expire"
    refused(merchant.post(path, {"expand[]": "nothing"}))
    assert merchant.read(f"{SESSIONS}/{session['id']}")["status"] == "open"


# Taxes

TAXED = {"automatic_tax[enabled]": "true"}
SECOND = {
    "line_items[1][price_data][currency]": "usd",
    "line_items[1][price_data][product_data][name]": "Mug",
    "line_items[1][price_data][unit_amount]": "900",
    "line_items[1][quantity]": "2",
}


def in_germany(merchant: Merchant, fields: dict[str, str]) -> str:
    id: str = merchant.session({**TAXED, **fields})["id"]
    merchant.write(f"/v1/payment_pages/{id}", {"tax_region[country]": "DE"})
    return id


def test_the_taxes_of_a_line(merchant: Merchant) -> None:
    id = in_germany(merchant, {})
    listed = merchant.read(f"{SESSIONS}/{id}/line_items", {"expand[]": "data.taxes"})
    (tax,) = listed["data"][0]["taxes"]
    assert (tax["amount"], tax["taxable_amount"]) == (380, 2000)
    assert tax["taxability_reason"] == "standard_rated"
    rate = tax["rate"]
    assert (rate["object"], rate["percentage"], rate["inclusive"]) == ("tax_rate", 19, False)
    assert (rate["country"], rate["jurisdiction_level"], rate["tax_type"]) == (
        *("DE", "country"), "vat"
    )  # fmt: skip
    session = merchant.read(f"{SESSIONS}/{id}", {"expand[]": "line_items.data.taxes"})
    assert session["line_items"]["data"][0]["taxes"] == [tax]


def test_taxes_inside_the_price(merchant: Merchant) -> None:
    id = in_germany(merchant, {"line_items[0][price_data][tax_behavior]": "inclusive"})
    listed = merchant.read(f"{SESSIONS}/{id}/line_items", {"expand[]": "data.taxes"})
    (tax,) = listed["data"][0]["taxes"]
    assert (tax["amount"], tax["taxable_amount"], tax["rate"]["inclusive"]) == (319, 1681, True)


def test_the_breakdown_sums_up_by_rate(merchant: Merchant) -> None:
    id = in_germany(merchant, SECOND)
    totals = merchant.read(f"{SESSIONS}/{id}", {"expand[]": "total_details.breakdown"})
    (tax,) = totals["total_details"]["breakdown"]["taxes"]
    assert (tax["amount"], tax["taxable_amount"]) == (380 + 342, 2000 + 1800)
    assert totals["total_details"]["amount_tax"] == tax["amount"]
    (listed,) = merchant.read(SESSIONS, {"expand[]": "data.total_details.breakdown"})["data"]
    assert listed["total_details"] == totals["total_details"]


@pytest.mark.parametrize("fields", [{}, TAXED], ids=["no tax", "no place yet"])
def test_where_no_tax_is_known(merchant: Merchant, fields: dict[str, str]) -> None:
    expand = {
        "expand[0]": "line_items.data.taxes",
        "expand[1]": "line_items.data.discounts",
        "expand[2]": "total_details.breakdown",
    }
    session = merchant.session({**fields, **expand})
    (line,) = session["line_items"]["data"]
    assert (line["taxes"], line["discounts"]) == ([], [])
    assert session["total_details"]["breakdown"] == {"discounts": [], "taxes": []}


def test_another_accounts_line_tells_nothing(merchant: Merchant, other_merchant: Merchant) -> None:
    id = in_germany(merchant, {})
    expand = {"expand[]": "data.taxes"}
    assert refused(other_merchant.get(f"{SESSIONS}/{id}/line_items", expand), 404)
