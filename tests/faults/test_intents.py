"""A processor that fails under an intent without a session: paid once, or not at all."""

from __future__ import annotations

import pytest

from tests.engines import ENGINES
from tests.faults.conftest import FaultyTill
from tests.faults.processors import (
    IT_HAPPENED,
    NOTHING_HAPPENED,
    Fault,
    time_out,
)

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("till", ENGINES, indirect=True)]

INTENTS = "/v1/payment_intents"
PAID = {
    "amount": "2000", "currency": "usd", "confirm": "true", "payment_method": "pm_card_visa",
}  # fmt: skip
KEY = "one"


async def statuses(till: FaultyTill) -> list[str]:
    return [one["status"] for one in (await till.client.get(INTENTS)).json()["data"]]


async def paid(till: FaultyTill) -> list[int]:
    return [one["amount"] for one in (await till.client.get("/v1/charges")).json()["data"]]


@pytest.mark.parametrize("fault", IT_HAPPENED)
async def test_what_was_decided_is_told(till: FaultyTill, fault: Fault) -> None:
    till.processor.fail("authorise", fault)
    answer = await till.client.form(INTENTS, PAID, idempotency_key=KEY)
    assert answer.json()["status"] == "succeeded"
    again = await till.client.form(INTENTS, PAID, idempotency_key=KEY)
    assert again.content == answer.content
    assert await paid(till) == [2000]


@pytest.mark.parametrize("fault", NOTHING_HAPPENED)
async def test_what_was_never_decided_may_be_tried_again(till: FaultyTill, fault: Fault) -> None:
    till.processor.fail("authorise", fault)
    answer = await till.client.form(INTENTS, PAID)
    assert answer.status_code == 503
    (intent,) = (await till.client.get(INTENTS)).json()["data"]
    assert intent["status"] == "requires_confirmation"
    again = await till.client.form(f"{INTENTS}/{intent['id']}/confirm")
    assert again.json()["status"] == "succeeded"
    assert await paid(till) == [2000]


@pytest.mark.parametrize("fault", [*IT_HAPPENED, *NOTHING_HAPPENED])
async def test_the_unknown_is_found_out_later(till: FaultyTill, fault: Fault) -> None:
    till.processor.fail("authorise", fault)
    till.processor.fail("give_up", time_out)
    answer = await till.client.form(INTENTS, PAID, idempotency_key=KEY)
    assert answer.status_code == 503
    assert await statuses(till) == ["processing"]
    (intent,) = (await till.client.get(INTENTS)).json()["data"]
    busy = await till.client.form(f"{INTENTS}/{intent['id']}/confirm")
    assert busy.status_code == 429
    await till.recover()
    happened = fault in IT_HAPPENED
    assert await statuses(till) == ["succeeded" if happened else "requires_confirmation"]
    assert await paid(till) == ([2000] if happened else [])
    assert (await till.client.form(INTENTS, PAID, idempotency_key=KEY)).status_code == 200
    assert await paid(till) == [2000]
