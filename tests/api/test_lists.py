"""Lists, page by page as the official SDK reads them, and everything that they can be asked for."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest
import stripe

from paydesk.core.ids import time_of
from tests.api.merchant import SESSIONS, Fields, Json, Merchant, refused, succeeded
from tests.api.test_direct_debits import DEBIT, SUCCEEDS, typed
from tests.support.app import SEED_SESSION, Client, Clock, running_app

COUNT = 5
PAGE = 2

LISTS = {
    SESSIONS: "checkout.sessions",
    "/v1/products": "products",
    "/v1/prices": "prices",
    "/v1/payment_methods": "payment_methods",
    "/v1/payment_intents": "payment_intents",
    "/v1/charges": "charges",
    "/v1/customers": "customers",
    "/v1/tax_ids": "tax_ids",
    "/v1/refunds": "refunds",
    "/v1/events": "events",
    "/v1/webhook_endpoints": "webhook_endpoints",
}
"""Each list's path, and where the SDK has it."""

NOT_BY_TIME = {"/v1/payment_methods", "/v1/refunds", "/v1/tax_ids", "/v1/webhook_endpoints"}

every_list = pytest.mark.parametrize("path", LISTS)


@pytest.fixture
def stocked(merchant: Merchant) -> Merchant:
    """A merchant with five of everything, and more events than that."""
    for _ in range(COUNT):
        paid = merchant.paid_session()
        merchant.write("/v1/refunds", {"payment_intent": paid["payment_intent"]})
        merchant.write("/v1/customers")
        merchant.write("/v1/tax_ids", {"type": "unknown", "value": "ABC"})
        merchant.write(
            "/v1/webhook_endpoints",
            {"url": "http://127.0.0.1:1/", "enabled_events[]": "charge.refunded"},
        )
    return merchant


def ids(values: list[Json]) -> list[str]:
    return [value["id"] for value in values]


def all_of(merchant: Merchant, path: str, fields: Fields | None = None) -> list[str]:
    return ids(merchant.read(path, {"limit": "100", **(fields or {})})["data"])


def the_sdks(sdk: stripe.StripeClient, path: str, params: dict[str, Any]) -> list[str]:
    """The ids that the SDK gives, page after page."""
    listed = attrgetter(LISTS[path])(sdk.v1).list(params)
    return [value.id for value in listed.auto_paging_iter()]


@every_list
def test_the_sdk_pages_both_ways(stocked: Merchant, sdk: stripe.StripeClient, path: str) -> None:
    newest_first = all_of(stocked, path)
    assert len(set(newest_first)) == len(newest_first) >= COUNT
    assert the_sdks(sdk, path, {"limit": PAGE}) == newest_first
    after = {"limit": PAGE, "starting_after": newest_first[0]}
    assert the_sdks(sdk, path, after) == newest_first[1:]
    before = {"limit": PAGE, "ending_before": newest_first[-1]}
    assert the_sdks(sdk, path, before) == newest_first[-2::-1]


@every_list
def test_a_page_says_whether_more_follows(stocked: Merchant, path: str) -> None:
    everything = all_of(stocked, path)
    first = stocked.read(path, {"limit": str(PAGE)})
    assert (first["object"], first["url"], first["has_more"]) == ("list", path, True)
    assert ids(first["data"]) == everything[:PAGE]
    rest = stocked.read(path, {"starting_after": everything[PAGE - 1], "limit": "100"})
    assert ids(rest["data"]) == everything[PAGE:]
    assert rest["has_more"] is False
    exactly = stocked.read(path, {"limit": str(len(everything))})
    assert exactly["has_more"] is False
    back = stocked.read(path, {"ending_before": everything[-1], "limit": str(PAGE)})
    assert ids(back["data"]) == everything[-1 - PAGE : -1]
    assert back["has_more"] is True
    start = stocked.read(path, {"ending_before": everything[0]})
    assert (start["data"], start["has_more"]) == ([], False)


@every_list
def test_a_list_has_ten_unless_asked(merchant: Merchant, path: str) -> None:
    if path == "/v1/products":
        for _ in range(11):
            merchant.write(path, {"name": "Mug"})
        listed = merchant.read(path)
        assert (len(listed["data"]), listed["has_more"]) == (10, True)
    else:
        listed = merchant.read(path)
        assert (listed["data"], listed["has_more"]) == ([], False)


