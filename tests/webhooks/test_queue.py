"""The queue of deliveries, as workers use it."""

from __future__ import annotations

import pytest

from paydesk.core.deliveries import FAILED, PENDING, SUCCEEDED, Delivery, DeliveryAttempt
from paydesk.core.events import Event
from paydesk.services import webhook_endpoints
from paydesk.storage import deliveries, events
from paydesk.storage.delivery_slots import Room
from paydesk.webhooks.worker import Limits, Taken, take_due
from tests.webhooks.world import ACCOUNT, StillWorld

pytestmark = pytest.mark.anyio

LEASE_MS = 30_000
ATTEMPT_MS = 12
NOBODY_BUSY: dict[str, int] = {}


async def claim(
    world: StillWorld,
    limit: int = 100,
    *,
    per_endpoint_max: int = 100,
    busy: dict[str, int] | None = None,
) -> list[Delivery]:
    return await world.database.write(
        lambda tx: deliveries.claim_due(
            tx,
            world.now_ms,
            LEASE_MS,
            limit,
            Room(per_endpoint_max, busy or NOBODY_BUSY, {}),
        )
    )


async def take(world: StillWorld, limits: Limits, in_flight: dict[str, int]) -> Taken:
    return await world.database.write(lambda tx: take_due(tx, world.now_ms, limits, in_flight))


async def record(
    world: StillWorld, claimed: Delivery, *, state: str = SUCCEEDED, due_at_ms: int = 0
) -> bool:
    attempt = DeliveryAttempt(
        id=world.call.id("wha"),
        delivery=claimed.id,
        number=claimed.attempts + 1,
        started_at_ms=world.now_ms,
        duration_ms=ATTEMPT_MS,
        status_code=200 if state == SUCCEEDED else 500,
        answer="thank you",
    )
    return await world.database.write(
        lambda tx: deliveries.record(tx, claimed, attempt, state=state, due_at_ms=due_at_ms)
    )


async def next_due(world: StillWorld, *except_for: str) -> int | None:
    return await world.database.read(lambda tx: deliveries.next_due(tx, except_for))


async def stored(world: StillWorld, event: Event) -> Event:
    found = await world.database.read(lambda tx: events.get(tx, ACCOUNT, event.id))
    assert found is not None
    return found


async def first_answered(world: StillWorld, event: Event) -> bool:
    return await world.database.read(
        lambda tx: deliveries.first_answered(tx, event.object_id, event.type)
    )


async def test_an_event_is_queued_for_each_endpoint_that_wants_its_type(
    still_world: StillWorld,
) -> None:
    every = await still_world.listen("http://a.example")
    some = await still_world.listen("http://b.example", "product.created", "product.updated")
    await still_world.listen("http://c.example", "product.updated")
    (event,) = await still_world.happen()
    queued = await still_world.deliveries([event])
    assert [(one.endpoint, one.state, one.attempts) for one in queued] == [
        (every.id, PENDING, 0),
        (some.id, PENDING, 0),
    ]
    assert {one.due_at_ms for one in queued} == {still_world.now_ms}
    assert event.pending_webhooks == 2


async def test_an_event_that_nobody_wants_is_queued_for_nobody(still_world: StillWorld) -> None:
    await still_world.listen("http://a.example", "product.updated")
    (event,) = await still_world.happen()
    assert await still_world.deliveries([event]) == []
    assert await next_due(still_world) is None


async def test_what_is_claimed_is_not_claimed_again_before_its_lease_is_over(
    still_world: StillWorld,
) -> None:
    await still_world.listen("http://a.example")
    await still_world.happen(3)
    assert len(await claim(still_world)) == 3
    assert await claim(still_world) == []
    assert await next_due(still_world) == still_world.now_ms + LEASE_MS
    still_world.pass_ms(LEASE_MS)
    assert [one.lease for one in await claim(still_world)] == [2, 2, 2]


async def test_the_longest_due_come_first(still_world: StillWorld) -> None:
    await still_world.listen("http://a.example")
    happened = []
    for _ in range(3):
        happened += await still_world.happen()
        still_world.pass_ms(1)
    assert [one.event for one in await claim(still_world, 2)] == [
        event.id for event in happened[:2]
    ]


async def test_what_is_due_later_is_left(still_world: StillWorld) -> None:
    await still_world.listen("http://a.example")
    await still_world.happen()
    still_world.pass_ms(-1)
    assert await claim(still_world) == []
    assert await next_due(still_world) == still_world.now_ms + 1


async def test_a_full_endpoint_is_passed_over(still_world: StillWorld) -> None:
    busy = await still_world.listen("http://a.example", "product.created")
    free = await still_world.listen("http://b.example", "product.updated")
    await still_world.happen(50, "product.created")
    await still_world.happen(3, "product.updated")
    claimed = await claim(still_world, 10, per_endpoint_max=4, busy={busy.id: 3})
    assert [one.endpoint for one in claimed] == [busy.id, *[free.id] * 3]


