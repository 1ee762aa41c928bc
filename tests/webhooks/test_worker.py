"""The worker, with a receiver that answers as the test wants, on every engine."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import httpx
import pytest
import stripe
from structlog.testing import capture_logs

from paydesk.core.deliveries import CANCELED, FAILED, PENDING, SUCCEEDED
from paydesk.core.errors import Busy, Unavailable
from paydesk.services import webhook_endpoints
from paydesk.webhooks.schedule import JITTER, LIVE, SANDBOX
from paydesk.webhooks.worker import DeliveryWorker, Limits
from tests.webhooks import receiver
from tests.webhooks.receiver import Receiver, answer, in_turn, receiving, when
from tests.webhooks.world import AT_ONCE, StillWorld, World

pytestmark = pytest.mark.anyio

NEVER_AGAIN = (0, 1e9)


async def test_an_event_reaches_its_endpoint_signed(world: World, merchant: Receiver) -> None:
    endpoint = await world.listen(merchant.url)
    async with world.working() as worker:
        happened = await world.happen()
        worker.notify()
        (delivery,) = await world.settled(happened)
    assert delivery.state == SUCCEEDED
    (request,) = merchant.requests
    signature = request.headers["stripe-signature"]
    event = stripe.Webhook.construct_event(request.body, signature, endpoint.secret)
    assert (event.id, event.type) == (happened[0].id, "product.created")
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(request.body, signature, "whsec_other")


async def test_what_was_due_before_the_start_is_delivered(world: World, merchant: Receiver) -> None:
    await world.listen(merchant.url)
    happened = await world.happen(100)
    async with world.working():
        settled = await world.settled(happened)
    assert {one.state for one in settled} == {SUCCEEDED}
    assert len(merchant.requests) == 100


async def test_whatever_goes_wrong_is_tried_again_with_the_same_bytes(
    world: World, merchant: Receiver
) -> None:
    endpoint = await world.listen(merchant.url)
    await world.listen(merchant.url + "/other", "*")
    merchant.behave = in_turn(
        answer(500), answer(302, Location="/"), receiver.reset, receiver.hang_up_in_head,
        receiver.silence, receiver.nonsense, answer(200),
    )  # fmt: skip
    merchant.by_target["/other"] = answer(200)
    async with world.working(limits=Limits(attempt_seconds_max=0.5)) as worker:
        (event,) = await world.happen()
        worker.notify()
        settled = await world.settled([event])
    assert [one.state for one in settled] == [SUCCEEDED, SUCCEEDED]
    attempts = await world.attempts(settled[0])
    assert [attempt.number for attempt in attempts] == [1, 2, 3, 4, 5, 6, 7]
    assert [attempt.status_code for attempt in attempts] == [500, 302, None, None, None, None, 200]
    assert len(merchant.requests) == 8
    assert len(set(merchant.bodies)) == 1, "not even `pending_webhooks` moves"
    for request in merchant.requests:
        if request.target == "/":
            signature = request.headers["stripe-signature"]
            stripe.Webhook.construct_event(request.body, signature, endpoint.secret)


async def test_each_attempt_is_signed_anew(still_world: StillWorld, merchant: Receiver) -> None:
    await still_world.listen(merchant.url)
    merchant.behave = in_turn(answer(500), answer(200))
    (event,) = await still_world.happen()
    async with still_world.working(SANDBOX) as worker:
        await still_world.attempted(event, 1)
        still_world.pass_ms(10_000)
        worker.notify()
        await still_world.attempted(event, 2)
    first, second = (request.headers["stripe-signature"] for request in merchant.requests)
    start = still_world.now_us // 1_000_000
    assert first.startswith(f"t={start - 10},v1=")
    assert second.startswith(f"t={start},v1=")


async def test_a_delivery_is_given_up_at_the_end_of_the_schedule(
    world: World, merchant: Receiver
) -> None:
    await world.listen(merchant.url)
    merchant.behave = answer(500, b"broken")
    happened = await world.happen()
    async with world.working():
        (delivery,) = await world.settled(happened)
    assert (delivery.state, delivery.attempts) == (FAILED, len(AT_ONCE))
    attempts = await world.attempts(delivery)
    assert {(attempt.status_code, attempt.answer) for attempt in attempts} == {(500, "broken")}


@pytest.mark.parametrize("jitter", [0.0, 0.3, 0.999])
async def test_every_attempt_keeps_to_the_schedule(
    still_world: StillWorld, merchant: Receiver, jitter: float
) -> None:
    await still_world.listen(merchant.url)
    merchant.behave = answer(503)
    (event,) = await still_world.happen()
    async with still_world.working(LIVE, jitter=lambda: jitter) as worker:
        for number in range(1, len(LIVE)):
            delivery = await still_world.attempted(event, number)
            still_world.pass_ms(delivery.due_at_ms - still_world.now_ms)
            worker.notify()
        (delivery,) = await still_world.settled([event])
    starts = [one.started_at_ms / 1_000 for one in await still_world.attempts(delivery)]
    waits = [after - before for before, after in pairwise(starts)]
    for wait, scheduled in zip(waits, LIVE[1:], strict=True):
        assert abs(wait - scheduled) <= scheduled * JITTER
        assert wait == pytest.approx(scheduled * (0.8 + 0.4 * jitter), abs=0.001)


async def test_an_endpoint_may_put_the_next_attempt_off(
    still_world: StillWorld, merchant: Receiver
) -> None:
    await still_world.listen(merchant.url)
    merchant.behave = answer(503, Retry_After="120")
    (event,) = await still_world.happen()
    async with still_world.working(SANDBOX):
        delivery = await still_world.attempted(event, 1)
    assert delivery.due_at_ms == still_world.now_ms + 120_000


async def test_the_worker_wakes_when_an_attempt_falls_due(world: World, merchant: Receiver) -> None:
    await world.listen(merchant.url)
    merchant.behave = in_turn(answer(500), answer(200))
    async with world.working((0, 0.05), Limits(idle_seconds_max=3600)) as worker:
        happened = await world.happen()
        worker.notify()
        (delivery,) = await world.settled(happened)
    assert delivery.state == SUCCEEDED


async def test_a_dead_endpoint_does_not_hold_up_a_live_one(
    world: World, merchant: Receiver
) -> None:
    async with receiving(receiver.silence) as dead:
        await world.listen(dead.url, "product.created")
        await world.listen(merchant.url, "product.updated")
        limits = Limits(in_flight_max=8, per_endpoint_max=4, stop_seconds_max=0)
        waiting = await world.happen(100, "product.created")
        await world.happen(100, "product.updated")
        async with world.working(limits=limits):
            await merchant.received(100)
            assert dead.open_at_most == 4
            assert len(dead.requests) == 4, "the dead one has not answered once"
        assert merchant.open_at_most <= 4
    assert {one.state for one in await world.deliveries(waiting)} == {PENDING}


async def test_no_more_is_in_flight_than_allowed(world: World, merchant: Receiver) -> None:
    gate = asyncio.Event()
    merchant.behave = when(gate, answer(200))
    for target in range(5):
        await world.listen(f"{merchant.url}/{target}")
    happened = await world.happen(10)
    async with world.working(limits=Limits(in_flight_max=7)):
        await merchant.received(7)
        gate.set()
        await world.settled(happened)
    assert merchant.open_at_most == 7
    assert len(merchant.requests) == 50


async def test_two_workers_share_the_work(world: World, merchant: Receiver) -> None:
    await world.listen(merchant.url)
    happened = await world.happen(100)
    async with world.working(), world.working():
        await world.settled(happened)
    assert len(merchant.requests) == 100, "nothing was sent twice"


async def test_a_restart_loses_nothing(still_world: StillWorld, merchant: Receiver) -> None:
    await still_world.listen(merchant.url)
    merchant.behave = receiver.silence
    happened = await still_world.happen(10)
    async with still_world.working(limits=Limits(stop_seconds_max=0)):
        await merchant.received(4)
    assert {one.state for one in await still_world.deliveries(happened)} == {PENDING}
    merchant.behave = answer(200)
    async with still_world.working() as worker:
        await merchant.received(4 + 6)
        still_world.pass_ms(30_000)
        worker.notify()
        settled = await still_world.settled(happened)
    assert {one.state for one in settled} == {SUCCEEDED}
    assert {body.count(b'"id":"evt_') for body in merchant.bodies} == {1}
    assert len(set(merchant.bodies)) == 10


async def test_stopping_lets_attempts_in_flight_finish(world: World, merchant: Receiver) -> None:
    gate = asyncio.Event()
    merchant.behave = when(gate, answer(200))
    await world.listen(merchant.url)
    happened = await world.happen(10)
    async with world.working(limits=Limits(stop_seconds_max=60)) as worker:
        await merchant.received(4)
        stopping = asyncio.create_task(worker.stop())
        gate.set()
        await stopping
    states = [one.state for one in await world.deliveries(happened)]
    assert (states.count(SUCCEEDED), states.count(PENDING)) == (4, 6)
    assert len(merchant.requests) == 4, "and nothing new was begun"


async def test_stopping_does_not_wait_for_ever(world: World, merchant: Receiver) -> None:
    merchant.behave = receiver.silence
    await world.listen(merchant.url)
    happened = await world.happen()
    async with world.working(limits=Limits(stop_seconds_max=0.01)):
        await merchant.received(1)
    (delivery,) = await world.deliveries(happened)
    assert (delivery.state, delivery.attempts) == (PENDING, 0)


async def test_a_worker_that_never_ran_stops(world: World) -> None:
    async with httpx.AsyncClient() as client:
        worker = DeliveryWorker(world.database, client, clock=world.clock, schedule=SANDBOX)
        await worker.stop()
        await worker.run()


async def test_an_endpoint_that_is_gone_is_disabled(world: World, merchant: Receiver) -> None:
    merchant.behave = answer(410)
    endpoint = await world.listen(merchant.url)
    happened = await world.happen(10)
    async with world.working(limits=Limits(per_endpoint_max=1)):
        settled = await world.settled(happened)
    assert [one.state for one in settled] == [FAILED, *[CANCELED] * 9]
    assert len(merchant.requests) == 1
    after = await world.database.read(lambda tx: webhook_endpoints.get(tx, world.call, endpoint.id))
    assert after.status == "disabled"


async def test_disabling_stops_retries(still_world: StillWorld, merchant: Receiver) -> None:
    merchant.behave = answer(500)
    endpoint = await still_world.listen(merchant.url)
    (event,) = await still_world.happen()
    async with still_world.working(SANDBOX) as worker:
        await still_world.attempted(event, 1)
        await switch(still_world, endpoint.id, disabled=True)
        still_world.pass_ms(10_000)
        worker.notify()
        (delivery,) = await still_world.settled([event])
    assert (delivery.state, len(merchant.requests)) == (CANCELED, 1)


async def test_an_endpoint_enabled_again_before_its_next_attempt_goes_on(
    still_world: StillWorld, merchant: Receiver
) -> None:
    merchant.behave = in_turn(answer(500), answer(200))
    endpoint = await still_world.listen(merchant.url)
    (event,) = await still_world.happen()
    async with still_world.working(SANDBOX) as worker:
        await still_world.attempted(event, 1)
        await switch(still_world, endpoint.id, disabled=True)
        await switch(still_world, endpoint.id, disabled=False)
        still_world.pass_ms(10_000)
        worker.notify()
        (delivery,) = await still_world.settled([event])
    assert (delivery.state, len(merchant.requests)) == (SUCCEEDED, 2)


async def test_deleting_stops_retries_even_in_mid_attempt(world: World, merchant: Receiver) -> None:
    gate = asyncio.Event()
    merchant.behave = when(gate, answer(500))
    endpoint = await world.listen(merchant.url)
    happened = await world.happen()
    async with world.working(limits=Limits(stop_seconds_max=60)):
        await merchant.received(1)
        await world.database.write(lambda tx: webhook_endpoints.delete(tx, world.call, endpoint.id))
        gate.set()
    (delivery,) = await world.deliveries(happened)
    assert delivery.state == CANCELED
    (attempt,) = await world.attempts(delivery)
    assert attempt.status_code == 500


async def test_a_fault_of_our_own_is_an_attempt_too(world: World) -> None:
    def break_down(request: httpx.Request) -> httpx.Response:
        raise RuntimeError("a bug")

    await world.listen("http://shop.example")
    (event,) = await world.happen()
    async with httpx.AsyncClient(transport=httpx.MockTransport(break_down)) as client:
        worker = DeliveryWorker(world.database, client, clock=world.clock, schedule=NEVER_AGAIN)
        with capture_logs() as lines:
            running = asyncio.create_task(worker.run())
            delivery = await world.attempted(event, 1)
            await worker.stop()
            await running
    assert delivery.state == PENDING
    (attempt,) = await world.attempts(delivery)
    assert attempt.error == "an error of Paydesk's own: RuntimeError"
    assert [line["event"] for line in lines] == ["attempt broke", "webhook attempt"]


async def test_an_outage_of_the_database_is_waited_out(world: World, merchant: Receiver) -> None:
    await world.listen(merchant.url)
    happened = await world.happen()
    world.database.fail_next = [Unavailable("no room on the disk")] * 3
    limits = Limits(pause_after_error_seconds=0.001)
    with capture_logs() as lines:
        async with world.working(limits=limits):
            (delivery,) = await world.settled(happened)
    assert delivery.state == SUCCEEDED
    assert [line["event"] for line in lines[:3]] == ["deliveries not taken"] * 3


async def test_an_attempt_that_could_not_be_recorded_is_made_again(
    world: World, merchant: Receiver
) -> None:
    gate = asyncio.Event()
    merchant.behave = when(gate, answer(200))
    await world.listen(merchant.url)
    happened = await world.happen()
    limits = Limits(lease_seconds=0.05, per_endpoint_max=1)
    with capture_logs() as lines:
        async with world.working(limits=limits):
            await merchant.received(1)
            world.database.fail_next = [Unavailable("no room on the disk")]
            gate.set()
            (delivery,) = await world.settled(happened)
    assert delivery.state == SUCCEEDED
    assert len(merchant.requests) == 2
    assert "attempt not recorded" in [line["event"] for line in lines]


async def test_an_attempt_is_recorded_once_nobody_holds_what_it_changes(
    world: World, merchant: Receiver
) -> None:
    gate = asyncio.Event()
    merchant.behave = when(gate, answer(200))
    await world.listen(merchant.url)
    happened = await world.happen()
    limits = Limits(per_endpoint_max=1)
    async with world.working(limits=limits):
        await merchant.received(1)
        world.database.fail_next = [Busy()] * (limits.record_tries_max - 1)
        gate.set()
        (delivery,) = await world.settled(happened)
    assert (delivery.state, delivery.attempts) == (SUCCEEDED, 1)
    assert world.database.fail_next == []
    assert len(merchant.requests) == 1


async def test_each_attempt_is_one_line_without_the_secret(
    world: World, merchant: Receiver
) -> None:
    merchant.behave = in_turn(answer(500, b"whsec_echoed"), answer(200))
    endpoint = await world.listen(merchant.url)
    with capture_logs() as lines:
        async with world.working() as worker:
            (event,) = await world.happen()
            worker.notify()
            await world.settled([event])
    told = [(line["log_level"], line["number"], line["status"], line["state"]) for line in lines]
    assert told == [("warning", 1, 500, PENDING), ("info", 2, 200, SUCCEEDED)]
    assert {(line["event_id"], line["endpoint"]) for line in lines} == {(event.id, endpoint.id)}
    assert "whsec_" not in str(lines)


async def switch(world: World, id: str, *, disabled: bool) -> None:
    await world.database.write(
        lambda tx: webhook_endpoints.update(tx, world.call, id, disabled=disabled)
    )
