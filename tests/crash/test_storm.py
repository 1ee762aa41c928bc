"""Kill a busy server again and again, at random points and moments, always on the same file."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from pathlib import Path
from random import Random

import httpx
import pytest

from tests.crash.diary import Diary, Entry, send_again
from tests.crash.points import POINTS
from tests.crash.serve import Server, start
from tests.crash.test_points import KEY, LEASE_SECONDS
from tests.support.app import Clock
from tests.support.books import Books
from tests.support.checkout import Checkout, Order
from tests.support.seed import chance
from tests.support.shopper import Shopper
from tests.support.till import open_till
from tests.webhooks.receiver import answer, receiving

pytestmark = [pytest.mark.anyio, pytest.mark.crash]

SHOPPERS = 6
ORDERS = 3
LIFE_SECONDS_MAX = 1.5
PASSES_MAX = 40
"""How often a server may pass its point before it dies there."""


class Storm:
    """One shop through many lives of its server. `told` is what its clients were ever told.

    `lost` are the requests that got no answer: they are sent again in the next life.
    """

    def __init__(self, path: Path, chance: Random) -> None:
        self._path = path
        self._chance = chance
        self._orders: list[Order] = []
        self.told: list[Entry] = []
        self.lost: list[Entry] = []

    async def live(self, life: int, listen_at: str | None = None) -> None:
        """Start a server, use it until it dies, and remember what was said."""
        point, times = self._chance.choice(POINTS), self._chance.randint(1, PASSES_MAX)
        server = await start(self._path, point, times)
        if server.url is not None:
            lost, self.lost = self.lost, []
            async with asyncio.TaskGroup() as group:
                group.create_task(self._end(server))
                for number in range(SHOPPERS):
                    diary = self._diary(server.url, f"{life}-{number}")
                    group.create_task(self._shop(diary, lost[number::SHOPPERS], listen_at))
                    listen_at = None
        await server.died()

    async def _end(self, server: Server) -> None:
        """A server that does not come to its point has its life anyway."""
        try:
            async with asyncio.timeout(self._chance.uniform(0.1, LIFE_SECONDS_MAX)):
                await server.died()
        except TimeoutError:
            server.kill()

    def _diary(self, url: str, name: str) -> Diary:
        headers = {"Authorization": f"Bearer {KEY}"}
        return Diary(name=name, base_url=url, headers=headers, trust_env=False)

    async def _shop(self, diary: Diary, lost: list[Entry], listen_at: str | None) -> None:
        """Be a client until the server is gone. All know the same few orders."""
        shop = Checkout(diary)
        shopper = Shopper(shop, Random(self._chance.random()), list(self._orders[-ORDERS:]))
        async with diary:
            with suppress(httpx.TransportError):
                if listen_at is not None:
                    await shop.listen(listen_at)
                for entry in lost:
                    await diary.form(entry.path, entry.fields, **entry.headers)
                while True:
                    await shopper.act()
        self._orders = shopper.orders
        self.told += [entry for entry in diary.entries if entry.answer is not None]
        self.lost += [entry for entry in diary.entries if entry.answer is None]


async def weather(path: Path, lives: int, chance: Random) -> None:
    """So many lives, and then a look at what they have left."""
    storm = Storm(path, chance)
    async with receiving(answer(200)) as merchant:
        await storm.live(0, merchant.url)
        for life in range(1, lives):
            await storm.live(life)
        clock = Clock(int(time.time()) + LEASE_SECONDS)
        async with open_till(path.parent, clock=clock, key=KEY) as till:
            kept = [entry for entry in storm.told if was_kept(entry)]
            await send_again(till.client, kept)
            till.books.check()
            check_paid(till.books, kept)


def was_kept(entry: Entry) -> bool:
    """Whether the answer must be given again: refusals are not kept, those of cards are."""
    return entry.has_key and entry.answer is not None and entry.answer.status_code in (200, 402)


def check_paid(books: Books, entries: list[Entry]) -> None:
    """Whoever was told that they have paid, has paid that."""
    for entry in entries:
        told = entry.answer.json() if entry.answer is not None else {}
        if entry.path.endswith("/confirm") and told.get("status") == "complete":
            assert books.charged(told["id"]) == [told["total_summary"]["due"]]


async def test_a_few_lives(tmp_path: Path) -> None:
    await weather(tmp_path / "paydesk.db", 5, chance())


@pytest.mark.soak
@pytest.mark.timeout(3_600)
async def test_two_hundred_lives(tmp_path: Path) -> None:
    await weather(tmp_path / "paydesk.db", 200, chance())
