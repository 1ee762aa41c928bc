"""`POST /v1/checkout/sessions/{id}` with `line_items`: the whole list, replaced at once."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.api.merchant import SESSIONS, Json, Merchant, refused
from tests.support.checkout import ASKS_THE_BUYER, bank_page
from tests.support.till import Till, open_till

MUG = {
    "price_data][currency": "usd",
    "price_data][product_data][name": "Mug",
    "price_data][unit_amount": "1250",
    "quantity": "2",
}


def lines_of(*lines: dict[str, str]) -> dict[str, str]:
    """Lines as parameters; names may go deeper: `price_data][currency`."""
    return {
        f"line_items[{number}][{name}]": value
        for number, line in enumerate(lines)
        for name, value in line.items()
    }


def replace(merchant: Merchant, session: Json, *lines: dict[str, str]) -> httpx.Response:
    return merchant.post(f"{SESSIONS}/{session['id']}", lines_of(*lines))


def shown(merchant: Merchant, session: Json) -> list[tuple[str, int, int]]:
    found = merchant.lines(session["id"])
    return [(line["description"], line["quantity"], line["amount_total"]) for line in found]


@pytest.fixture
def session(merchant: Merchant) -> Json:
    """A T-shirt of 1 to 10, and two mugs that can't be changed."""
    return merchant.session(
        {name.replace("[0]", "[1]"): value for name, value in lines_of(MUG).items()}
    )


def ids(merchant: Merchant, session: Json) -> list[str]:
    return [line["id"] for line in merchant.lines(session["id"])]


def test_a_line_named_by_its_id_alone_stays_as_it_is(merchant: Merchant, session: Json) -> None:
    shirt, mug = ids(merchant, session)
    before = merchant.state(session["id"])
    told = replace(merchant, session, {"id": shirt}, {"id": mug})
    assert told.json()["amount_total"] == 4500
    assert merchant.state(session["id"]) == before


def test_lines_change_come_go_and_change_places(merchant: Merchant, session: Json) -> None:
    shirt, mug = ids(merchant, session)
    told = replace(merchant, session, MUG, {"id": shirt, "quantity": "3"}).json()
    assert told["amount_total"] == 2500 + 6000
    assert shown(merchant, session) == [("Mug", 2, 2500), ("T-shirt", 3, 6000)]
    first, second = ids(merchant, session)
    assert second == shirt
    assert first not in (shirt, mug)
    assert replace(merchant, session, {"id": second}, {"id": first}).status_code == 200
    assert shown(merchant, session) == [("T-shirt", 3, 6000), ("Mug", 2, 2500)]


def test_a_line_keeps_what_is_not_given(merchant: Merchant, session: Json) -> None:
    shirt, mug = ids(merchant, session)
    fields = {"id": shirt, "adjustable_quantity][enabled": "true", "metadata][size": "L"}
    assert replace(merchant, session, fields, {"id": mug}).status_code == 200
    line = merchant.lines(session["id"])[0]
    assert line["quantity"] == 1
    assert line["metadata"] == {"size": "L"}
    bounds = {"enabled": True, "minimum": None, "maximum": None}
    assert line["adjustable_quantity"] == bounds
    fields = {"id": shirt, "metadata][color": "red", "metadata][size": ""}
    assert replace(merchant, session, fields, {"id": mug}).status_code == 200
    line = merchant.lines(session["id"])[0]
    assert (line["metadata"], line["adjustable_quantity"]) == ({"color": "red"}, bounds)


def test_a_line_may_get_another_price(merchant: Merchant, session: Json) -> None:
    shirt, mug = ids(merchant, session)
    product = merchant.write("/v1/products", {"name": "Poster"})
    price = merchant.write(
        "/v1/prices", {"product": product["id"], "currency": "usd", "unit_amount": "900"}
    )
    told = replace(merchant, session, {"id": shirt, "price": price["id"]}, {"id": mug})
    assert told.json()["amount_total"] == 900 + 2500
    assert shown(merchant, session)[0] == ("Poster", 1, 900)
    assert ids(merchant, session)[0] == shirt


