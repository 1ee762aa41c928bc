"""A processor that fails while money goes back: it goes back once, and the merchant is told."""

from __future__ import annotations

from typing import Any

import pytest

from paydesk import background
from paydesk.payments.sandbox_refunds import NEWS_SECONDS
from tests.engines import ENGINES
from tests.faults.conftest import FaultyTill
from tests.faults.processors import (
    IT_HAPPENED,
    NOTHING_HAPPENED,
    Fault,
    repeat,
    time_out,
    time_out_after,
)
from tests.support.checkout import VISA

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("till", ENGINES, indirect=True)]

KEY = "the-merchants-one-click"
PENDING, FAILING = "pm_card_pendingRefund", "pm_card_refundFail"

Json = dict[str, Any]


async def paid(till: FaultyTill, card: str = VISA) -> str:
    """The intent of a payment of 20.00."""
    answer = await till.pay(await till.open(), card)
    intent: str = answer.json()["payment_intent"]["id"]
    return intent


async def refund(till: FaultyTill, intent: str, amount: int = 500, key: str = KEY) -> Json:
    fields = {"payment_intent": intent, "amount": str(amount)}
    answer = await till.client.form("/v1/refunds", fields, idempotency_key=key)
    assert answer.status_code == 200, answer.text
    told: Json = answer.json()
    return told


async def now(till: FaultyTill, made: Json) -> Json:
    told: Json = (await till.client.get(f"/v1/refunds/{made['id']}?expand[]=charge")).json()
    return told


async def told(till: FaultyTill) -> list[str]:
    """What the merchant has heard of refunds, the first thing first."""
    events = (await till.client.get("/v1/events?limit=100")).json()["data"]
    return [event["type"] for event in reversed(events) if "refund" in event["type"]]


async def later(till: FaultyTill, seconds: int = NEWS_SECONDS) -> None:
    till.clock.advance(seconds)
    await background.follow_refunds(till.desk)


@pytest.mark.parametrize("fault", [*IT_HAPPENED, *NOTHING_HAPPENED])
async def test_an_unknown_refund_is_pending_until_it_is_found_out(
    till: FaultyTill, fault: Fault
) -> None:
    intent = await paid(till)
    till.processor.fail("refund", fault)
    made = await refund(till, intent)
    assert made["status"] == "pending"
    assert (await now(till, made))["charge"]["amount_refunded"] == 0
    assert await refund(till, intent) == made
    assert await told(till) == []

    await till.recover()
    after = await now(till, made)
    assert (after["status"], after["charge"]["amount_refunded"]) == ("succeeded", 500)
    assert till.books.given_back() == 500
    assert await refund(till, intent) == made
    assert await told(till) == ["refund.created", "charge.refunded"]


async def test_what_is_set_aside_can_not_be_refunded_again(till: FaultyTill) -> None:
    intent = await paid(till)
    till.processor.fail("refund", time_out_after)
    await refund(till, intent, 1500)
    fields = {"payment_intent": intent, "amount": "501"}
    assert (await till.client.form("/v1/refunds", fields)).status_code == 400
    await refund(till, intent, 500, key="another")
    await till.recover()
    assert till.books.given_back() == 2000


async def test_a_question_that_arrives_twice_gives_nothing_back_twice(till: FaultyTill) -> None:
    intent = await paid(till)
    till.processor.fail("refund", repeat)
    assert (await refund(till, intent))["status"] == "succeeded"
    assert till.books.given_back() == 500


async def test_a_refund_that_can_not_be_settled_keeps_no_other_waiting(till: FaultyTill) -> None:
    intent = await paid(till)
    till.processor.fail("refund", *[time_out_after] * 3, time_out)
    made = [await refund(till, intent, key=key) for key in "abc"]
    await till.recover()
    statuses = [(await now(till, each))["status"] for each in made]
    assert sorted(statuses) == ["pending", "succeeded", "succeeded"]
    await till.recover()
    assert till.books.given_back() == 1500


async def test_a_refund_that_takes_its_time(till: FaultyTill) -> None:
    made = await refund(till, await paid(till, PENDING))
    assert made["status"] == "pending"
    await later(till, NEWS_SECONDS - 1)
    assert (await now(till, made))["status"] == "pending"
    till.processor.fail("news", time_out)
    await later(till, 1)
    assert (await now(till, made))["status"] == "pending"
    await till.recover()
    after = await now(till, made)
    assert (after["status"], after["charge"]["amount_refunded"]) == ("succeeded", 500)
    assert await told(till) == [
        *("refund.created", "charge.refunded", "refund.updated", "charge.refund.updated")
    ]


async def test_a_refund_that_fails_after_all_can_be_made_again(till: FaultyTill) -> None:
    intent = await paid(till, FAILING)
    made = await refund(till, intent, 2000)
    assert made["status"] == "succeeded"
    await later(till)
    after = await now(till, made)
    assert (after["status"], after["failure_reason"]) == ("failed", "unknown")
    assert (after["charge"]["amount_refunded"], after["charge"]["refunded"]) == (0, False)
    assert await told(till) == [
        *("refund.created", "charge.refunded", "refund.updated", "charge.refund.updated"),
        "refund.failed",
    ]
    events = (await till.client.get("/v1/events?type=charge.updated")).json()["data"]
    assert events[0]["data"]["previous_attributes"] == {"amount_refunded": 2000, "refunded": True}
    await later(till)
    assert (await refund(till, intent, 2000, key="again"))["amount"] == 2000


async def test_metadata_that_is_changed_meanwhile_stays(till: FaultyTill) -> None:
    made = await refund(till, await paid(till, PENDING))
    await till.client.form(f"/v1/refunds/{made['id']}", {"metadata[a]": "1"})
    await later(till)
    after = await now(till, made)
    assert (after["status"], after["metadata"]) == ("succeeded", {"a": "1"})
