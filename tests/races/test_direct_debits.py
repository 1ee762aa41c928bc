"""Everybody at a session that can be debited: one payment, whoever else wants one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

import httpx
import pytest

from paydesk.payments.ibans import SOON_SECONDS
from tests.races.conftest import Counters
from tests.support.checkout import (
    DEBITED,
    FAILS_BY_DEBIT,
    SUCCEEDS_BY_DEBIT,
    VISA,
    Checkout,
    Order,
)

pytestmark = pytest.mark.anyio

ROUNDS = 8
LOSERS = {400, 402, 409, 429}


async def all_at_once(*acts: Awaitable[httpx.Response]) -> list[httpx.Response]:
    answers = list(await asyncio.gather(*acts))
    assert {answer.status_code for answer in answers} <= {200, *LOSERS}
    return answers


async def refund(shop: Checkout, intent: str) -> httpx.Response:
    return await shop.client.form("/v1/refunds", {"payment_intent": intent})


async def ended(counters: Counters, order: Order) -> str:
    """The session's payment status once nothing is on its way any more."""
    await counters[0].let_pass(SOON_SECONDS)
    status: str = (await counters[0].look(order))["payment_status"]
    return status


@pytest.mark.parametrize("account", [SUCCEEDS_BY_DEBIT, FAILS_BY_DEBIT])
async def test_debits_cards_and_the_end_of_the_session(counters: Counters, account: str) -> None:
    for _ in range(ROUNDS):
        order = await counters[0].open(DEBITED)
        await all_at_once(
            counters[0].pay(order, account), counters[1].pay(order, account),
            counters[0].pay(order, VISA), counters[1].pay(order, VISA),
            counters[0].expire(order), counters[1].let_pass(SOON_SECONDS),
            counters[0].change(order, 2),
        )  # fmt: skip
        status = await ended(counters, order)
        session = await counters[0].look(order)
        charged = [session["amount_total"]] if status == "paid" else []
        assert counters.books.charged(order.id) == charged
        assert session["status"] == "expired" or counters.books.attempts(order.id)


async def test_refunds_while_the_money_arrives(counters: Counters) -> None:
    for _ in range(ROUNDS):
        order = await counters[0].open(DEBITED)
        paid = await counters[1].pay(order, SUCCEEDS_BY_DEBIT)
        intent = paid.json()["payment_intent"]["id"]
        answers = await all_at_once(
            *(refund(counters[number], intent) for number in range(6)),
            counters[0].let_pass(SOON_SECONDS), counters[1].let_pass(SOON_SECONDS),
            counters[0].expire(order),
        )  # fmt: skip
        made = [answer for answer in answers if '"object":"refund"' in answer.text]
        if not made:
            made = [await refund(counters[0], intent)]
        assert [answer.json()["amount"] for answer in made] == [order.total]
        assert (await refund(counters[1], intent)).status_code == 400
        assert await ended(counters, order) == "paid"
