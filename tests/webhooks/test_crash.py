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
from paydesk.core.webhook_endpoints import BY_ENDPOINT, BY_OBJECT
from tests.conftest import ROOT
from tests.engines import ENGINES, database_url, open_database
from tests.webhooks import receiver
from tests.webhooks.receiver import Connection, Receiver, answer, flood, receiving
from tests.webhooks.strict import Strict
from tests.webhooks.world import Watched, World

pytestmark = [pytest.mark.anyio, pytest.mark.crash]

SHORT = (80, 4)
LONG = (1_000, 20)
"""How many events there are, and how often the sender is killed."""

REQUESTS_BETWEEN_KILLS = 20
REQUESTS_BETWEEN_KILLS_IN_LINE = 8

FAILURES = (
    answer(500), answer(503, b"", Retry_After="0"), answer(302, Location="/"), receiver.reset,
    receiver.hang_up, receiver.hang_up_in_head, receiver.nonsense, receiver.trickle_head,
    receiver.silence, flood(500), answer(301, Location="/moved"), answer(503, Retry_After="1"),
)  # fmt: skip


class Ledger:
    """Takes each event at most once in two requests, and notes what it has taken."""

    def __init__(self, events: int) -> None:
        self.events = events
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
        if len(self.taken) == self.events:
            self.complete.set()


async def start(url: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.webhooks.sender", url, cwd=ROOT,
        stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip


async def kill_and_restart(
    url: str, merchant: Receiver, kills: int, requests_between: int = REQUESTS_BETWEEN_KILLS
) -> asyncio.subprocess.Process:
    """Kill the sender after every few requests, and leave the last one alone."""
    for _ in range(kills):
        sender = await start(url)
        await merchant.received(len(merchant.requests) + requests_between)
        sender.kill()
        await sender.wait()
    return await start(url)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("events", "kills"), [SHORT, pytest.param(*LONG, marks=pytest.mark.soak)], ids=["short", "long"]
)
async def test_a_sender_that_is_killed_loses_nothing(
    tmp_path: Path, engine: str, events: int, kills: int
) -> None:
    path = tmp_path / "paydesk.db"
    ledger = Ledger(events)
    async with receiving(ledger) as merchant:
        async with open_database(engine, path) as database:
            world = World(Watched(database))
            await world.open_account()
            endpoint = await world.listen(merchant.url)
            happened = await world.happen(events)
        sender = await kill_and_restart(database_url(engine, path), merchant, kills)
        await ledger.complete.wait()
        sender.terminate()
        assert await sender.wait() == 0
        merchant.behave = answer(200)
        assert await finish(engine, path, happened) == {SUCCEEDED}
    check_requests(merchant, endpoint.secret, events)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("ordering", [BY_OBJECT, BY_ENDPOINT])
@pytest.mark.parametrize(
    "kills", [3, pytest.param(20, marks=pytest.mark.soak)], ids=["short", "long"]
)
async def test_a_sender_that_is_killed_keeps_the_order(
    tmp_path: Path, engine: str, ordering: str, kills: int
) -> None:
    path = tmp_path / "paydesk.db"
    async with receiving(answer(200)) as merchant:
        async with open_database(engine, path) as database:
            world = World(Watched(database))
            await world.open_account()
            await world.listen(merchant.url, ordering=ordering)
            happened = await world.happen(20 + 5 * kills, objects=7)
        merchant.behave = strict = Strict(happened, ordering)
        url = database_url(engine, path)
        sender = await kill_and_restart(url, merchant, kills, REQUESTS_BETWEEN_KILLS_IN_LINE)
        await strict.complete.wait()
        sender.terminate()
        assert await sender.wait() == 0
        merchant.behave = answer(200)
        assert await finish(engine, path, happened) == {SUCCEEDED}
    assert strict.too_early == []


async def finish(engine: str, path: Path, happened: list[Event]) -> set[str]:
    """The states of all deliveries, once those are repeated whose success nobody wrote down."""
    async with open_database(engine, path) as database:
        world = World(Watched(database))
        async with world.working():
            return {delivery.state for delivery in await world.settled(happened)}


def check_requests(merchant: Receiver, secret: str, events: int) -> None:
    """Every request is signed, and an event's bytes are always the same."""
    bodies: dict[str, set[bytes]] = defaultdict(set)
    for request in merchant.requests:
        signature = request.headers["stripe-signature"]
        event = stripe.Webhook.construct_event(request.body, signature, secret)
        bodies[event.id].add(request.body)
    assert len(bodies) == events
    assert all(len(seen) == 1 for seen in bodies.values())
