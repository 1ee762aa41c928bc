"""Two tabs of one buyer, on the page without scripts."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from tests.races.conftest import Counters
from tests.support.checkout import BUYER, Order

pytestmark = pytest.mark.anyio

TABS = 8


async def press_pay(counters: Counters, tab: int, order: Order) -> httpx.Response:
    """Pay the total that the order had in the beginning."""
    form = {**BUYER, "expected_amount": str(order.total)}
    return await counters[tab].client.form(f"/c/pay/{order.id}/confirm", form)


async def test_a_total_that_another_tab_changed_is_shown_before_it_is_charged(
    counters: Counters,
) -> None:
    order = await counters[0].open()
    quantity = {"line_item": order.line, "adjustQuantity": "2"}
    changed = await counters[1].client.form(f"/c/pay/{order.id}/quantity", quantity)
    assert changed.status_code == 303
    answer = await press_pay(counters, 0, order)
    assert answer.status_code == 400
    assert 'name="expected_amount" value="4000"' in answer.text
    assert counters.books.charged(order.id) == []


async def test_pay_in_every_tab_at_once(counters: Counters) -> None:
    order = await counters[0].open()
    answers = await asyncio.gather(*(press_pay(counters, tab, order) for tab in range(TABS)))
    assert {answer.status_code for answer in answers} <= {200, 303, 429}
    for answer in answers:
        if answer.status_code == 303:
            assert answer.headers["location"] == f"/c/pay/{order.id}/return"
        elif answer.status_code == 200:
            assert "Payment successful" in answer.text
    assert counters.books.charged(order.id) == [order.total]
