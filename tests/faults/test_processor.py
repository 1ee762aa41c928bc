"""A processor that fails: what is unknown is found out, and nobody is charged twice."""

from __future__ import annotations

import asyncio

import pytest

from paydesk.core.errors import Unavailable
from paydesk.core.payments import ATTEMPTS_MAX
from tests.engines import ENGINES
from tests.faults.conftest import FaultyTill
from tests.faults.processors import (
    IT_HAPPENED,
    NOTHING_HAPPENED,
    Fault,
    Late,
    Slow,
    repeat,
    time_out,
    time_out_after,
)
from tests.support.checkout import ASKS_THE_BUYER, BUYER, DECLINED, VISA, bank_page, error_code

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("till", ENGINES, indirect=True)]

KEY = "the-buyers-one-click"


@pytest.mark.parametrize("fault", [*IT_HAPPENED, repeat])
@pytest.mark.parametrize(("card", "status"), [(VISA, 200), (DECLINED, 402)])
async def test_what_was_decided_is_told_although_the_answer_was_lost(
    till: FaultyTill, fault: Fault, card: str, status: int
) -> None:
    order = await till.open()
    till.processor.fail("authorise", fault)
    answer = await till.pay(order, card, idempotency_key=KEY)
    assert answer.status_code == status
    assert till.books.charged(order.id) == ([order.total] if status == 200 else [])
    again = await till.pay(order, card, idempotency_key=KEY)
    assert (again.status_code, again.content) == (status, answer.content)


@pytest.mark.parametrize("fault", NOTHING_HAPPENED)
async def test_what_was_never_decided_is_told_and_may_be_tried_again_at_once(
    till: FaultyTill, fault: Fault
) -> None:
    order = await till.open()
    till.processor.fail("authorise", fault)
    answer = await till.pay(order, idempotency_key=KEY)
    assert answer.status_code == 503
    assert "Nothing was charged" in answer.json()["error"]["message"]
    assert (await till.change(order, 1)).status_code == 200
    again = await till.pay(order, idempotency_key=KEY)
    assert again.json()["status"] == "complete"
    assert till.books.attempts(order.id) == ["abandoned", "approved"]


@pytest.mark.parametrize("fault", NOTHING_HAPPENED)
async def test_a_card_is_not_used_up_by_what_was_never_decided(
    till: FaultyTill, fault: Fault
) -> None:
    order = await till.open()
    fields = {"type": "card", "card[token]": "tok_visa"}
    card = (await till.client.form("/v1/payment_methods", fields)).json()["id"]
    till.processor.fail("authorise", fault)
    assert (await till.pay(order, card)).status_code == 503
    assert (await till.pay(order, card)).json()["status"] == "complete"
    assert (await till.pay(await till.open(), card)).status_code == 400


@pytest.mark.parametrize("fault", [*IT_HAPPENED, *NOTHING_HAPPENED])
async def test_an_unknown_outcome_locks_the_session_until_it_is_found_out(
    till: FaultyTill, fault: Fault
) -> None:
    order = await till.open()
    till.processor.fail("authorise", fault)
    till.processor.fail("give_up", time_out)
    answer = await till.pay(order, idempotency_key=KEY)
    assert answer.status_code == 503
    assert "nobody is charged twice" in answer.json()["error"]["message"]
    assert answer.headers["stripe-should-retry"] == "true"

    for refused in (
        await till.change(order, 2),
        await till.expire(order),
        await till.pay(order),
    ):
        assert (refused.status_code, error_code(refused)) == (429, "lock_timeout")
    assert (await till.pay(order, idempotency_key=KEY)).status_code == 409

    await till.recover()
    again = await till.pay(order, idempotency_key=KEY)
    assert again.json()["status"] == "complete"
    assert till.books.charged(order.id) == [order.total]
    assert ("idempotent-replayed" in again.headers) == (fault in IT_HAPPENED)


async def test_recovery_that_fails_tries_again(till: FaultyTill) -> None:
    order = await till.open()
    till.processor.fail("authorise", time_out_after)
    till.processor.fail("give_up", time_out, time_out, time_out_after)
    assert (await till.pay(order)).status_code == 503
    await till.recover()
    await till.recover()
    assert till.books.attempts(order.id) == ["reserved"]
    await till.recover()
    assert till.books.charged(order.id) == [order.total]