@every_list
def test_a_list_can_not_be_asked_for_everything(merchant: Merchant, path: str) -> None:
    for limit in ("0", "101", "-1", "ten", ""):
        assert refused(merchant.get(path, {"limit": limit}))["param"] == "limit"
    both = refused(merchant.get(path, {"starting_after": "a", "ending_before": "b"}))
    assert (both["code"], both["param"]) == ("parameters_exclusive", "ending_before")
    assert refused(merchant.get(path, {"colour": "red"}))["code"] == "parameter_unknown"


@every_list
@pytest.mark.parametrize("param", ["starting_after", "ending_before"])
def test_a_cursor_names_an_object(merchant: Merchant, path: str, param: str) -> None:
    error = refused(merchant.get(path, {param: "nothing"}), 404)
    assert (error["code"], error["param"]) == ("resource_missing", param)
    assert "'nothing'" in error["message"]


# Line items keep the order of the cart


@pytest.fixture
def cart(merchant: Merchant) -> str:
    """A session with five lines."""
    fields: dict[str, str] = {}
    for number in range(COUNT):
        line = f"line_items[{number}]"
        fields |= {
            f"{line}[price_data][currency]": "usd",
            f"{line}[price_data][product_data][name]": f"Mug {number}",
            f"{line}[price_data][unit_amount]": "900",
            f"{line}[quantity]": "1",
        }
    session: str = merchant.session(fields)["id"]
    return session


def test_the_sdk_pages_through_line_items(
    merchant: Merchant, sdk: stripe.StripeClient, cart: str
) -> None:
    lines = ids(merchant.lines(cart))
    service = sdk.v1.checkout.sessions.line_items
    forwards = service.list(cart, {"limit": PAGE}).auto_paging_iter()
    assert [line.id for line in forwards] == lines
    backwards = service.list(cart, {"limit": PAGE, "ending_before": lines[-1]}).auto_paging_iter()
    assert [line.id for line in backwards] == lines[-2::-1]


def test_line_items_stand_as_in_the_cart(merchant: Merchant, cart: str) -> None:
    path = f"{SESSIONS}/{cart}/line_items"
    listed = merchant.read(path, {"limit": "2"})
    assert (listed["url"], listed["has_more"]) == (path, True)
    assert [line["description"] for line in listed["data"]] == ["Mug 0", "Mug 1"]
    error = refused(merchant.get(path, {"starting_after": "li_none"}), 404)
    assert (error["code"], error["param"]) == ("resource_missing", "starting_after")


def test_an_expanded_session_shows_ten_lines_at_most(merchant: Merchant) -> None:
    fields: dict[str, str] = {"expand[]": "line_items"}
    for number in range(11):
        fields |= {
            f"line_items[{number}][price_data][currency]": "usd",
            f"line_items[{number}][price_data][product_data][name]": "Mug",
            f"line_items[{number}][price_data][unit_amount]": "900",
            f"line_items[{number}][quantity]": "1",
        }
    session = merchant.session(fields)
    shown = session["line_items"]
    assert (len(shown["data"]), shown["has_more"]) == (10, True)
    assert shown["url"] == f"{SESSIONS}/{session['id']}/line_items"
    rest = merchant.read(shown["url"], {"starting_after": shown["data"][-1]["id"]})
    assert (len(rest["data"]), rest["has_more"]) == (1, False)


# Filters


def test_sessions_by_what_became_of_them(merchant: Merchant) -> None:
    open_one, paid = merchant.session()["id"], merchant.paid_session()
    expired = merchant.session()["id"]
    merchant.write(f"{SESSIONS}/{expired}/expire")
    assert all_of(merchant, SESSIONS, {"status": "open"}) == [open_one]
    assert all_of(merchant, SESSIONS, {"status": "complete"}) == [paid["id"]]
    assert all_of(merchant, SESSIONS, {"status": "expired"}) == [expired]
    by_intent = {"payment_intent": paid["payment_intent"]}
    assert all_of(merchant, SESSIONS, by_intent) == [paid["id"]]
    assert all_of(merchant, SESSIONS, {"payment_intent": "pi_none"}) == []
    assert refused(merchant.get(SESSIONS, {"status": "paid"}))["param"] == "status"


def test_sessions_by_their_buyer(merchant: Merchant) -> None:
    given = merchant.session({"customer_email": "given@shop.test"})["id"]
    typed = merchant.session()["id"]
    merchant.write(f"/v1/payment_pages/{typed}", {"email": "typed@shop.test"})
    for email, expected in (("given@shop.test", [given]), ("typed@shop.test", [typed]),
                            ("nobody@shop.test", [])):  # fmt: skip
        assert all_of(merchant, SESSIONS, {"customer_details[email]": email}) == expected


