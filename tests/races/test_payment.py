"""Everybody at one session at once: at most one charge, for what its buyer saw.

Eight clients change the quantity, write metadata, end the session and pay, each paying the total
that it saw last. Whoever loses is told so in Stripe's words, and never that the server failed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random

import httpx
import pytest

from tests.races.conftest import Counters
from tests.support.checkout import DECLINED, Checkout, Order
from tests.support.seed import chance

pytestmark = pytest.mark.anyio

ROUNDS = 30
ROUNDS_OF_SOAK = 500
LOSERS = {400, 402, 409, 429}
ACTS = 3
"""How often each client acts in a round."""


@dataclass
class Payment:
    """What a client paid, and what it was told."""

    expected: int
    answer: httpx.Response

    @property
    def succeeded(self) -> bool:
        return self.answer.status_code == 200


@dataclass
class Round:
    """One session, and what became of it."""

    order: Order
    chance: Random
    statuses: list[int] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)

    async def change(self, shop: Checkout, step: int) -> None:
        """Look how many there are, and want one more or less."""
        quantity = (await shop.look(self.order))["line_items"]["data"][0]["quantity"]
        wanted = min(max(quantity + step, 1), 10)
        self._note(await shop.change(self.order, wanted))

    async def more(self, shop: Checkout) -> None:
        await self.change(shop, 1)

    async def fewer(self, shop: Checkout) -> None:
        await self.change(shop, -1)

    async def tag(self, shop: Checkout) -> None:
        self._note(await shop.tag(self.order, str(self.chance.random())))

    async def expire(self, shop: Checkout) -> None:
        """Mostly think better of it: a session that ends at once is no race."""
        if self.chance.random() < 0.1:
            self._note(await shop.expire(self.order))

    async def pay(self, shop: Checkout) -> None:
        """Look at the total, and pay that."""
        expected = (await shop.look(self.order))["amount_total"]
        answer = await shop.pay(self.order, expected=expected)
        self._note(answer)
        self.payments.append(Payment(expected, answer))

    def _note(self, answer: httpx.Response) -> None:
        self.statuses.append(answer.status_code)


Act = Callable[[Checkout], Awaitable[None]]


async def race(counters: Counters, chance: Random) -> Round:
    """Eight clients at one new session, which may have seen a card declined."""
    this = Round(await counters[0].open(), chance)
    if chance.random() < 0.5:
        assert (await counters[0].pay(this.order, DECLINED)).status_code == 402
    clients: list[Act] = [
        this.more, this.more, this.fewer, this.tag, this.expire, this.pay, this.pay, this.pay
    ]  # fmt: skip
    chance.shuffle(clients)

    async def act(number: int) -> None:
        for _ in range(ACTS):
            await clients[number](counters[number])

    await asyncio.gather(*map(act, range(len(clients))))
    return this


async def check(counters: Counters, this: Round) -> None:
    assert set(this.statuses) <= {200, *LOSERS}, this.statuses
    session = await counters[0].look(this.order)
    charged = counters.books.charged(this.order.id)
    if session["status"] != "complete":
        assert charged == []
        assert not any(payment.succeeded for payment in this.payments)
        return
    total = session["amount_total"]
    assert charged == [total]
    assert sum(line["amount_total"] for line in session["line_items"]["data"]) == total
    paid = [payment for payment in this.payments if payment.succeeded]
    assert paid
    for payment in paid:
        told = payment.answer.json()
        assert told["status"] == "complete"
        assert payment.expected == told["total_summary"]["due"] == total


async def run(counters: Counters, rounds: int, chance: Random) -> None:
    ends = set()
    for _ in range(rounds):
        this = await race(counters, chance)
        await check(counters, this)
        ends.add((await counters[0].look(this.order))["status"])
    assert "complete" in ends


async def test_eight_clients_at_one_session(counters: Counters) -> None:
    await run(counters, ROUNDS, chance())


@pytest.mark.soak
@pytest.mark.timeout(3_600)
async def test_eight_clients_at_one_session_for_long(counters: Counters) -> None:
    await run(counters, ROUNDS_OF_SOAK, chance())
