"""A sender that is killed again and again, and a receiver that fails half of the time."""

from __future__ import annotations

import asyncio
import sys
from collections import defaultdict
from itertools import cycle
from pathlib import Path

import orjson
import pytest
import stripe

from paydesk.core.deliveries import SUCCEEDED
from paydesk.core.events import Event
from tests.conftest import ROOT
from tests.engines import open_database
from tests.webhooks import receiver
from tests.webhooks.receiver import Connection, Receiver, answer, receiving
from tests.webhooks.world import Watched, World

pytestmark = [pytest.mark.anyio, pytest.mark.crash]

EVENTS = 200
KILLS = 10
REQUESTS_BETWEEN_KILLS = 25

FAILURES = (
    answer(500), answer(503, b"", Retry_After="0"), answer(302, Location="/"), receiver.reset,
    receiver.hang_up, receiver.hang_up_in_head, receiver.nonsense, receiver.trickle_head,
)  # fmt: skip


class Ledger:
    """Takes each event at most once in two requests, and notes what it has taken."""

    def __init__(self) -> None:
        self.taken: set[str] = set()
        self.complete = asyncio.Event()
        self._failures = cycle(FAILURES)
        self._fail = False

    async def __call__(self, connection: Connection) -> None:
        self._fail = not self._fail
        await (next(self._failures)(connection) if self._fail else self._take(connection))

    async def _take(self, connection: Connection) -> None:
        await answer(200)(connection)
        self.taken.add(orjson.loads(connection.request.body)["id"])
        if len(self.taken) == EVENTS:
            self.complete.set()


async def start(path: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.webhooks.sender", str(path), cwd=ROOT,
        stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip


async def kill_and_restart(path: Path, merchant: Receiver) -> asyncio.subprocess.Process:
    """Kill the sender after every few requests, and leave the last one alone."""
    for _ in range(KILLS):
        sender = await start(path)
        await merchant.received(len(merchant.requests) + REQUESTS_BETWEEN_KILLS)
        sender.kill()
        await sender.wait()
    return await start(path)


async def test_a_sender_that_is_killed_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "paydesk.db"
    ledger = Ledger()
    async with receiving(ledger) as merchant:
        async with open_database("sqlite", path) as database:
            world = World(Watched(database))
            await world.open_account()
            endpoint = await world.listen(merchant.url)
            happened = await world.happen(EVENTS)
        sender = await kill_and_restart(path, merchant)
        await ledger.complete.wait()
        sender.terminate()
        assert await sender.wait() == 0
        merchant.behave = answer(200)
        assert await finish(path, happened) == {SUCCEEDED}
    check_requests(merchant, endpoint.secret)


async def finish(path: Path, happened: list[Event]) -> set[str]:
    """The states of all deliveries, once those are repeated whose success nobody wrote down."""
    async with open_database("sqlite", path) as database:
        world = World(Watched(database))
        async with world.working():
            return {delivery.state for delivery in await world.settled(happened)}


def check_requests(merchant: Receiver, secret: str) -> None:
    """Every request is signed, and an event's bytes are always the same."""
    bodies: dict[str, set[bytes]] = defaultdict(set)
    for request in merchant.requests:
        signature = request.headers["stripe-signature"]
        event = stripe.Webhook.construct_event(request.body, signature, secret)
        bodies[event.id].add(request.body)
    assert len(bodies) == EVENTS
    assert all(len(seen) == 1 for seen in bodies.values())
