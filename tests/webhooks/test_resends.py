"""An event that the merchant wants once more."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from paydesk.core.deliveries import CANCELED, FAILED, PENDING, SUCCEEDED
from paydesk.core.errors import InvalidRequest, NotFound
from paydesk.core.events import Event
from paydesk.services import events, resends, webhook_endpoints
from paydesk.storage import test_clocks as clocks
from paydesk.webhooks.schedule import SANDBOX
from tests.webhooks.receiver import Receiver, answer, in_turn
from tests.webhooks.test_queue import claim, record
from tests.webhooks.world import ACCOUNT, StillWorld, World

pytestmark = pytest.mark.anyio

ONCE = (0,)


async def resend(world: World, event: Event, endpoint: str) -> Event:
    return await world.database.write(
        lambda tx: resends.to_endpoint(tx, world.call, event.id, endpoint)
    )


async def pending(world: World, event: Event) -> int:
    found = await world.database.read(lambda tx: events.get(tx, world.call, event.id))
    return found.pending_webhooks


async def run(world: World, event: Event, **options: Any) -> list[str]:
    """What becomes of the event's deliveries, in the order they were made."""
    async with world.working(ONCE, **options):
        return [one.state for one in await world.settled([event])]


async def test_what_was_given_up_is_sent_again(world: World, merchant: Receiver) -> None:
    endpoint = await world.listen(merchant.url)
    merchant.behave = in_turn(answer(500), answer(500), answer(200))
    (event,) = await world.happen()
    assert await run(world, event) == [FAILED]
    for state, left in ((FAILED, 1), (SUCCEEDED, 0)):
        assert (await resend(world, event, endpoint.id)).id == event.id
        assert await run(world, event) == [state]
        assert await pending(world, event) == left
    assert len(merchant.requests) == 3
    assert len(set(merchant.bodies)) == 1
    (delivery,) = await world.deliveries([event])
    assert [one.number for one in await world.attempts(delivery)] == [1, 2, 3]


async def test_what_was_taken_counts_once(world: World, merchant: Receiver) -> None:
    endpoint = await world.listen(merchant.url)
    await world.listen(f"{merchant.url}/other")
    merchant.by_target["/other"] = answer(500)
    (event,) = await world.happen()
    assert await run(world, event) == [SUCCEEDED, FAILED]
    await resend(world, event, endpoint.id)
    assert await run(world, event) == [SUCCEEDED, FAILED]
    assert await pending(world, event) == 1
    assert len(set(merchant.bodies)) == 1


async def test_a_resend_is_on_top_of_the_schedule(
    still_world: StillWorld, merchant: Receiver
) -> None:
    """Two attempts of the schedule, and two resends between them that use none of it up."""
    endpoint = await still_world.listen(merchant.url)
    merchant.behave = answer(500)
    (event,) = await still_world.happen()
    waits = []
    async with still_world.working(SANDBOX, jitter=lambda: 0.5) as worker:
        for number, is_resend in enumerate((False, True, True, False), start=1):
            if is_resend:
                await resend(still_world, event, endpoint.id)
                worker.notify()
            delivery = await still_world.attempted(event, number)
            waits.append(delivery.due_at_ms - still_world.now_ms)
            if number == 3:
                still_world.pass_ms(waits[-1])
                worker.notify()
    assert waits == [5_000, 5_000, 5_000, 30_000]


async def test_an_endpoint_may_ask_for_what_it_did_not_hear(
    world: World, merchant: Receiver
) -> None:
    await world.listen(merchant.url)
    (event,) = await world.happen()
    assert await run(world, event) == [SUCCEEDED]
    late = await world.listen(f"{merchant.url}/late")
    await resend(world, event, late.id)
    assert await run(world, event) == [SUCCEEDED, SUCCEEDED]
    assert [request.target for request in merchant.requests] == ["/", "/late"]
    assert len(set(merchant.bodies)) == 1, "the late one changes no count"
    assert await pending(world, event) == 0


@pytest.mark.parametrize(
    ("version", "told"),
    [("2022-08-01", "2022-08-01"), ("2026-10-28.endive", "2026-02-25.clover")],
)
async def test_a_late_endpoint_reads_older_words_but_no_newer(
    world: World, merchant: Receiver, version: str, told: str
) -> None:
    (event,) = await world.happen()
    late = await world.database.write(
        lambda tx: webhook_endpoints.create(
            tx, world.call, url=merchant.url, enabled_events=("*",), api_version=version
        )
    )
    await resend(world, event, late.id)
    assert await run(world, event) == [SUCCEEDED]
    assert orjson.loads(merchant.bodies[0])["api_version"] == told


async def test_a_canceled_delivery_goes_on(world: World, merchant: Receiver) -> None:
    endpoint = await world.listen(merchant.url)
    (event,) = await world.happen()
    await switch(world, endpoint.id, disabled=True)
    assert await run(world, event) == [CANCELED]
    with pytest.raises(InvalidRequest, match="is disabled"):
        await resend(world, event, endpoint.id)
    await switch(world, endpoint.id, disabled=False)
    await resend(world, event, endpoint.id)
    assert await run(world, event) == [SUCCEEDED]


async def test_there_must_be_both(world: World) -> None:
    (event,) = await world.happen()
    with pytest.raises(NotFound) as missing:
        await resend(world, event, "we_none")
    assert missing.value.param == "webhook_endpoint"


async def switch(world: World, id: str, *, disabled: bool) -> None:
    await world.database.write(
        lambda tx: webhook_endpoints.update(tx, world.call, id, disabled=disabled)
    )


async def test_a_clock_that_is_moved_on_hastens_what_was_sent_again(
    still_world: StillWorld,
) -> None:
    endpoint = await still_world.listen("http://a.example")
    (event,) = await still_world.happen()
    (claimed,) = await claim(still_world)
    await record(still_world, claimed)
    await resend(still_world, event, endpoint.id)
    (again,) = await claim(still_world)
    await record(still_world, again, state=PENDING, due_at_ms=still_world.now_ms + 60_000)
    await still_world.database.write(lambda tx: clocks.move(tx, ACCOUNT, 60))
    assert [one.event for one in await claim(still_world)] == [event.id]
