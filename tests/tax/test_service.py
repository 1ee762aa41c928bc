"""A tax service of the merchant's own: asked outside transactions, and never believed blindly."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from tests.engines import ENGINES
from tests.support.app import Client, running_app
from tests.support.checkout import Checkout, Order, error_code
from tests.tax.office import TOKEN, Office, flat, open_office, taxes_of

pytestmark = pytest.mark.anyio

WITH_TAX = {"automatic_tax[enabled]": "true"}
GERMANY = {"tax_region[country]": "DE"}
TIMEOUT_SECONDS = 0.3


@pytest.fixture
def office() -> Iterator[Office]:
    with open_office() as office:
        yield office


@asynccontextmanager
async def shop(folder: Path, url: str, engine: str = "sqlite") -> AsyncIterator[Checkout]:
    async with running_app(
        folder,
        engine=engine,
        tax_service_url=url,
        tax_service_token=SecretStr(TOKEN),
        tax_service_timeout_seconds=TIMEOUT_SECONDS,
    ) as client:
        yield Checkout(client)


async def settle_in(till: Checkout, order: Order, place: dict[str, str] = GERMANY) -> Any:
    answer = await till.client.form(f"/v1/payment_pages/{order.id}", place)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def pay(till: Checkout, order: Order, expected: int) -> httpx.Response:
    return await till.pay(order, expected=expected)


async def charges(client: Client) -> list[int]:
    told = (await client.get("/v1/charges")).json()
    return [charge["amount"] for charge in told["data"]]


@pytest.mark.parametrize("engine", ENGINES)
async def test_it_decides_and_is_asked_again_for_another_quantity(
    tmp_path: Path, office: Office, engine: str
) -> None:
    async with shop(tmp_path, office.url, engine) as till:
        order = await till.open(WITH_TAX)
        assert office.questions == []  # nobody is asked before the place is known
        page = await settle_in(till, order)
        assert page["automatic_tax"]["status"] == "complete"
        assert page["total_summary"]["total"] == 2200
        told = (await till.change(order, 3)).json()
        assert told["total_summary"] == {"due": 6600, "subtotal": 6000, "tax": 600, "total": 6600}
        assert (await pay(till, order, 6600)).json()["status"] == "complete"
        assert await charges(till.client) == [6600]
    assert [question["lines"][0]["amount"] for question in office.questions] == [2000, 6000]
    assert set(office.tokens) == {f"Bearer {TOKEN}"}


async def test_what_it_is_told(tmp_path: Path, office: Office) -> None:
    async with shop(tmp_path, office.url) as till:
        await settle_in(till, await till.open(WITH_TAX))
    (question,) = office.questions
    assert question["version"] == 1
    assert question["currency"] == "usd"
    assert question["buyer"]["location"]["country"] == "DE"
    assert (question["buyer"]["tax_ids"], question["buyer"]["tax_exempt"]) == ([], "none")
    assert question["seller"]["head_office"]["city"] == "San Francisco"
    assert {"country": "US", "state": "CA", "type": "state_sales_tax"} in (
        question["seller"]["registrations"]
    )
    assert question["lines"] == [{
        "amount": 2000, "quantity": 1, "tax_code": "txcd_99999999", "tax_behavior": "exclusive"
    }]  # fmt: skip


async def test_a_session_without_automatic_tax_asks_nobody(tmp_path: Path, office: Office) -> None:
    async with shop(tmp_path, office.url) as till:
        order = await till.open()
        await till.change(order, 2)
        assert (await pay(till, order, 4000)).status_code == 200
    assert office.questions == []


async def test_it_may_need_to_know_more_of_the_place(tmp_path: Path, office: Office) -> None:
    office.answer = lambda question: b'{"status": "requires_location_inputs"}'
    async with shop(tmp_path, office.url) as till:
        order = await till.open(WITH_TAX)
        page = await settle_in(till, order)
        assert page["automatic_tax"]["status"] == "requires_location_inputs"
        assert error_code(await pay(till, order, 2000)) == "customer_tax_location_invalid"


def complete(*lines: Any, **more: Any) -> bytes:
    return json.dumps({"status": "complete", "lines": list(lines), **more}).encode()


def spoiled(**changes: Any) -> bytes:
    line = taxes_of("10")
    line["taxes"][0] |= changes
    return complete(line)


NONSENSE: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"<html>sorry</html>",
    "a list": b"[]",
    "half of it": complete(taxes_of("10"))[:-9],
    "no lines": complete(),
    "too many lines": complete(taxes_of("10"), taxes_of("10")),
    "another status": b'{"status": "ok", "lines": []}',
    "more than it may say": complete(taxes_of("10"), total=2000),
    "a negative rate": spoiled(percentage="-10"),
    "more than everything": spoiled(percentage="100.1"),
    "a number with a rounding": spoiled(percentage=7.25),
    "not a number": spoiled(percentage="NaN"),
    "an exponent": spoiled(percentage="1e2"),
    "too many digits": spoiled(percentage="7.00001"),
    "a reason of its own": spoiled(taxability_reason="because"),
    "no place": spoiled(jurisdiction=None),
    "a country that is none": spoiled(jurisdiction={
        "name": "X", "level": "country", "country": "Ruritania"
    }),
    "a flood": b" " * 300_000,
}  # fmt: skip


@pytest.mark.parametrize("body", NONSENSE.values(), ids=NONSENSE.keys())
async def test_nonsense_fails_the_tax_and_is_never_charged(
    tmp_path: Path, office: Office, body: bytes
) -> None:
    office.answer = lambda question: body
    async with shop(tmp_path, office.url) as till:
        await check_failed_and_recovered(till, office)


@pytest.mark.parametrize("status", [204, 301, 400, 401, 404, 429, 500, 503])
async def test_a_refusal_fails_the_tax(tmp_path: Path, office: Office, status: int) -> None:
    office.status = status
    async with shop(tmp_path, office.url) as till:
        await check_failed_and_recovered(till, office)


async def test_a_slow_service_fails_the_tax(tmp_path: Path, office: Office) -> None:
    office.hangs = True
    async with shop(tmp_path, office.url) as till:
        await check_failed_and_recovered(till, office)


async def test_a_service_that_is_down_fails_the_tax(tmp_path: Path, office: Office) -> None:
    with open_office() as gone:
        url = gone.url
    async with shop(tmp_path, url) as till:
        order = await till.open(WITH_TAX)
        assert (await settle_in(till, order))["automatic_tax"]["status"] == "failed"
        assert error_code(await pay(till, order, 2000)) == "taxes_calculation_failed"
        assert await charges(till.client) == []


async def check_failed_and_recovered(till: Checkout, office: Office) -> None:
    """Nothing is charged until the service answers; then exactly what it says is."""
    order = await till.open(WITH_TAX)
    page = await settle_in(till, order)
    assert page["automatic_tax"]["status"] == "failed"
    assert page["total_summary"]["tax"] == 0
    answer = await pay(till, order, 2000)
    assert (answer.status_code, error_code(answer)) == (400, "taxes_calculation_failed")
    assert await charges(till.client) == []
    office.hangs, office.status, office.answer = False, 200, flat("10")
    office.closed.set()
    moved = await pay(till, order, 2000)  # which is the total that the buyer last saw
    assert error_code(moved) == "checkout_amount_mismatch"
    assert await charges(till.client) == []
    assert (await pay(till, order, 2200)).status_code == 200
    assert await charges(till.client) == [2200]


async def test_it_is_asked_twice_before_it_is_given_up(tmp_path: Path, office: Office) -> None:
    replies = iter([b"", flat("10")({"lines": [0]})])
    statuses = iter([503, 200])

    def change_status() -> None:
        office.status = next(statuses)

    office.before = change_status
    office.answer = lambda question: next(replies)
    async with shop(tmp_path, office.url) as till:
        page = await settle_in(till, await till.open(WITH_TAX))
        assert page["automatic_tax"]["status"] == "complete"
    assert len(office.questions) == 2


@pytest.mark.parametrize("engine", ENGINES)
async def test_a_session_that_moved_meanwhile_is_asked_about_again(
    tmp_path: Path, office: Office, engine: str
) -> None:
    """While the tax for one address is being asked, another tab changes the quantity."""
    async with shop(tmp_path, office.url, engine) as till:
        order = await till.open(WITH_TAX)
        await settle_in(till, order)
        asked, go_on = asyncio.Event(), asyncio.Event()
        loop = asyncio.get_running_loop()

        def hold() -> None:
            if office.questions[-1]["buyer"]["location"]["country"] == "FR" and not asked.is_set():
                loop.call_soon_threadsafe(asked.set)
                asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result()

        office.before = hold
        moving = asyncio.create_task(settle_in(till, order, {"tax_region[country]": "FR"}))
        await asked.wait()
        assert (await till.change(order, 2)).status_code == 200
        go_on.set()
        page = await moving
        assert page["total_summary"] == {"due": 4400, "subtotal": 4000, "tax": 400, "total": 4400}
        assert error_code(await pay(till, order, 2200)) == "checkout_amount_mismatch"
        assert (await pay(till, order, 4400)).status_code == 200
    seen = [
        (question["buyer"]["location"]["country"], question["lines"][0]["amount"])
        for question in office.questions
    ]
    assert seen[-3:] == [("FR", 2000), ("DE", 4000), ("FR", 4000)]


async def test_the_same_key_gets_the_same_answer(tmp_path: Path, office: Office) -> None:
    async with shop(tmp_path, office.url) as till:
        order = await till.open(WITH_TAX)
        await settle_in(till, order)
        first = await till.change(order, 2, idempotency_key="once")
        again = await till.change(order, 2, idempotency_key="once")
        assert first.content == again.content
        assert again.headers["idempotent-replayed"] == "true"
    assert len(office.questions) == 2


async def test_the_hosted_page_asks_as_well(tmp_path: Path, office: Office) -> None:
    async with shop(tmp_path, office.url) as till:
        order = await till.open(WITH_TAX)
        place = {"billingCountry": "US", "billingPostalCode": "94103"}
        shown = await till.client.form(f"/c/pay/{order.id}/tax", place)
        assert shown.status_code in (200, 303), shown.text
        assert (await till.look(order))["amount_total"] == 2200