async def test_a_payment_that_cannot_be_settled_keeps_no_other_waiting(till: FaultyTill) -> None:
    orders = [await till.open() for _ in range(3)]
    for order in orders:
        till.processor.fail("authorise", time_out_after)
        till.processor.fail("give_up", time_out)
        assert (await till.pay(order)).status_code == 503
    till.processor.fail("give_up", time_out)
    await till.recover()
    assert [till.books.attempts(order.id) for order in orders] == [
        ["reserved"], ["approved"], ["approved"]
    ]  # fmt: skip
    await till.recover()


async def test_a_request_that_arrives_after_it_was_given_up_takes_no_money(
    till: FaultyTill,
) -> None:
    order = await till.open()
    late = Late()
    till.processor.fail("authorise", late)
    assert (await till.pay(order)).status_code == 503
    assert (await till.pay(order)).json()["status"] == "complete"
    with pytest.raises(Unavailable):
        await late.arrive()
    assert till.books.taken() == order.total


async def test_a_request_that_arrives_before_it_is_given_up_is_the_payment(
    till: FaultyTill,
) -> None:
    order = await till.open()
    late = Late()
    till.processor.fail("authorise", late)
    till.processor.fail("give_up", time_out)
    assert (await till.pay(order)).status_code == 503
    await late.arrive()
    await till.recover()
    assert (await till.look(order))["status"] == "complete"
    assert till.books.taken() == order.total


@pytest.mark.usefixtures("patient")
async def test_a_slow_answer_that_recovery_overtook_is_the_same_answer(till: FaultyTill) -> None:
    order = await till.open()
    slow = Slow(effect_first=True)
    till.processor.fail("authorise", slow)
    paying = asyncio.create_task(till.pay(order, idempotency_key=KEY))
    await slow.waiting.wait()
    await till.recover()
    assert (await till.look(order))["status"] == "complete"
    slow.go_on()
    answer = await paying
    again = await till.pay(order, idempotency_key=KEY)
    assert (answer.status_code, answer.content) == (200, again.content)
    assert till.books.charged(order.id) == [order.total]


@pytest.mark.usefixtures("patient")
async def test_a_slow_refusal_that_recovery_overtook_is_recorded_once(till: FaultyTill) -> None:
    order = await till.open()
    slow = Slow(effect_first=True)
    till.processor.fail("authorise", slow)
    paying = asyncio.create_task(till.pay(order, DECLINED, idempotency_key=KEY))
    await slow.waiting.wait()
    await till.recover()
    slow.go_on()
    assert (await paying).status_code == 429
    again = await till.pay(order, DECLINED, idempotency_key=KEY)
    assert (again.status_code, again.headers["idempotent-replayed"]) == (402, "true")
    assert till.books.attempts(order.id) == ["declined"]


@pytest.mark.usefixtures("patient")
async def test_a_key_that_was_given_back_belongs_to_its_next_request(till: FaultyTill) -> None:
    order = await till.open()
    first, second = Slow(effect_first=False), Slow(effect_first=True)
    till.processor.fail("authorise", first, second)
    clicks = [asyncio.create_task(till.pay(order, idempotency_key=KEY))]
    await first.waiting.wait()
    await till.recover()
    clicks.append(asyncio.create_task(till.pay(order, idempotency_key=KEY)))
    await second.waiting.wait()
    first.go_on()
    assert (await clicks[0]).status_code == 503
    second.go_on()
    paid = await clicks[1]
    assert paid.json()["status"] == "complete"
    again = await till.pay(order, idempotency_key=KEY)
    assert (again.content, again.headers["idempotent-replayed"]) == (paid.content, "true")


