"""No account sees, changes or learns of another's objects: every route that takes an id."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from paydesk.api.routes import ROUTES
from paydesk.api.routing import Route
from tests.api.merchant import SESSIONS, Fields, Json, Merchant, refused
from tests.support.app import SEED_SESSION

PAGES = "/v1/payment_pages"
METHODS = "/v1/payment_methods"
HOOKS = "/v1/webhook_endpoints"
MANDATES = "/v1/mandates"
PRODUCT = {"name": "Mug"}
TAX_ID = {"type": "unknown", "value": "ABC"}

NEEDS = {
    ("POST", "/v1/customers/{customer}/tax_ids"): TAX_ID,
    ("POST", "/v1/payment_methods/{payment_method}/attach"): {"customer": "cus_none"},
}
"""What a request must say besides the id."""

OF_EVERYBODY = {"/v1/tax_codes"}
"""Lists of what belongs to no account."""

FROM_THE_START = {"/v1/tax/registrations"}
"""Lists that a new account has something in."""

WITHOUT_A_LIST = {PAGES, MANDATES}
"""Kinds that are only read one by one."""

OF_ONE = {"/v1/tax/settings"}
"""What an account has one of."""

DEBIT = {
    "amount": "100",
    "currency": "eur",
    "payment_method_types[]": "sepa_debit",
    "payment_method": "pm_sepaDebit_success_at",
    "mandate_data[customer_acceptance][type]": "offline",
    "confirm": "true",
}

TAX_RATE = {"display_name": "VAT", "percentage": "20", "inclusive": "true"}

ENDPOINT = {"url": "http://127.0.0.1:1/", "enabled_events[]": "*"}


def path_of(route: Route, id: str) -> str:
    return re.sub(r"\{\w+\}", id, route.path)


@pytest.fixture
def belongings(merchant: Merchant) -> dict[str, str]:
    """One object of each kind: the path of its list -> its id."""
    customer = merchant.write("/v1/customers")["id"]
    session = merchant.paid_session({"customer": customer})
    intent = merchant.read(f"/v1/payment_intents/{session['payment_intent']}")
    (line,) = merchant.lines(session["id"])
    debit = merchant.write("/v1/payment_intents", {**DEBIT, "expand[]": "latest_charge"})
    details = debit["latest_charge"]["payment_method_details"]
    return {
        SESSIONS: session["id"],
        PAGES: session["id"],
        "/v1/payment_intents": intent["id"],
        "/v1/charges": intent["latest_charge"],
        "/v1/payment_methods": intent["payment_method"],
        "/v1/prices": line["price"]["id"],
        "/v1/products": line["price"]["product"],
        MANDATES: details["sepa_debit"]["mandate"],
        "/v1/events": merchant.events()[0]["id"],
        "/v1/customers": customer,
        "/v1/refunds": merchant.write("/v1/refunds", {"charge": intent["latest_charge"]})["id"],
        "/v1/tax_ids": merchant.write("/v1/tax_ids", TAX_ID)["id"],
        "/v1/tax_rates": merchant.write("/v1/tax_rates", TAX_RATE)["id"],
        "/v1/tax/registrations": merchant.read("/v1/tax/registrations")["data"][0]["id"],
        HOOKS: merchant.write(HOOKS, ENDPOINT)["id"],
    }


def unknown(id: str) -> str:
    """An id that looks like this one and is nobody's."""
    return id[:-6] + "000000"


def told(answer: httpx.Response, id: str) -> tuple[int, str, set[str]]:
    """What an answer lets its reader know, apart from the id that they sent."""
    return answer.status_code, answer.text.replace(id, "ID"), set(answer.headers)


def routes_with_an_id() -> Iterator[tuple[Route, str]]:
    for route in ROUTES:
        place = route.path.split("/{")[0]
        if "{" in route.path and place not in OF_EVERYBODY:
            yield route, place


def test_an_id_of_another_account_is_as_good_as_none(
    merchant: Merchant, other_merchant: Merchant, belongings: dict[str, str]
) -> None:
    before = everything(merchant)
    for route, place in routes_with_an_id():
        id = belongings[place]
        fields = NEEDS.get((route.method, route.path))
        theirs = other_merchant.request(route.method, path_of(route, id), fields)
        nobodys = other_merchant.request(route.method, path_of(route, unknown(id)), fields)
        assert told(theirs, id) == told(nobodys, unknown(id))
        assert refused(theirs, 404)["code"] == "resource_missing"
    assert everything(merchant) == before


def everything(merchant: Merchant) -> list[Json]:
    return [
        merchant.read(route.path, None if route.path in OF_ONE else {"limit": "100"})
        for route in ROUTES
        if route.method == "GET" and "{" not in route.path
    ]


def test_every_kind_is_in_the_sweep(belongings: dict[str, str]) -> None:
    assert {place for _, place in routes_with_an_id()} == belongings.keys()


def test_lists_show_an_account_its_own(
    merchant: Merchant, other_merchant: Merchant, belongings: dict[str, str]
) -> None:
    for place in belongings.keys() - WITHOUT_A_LIST - FROM_THE_START:
        assert merchant.read(place)["data"] != []
        assert other_merchant.read(place)["data"] == []