def test_tax_is_made_anew(merchant: Merchant) -> None:
    session = merchant.session({"automatic_tax[enabled]": "true"})
    page = f"/v1/payment_pages/{session['id']}"
    merchant.write(page, {"tax_region[country]": "DE"})
    told = replace(merchant, session, {**MUG, "price_data][tax_behavior": "exclusive"}).json()
    assert told["total_details"]["amount_tax"] == 475
    assert told["amount_total"] == 2975


REFUSED: list[tuple[dict[str, str], str, str | None]] = [
    ({"id": "SHIRT", "quantity": "11"}, "[quantity]", "parameter_invalid_integer"),
    ({"id": "SHIRT", "quantity": "0"}, "[quantity]", "parameter_invalid_integer"),
    ({"id": "SHIRT", "quantity": "-1"}, "[quantity]", "parameter_invalid_integer"),
    ({"id": "MUG", "quantity": "1000000"}, "[quantity]", "parameter_invalid_integer"),
    (
        {
            "id": "SHIRT",
            "adjustable_quantity][enabled": "true",
            "adjustable_quantity][minimum": "2",
        },
        "[quantity]",
        "parameter_invalid_integer",
    ),
    ({"id": "li_nobody"}, "[id]", "resource_missing"),
    ({"price": "price_nobody", "quantity": "1"}, "[price]", "resource_missing"),
    ({"quantity": "1"}, "", None),
    ({"price": "price_1"}, "[quantity]", None),
    ({**MUG, "price_data][currency": "eur"}, "[price_data][currency]", None),
    ({**MUG, "price": "price_1"}, "", "parameters_exclusive"),
    ({"id": "SHIRT", "tax_rates][0": "txr_1"}, "[tax_rates][0]", "resource_missing"),
    ({"id": "SHIRT", "color": "red"}, "[color]", "parameter_unknown"),
]


@pytest.mark.parametrize(("line", "param", "code"), REFUSED)
def test_what_can_not_stand_is_refused_and_nothing_changes(
    merchant: Merchant, session: Json, line: dict[str, str], param: str, code: str | None
) -> None:
    shirt, mug = ids(merchant, session)
    named = {"SHIRT": shirt, "MUG": mug}
    before = merchant.state(session["id"])
    line = {name: named.get(value, value) for name, value in line.items()}
    answer = replace(merchant, session, {**MUG, "quantity": "7"}, line)
    assert answer.status_code in (400, 404)
    error = answer.json()["error"]
    assert error.get("code") == code
    assert (error.get("param") or f"line_items[1]{param}") == f"line_items[1]{param}"
    assert merchant.state(session["id"]) == before


@pytest.mark.parametrize("fields", [{"line_items": ""}, {"line_items[1][id]": "li_1"}])
def test_a_list_is_given_whole_and_not_empty(
    merchant: Merchant, session: Json, fields: dict[str, str]
) -> None:
    error = refused(merchant.post(f"{SESSIONS}/{session['id']}", fields))
    assert error["param"] == "line_items"
    assert len(merchant.lines(session["id"])) == 2


def test_no_line_is_named_twice_and_no_more_than_a_hundred(
    merchant: Merchant, session: Json
) -> None:
    shirt, _ = ids(merchant, session)
    error = refused(replace(merchant, session, {"id": shirt}, {"id": shirt}))
    assert error["param"] == "line_items[1][id]"
    error = refused(replace(merchant, session, *[MUG] * 101))
    assert error["param"] == "line_items"
    assert replace(merchant, session, *[{**MUG, "quantity": "1"}] * 100).status_code == 200
    assert len(merchant.read(f"{SESSIONS}/{session['id']}/line_items", {"limit": "100"})["data"])


def test_another_sessions_line_is_not_found(merchant: Merchant, session: Json) -> None:
    other = merchant.session()
    [foreign] = ids(merchant, other)
    assert refused(replace(merchant, session, {"id": foreign}), 404)["code"] == "resource_missing"
    assert len(ids(merchant, other)) == 1


def test_only_the_merchant_may(merchant: Merchant, session: Json) -> None:
    fields = lines_of(MUG)
    path = f"{SESSIONS}/{session['id']}"
    assert merchant.post(path, fields, key=merchant.publishable_key).status_code == 403
    assert merchant.post(f"/v1/payment_pages/{session['id']}", fields).status_code == 400


