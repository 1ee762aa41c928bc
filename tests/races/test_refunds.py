"""Many refunds of one charge at once: never more than it took."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from tests.races.conftest import Counters
from tests.support.checkout import Checkout

pytestmark = pytest.mark.anyio

POSTS = 32
AMOUNT = 150
"""Thirteen such refunds are less than the 20.00 that were paid, fourteen are more."""


async def test_32_refunds_of_one_charge(counters: Counters) -> None:
    order = await counters[0].open()
    intent = (await counters[0].pay(order)).json()["payment_intent"]["id"]
    fields = {"payment_intent": intent, "amount": str(AMOUNT)}

    async def refund(shop: Checkout) -> httpx.Response:
        return await shop.client.form("/v1/refunds", fields)

    answers = await asyncio.gather(*(refund(counters[number]) for number in range(POSTS)))
    made = [answer for answer in answers if answer.status_code == 200]
    lost = [answer for answer in answers if answer.status_code != 200]
    assert {answer.status_code for answer in lost} <= {400, 429}, [each.text for each in lost]
    while len(made) < 13:  # who was only in another's way may try again
        made.append(await refund(counters[0]))
        assert made[-1].status_code == 200, made[-1].text
    assert len({answer.json()["id"] for answer in made}) == 13
    assert (await refund(counters[1])).status_code == 400
    path = f"/v1/payment_intents/{intent}?expand[]=latest_charge"
    charge = (await counters[0].client.get(path)).json()["latest_charge"]
    assert (charge["amount_refunded"], charge["refunded"]) == (13 * AMOUNT, False)
    rest = await counters[0].client.form("/v1/refunds", {"payment_intent": intent})
    assert rest.json()["amount"] == 2000 - 13 * AMOUNT


async def test_one_key_refunds_once(counters: Counters) -> None:
    intent = (await counters[0].pay(await counters[0].open())).json()["payment_intent"]["id"]
    fields = {"payment_intent": intent, "amount": "100"}
    answers = await asyncio.gather(*(
        counters[number].client.form("/v1/refunds", fields, idempotency_key="once")
        for number in range(8)
    ))  # fmt: skip
    assert {answer.status_code for answer in answers} <= {200, 409}
    made = {answer.json()["id"] for answer in answers if answer.status_code == 200}
    assert len(made) == 1
