"""A session whose time is over, to the second: it ends, unless it is just being paid."""

from __future__ import annotations

import asyncio

import pytest

from tests.engines import ENGINES
from tests.faults.conftest import FaultyTill
from tests.faults.processors import Slow, time_out
from tests.support.checkout import ASKS_THE_BUYER, bank_page, error_code

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("till", ENGINES, indirect=True)]

MICROSECONDS = 1_000_000
LIFETIME_SECONDS = 1_800


def at(till: FaultyTill, second: int) -> None:
    """Turn the clock to the beginning of this second."""
    till.clock.now_us = second * MICROSECONDS


async def expiring(till: FaultyTill) -> tuple[dict[str, str], int]:
    """Fields of a session that lives for half an hour, and the second in which it ends."""
    ends = till.clock() // MICROSECONDS + LIFETIME_SECONDS + 1
    return {"expires_at": str(ends)}, ends


@pytest.mark.parametrize(("seconds", "in_time"), [(-1, True), (0, False), (1, False)])
async def test_the_last_second_to_pay(till: FaultyTill, seconds: int, in_time: bool) -> None:
    fields, ends = await expiring(till)
    order = await till.open(fields)
    at(till, ends + seconds)
    assert (await till.change(order, 1)).status_code == (200 if in_time else 400)
    assert (await till.pay(order)).status_code == (200 if in_time else 400)
    assert (await till.look(order))["status"] == ("complete" if in_time else "expired")
    await till.end_sessions()
    assert till.books.taken() == (order.total if in_time else 0)


@pytest.mark.parametrize(("seconds", "in_time"), [(-1, True), (0, False), (1, False)])
@pytest.mark.parametrize("swept", [True, False])
async def test_the_last_second_to_answer_the_bank(
    till: FaultyTill, seconds: int, in_time: bool, swept: bool
) -> None:
    fields, ends = await expiring(till)
    order = await till.open(fields)
    page = bank_page(await till.pay(order, ASKS_THE_BUYER))
    at(till, ends + seconds)
    if swept:
        await till.end_sessions()
    assert (await till.answer_bank(page)).status_code == (303 if in_time else 410)
    await till.end_sessions()
    assert (await till.look(order))["status"] == ("complete" if in_time else "expired")
    assert till.books.taken() == (order.total if in_time else 0)


@pytest.mark.usefixtures("patient")
async def test_a_session_does_not_end_while_it_is_being_paid(till: FaultyTill) -> None:
    fields, ends = await expiring(till)
    order = await till.open(fields)
    at(till, ends - 1)
    slow = Slow(effect_first=False)
    till.processor.fail("authorise", slow)
    paying = asyncio.create_task(till.pay(order))
    await slow.waiting.wait()
    at(till, ends + 1)
    await till.end_sessions()
    assert (await till.look(order))["status"] == "open"
    for refused in (await till.pay(order), await till.change(order, 2), await till.expire(order)):
        assert (refused.status_code, error_code(refused)) == (429, "lock_timeout")
    slow.go_on()
    assert (await paying).json()["status"] == "complete"
    await till.end_sessions()
    assert (await till.look(order))["status"] == "complete"


async def test_a_session_whose_last_payment_came_to_nothing_ends_then(till: FaultyTill) -> None:
    fields, ends = await expiring(till)
    order = await till.open(fields)
    at(till, ends - 1)
    till.processor.fail("authorise", time_out)
    till.processor.fail("give_up", time_out)
    assert (await till.pay(order)).status_code == 503
    at(till, ends)
    await till.end_sessions()
    assert (await till.look(order))["status"] == "open"
    await till.recover()
    assert (await till.look(order))["status"] == "expired"
    await till.end_sessions()
    assert (await till.look(order))["status"] == "expired"
    assert till.books.taken() == 0
