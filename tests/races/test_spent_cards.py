"""One card that nobody keeps, for many orders at once: it pays one of them."""

from __future__ import annotations

import asyncio

import pytest

from tests.races.conftest import Counters

pytestmark = pytest.mark.anyio

ORDERS = 16


async def test_a_card_pays_one_of_many_orders(counters: Counters) -> None:
    fields = {"type": "card", "card[token]": "tok_visa"}
    card = (await counters[0].client.form("/v1/payment_methods", fields)).json()["id"]
    orders = [await counters[number].open() for number in range(ORDERS)]
    answers = await asyncio.gather(
        *(counters[number].pay(order, card) for number, order in enumerate(orders))
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * (ORDERS - 1)
    charged = [counters.books.charged(order.id) for order in orders]
    assert sorted(charged, key=len)[-2:] == [[], [orders[0].total]]
