"""Things that happen at the same moment: one of them counts, and the others are told."""

from __future__ import annotations

import asyncio
from itertools import islice
from threading import Event

import pytest

from paydesk.core.errors import Unavailable
from paydesk.services import outcomes
from paydesk.storage import attempts
from paydesk.storage.database import Transaction
from tests.engines import ENGINES
from tests.faults.conftest import FaultyTill
from tests.faults.processors import Slow
from tests.support.checkout import ASKS_THE_BUYER, DECLINED, VISA, bank_page, error_code

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("till", ENGINES, indirect=True)]

GATE_SECONDS_MAX = 20


async def test_another_tab_changed_the_quantity(till: FaultyTill) -> None:
    order = await till.open()
    assert (await till.change(order, 2)).json()["total_summary"]["due"] == 2 * order.total
    refused = await till.pay(order)
    assert (refused.status_code, error_code(refused)) == (400, "checkout_amount_mismatch")
    assert till.processor.asked == []
    paid = await till.pay(order, expected=2 * order.total)
    assert paid.json()["status"] == "complete"
    assert till.books.charged(order.id) == [2 * order.total]


async def test_paying_twice_is_paying_once(till: FaultyTill) -> None:
    order = await till.open()
    first = await till.pay(order)
    for card in (VISA, DECLINED, ASKS_THE_BUYER):
        again = await till.pay(order, card)
        assert (again.status_code, again.content) == (200, first.content)
    refused = await till.pay(order, expected=order.total + 1)
    assert (refused.status_code, error_code(refused)) == (400, "checkout_amount_mismatch")
    assert len(till.processor.asked) == 1


async def test_a_paid_session_changes_no_more(till: FaultyTill) -> None:
    order = await till.open()
    await till.pay(order)
    assert (await till.change(order, 2)).status_code == 400
    assert (await till.expire(order)).status_code == 400
    assert (await till.look(order))["amount_total"] == order.total


@pytest.mark.usefixtures("patient")
async def test_eight_clicks_at_once(till: FaultyTill) -> None:
    order = await till.open()
    slow = Slow(effect_first=False)
    till.processor.fail("authorise", slow)
    clicks = [asyncio.create_task(till.pay(order)) for _ in range(8)]
    await slow.waiting.wait()
    losers = [await next_one for next_one in islice(asyncio.as_completed(clicks), 7)]
    assert {answer.status_code for answer in losers} == {429}
    slow.go_on()
    statuses = sorted(answer.status_code for answer in await asyncio.gather(*clicks))
    assert statuses == [200] + [429] * 7
    assert till.books.taken() == order.total


@pytest.mark.usefixtures("patient")
async def test_nothing_moves_while_the_processor_thinks(till: FaultyTill) -> None:
    order = await till.open()
    slow = Slow(effect_first=True)
    till.processor.fail("authorise", slow)
    paying = asyncio.create_task(till.pay(order))
    await slow.waiting.wait()
    for refused in (await till.change(order, 2), await till.expire(order), await till.pay(order)):
        assert (refused.status_code, error_code(refused)) == (429, "lock_timeout")
        assert refused.headers["stripe-should-retry"] == "true"
    assert (await till.tag(order, "seen")).status_code == 200
    slow.go_on()
    assert (await paying).json()["status"] == "complete"
    assert (await till.look(order))["metadata"] == {"tag": "seen"}


async def test_a_challenge_is_given_up_with_the_order_that_it_was_for(till: FaultyTill) -> None:
    order = await till.open()
    page = bank_page(await till.pay(order, ASKS_THE_BUYER))
    assert (await till.change(order, 2)).status_code == 200
    assert (await till.answer_bank(page)).status_code == 410
    assert till.books.charged(order.id) == []
    paid = await till.pay(order, expected=2 * order.total)
    assert paid.json()["status"] == "complete"
    assert till.books.attempts(order.id) == ["abandoned", "approved"]


async def test_a_challenge_is_given_up_for_another_card(till: FaultyTill) -> None:
    order = await till.open()
    page = bank_page(await till.pay(order, ASKS_THE_BUYER))
    assert (await till.pay(order)).json()["status"] == "complete"
    assert (await till.answer_bank(page)).status_code == 410
    assert till.books.taken() == order.total


async def test_a_challenge_ends_with_its_session(till: FaultyTill) -> None:
    order = await till.open()
    page = bank_page(await till.pay(order, ASKS_THE_BUYER))
    assert (await till.expire(order)).json()["status"] == "expired"
    assert (await till.answer_bank(page)).status_code == 410
    assert (await till.pay(order)).status_code == 400
    assert till.books.taken() == 0


@pytest.mark.parametrize("second", ["authorize", "fail"])
async def test_two_answers_to_the_bank_at_once(till: FaultyTill, second: str) -> None:
    order = await till.open()
    page = bank_page(await till.pay(order, ASKS_THE_BUYER))
    answers = await asyncio.gather(till.answer_bank(page), till.answer_bank(page, second))
    assert sorted(answer.status_code for answer in answers) == [303, 410]
    asked = [question for question, _ in till.processor.asked]
    assert asked == ["authorise", "authenticate"]
    assert till.books.attempts(order.id) in (["approved"], ["declined"])


@pytest.mark.usefixtures("patient")
async def test_the_bank_and_a_quantity_at_once(till: FaultyTill) -> None:
    order = await till.open()
    page = bank_page(await till.pay(order, ASKS_THE_BUYER))
    slow = Slow(effect_first=False)
    till.processor.fail("authenticate", slow)
    answering = asyncio.create_task(till.answer_bank(page))
    await slow.waiting.wait()
    assert (await till.change(order, 2)).status_code == 429
    slow.go_on()
    assert (await answering).status_code == 303
    assert till.books.charged(order.id) == [order.total]


@pytest.mark.parametrize("card", [VISA, DECLINED, ASKS_THE_BUYER])
async def test_a_database_that_fails_after_the_processor_answered(
    till: FaultyTill, card: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await till.open()
    whole = outcomes.record

    def fail(*_: object) -> None:
        raise Unavailable("The database can't be written to at the moment. Nothing was done.")

    monkeypatch.setattr(outcomes, "record", fail)
    answer = await till.pay(order, card, idempotency_key="once")
    assert answer.status_code == 503
    assert "Nothing was" not in answer.json()["error"]["message"]
    monkeypatch.setattr(outcomes, "record", whole)
    await till.recover()
    again = await till.pay(order, card, idempotency_key="once")
    assert again.headers["idempotent-replayed"] == "true"
    assert again.status_code == (402 if card == DECLINED else 200)


async def test_a_quantity_waits_for_the_reservation_that_counts_on_it(
    till: FaultyTill, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The total was read and the attempt is not written yet: nobody may come between."""
    order = await till.open()
    await till.pay(order, DECLINED)
    reached, go_on, count = Event(), Event(), attempts.count

    def count_slowly(tx: Transaction, session: str) -> int:
        reached.set()
        assert go_on.wait(GATE_SECONDS_MAX)
        return count(tx, session)

    monkeypatch.setattr(attempts, "count", count_slowly)
    paying = asyncio.create_task(till.pay(order))
    assert await asyncio.to_thread(reached.wait, GATE_SECONDS_MAX)
    changing = asyncio.create_task(till.change(order, 2))
    await asyncio.wait({changing}, timeout=0.3)  # it has every chance to go first
    go_on.set()
    assert (await paying).json()["status"] == "complete"
    assert (await changing).status_code in (400, 429)
    assert (await till.look(order))["amount_total"] == order.total
