"""Old requests turned up and new answers turned down, version by version."""

from __future__ import annotations

import pytest

from tests.api.merchant import DAHLIA, ENDIVE, SESSIONS, Fields, Json, Merchant, refused, succeeded
from tests.support.app import SEED_SESSION

OLDEST, AUGUST, BASIL, CLOVER = "2020-08-27", "2022-08-01", "2025-03-31.basil", "2026-02-25.clover"
VERSIONS = [OLDEST, AUGUST, BASIL, CLOVER, DAHLIA, ENDIVE]

OLD_LINE = {
    "line_items[0][name]": "T-shirt",
    "line_items[0][description]": "Soft",
    "line_items[0][images][]": "https://shop.example/t-shirt.png",
    "line_items[0][amount]": "2000",
    "line_items[0][currency]": "usd",
    "line_items[0][quantity]": "2",
    "mode": "payment",
    "payment_method_types[]": "card",
    "success_url": "https://shop.example/success",
    "cancel_url": "https://shop.example/cancel",
}
"""A session as guides made it until 2022."""


def since(version: str, first: str) -> bool:
    return VERSIONS.index(version) >= VERSIONS.index(first)


@pytest.mark.parametrize("version", VERSIONS)
def test_what_a_session_looks_like(merchant: Merchant, version: str) -> None:
    session = merchant.session(stripe_version=version)
    found = merchant.read(f"{SESSIONS}/{session['id']}", stripe_version=version)
    assert session == found
    assert session["ui_mode"] == ("hosted_page" if since(version, DAHLIA) else "hosted")
    assert ("shipping_details" in session) == (not since(version, BASIL))
    assert (session["payment_intent"] is None) == since(version, AUGUST)
    creation = "if_required" if since(version, AUGUST) else "always"
    assert session["customer_creation"] == creation


@pytest.mark.parametrize("version", VERSIONS)
def test_its_page_is_the_same_in_every_version(merchant: Merchant, version: str) -> None:
    session = merchant.session(stripe_version=version)
    page = merchant.http.get(session["url"])
    assert page.status_code == 200
    assert "T-shirt" in page.text
    assert succeeded(merchant.confirm(session["id"]))
    paid = merchant.read(f"{SESSIONS}/{session['id']}", stripe_version=version)
    assert (paid["status"], paid["payment_status"]) == ("complete", "paid")
    assert (paid["customer"] is None) == since(version, AUGUST)


def test_lines_that_name_their_price_themselves(merchant: Merchant) -> None:
    session = merchant.write(SESSIONS, OLD_LINE, stripe_version=OLDEST)
    assert (session["amount_total"], session["currency"]) == (4000, "usd")
    (line,) = merchant.lines(session["id"])
    assert (line["description"], line["quantity"]) == ("T-shirt", 2)
    product = merchant.read(f"/v1/products/{line['price']['product']}")
    assert product["description"] == "Soft"
    assert product["images"] == ["https://shop.example/t-shirt.png"]


@pytest.mark.parametrize("index", ["0", ""])
def test_with_or_without_an_index(merchant: Merchant, index: str) -> None:
    line = {name.replace("[0]", f"[{index}]"): text for name, text in OLD_LINE.items()}
    if not index:
        line = {name: text for name, text in line.items() if "images" not in name}
    assert merchant.write(SESSIONS, line, stripe_version=OLDEST)["amount_total"] == 4000


@pytest.mark.parametrize("version", [AUGUST, CLOVER])
def test_later_versions_know_such_lines_no_more(merchant: Merchant, version: str) -> None:
    error = refused(merchant.post(SESSIONS, OLD_LINE, stripe_version=version))
    assert error["code"] == "parameter_unknown"


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"line_items[0][amount]": "1.5"}, "line_items[0][amount]"),
        ({"line_items[0][amount]": "-1"}, "line_items[0][amount]"),
        ({"line_items[0][currency]": "zzz"}, "line_items[0][currency]"),
        ({"line_items[0][name]": ""}, "line_items[0][name]"),
        ({"payment_method_types[]": "ideal"}, "payment_method_types[0]"),
    ],
)
def test_an_error_names_what_was_sent(merchant: Merchant, change: Fields, param: str) -> None:
    error = refused(merchant.post(SESSIONS, {**OLD_LINE, **change}, stripe_version=OLDEST))
    assert error["param"] == param
    assert "price_data" not in error["message"]
    assert "allowed" not in error["message"]


def test_methods_are_allowed_methods_since_endive(merchant: Merchant) -> None:
    fields = {**SEED_SESSION, "payment_method_types[]": "card"}
    path = f"{SESSIONS}/{merchant.write(SESSIONS, fields)['id']}"
    assert merchant.read(path, stripe_version=ENDIVE)["allowed_payment_method_types"] == ["card"]
    assert "allowed_payment_method_types" not in merchant.read(path, stripe_version=DAHLIA)


def test_the_intent_of_an_old_session_is_the_one_that_is_paid(merchant: Merchant) -> None:
    session = merchant.session(stripe_version=OLDEST)
    intent = merchant.read(f"/v1/payment_intents/{session['payment_intent']}")
    assert (intent["status"], intent["amount"]) == ("requires_payment_method", 2000)
    line = merchant.lines(session["id"])[0]["id"]
    page = f"/v1/payment_pages/{session['id']}"
    changed = {
        "updated_line_item_quantity[line_item_id]": line,
        "updated_line_item_quantity[quantity]": "3",
    }
    merchant.write(page, changed)
    succeeded(merchant.confirm(session["id"]))
    paid = merchant.read(f"/v1/payment_intents/{intent['id']}")
    assert (paid["status"], paid["amount"], paid["amount_received"]) == ("succeeded", 6000, 6000)
    assert len(merchant.events("payment_intent.created")) == 1


def test_the_intent_of_an_expired_session_is_canceled(merchant: Merchant) -> None:
    session = merchant.session(stripe_version=OLDEST)
    merchant.write(f"{SESSIONS}/{session['id']}/expire", stripe_version=OLDEST)
    intent = merchant.read(f"/v1/payment_intents/{session['payment_intent']}")
    assert intent["status"] == "canceled"


@pytest.mark.parametrize("version", ["", "newest", "2020-8-27", "2026-10-28.Endive"])
def test_an_endpoint_wants_a_version_that_can_be(merchant: Merchant, version: str) -> None:
    new = {"url": "https://shop.example", "enabled_events[]": "*", "api_version": version}
    assert refused(merchant.post("/v1/webhook_endpoints", new))["param"] == "api_version"


def test_a_replay_in_an_old_version_is_the_same(merchant: Merchant) -> None:
    answers: list[Json] = [
        merchant.write(SESSIONS, OLD_LINE, stripe_version=OLDEST, idempotency_key="old")
        for _ in range(2)
    ]
    assert answers[0] == answers[1]
