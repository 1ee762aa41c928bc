"""What a dead endpoint costs a live one: next to nothing."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from paydesk.core.webhook_endpoints import BY_OBJECT, CONCURRENCY_MAX
from tests.engines import ENGINES, open_database
from tests.webhooks import receiver
from tests.webhooks.receiver import Receiver, receiving
from tests.webhooks.world import Watched, World

pytestmark = [pytest.mark.anyio, pytest.mark.soak]

EVENTS = 1_000
ROUNDS = 3
SLOWDOWN_MAX = 1.2


async def seconds_to_deliver(
    folder: Path, engine: str, live: Receiver, dead: str | None, asked: dict[str, Any]
) -> float:
    """How long the live endpoint waits for the last of its events, all queued before the start."""
    async with open_database(engine, folder / "paydesk.db") as database:
        world = World(Watched(database))
        await world.open_account()
        await world.listen(live.url, "product.created")
        if dead is not None:
            await world.listen(dead, "product.updated", **asked)
            await world.happen(EVENTS, "product.updated")
        happened = await world.happen(EVENTS, "product.created")
        live.requests.clear()
        started = perf_counter()
        async with world.working():
            await live.received(EVENTS)
            took = perf_counter() - started
            assert len(happened) == EVENTS
    return took


ASKED: list[dict[str, Any]] = [{}, {"concurrency": CONCURRENCY_MAX}, {"ordering": BY_OBJECT}]
"""What the dead endpoint wants, the most that it may."""


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("asked", ASKED, ids=["plain", "many-at-once", "in-order"])
async def test_a_dead_endpoint_hardly_slows_a_live_one(
    tmp_path: Path, engine: str, merchant: Receiver, asked: dict[str, Any]
) -> None:
    """The best of several rounds each, since other programs use this machine too."""
    alone: list[float] = []
    beside: list[float] = []
    async with receiving(receiver.silence) as dead:
        for number in range(ROUNDS):
            for taken, url in ((alone, None), (beside, dead.url)):
                folder = tmp_path / f"{number}-{url is None}"
                folder.mkdir()
                taken.append(await seconds_to_deliver(folder, engine, merchant, url, asked))
    assert min(beside) / min(alone) < SLOWDOWN_MAX, (alone, beside)
