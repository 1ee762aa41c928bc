"""Endpoints that say how many attempts they take at one time, on every engine."""

from __future__ import annotations

import asyncio

import pytest

from paydesk.core.deliveries import SUCCEEDED, Delivery
from paydesk.services import webhook_endpoints
from paydesk.storage import delivery_slots
from paydesk.webhooks.worker import Limits
from tests.webhooks.receiver import Receiver, answer, when
from tests.webhooks.test_queue import LEASE_MS, claim, take
from tests.webhooks.world import StillWorld, World

pytestmark = pytest.mark.anyio

NOWHERE = "http://a.example"


async def test_many_workers_together_make_no_more(world: World, merchant: Receiver) -> None:
    await world.listen(merchant.url, concurrency=2)
    happened = await world.happen(60)
    async with world.working(), world.working(), world.working():
        settled = await world.settled(happened)
    assert {one.state for one in settled} == {SUCCEEDED}
    assert len(merchant.requests) == 60
    assert merchant.open_at_most == 2


async def test_an_endpoint_may_take_more_than_others(world: World, merchant: Receiver) -> None:
    gate = asyncio.Event()
    merchant.behave = when(gate, answer(200))
    await world.listen(merchant.url, concurrency=9)
    happened = await world.happen(12)
    async with world.working(limits=Limits(per_endpoint_max=4)):
        await merchant.received(9)
        gate.set()
        await world.settled(happened)
    assert merchant.open_at_most == 9


async def test_who_waits_for_a_slot_keeps_nobody_waiting(still_world: StillWorld) -> None:
    busy = await still_world.listen(NOWHERE, "product.created", concurrency=1)
    free = await still_world.listen(NOWHERE, "product.updated")
    await still_world.happen(50, "product.created")
    await still_world.happen(3, "product.updated")
    assert len(await claim(still_world, 1)) == 1
    claimed = await claim(still_world, 10)
    assert [one.endpoint for one in claimed] == [free.id] * 3
    assert busy.id != free.id


async def test_a_worker_looks_again_when_the_slots_of_others_may_be_free(
    still_world: StillWorld,
) -> None:
    await still_world.listen(NOWHERE, concurrency=1)
    await still_world.happen(2)
    theirs = await take(still_world, Limits(), {})
    assert len(theirs.held) == 1
    still_world.pass_ms(1_000)
    ours = await take(still_world, Limits(), {})
    assert (ours.held, ours.next_due_ms) == ([], still_world.now_ms - 1_000 + LEASE_MS)


async def test_the_slot_of_a_process_that_died_is_free_after_its_lease(
    still_world: StillWorld,
) -> None:
    await still_world.listen(NOWHERE, concurrency=1)
    await still_world.happen(3)
    (dead,) = await claim(still_world)
    assert await claim(still_world) == []
    still_world.pass_ms(LEASE_MS)
    (after,) = await claim(still_world)
    await free(still_world, dead)
    assert await claim(still_world) == [], "it is not for the dead to give it back"
    await free(still_world, after)
    assert len(await claim(still_world)) == 1


async def test_what_is_given_up_gives_its_slot_back(still_world: StillWorld) -> None:
    endpoint = await still_world.listen(NOWHERE, concurrency=1)
    await still_world.happen(3)
    await switch(still_world, endpoint.id, disabled=True)
    for _ in range(3):
        await take(still_world, Limits(), {})
    await switch(still_world, endpoint.id, disabled=False)
    await still_world.happen()
    assert len(await claim(still_world)) == 1


async def free(world: World, claimed: Delivery) -> None:
    await world.database.write(lambda tx: delivery_slots.free(tx, claimed.endpoint, claimed.holder))


async def switch(world: World, id: str, *, disabled: bool) -> None:
    await world.database.write(
        lambda tx: webhook_endpoints.update(tx, world.call, id, disabled=disabled)
    )