async def test_a_full_endpoint_does_not_wake_the_worker(still_world: StillWorld) -> None:
    busy = await still_world.listen("http://a.example")
    await still_world.happen(3)
    assert await next_due(still_world, busy.id) is None
    limits = Limits(per_endpoint_max=2)
    taken = await take(still_world, limits, NOBODY_BUSY)
    assert (len(taken.held), taken.next_due_ms) == (2, None)


async def test_nothing_is_claimed_without_room(still_world: StillWorld) -> None:
    busy = await still_world.listen("http://a.example")
    await still_world.happen(3)
    limits = Limits(in_flight_max=2, per_endpoint_max=4)
    for in_flight, expected in ({busy.id: 2}, 0), ({busy.id: 1}, 1):
        taken = await take(still_world, limits, in_flight)
        assert (len(taken.held), taken.next_due_ms) == (expected, None)


async def test_success_is_recorded(still_world: StillWorld) -> None:
    await still_world.listen("http://a.example")
    await still_world.listen("http://b.example")
    (event,) = await still_world.happen()
    first, _ = await claim(still_world)
    assert await record(still_world, first)
    assert [one.state for one in await still_world.deliveries([event])] == [SUCCEEDED, PENDING]
    (attempt,) = await still_world.attempts(first)
    assert (attempt.number, attempt.status_code, attempt.answer) == (1, 200, "thank you")
    assert (await stored(still_world, event)).pending_webhooks == 1


async def test_failure_leaves_the_event_undelivered(still_world: StillWorld) -> None:
    await still_world.listen("http://a.example")
    (event,) = await still_world.happen()
    (claimed,) = await claim(still_world)
    again_at_ms = still_world.now_ms + 5_000
    assert await record(still_world, claimed, state=PENDING, due_at_ms=again_at_ms)
    assert await next_due(still_world) == again_at_ms
    still_world.pass_ms(5_000)
    (claimed,) = await claim(still_world)
    assert claimed.attempts == 1
    assert await record(still_world, claimed, state=FAILED)
    assert await next_due(still_world) is None
    assert (await stored(still_world, event)).pending_webhooks == 1
    assert [attempt.number for attempt in await still_world.attempts(claimed)] == [1, 2]


async def test_a_worker_that_was_too_slow_changes_nothing(still_world: StillWorld) -> None:
    await still_world.listen("http://a.example")
    (event,) = await still_world.happen()
    (slow,) = await claim(still_world)
    still_world.pass_ms(LEASE_MS)
    (quick,) = await claim(still_world)
    assert not await record(still_world, slow, state=FAILED)
    assert await record(still_world, quick)
    assert not await record(still_world, slow)
    (delivery,) = await still_world.deliveries([event])
    assert delivery.state == SUCCEEDED
    assert (await stored(still_world, event)).pending_webhooks == 0
    assert len(await still_world.attempts(delivery)) == 3, "what was attempted is kept"


async def test_a_canceled_delivery_stays_canceled(still_world: StillWorld) -> None:
    endpoint = await still_world.listen("http://a.example")
    (event,) = await still_world.happen()
    (claimed,) = await claim(still_world)
    canceled = await still_world.database.write(
        lambda tx: deliveries.cancel_for_endpoint(tx, endpoint.id)
    )
    assert canceled == 1
    assert not await record(still_world, claimed)
    assert [one.state for one in await still_world.deliveries([event])] == ["canceled"]


async def test_only_the_holder_cancels_a_delivery(still_world: StillWorld) -> None:
    await still_world.listen("http://a.example")
    await still_world.happen()
    (old,) = await claim(still_world)
    still_world.pass_ms(LEASE_MS)
    (new,) = await claim(still_world)
    write = still_world.database.write
    assert not await write(lambda tx: deliveries.cancel(tx, old))
    assert await write(lambda tx: deliveries.cancel(tx, new))


async def test_a_page_waits_until_every_endpoint_was_tried(still_world: StillWorld) -> None:
    await still_world.listen("http://a.example")
    await still_world.listen("http://b.example")
    (event,) = await still_world.happen()
    assert not await first_answered(still_world, event)
    first, second = await claim(still_world)
    await record(still_world, first)
    assert not await first_answered(still_world, event)
    await record(still_world, second, state=PENDING, due_at_ms=still_world.now_ms)
    assert await first_answered(still_world, event)


async def test_a_page_does_not_wait_where_nobody_listens(still_world: StillWorld) -> None:
    (event,) = await still_world.happen()
    assert await first_answered(still_world, event)


async def test_a_page_does_not_wait_for_an_endpoint_that_is_gone(still_world: StillWorld) -> None:
    endpoint = await still_world.listen("http://a.example")
    (event,) = await still_world.happen()
    await still_world.database.write(
        lambda tx: webhook_endpoints.delete(tx, still_world.call, endpoint.id)
    )
    assert await first_answered(still_world, event)
