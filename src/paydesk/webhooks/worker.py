"""The worker: takes deliveries as they fall due, carries them out side by side, and never stops.

It sleeps until `notify` or until the next delivery is due. What it holds when it dies falls due
again once its lease is over, so a delivery is carried out at least once.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

import httpx
import structlog

from paydesk.core.deliveries import PENDING, SUCCEEDED, Delivery, DeliveryAttempt
from paydesk.core.errors import Busy
from paydesk.core.ids import new_id
from paydesk.core.webhook_endpoints import FAILING, GONE, after_failure
from paydesk.storage import (
    deliveries,
    delivery_slots,
    event_payloads,
    events,
    webhook_endpoints,
)
from paydesk.storage.database import Database, Story, Transaction
from paydesk.storage.delivery_slots import Room
from paydesk.webhooks.addresses import PublicOnly
from paydesk.webhooks.deliver import (
    Delivered,
    Held,
    Outcome,
    Refused,
    Sender,
    Unreachable,
    prepare,
    state_after,
)
from paydesk.webhooks.schedule import Schedule

log = structlog.get_logger("paydesk.webhooks")

Clock = Callable[[], int]
"""Unix time in microseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a worker does at once, and how long it takes for what.

    An attempt lasts from the look-up of a name to the end of the answer, a lease longer than any
    attempt. `idle_seconds_max` is how long the worker sleeps without looking: another process may
    have queued something. `record_tries_max` counts how often others may hold what an attempt
    changes.
    """

    in_flight_max: int = 64
    per_endpoint_max: int = 4
    connect_seconds_max: float = 5.0
    attempt_seconds_max: float = 15.0
    lease_seconds: float = 30.0
    idle_seconds_max: float = 30.0
    stop_seconds_max: float = 10.0
    record_tries_max: int = 4
    pause_after_error_seconds: float = 1.0


@dataclass(frozen=True, slots=True)
class Taken:
    """What a claim gave, and when the next delivery is due that there will be room for."""

    held: list[Held]
    next_due_ms: int | None


@dataclass(frozen=True, slots=True)
class Recorded:
    """How an attempt was written down.

    `kept` is False when the delivery was not ours any more; `disabled` says why its endpoint has
    been disabled, if it was.
    """

    kept: bool
    disabled: str | None


DEFAULT_LIMITS = Limits()
NO_LIMITS: Mapping[str, int] = {}
CHANCE = secrets.SystemRandom().random


class DeliveryWorker:
    """Delivers whatever is due in one database.

    `client` is one of `deliver.open_client`; `jitter` gives numbers from 0 to 1; with
    `public_only`, endpoints must be on the public Internet.
    """

    def __init__(
        self,
        database: Database,
        client: httpx.AsyncClient,
        *,
        clock: Clock,
        schedule: Schedule,
        limits: Limits = DEFAULT_LIMITS,
        jitter: Callable[[], float] = CHANCE,
        public_only: PublicOnly | None = None,
    ) -> None:
        self._database = database
        self._sender = Sender(
            client,
            connect_seconds_max=limits.connect_seconds_max,
            total_seconds_max=limits.attempt_seconds_max,
            public_only=public_only,
        )
        self._clock = clock
        self._schedule = schedule
        self._limits = limits
        self._jitter = jitter
        self._copies: Callable[[str], int] = lambda account: 1
        self._in_flight: Counter[str] = Counter()
        self._own_limits: dict[str, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._stopping = False
        self._at_rest = asyncio.Event()
        self._at_rest.set()

    def repeat(self, copies: Callable[[str], int]) -> None:
        """Deliver what is for an account as often as `copies` tells: tests want more than one."""
        self._copies = copies

    def notify(self) -> None:
        """Look for due deliveries now: something was committed. Call it on the worker's loop."""
        self._wake.set()

    async def run(self) -> None:
        """Deliver until `stop`, then let the attempts in flight come to an end."""
        self._at_rest.clear()
        try:
            while not self._stopping:
                self._wake.clear()
                await self._sleep(await self._start_due())
            await self._let_finish()
        finally:
            await self._abandon()
            self._at_rest.set()

    async def stop(self) -> None:
        """Take no more, and come back when `run` has ended: within `stop_seconds_max` or so."""
        self._stopping = True
        self._wake.set()
        await self._at_rest.wait()

    async def _start_due(self) -> float:
        """Start what is due and tell for how many seconds nothing else will be."""
        in_flight, own_limits = dict(self._in_flight), dict(self._own_limits)
        now_ms = self._clock() // 1_000
        try:
            taken = await self._database.write(
                lambda tx: take_due(tx, now_ms, self._limits, in_flight, own_limits)
            )
        except Exception:
            log.exception("deliveries not taken")
            return self._limits.pause_after_error_seconds
        for held in taken.held:
            self._start(held)
        if taken.next_due_ms is None:
            return self._limits.idle_seconds_max
        return min(taken.next_due_ms - now_ms, self._limits.idle_seconds_max * 1_000) / 1_000

    def _start(self, held: Held) -> None:
        endpoint = held.endpoint.id
        self._in_flight[endpoint] += 1
        if held.endpoint.concurrency is not None:
            self._own_limits[endpoint] = held.endpoint.concurrency
        task = asyncio.create_task(self._carry_out(held), name=held.delivery.id)
        self._tasks.add(task)
        task.add_done_callback(lambda task: self._finished(task, endpoint))

    def _finished(self, task: asyncio.Task[None], endpoint: str) -> None:
        self._tasks.discard(task)
        self._in_flight[endpoint] -= 1
        if not self._in_flight[endpoint]:
            del self._in_flight[endpoint]
            self._own_limits.pop(endpoint, None)
        self._wake.set()
        if not task.cancelled() and task.exception() is not None:
            log.error("attempt not recorded", delivery=task.get_name(), exc_info=task.exception())

    async def _carry_out(self, held: Held) -> None:
        """Prepare, send, record. If recording fails, the delivery is due again after its lease."""
        started_us = self._clock()
        outcome = await self._attempt(held, started_us // 1_000_000)
        attempt = attempt_row(held.delivery, outcome, started_us, self._clock())
        state, delay = state_after(
            outcome, attempt.number - held.delivery.resends, self._schedule, self._jitter()
        )
        if isinstance(outcome, Delivered) and attempt.number < self._copies(held.delivery.account):
            state = PENDING
        due_at_ms = attempt.ended_at_ms + round(delay * 1_000)
        recorded = await self._write_down(
            lambda tx: record(tx, held, attempt, outcome, state, due_at_ms)
        )
        _log_attempt(held, attempt, state if recorded.kept else "taken over", delay)
        if recorded.disabled is not None:
            log.warning(
                "webhook endpoint disabled", endpoint=held.endpoint.id, reason=recorded.disabled
            )

    async def _write_down(self, story: Story[Recorded]) -> Recorded:
        """Try again while others hold what changes: an attempt that is not recorded is made twice,
        and what stands in line behind it waits until the lease is over.
        """
        for _ in range(self._limits.record_tries_max - 1):
            with suppress(Busy):
                return await self._database.write(story)
        return await self._database.write(story)

    async def _attempt(self, held: Held, timestamp: int) -> Outcome:
        try:
            return await self._sender.send(prepare(held, timestamp))
        except Exception as error:
            log.exception("attempt broke", delivery=held.delivery.id)
            return Unreachable(f"an error of Paydesk's own: {type(error).__name__}")

    async def _sleep(self, seconds: float) -> None:
        """Wait for `notify`, for room, or for this long."""
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _let_finish(self) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self._limits.stop_seconds_max)

    async def _abandon(self) -> None:
        """Drop what takes too long: another worker will find it when the lease is over."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def take_due(
    tx: Transaction,
    now_ms: int,
    limits: Limits,
    in_flight: Mapping[str, int],
    own_limits: Mapping[str, int] = NO_LIMITS,
) -> Taken:
    """Claim what is due and there is room for.

    `in_flight` counts attempts by endpoint; `own_limits` has the endpoints' own ideas of how many.
    """
    places = limits.in_flight_max - sum(in_flight.values())
    if places <= 0:
        return Taken([], None)
    room = Room(limits.per_endpoint_max, in_flight, own_limits)
    lease_ms = round(limits.lease_seconds * 1_000)
    claimed = deliveries.claim_due(tx, now_ms, lease_ms, places, room)
    held = [ready for delivery in claimed if (ready := _complete(tx, delivery)) is not None]
    if len(held) == places:
        return Taken(held, None)
    if len(held) < len(claimed):
        return Taken(held, now_ms)  # what was given up has left room
    return Taken(held, _earliest(deliveries.next_due(tx, room.full()), room.again_at_ms))


def _earliest(*times_ms: int | None) -> int | None:
    return min((ms for ms in times_ms if ms is not None), default=None)


def attempt_row(
    delivery: Delivery, outcome: Outcome, started_us: int, ended_us: int
) -> DeliveryAttempt:
    """An attempt as it is kept."""
    status, error, answer = _as_columns(outcome)
    return DeliveryAttempt(
        id=new_id("wha", ended_us, secrets.token_bytes),
        delivery=delivery.id,
        number=delivery.attempts + 1,
        started_at_ms=started_us // 1_000,
        duration_ms=max(0, ended_us - started_us) // 1_000,
        status_code=status,
        error=error,
        answer=answer,
    )


def record(
    tx: Transaction,
    held: Held,
    attempt: DeliveryAttempt,
    outcome: Outcome,
    state: str,
    due_at_ms: int,
) -> Recorded:
    """Write down how an attempt went, with what that means for its endpoint."""
    ended_at = attempt.ended_at_ms // 1_000
    if held.endpoint.concurrency is not None:
        delivery_slots.free(tx, held.endpoint.id, held.delivery.holder)
    disabled = _judge_endpoint(tx, held, outcome, ended_at)
    kept = deliveries.record(tx, held.delivery, attempt, state=state, due_at_ms=due_at_ms)
    return Recorded(kept, disabled)


def _judge_endpoint(tx: Transaction, held: Held, outcome: Outcome, now: int) -> str | None:
    """Forgive an endpoint or hold the failure against it; why it was disabled, or None.

    Whatever else waits for a disabled endpoint is canceled when its time comes.
    """
    if isinstance(outcome, Delivered):
        webhook_endpoints.succeeded(tx, held.endpoint.id)
        return None
    endpoint = webhook_endpoints.hold(tx, held.endpoint.account, held.endpoint.id)
    if endpoint is None or endpoint.status != "enabled":
        return None
    streak = after_failure(endpoint.failing, now)
    gone = isinstance(outcome, Refused) and outcome.is_gone
    reason = GONE if gone else FAILING if streak.is_over(now) else None
    after = replace(endpoint, failing=streak)
    if reason is not None:
        after = replace(after, status="disabled", disabled_reason=reason)
    webhook_endpoints.update(tx, after)
    return reason


def _as_columns(outcome: Outcome) -> tuple[int | None, str | None, str]:
    if isinstance(outcome, Unreachable):
        return None, outcome.reason, ""
    return outcome.status, None, outcome.answer


def _complete(tx: Transaction, delivery: Delivery) -> Held | None:
    """What the delivery needs, or None when its endpoint listens no more: then it is canceled."""
    endpoint = webhook_endpoints.get(tx, delivery.account, delivery.endpoint)
    event = events.get(tx, delivery.account, delivery.event)
    if event is None or endpoint is None or endpoint.status != "enabled":
        deliveries.cancel(tx, delivery)
        delivery_slots.free(tx, delivery.endpoint, delivery.holder)
        return None
    if delivery.api_version is not None:
        data = event_payloads.get(tx, event.id, delivery.api_version)
        event = replace(event, api_version=delivery.api_version, data=data or event.data)
    return Held(delivery, event, endpoint, deliveries.count(tx, delivery.event))


def _log_attempt(held: Held, attempt: DeliveryAttempt, state: str, next_in_seconds: float) -> None:
    """One line for each attempt; what went wrong is a warning, since nobody else may notice."""
    tell = log.info if state == SUCCEEDED else log.warning
    tell(
        "webhook attempt",
        type=held.event.type,
        status=attempt.status_code,
        ms=attempt.duration_ms,
        state=state,
        endpoint=held.endpoint.id,
        event_id=held.event.id,
        number=attempt.number,
        **({} if attempt.error is None else {"error": attempt.error}),
        **({"next_in_seconds": round(next_in_seconds, 3)} if state == PENDING else {}),
    )