@pytest.mark.parametrize("name", ["customer_account", "payment_link", "subscription"])
def test_sessions_by_what_paydesk_does_not_have(merchant: Merchant, name: str) -> None:
    merchant.session()
    assert all_of(merchant, SESSIONS, {name: "x_1"}) == []


def test_products_by_their_fields(merchant: Merchant) -> None:
    def new(fields: Fields) -> str:
        id: str = merchant.write("/v1/products", {"name": "Mug", **fields})["id"]
        return id

    plain = new({})
    gone = new({"active": "false"})
    parcel = new({"shippable": "true", "url": "https://shop.example/mug"})
    filters: list[tuple[Fields, list[str]]] = [
        ({"active": "true"}, [parcel, plain]),
        ({"active": "false"}, [gone]),
        ({"shippable": "true"}, [parcel]),
        ({"shippable": "false"}, []),
        ({"url": "https://shop.example/mug"}, [parcel]),
        ({"ids[0]": plain, "ids[1]": gone}, [gone, plain]),
        ({"ids[]": "prod_none"}, []),
    ]
    for fields, expected in filters:
        assert all_of(merchant, "/v1/products", fields) == expected, fields


def test_prices_by_their_fields(merchant: Merchant) -> None:
    product = merchant.write("/v1/products", {"name": "Mug"})["id"]

    def new(fields: Fields) -> str:
        given = {"product": product, "currency": "usd", "unit_amount": "900", **fields}
        id: str = merchant.write("/v1/prices", given)["id"]
        return id

    plain = new({})
    gone = new({"active": "false"})
    euro = new({"currency": "eur", "lookup_key": "mug_eur"})
    filters: list[tuple[Fields, list[str]]] = [
        ({"active": "true"}, [euro, plain]),
        ({"active": "false"}, [gone]),
        ({"currency": "eur"}, [euro]),
        ({"currency": "GBP"}, []),
        ({"product": product}, [euro, gone, plain]),
        ({"product": "prod_none"}, []),
        ({"lookup_keys[]": "mug_eur"}, [euro]),
        ({"lookup_keys[0]": "mug_eur", "lookup_keys[1]": "cup"}, [euro]),
        ({"type": "one_time"}, [euro, gone, plain]),
        ({"type": "recurring"}, []),
    ]
    for fields, expected in filters:
        assert all_of(merchant, "/v1/prices", fields) == expected, fields


def test_charges_by_their_intent(merchant: Merchant) -> None:
    session = merchant.session()["id"]
    refused(merchant.confirm(session, "pm_card_chargeDeclined"), 402)
    succeeded(merchant.confirm(session))
    merchant.paid_session()
    intent = merchant.read(f"{SESSIONS}/{session}")["payment_intent"]
    charges = merchant.read("/v1/charges", {"payment_intent": intent})["data"]
    assert [charge["status"] for charge in charges] == ["succeeded", "failed"]


def test_events_by_their_type(merchant: Merchant) -> None:
    merchant.paid_session()

    def types(fields: Fields) -> set[str]:
        listed = merchant.read("/v1/events", {"limit": "100", **fields})["data"]
        return {event["type"] for event in listed}

    assert types({"type": "price.created"}) == {"price.created"}
    assert types({"type": "payment_intent.*"}) == {
        *("payment_intent.created", "payment_intent.succeeded")
    }
    assert types({"type": "checkout.*"}) == {"checkout.session.completed"}
    assert types({"type": "*.created"}) == {
        *("payment_intent.created", "price.created", "product.created")
    }
    assert types({"type": "invoice.paid"}) == set()
    chosen = {"types[0]": "product.created", "types[1]": "charge.succeeded"}
    assert types(chosen) == {"product.created", "charge.succeeded"}
    both = refused(merchant.get("/v1/events", {"type": "price.created", **chosen}))
    assert (both["code"], both["param"]) == ("parameters_exclusive", "types")


def test_events_by_what_the_endpoints_said(merchant: Merchant) -> None:
    nobody_there = {"url": "http://127.0.0.1:1/", "enabled_events[]": "price.created"}
    merchant.write("/v1/webhook_endpoints", nobody_there)
    merchant.session()
    for success, expected in (("true", "product.created"), ("false", "price.created")):
        listed = merchant.read("/v1/events", {"delivery_success": success})["data"]
        assert [event["type"] for event in listed] == [expected]


