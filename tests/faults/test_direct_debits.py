"""A processor that fails while a debit is on its way: the money comes once, and is told of once."""

from __future__ import annotations

import asyncio

import pytest

from paydesk import background
from paydesk.payments.ibans import SOON_SECONDS
from tests.engines import ENGINES
from tests.faults.conftest import FaultyTill
from tests.faults.processors import IT_HAPPENED, NOTHING_HAPPENED, Fault, repeat
from tests.support.checkout import DEBITED, FAILS_BY_DEBIT, SUCCEEDS_BY_DEBIT, Order

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("till", ENGINES, indirect=True)]

IN_THE_END = {
    SUCCEEDS_BY_DEBIT: ("paid", "checkout.session.async_payment_succeeded"),
    FAILS_BY_DEBIT: ("unpaid", "checkout.session.async_payment_failed"),
}


async def debited(till: FaultyTill, account: str = SUCCEEDS_BY_DEBIT) -> Order:
    """A session whose money is on its way."""
    order = await till.open(DEBITED)
    answer = await till.pay(order, account)
    assert answer.json()["payment_status"] == "unpaid", answer.text
    return order


async def look(till: FaultyTill) -> None:
    """The server's errand, when the bank has spoken."""
    till.clock.advance(SOON_SECONDS)
    await background.follow_payments(till.desk)


async def told(till: FaultyTill, kind: str = "checkout.session.async_*") -> list[str]:
    events = (await till.client.get(f"/v1/events?limit=100&type={kind}")).json()["data"]
    return [event["type"] for event in events]


@pytest.mark.parametrize("account", IN_THE_END)
@pytest.mark.parametrize("fault", [*IT_HAPPENED, *NOTHING_HAPPENED])
async def test_news_that_does_not_come_is_asked_for_again(
    till: FaultyTill, fault: Fault, account: str
) -> None:
    order = await debited(till, account)
    till.processor.fail("payment_news", fault)
    await look(till)
    assert (await till.look(order))["payment_status"] == "unpaid"
    assert await told(till) == []
    await till.recover()
    status, event = IN_THE_END[account]
    assert (await till.look(order))["payment_status"] == status
    assert await told(till) == [event]
    await till.recover()
    assert await told(till) == [event]


@pytest.mark.parametrize("fault", [*IT_HAPPENED, *NOTHING_HAPPENED])
async def test_an_unknown_debit_is_found_out(till: FaultyTill, fault: Fault) -> None:
    order = await till.open(DEBITED)
    till.processor.fail("authorise", fault)
    answer = await till.pay(order, SUCCEEDS_BY_DEBIT)
    if fault in IT_HAPPENED:
        assert answer.json()["payment_status"] == "unpaid"
    else:
        assert answer.status_code == 503
        assert (await till.pay(order, SUCCEEDS_BY_DEBIT)).status_code == 200
    await look(till)
    assert (await till.look(order))["payment_status"] == "paid"
    assert till.books.taken() == order.total


async def test_one_that_hears_nothing_keeps_nobody_waiting(till: FaultyTill) -> None:
    first, second = [await debited(till) for _ in range(2)]
    till.processor.fail("payment_news", NOTHING_HAPPENED[0])
    await look(till)
    statuses = [(await till.look(order))["payment_status"] for order in (first, second)]
    assert statuses == ["unpaid", "paid"]


async def test_two_servers_hear_the_same(till: FaultyTill) -> None:
    order = await debited(till)
    till.processor.fail("payment_news", repeat)
    till.clock.advance(SOON_SECONDS)
    await asyncio.gather(*(background.follow_payments(till.desk) for _ in range(4)))
    assert (await till.look(order))["payment_status"] == "paid"
    assert await told(till, "charge.succeeded") == ["charge.succeeded"]
    assert len(await told(till)) == 1


async def test_a_server_that_starts_asks_at_once(till: FaultyTill) -> None:
    order = await debited(till)
    till.clock.advance(SOON_SECONDS)
    await background.settle_after_start(till.desk, alone=True)
    assert (await till.look(order))["payment_status"] == "paid"
