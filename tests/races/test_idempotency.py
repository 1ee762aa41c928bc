"""One key, many requests at once: one object, and one answer."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from tests.races.conftest import Counters
from tests.support.app import SEED_SESSION
from tests.support.checkout import DECLINED, VISA, Checkout

pytestmark = pytest.mark.anyio

KEYS = 20
TOGETHER = 32

SESSIONS = "SELECT count(*) FROM sessions"


def one_answer(answers: list[httpx.Response], status: int) -> bytes:
    """The only answer that was given; whoever did not get it was told to ask again."""
    given = {answer.content for answer in answers if answer.status_code == status}
    assert len(given) == 1
    for answer in answers:
        if answer.status_code != status:
            assert answer.status_code in (409, 429)
            assert answer.headers["stripe-should-retry"] == "true"
    first = [answer for answer in answers if "idempotent-replayed" not in answer.headers]
    assert len([answer for answer in first if answer.status_code == status]) == 1
    return given.pop()


async def test_many_creations_under_one_key(counters: Counters) -> None:
    async def create(number: int, key: str) -> httpx.Response:
        client = counters[number].client
        return await client.form("/v1/checkout/sessions", SEED_SESSION, idempotency_key=key)

    made, before = set(), counters.books.rows(SESSIONS)[0][0]
    for key in (f"create-{number}" for number in range(KEYS)):
        answers = await asyncio.gather(*(create(number, key) for number in range(TOGETHER)))
        made.add(one_answer(answers, 200))
    assert len(made) == KEYS
    assert counters.books.rows(SESSIONS) == [(before + KEYS,)]


@pytest.mark.parametrize(("card", "status"), [(VISA, 200), (DECLINED, 402)])
async def test_many_payments_under_one_key(counters: Counters, card: str, status: int) -> None:
    order = await counters[0].open()

    async def pay(shop: Checkout) -> httpx.Response:
        return await shop.pay(order, card, idempotency_key="one-click")

    answers = await asyncio.gather(*(pay(counters[number]) for number in range(TOGETHER)))
    given = one_answer(answers, status)
    assert (await pay(counters[1])).content == given
    assert len(counters.books.attempts(order.id)) == 1


async def test_a_key_serves_one_request_only(counters: Counters) -> None:
    shop = counters[0]
    order = await shop.open()
    first = await shop.change(order, 2, idempotency_key="twice")
    other = await shop.change(order, 3, idempotency_key="twice")
    elsewhere = await shop.expire(order, idempotency_key="twice")
    assert first.status_code == 200
    for refused in (other, elsewhere):
        assert refused.status_code == 400
        assert refused.json()["error"]["type"] == "idempotency_error"
    assert (await shop.look(order))["amount_total"] == 2 * order.total