# By time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def client(tmp_path: Path, clock: Clock, anyio_backend: str) -> AsyncIterator[Client]:
    async with running_app(tmp_path, clock=clock) as client:
        yield client


@pytest.mark.anyio
@pytest.mark.parametrize("whose", ["the server's", "the account's"])
@pytest.mark.parametrize("path", sorted(LISTS.keys() - NOT_BY_TIME))
async def test_lists_by_time(client: Client, clock: Clock, path: str, whose: str) -> None:
    for _ in range(3):
        session = (await client.form(SESSIONS, SEED_SESSION)).json()
        page = f"/v1/payment_pages/{session['id']}/confirm"
        await client.form(page, {"payment_method": "pm_card_visa"})
        await client.form("/v1/customers", {})
        if whose == "the server's":
            clock.advance(10)
        else:
            await client.form("/v1/test_helpers/clock/advance", {"seconds": "10"})
    everything = (await client.get(path, params={"limit": 100})).json()["data"]
    early, middle, late = sorted({value["created"] for value in everything})

    async def times(**fields: int) -> set[int]:
        named = {re.sub(r"_(\w+)$", r"[\1]", name): value for name, value in fields.items()}
        listed = (await client.get(path, params={"limit": 100, **named})).json()["data"]
        return {value["created"] for value in listed}

    assert await times(created=middle) == {middle}
    assert await times(created_gt=middle) == {late}
    assert await times(created_gte=middle) == {middle, late}
    assert await times(created_lt=middle) == {early}
    assert await times(created_lte=middle) == {early, middle}
    assert await times(created_gt=early, created_lt=late) == {middle}
    assert await times(created_gt=late) == set()


@pytest.mark.anyio
async def test_what_was_created_is_in_its_id(client: Client, clock: Clock) -> None:
    for seconds in (0, 100):
        await client.form("/v1/test_helpers/clock/advance", {"seconds": str(seconds or 1)})
        session = (await client.form(SESSIONS, SEED_SESSION)).json()
        page = f"/v1/payment_pages/{session['id']}/confirm"
        await client.form(page, {"payment_method": "pm_card_visa"})
        await client.form("/v1/customers", {})
        intent = (await client.get(f"{SESSIONS}/{session['id']}")).json()["payment_intent"]
        await client.form("/v1/refunds", {"payment_intent": intent})
    for path in sorted({*LISTS, "/v1/refunds"} - {"/v1/webhook_endpoints", "/v1/tax_ids"}):
        made = (await client.get(path)).json()["data"]
        assert made
        assert {one["created"] - time_of(one["id"]) // 1_000_000 for one in made} <= {1, 101}


def test_charges_of_every_kind_are_listed_by_age(merchant: Merchant) -> None:
    made = []
    for debit in (False, True, True, False, True, False):
        intent = pay_by_debit(merchant) if debit else pay_by_card(merchant)
        made.append(merchant.read(f"/v1/payment_intents/{intent}")["latest_charge"])
    newest_first = made[::-1]
    assert [id[:3] for id in newest_first] == ["ch_", "py_", "ch_", "py_", "py_", "ch_"]
    assert ids_of(merchant.read("/v1/charges")) == newest_first
    for limit in (1, 2, 4):
        forward: list[str] = []
        while True:
            cursor = {"starting_after": forward[-1]} if forward else {}
            page = merchant.read("/v1/charges", {"limit": str(limit), **cursor})
            forward += ids_of(page)
            if not page["has_more"]:
                break
        assert forward == newest_first
        page = merchant.read("/v1/charges", {"limit": str(limit), "ending_before": made[0]})
        assert ids_of(page) == newest_first[:-1][-limit:]
        assert page["has_more"] is (limit < len(made) - 1)


def ids_of(page: Json) -> list[str]:
    return [one["id"] for one in page["data"]]


def pay_by_card(merchant: Merchant) -> str:
    fields = {"amount": "900", "currency": "eur", "payment_method": "pm_card_visa"}
    id: str = merchant.write("/v1/payment_intents", {**fields, "confirm": "true"})["id"]
    return id


def pay_by_debit(merchant: Merchant) -> str:
    session = merchant.session(DEBIT)["id"]
    page = f"/v1/payment_pages/{session}/confirm"
    merchant.write(page, {**typed(SUCCEEDS), "expected_amount": "2000"})
    id: str = merchant.read(f"{SESSIONS}/{session}")["payment_intent"]
    return id