@pytest.mark.parametrize("end", ["expire", "pay"])
def test_a_session_that_has_ended_keeps_its_lines(merchant: Merchant, end: str) -> None:
    session = merchant.session()
    if end == "pay":
        assert merchant.confirm(session["id"]).status_code == 200
    else:
        merchant.write(f"{SESSIONS}/{session['id']}/expire")
    before = merchant.lines(session["id"])
    refused(replace(merchant, session, MUG))
    assert merchant.lines(session["id"]) == before


def test_lines_and_metadata_change_together(merchant: Merchant, session: Json) -> None:
    fields = {**lines_of(MUG), "metadata[order]": "7"}
    told = merchant.write(f"{SESSIONS}/{session['id']}", fields)
    assert (told["amount_total"], told["metadata"]) == (2500, {"order": "7"})
    bad = {**lines_of({"id": "li_1"}), "metadata[order]": "8"}
    assert merchant.post(f"{SESSIONS}/{session['id']}", bad).status_code == 404
    assert merchant.read(f"{SESSIONS}/{session['id']}")["metadata"] == {"order": "7"}


@pytest.mark.anyio
async def test_the_banks_question_about_another_order_is_given_up(tmp_path: Path) -> None:
    async with open_till(tmp_path) as till:
        order = await till.open()
        asked = await till.pay(order, ASKS_THE_BUYER)
        changed = await till.client.form(f"{SESSIONS}/{order.id}", lines_of(MUG))
        assert changed.status_code == 200
        assert till.books.attempts(order.id) == ["abandoned"]
        assert (await till.answer_bank(bank_page(asked))).status_code == 410
        assert till.books.charged(order.id) == []
        stale = await till.pay(order)
        assert stale.json()["error"]["code"] == "checkout_amount_mismatch"
        paid = await till.pay(order, expected=2500)
        assert paid.status_code == 200
        till.books.check()


Line = tuple[int | None, int]
"""The place of a line that is there, None for a new one, and its quantity."""

orders = st.lists(
    st.tuples(st.none() | st.integers(0, 4), st.integers(0, 12)), min_size=1, max_size=6
)


@given(changes=st.lists(orders, min_size=1, max_size=4))
@settings(max_examples=25, deadline=None)
def test_any_changes_leave_what_they_ask_for(
    changes: list[list[Line]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A list is taken whole or not at all, and the total is always that of the lines."""

    async def story() -> None:
        async with open_till(tmp_path_factory.mktemp("order")) as till:
            await _follow(till, changes)
            till.books.check()

    asyncio.run(story())


async def _follow(till: Till, changes: list[list[Line]]) -> None:
    order = await till.open()
    known = [(order.line, 1)]
    for wanted in changes:
        before = list(known)
        lines = [_asked(before, line) for line in wanted]
        answer = await till.client.form(f"{SESSIONS}/{order.id}", lines_of(*lines))
        told = (await till.look(order))["line_items"]["data"]
        now = [(line["id"], line["quantity"]) for line in told]
        if answer.status_code == 200:
            assert [quantity for _, quantity in now] == [quantity for _, quantity in wanted]
            named = [line.get("id") for line in lines]
            assert [name for name, _ in now] == [
                name or made for name, (made, _) in zip(named, now, strict=True)
            ]
        else:
            assert now == before
        assert _stands(lines) == (answer.status_code == 200)
        known = now
    told = await till.look(order)
    total = sum(line["amount_total"] for line in told["line_items"]["data"])
    assert told["amount_total"] == total


def _asked(before: list[tuple[str, int]], line: Line) -> dict[str, str]:
    place, quantity = line
    if place is None:
        return {
            **{name: value for name, value in MUG.items() if name != "quantity"},
            "adjustable_quantity][enabled": "true",
            "adjustable_quantity][maximum": "10",
            "quantity": str(quantity),
        }
    id = before[place][0] if place < len(before) else "li_nobody"
    return {"id": id, "quantity": str(quantity)}


def _stands(lines: list[dict[str, Any]]) -> bool:
    named = [line["id"] for line in lines if "id" in line]
    within = all(1 <= int(line["quantity"]) <= 10 for line in lines)
    return within and len(set(named)) == len(named) and "li_nobody" not in named
