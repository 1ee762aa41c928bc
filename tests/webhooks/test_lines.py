"""Endpoints that want their events one after the other, on every engine."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from paydesk.core.deliveries import CANCELED, FAILED, PENDING, SUCCEEDED, Delivery
from paydesk.core.events import Event
from paydesk.core.webhook_endpoints import BY_ENDPOINT, BY_OBJECT, IN_ANY_ORDER
from paydesk.services import resends, webhook_endpoints
from paydesk.storage import test_clocks as clocks
from paydesk.webhooks.schedule import SANDBOX
from tests.webhooks.receiver import Receiver, answer
from tests.webhooks.strict import Strict
from tests.webhooks.test_queue import ATTEMPT_MS, LEASE_MS, claim
from tests.webhooks.test_queue import record as record_only
from tests.webhooks.world import ACCOUNT, AT_ONCE, StillWorld, World

pytestmark = pytest.mark.anyio

IN_ORDER = [BY_OBJECT, BY_ENDPOINT]
NOWHERE = "http://a.example"
RACES = 10
SETTLE_SECONDS_MAX = 20


def names(deliveries: list[Delivery]) -> list[str]:
    return [one.event for one in deliveries]


def ids(happened: list[Event]) -> list[str]:
    return [event.id for event in happened]


async def record(world: StillWorld, claimed: Delivery, **how: Any) -> bool:
    """Write an attempt down when it has ended."""
    kept = await record_only(world, claimed, **how)
    world.pass_ms(ATTEMPT_MS)
    return kept


async def switch(world: World, id: str, **changes: Any) -> None:
    await world.database.write(lambda tx: webhook_endpoints.update(tx, world.call, id, **changes))


async def delete(world: World, id: str) -> None:
    await world.database.write(lambda tx: webhook_endpoints.delete(tx, world.call, id))


async def resend(world: World, event: Event, endpoint: str) -> None:
    await world.database.write(lambda tx: resends.to_endpoint(tx, world.call, event.id, endpoint))


async def test_an_objects_events_wait_for_each_other_and_others_do_not(
    still_world: StillWorld,
) -> None:
    await still_world.listen(NOWHERE, ordering=BY_OBJECT)
    first, other, second, last = await still_world.happen(4, objects=2)
    claimed = await claim(still_world)
    assert names(claimed) == ids([first, other])
    assert await record(still_world, claimed[0])
    assert names(await claim(still_world)) == ids([second])
    assert names(await claim(still_world)) == []
    assert await record(still_world, claimed[1])
    assert names(await claim(still_world)) == ids([last])


async def test_an_endpoints_events_wait_for_each_other(still_world: StillWorld) -> None:
    await still_world.listen(NOWHERE, ordering=BY_ENDPOINT)
    happened = await still_world.happen(3)
    for event in happened:
        (claimed,) = await claim(still_world)
        assert claimed.event == event.id
        assert await record(still_world, claimed)
    assert await claim(still_world) == []


async def test_other_endpoints_of_the_account_do_not_wait(still_world: StillWorld) -> None:
    await still_world.listen(NOWHERE, ordering=BY_ENDPOINT)
    free = await still_world.listen(NOWHERE)
    happened = await still_world.happen(3)
    claimed = [one for one in await claim(still_world) if one.endpoint == free.id]
    assert names(claimed) == ids(happened)


async def test_whoever_fails_keeps_the_others_waiting_until_it_is_given_up(
    still_world: StillWorld,
) -> None:
    await still_world.listen(NOWHERE, ordering=BY_ENDPOINT)
    first, second = await still_world.happen(2)
    (claimed,) = await claim(still_world)
    again_at_ms = still_world.now_ms + 5_000
    assert await record(still_world, claimed, state=PENDING, due_at_ms=again_at_ms)
    assert await claim(still_world) == []
    still_world.pass_ms(5_000)
    (claimed,) = await claim(still_world)
    assert claimed.event == first.id
    assert await record(still_world, claimed, state=FAILED)
    assert names(await claim(still_world)) == [second.id]


async def test_who_comes_when_the_line_is_empty_is_due_at_once(still_world: StillWorld) -> None:
    await still_world.listen(NOWHERE, ordering=BY_ENDPOINT)
    for _ in range(3):
        (event,) = await still_world.happen()
        (claimed,) = await claim(still_world)
        assert claimed.event == event.id
        assert await record(still_world, claimed)


async def test_a_worker_that_was_too_slow_lets_nobody_pass(still_world: StillWorld) -> None:
    await still_world.listen(NOWHERE, ordering=BY_ENDPOINT)
    first, second = await still_world.happen(2)
    (slow,) = await claim(still_world)
    still_world.pass_ms(LEASE_MS)
    (quick,) = await claim(still_world)
    assert quick.event == first.id
    assert not await record(still_world, slow)
    assert await claim(still_world) == []
    assert await record(still_world, quick)
    assert names(await claim(still_world)) == [second.id]


@pytest.mark.parametrize("ordering", IN_ORDER)
async def test_each_is_sent_once_those_before_it_were_taken(
    world: World, merchant: Receiver, ordering: str
) -> None:
    await world.listen(merchant.url, ordering=ordering)
    happened = await world.happen(60, objects=5)
    merchant.behave = strict = Strict(happened, ordering)
    async with world.working(AT_ONCE), world.working(AT_ONCE):
        settled = await world.settled(happened)
    assert {one.state for one in settled} == {SUCCEEDED}
    assert strict.too_early == []
    assert len(merchant.requests) > len(happened)


async def test_without_a_line_some_come_too_early(world: World, merchant: Receiver) -> None:
    await world.listen(merchant.url)
    happened = await world.happen(10)
    merchant.behave = strict = Strict(happened, BY_ENDPOINT)
    async with world.working(AT_ONCE):
        await world.settled(happened)
    assert strict.too_early, "or else the receiver would not notice"


@pytest.mark.parametrize("ordering", IN_ORDER)
async def test_nobody_is_forgotten_who_joins_while_the_line_moves(
    world: World, merchant: Receiver, ordering: str
) -> None:
    await world.listen(merchant.url, ordering=ordering)
    async with world.working() as first, world.working() as second:

        async def happen() -> list[Event]:
            happened = await world.happen(4, objects=2)
            first.notify()
            second.notify()
            return happened

        rounds = await asyncio.gather(*(happen() for _ in range(40)))
        settled = await world.settled([event for each in rounds for event in each])
    assert {one.state for one in settled} == {SUCCEEDED}
    assert len(merchant.requests) == 160
    if ordering == BY_ENDPOINT:
        assert merchant.open_at_most == 1


async def test_a_line_is_given_up_whole_when_its_endpoint_is_disabled(
    still_world: StillWorld, merchant: Receiver
) -> None:
    merchant.behave = answer(500)
    endpoint = await still_world.listen(merchant.url, ordering=BY_ENDPOINT)
    happened = await still_world.happen(20)
    async with still_world.working(SANDBOX) as worker:
        await still_world.attempted(happened[0])
        await switch(still_world, endpoint.id, disabled=True)
        still_world.pass_ms(60_000)
        worker.notify()
        settled = await still_world.settled(happened)
    assert {one.state for one in settled} == {CANCELED}
    assert len(merchant.requests) == 1
    await switch(still_world, endpoint.id, disabled=False)
    (event,) = await still_world.happen()
    assert names(await claim(still_world)) == [event.id]


async def test_an_endpoint_that_is_gone_gets_nothing_more(world: World, merchant: Receiver) -> None:
    merchant.behave = answer(410)
    await world.listen(merchant.url, ordering=BY_ENDPOINT)
    happened = await world.happen(10)
    async with world.working():
        settled = await world.settled(happened)
    assert [one.state for one in settled] == [FAILED, *[CANCELED] * 9]
    assert len(merchant.requests) == 1


async def test_everything_is_due_once_order_does_not_matter(still_world: StillWorld) -> None:
    endpoint = await still_world.listen(NOWHERE, ordering=BY_ENDPOINT)
    happened = await still_world.happen(3)
    (claimed,) = await claim(still_world)
    await switch(still_world, endpoint.id, ordering=IN_ANY_ORDER)
    assert names(await claim(still_world)) == ids(happened[1:])
    assert await record(still_world, claimed), "what was under way stays with its worker"
    assert await claim(still_world) == []


async def test_a_new_order_is_for_what_happens_from_then_on(still_world: StillWorld) -> None:
    endpoint = await still_world.listen(NOWHERE)
    await still_world.happen(2)
    await switch(still_world, endpoint.id, ordering=BY_ENDPOINT)
    await still_world.happen(2)
    assert len(await claim(still_world)) == 3


async def test_what_is_done_is_sent_again_out_of_turn(still_world: StillWorld) -> None:
    endpoint = await still_world.listen(NOWHERE, ordering=BY_ENDPOINT)
    first, second, third = await still_world.happen(3)
    (claimed,) = await claim(still_world)
    await record(still_world, claimed)
    (under_way,) = await claim(still_world)
    assert under_way.event == second.id
    await resend(still_world, first, endpoint.id)
    (again,) = await claim(still_world)
    assert again.event == first.id
    await record(still_world, under_way)
    assert names(await claim(still_world)) == [third.id], "which does not wait for the old one"
    await record(still_world, again)
    assert await claim(still_world) == []


async def test_the_head_of_a_line_is_tried_at_once_when_it_is_sent_again(
    still_world: StillWorld,
) -> None:
    endpoint = await still_world.listen(NOWHERE, ordering=BY_ENDPOINT)
    first, second = await still_world.happen(2)
    (claimed,) = await claim(still_world)
    later_ms = still_world.now_ms + 5_000
    await record(still_world, claimed, state=PENDING, due_at_ms=later_ms)
    await resend(still_world, first, endpoint.id)
    (again,) = await claim(still_world)
    assert (again.event, again.resends) == (first.id, 1)
    await record(still_world, again)
    assert names(await claim(still_world)) == [second.id]


async def test_who_stands_in_line_keeps_its_place_when_it_is_sent_again(
    still_world: StillWorld,
) -> None:
    endpoint = await still_world.listen(NOWHERE, ordering=BY_ENDPOINT)
    first, second, third = await still_world.happen(3)
    (claimed,) = await claim(still_world)
    later_ms = still_world.now_ms + 5_000
    await record(still_world, claimed, state=PENDING, due_at_ms=later_ms)
    await resend(still_world, third, endpoint.id)
    for expected in (first, second, third):
        (claimed,) = await claim(still_world)
        assert claimed.event == expected.id
        await record(still_world, claimed)


async def test_a_deleted_endpoint_leaves_no_line(still_world: StillWorld) -> None:
    endpoint = await still_world.listen(NOWHERE, ordering=BY_OBJECT)
    happened = await still_world.happen(4, objects=2)
    await delete(still_world, endpoint.id)
    assert {one.state for one in await still_world.deliveries(happened)} == {CANCELED}
    assert await claim(still_world) == []


@pytest.mark.parametrize("ordering", IN_ORDER)
async def test_a_clock_that_is_moved_on_loses_nobody_in_line(
    still_world: StillWorld, ordering: str
) -> None:
    await still_world.listen(NOWHERE, ordering=ordering)
    happened = await still_world.happen(3, objects=1)
    await still_world.database.write(lambda tx: clocks.move(tx, ACCOUNT, 60))
    for event in happened:
        (claimed,) = await claim(still_world)
        assert claimed.event == event.id
        assert await record(still_world, claimed)


async def test_who_joins_while_the_endpoint_is_deleted_is_given_up_too(
    world: World, merchant: Receiver
) -> None:
    happened: list[Event] = []
    for _ in range(RACES):
        endpoint = await world.listen(merchant.url, ordering=BY_ENDPOINT)
        happened += await world.happen()
        more, _ = await asyncio.gather(world.happen(20), delete(world, endpoint.id))
        happened += more
    async with world.working(), asyncio.timeout(SETTLE_SECONDS_MAX):
        settled = await world.settled(happened)
    assert {one.state for one in settled} == {CANCELED}
    assert merchant.requests == []