def test_a_cursor_of_another_account_is_as_good_as_none(
    other_merchant: Merchant, belongings: dict[str, str]
) -> None:
    for place, id in belongings.items():
        for param in ("starting_after", "ending_before"):
            if place not in WITHOUT_A_LIST:
                theirs = other_merchant.get(place, {param: id})
                nobodys = other_merchant.get(place, {param: unknown(id)})
                assert told(theirs, id) == told(nobodys, unknown(id))
                error = refused(theirs, 404)
                assert (error["code"], error["param"]) == ("resource_missing", param)


def test_a_filter_by_anothers_object_finds_nothing(
    other_merchant: Merchant, belongings: dict[str, str]
) -> None:
    filters = [
        (SESSIONS, "payment_intent", "/v1/payment_intents"),
        ("/v1/charges", "payment_intent", "/v1/payment_intents"),
        (SESSIONS, "customer", "/v1/customers"),
        ("/v1/refunds", "charge", "/v1/charges"),
        ("/v1/refunds", "payment_intent", "/v1/payment_intents"),
        ("/v1/payment_intents", "customer", "/v1/customers"),
        ("/v1/charges", "customer", "/v1/customers"),
        ("/v1/prices", "product", "/v1/products"),
        ("/v1/products", "ids[]", "/v1/products"),
    ]
    for place, param, kind in filters:
        assert other_merchant.read(place, {param: belongings[kind]})["data"] == []


def own_session(merchant: Merchant) -> str:
    session: str = merchant.session()["id"]
    return session


def own_method(merchant: Merchant) -> str:
    method: str = merchant.write(METHODS, {"type": "card", "card[token]": "tok_visa"})["id"]
    return method


def references(merchant: Merchant, belongings: dict[str, str]) -> Iterator[tuple[str, Fields, str]]:
    """Requests of `merchant` that name an object in their parameters: path, the rest, and name."""
    price, product = belongings["/v1/prices"], belongings["/v1/products"]
    line = "line_items[0][price_data]"
    basket = {
        "mode": "payment",
        "success_url": "https://a.example/",
        "line_items[0][quantity]": "1",
    }
    yield SESSIONS, {**basket, "line_items[0][price]": price}, price
    customer = belongings["/v1/customers"]
    yield SESSIONS, {**SEED_SESSION, "customer": customer}, customer
    yield SESSIONS, {**basket, f"{line}[product]": product, f"{line}[currency]": "usd",
                     f"{line}[unit_amount]": "100"}, product  # fmt: skip
    yield "/v1/prices", {"product": product, "currency": "usd", "unit_amount": "100"}, product
    own_product = merchant.write("/v1/products", PRODUCT)["id"]
    yield f"/v1/products/{own_product}", {"default_price": price}, price
    yield f"{METHODS}/{own_method(merchant)}/attach", {"customer": customer}, customer
    yield "/v1/customers", {"payment_method": belongings[METHODS]}, belongings[METHODS]
    charge, intent = belongings["/v1/charges"], belongings["/v1/payment_intents"]
    yield "/v1/refunds", {"charge": charge}, charge
    yield "/v1/refunds", {"payment_intent": intent}, intent
    method = belongings["/v1/payment_methods"]
    owner = {"owner[type]": "customer", "owner[customer]": customer}
    yield "/v1/tax_ids", {**TAX_ID, **owner}, customer
    yield f"{PAGES}/{own_session(merchant)}/confirm", {"payment_method": method}, method


def test_a_parameter_that_names_anothers_object_is_as_good_as_wrong(
    other_merchant: Merchant, belongings: dict[str, str]
) -> None:
    for path, fields, id in references(other_merchant, belongings):
        theirs = other_merchant.post(path, fields)
        wrong = {name: unknown(id) if value == id else value for name, value in fields.items()}
        nobodys = other_merchant.post(path, wrong)
        assert told(theirs, id) == told(nobodys, unknown(id))
        assert refused(theirs, theirs.status_code)["code"] == "resource_missing"


def test_two_accounts_may_choose_the_same_product_id(
    merchant: Merchant, other_merchant: Merchant
) -> None:
    for each, name in ((merchant, "Mug"), (other_merchant, "Cup")):
        each.write("/v1/products", {"id": "bestseller", "name": name})
    assert merchant.read("/v1/products/bestseller")["name"] == "Mug"
    assert other_merchant.read("/v1/products/bestseller")["name"] == "Cup"
    assert merchant.write("/v1/products/bestseller", {"name": "Pot"})["name"] == "Pot"
    assert other_merchant.read("/v1/products/bestseller")["name"] == "Cup"


def test_a_line_of_another_session_is_as_good_as_none(
    merchant: Merchant, other_merchant: Merchant
) -> None:
    mine, neighbour, foreign = merchant.session(), merchant.session(), other_merchant.session()
    lines = [merchant.lines(neighbour["id"])[0]["id"], other_merchant.lines(foreign["id"])[0]["id"]]
    answers = []
    for line in (*lines, "li_none"):
        change = {
            "updated_line_item_quantity[line_item_id]": line,
            "updated_line_item_quantity[quantity]": "2",
        }
        answers.append(told(merchant.post(f"{PAGES}/{mine['id']}", change), line))
    assert len(set(map(str, answers))) == 1
    assert answers[0][0] == 404
    assert merchant.lines(neighbour["id"])[0]["quantity"] == 1
