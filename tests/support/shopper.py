"""A buyer, or a merchant's program, who does what chance says to orders that they know."""

from __future__ import annotations

from random import Random
from typing import Any

import httpx

from tests.support.checkout import ASKS_THE_BUYER, DECLINED, VISA, Checkout, Order, bank_page

CARDS = (VISA, VISA, DECLINED, ASKS_THE_BUYER)


class Shopper:
    """`seen` is the total that their page last showed of each order."""

    def __init__(self, shop: Checkout, chance: Random, orders: list[Order] | None = None) -> None:
        self.shop = shop
        self.chance = chance
        self.orders = orders or []
        self.seen = {order.id: order.total for order in self.orders}

    async def act(self) -> httpx.Response | None:
        """Do something, mostly to a known order."""
        if not self.orders or self.chance.random() < 0.1:
            await self.open()
            return None
        order = self.chance.choice(self.orders)
        wish = self.chance.choice([self.change, self.change, self.pay, self.pay, self.tag])
        return await wish(order) if self.chance.random() < 0.95 else await self.shop.expire(order)

    async def open(self) -> Order:
        order = await self.shop.open()
        self.orders.append(order)
        self.seen[order.id] = order.total
        return order

    async def change(self, order: Order) -> httpx.Response:
        return self._note(order, await self.shop.change(order, self.chance.randint(1, 10)))

    async def tag(self, order: Order) -> httpx.Response:
        return await self.shop.tag(order, str(self.chance.random()))

    async def pay(self, order: Order) -> httpx.Response:
        """Pay what the page shows, and answer the bank if it asks."""
        card = self.chance.choice(CARDS)
        answer = await self.shop.pay(order, card, expected=self.seen[order.id])
        if answer.status_code == 200 and _asks(answer.json()):
            outcome = self.chance.choice(["authorize", "authorize", "fail"])
            await self.shop.answer_bank(bank_page(answer), outcome)
        return answer

    def _note(self, order: Order, answer: httpx.Response) -> httpx.Response:
        if answer.status_code == 200:
            self.seen[order.id] = answer.json()["total_summary"]["due"]
        return answer


def _asks(page: dict[str, Any]) -> bool:
    return (page["status"], page["payment_intent"]["status"]) == ("open", "requires_action")