@pytest.mark.usefixtures("patient")
async def test_a_slow_request_that_recovery_gave_up_takes_no_money(till: FaultyTill) -> None:
    order = await till.open()
    slow = Slow(effect_first=False)
    till.processor.fail("authorise", slow)
    paying = asyncio.create_task(till.pay(order, idempotency_key=KEY))
    await slow.waiting.wait()
    await till.recover()
    second = await till.pay(order, idempotency_key=KEY)
    slow.go_on()
    assert (await paying).status_code == 503
    assert second.json()["status"] == "complete"
    assert till.books.attempts(order.id) == ["abandoned", "approved"]
    replayed = await till.pay(order, idempotency_key=KEY)
    assert replayed.content == second.content


@pytest.mark.usefixtures("patient")
async def test_recovery_leaves_a_fresh_payment_alone(till: FaultyTill) -> None:
    order = await till.open()
    slow = Slow(effect_first=False)
    till.processor.fail("authorise", slow)
    paying = asyncio.create_task(till.pay(order))
    await slow.waiting.wait()
    till.clock.advance(-1)
    await till.recover()
    assert [question for question, _ in till.processor.asked] == ["authorise"]
    slow.go_on()
    assert (await paying).status_code == 200


@pytest.mark.usefixtures("patient")
async def test_a_buyer_who_went_away_is_charged_once_or_not_at_all(till: FaultyTill) -> None:
    order = await till.open()
    slow = Slow(effect_first=True)
    till.processor.fail("authorise", slow)
    paying = asyncio.create_task(till.pay(order))
    await slow.waiting.wait()
    paying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await paying
    await till.recover()
    assert (await till.look(order))["status"] == "complete"


@pytest.mark.parametrize("fault", [*IT_HAPPENED, *NOTHING_HAPPENED, repeat])
@pytest.mark.parametrize("known_at_once", [True, False])
async def test_a_fault_after_the_banks_question_charges_once(
    till: FaultyTill, fault: Fault, known_at_once: bool
) -> None:
    order = await till.open()
    page = bank_page(await till.pay(order, ASKS_THE_BUYER))
    till.processor.fail("authenticate", fault)
    if not known_at_once and fault is not repeat:
        till.processor.fail("authenticate", time_out)
    answer = await till.answer_bank(page)
    if not known_at_once and fault is not repeat:
        assert answer.status_code == 503
        assert (await till.change(order, 2)).status_code == 429
        await till.recover()
    assert (await till.look(order))["status"] == "complete"
    assert till.books.charged(order.id) == [order.total]
    assert (await till.answer_bank(page)).status_code == 410


@pytest.mark.parametrize("fault", [time_out, time_out_after])
async def test_a_fault_before_the_banks_question_asks_it_once_it_is_known(
    till: FaultyTill, fault: Fault
) -> None:
    order = await till.open()
    till.processor.fail("authorise", fault)
    answer = await till.pay(order, ASKS_THE_BUYER)
    if fault is time_out:
        answer = await till.pay(order, ASKS_THE_BUYER)
    await till.answer_bank(bank_page(answer))
    assert till.books.charged(order.id) == [order.total]


async def test_a_card_tester_is_stopped_before_the_processor(till: FaultyTill) -> None:
    order = await till.open()
    for _ in range(ATTEMPTS_MAX):
        assert (await till.pay(order, DECLINED)).status_code == 402
    for card in (DECLINED, VISA):
        refused = await till.pay(order, card)
        assert (refused.status_code, error_code(refused)) == (400, "rate_limit")
    assert len(till.processor.asked) == ATTEMPTS_MAX
    assert (await till.look(order))["status"] == "open"


async def test_the_page_tells_an_unknown_outcome_and_later_the_truth(till: FaultyTill) -> None:
    order = await till.open()
    till.processor.fail("authorise", time_out_after)
    till.processor.fail("give_up", time_out)
    form = {**BUYER, "expected_amount": str(order.total)}
    answer = await till.client.form(f"/c/pay/{order.id}/confirm", form)
    assert answer.status_code == 503
    assert "know yet whether the payment went through" in answer.text
    assert (await till.client.form(f"/c/pay/{order.id}/confirm", form)).status_code == 429
    await till.recover()
    paid = await till.client.form(f"/c/pay/{order.id}/confirm", form)
    assert paid.headers["location"] == f"/c/pay/{order.id}/return"
    assert till.books.charged(order.id) == [order.total]
