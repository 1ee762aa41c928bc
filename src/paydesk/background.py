"""What the server does without being asked: deliver events, end sessions, settle and follow
payments and refunds, tidy up.

Each errand is a loop that waits for the next thing to be due. An error is logged and the errand
goes on after a pause: what it did not do is still due.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog

from paydesk.core.listeners import KEPT_SECONDS
from paydesk.services import refunds as refunding
from paydesk.services.confirm import RECOVERY_AFTER_SECONDS
from paydesk.services.context import Call
from paydesk.services.desk import Desk
from paydesk.services.expiry import expire_by_test_clocks, expire_due
from paydesk.storage import (
    attempts,
    events,
    idempotency,
    listeners,
    refunds,
    session_history,
    sessions,
)
from paydesk.storage.database import Story, Transaction

log = structlog.get_logger("paydesk.background")

EXPIRY_LOOK_SECONDS_MAX = 1.0
RECOVERY_LOOK_SECONDS = 20.0
PAYMENT_LOOK_SECONDS_MAX = 1.0
REFUND_LOOK_SECONDS_MAX = 2.0
SETTLE_AT_START_SECONDS_MAX = 10.0
TIDY_LOOK_SECONDS = 600.0
TIDY_BATCH = 500
"""Rows dropped in one transaction, so that nobody waits long behind it."""

PAUSE_AFTER_ERROR_SECONDS = 1.0

Errand = Callable[[Desk], Awaitable[float]]
"""Does what is due and gives back the seconds until it wants to look again."""


async def repeat(desk: Desk, errand: Errand) -> None:
    """Run an errand until cancelled."""
    while True:
        try:
            pause = await errand(desk)
        except Exception:
            log.exception("errand failed", errand=errand.__name__)
            pause = PAUSE_AFTER_ERROR_SECONDS
        await asyncio.sleep(pause)


async def end_sessions(desk: Desk) -> float:
    """Expire sessions whose time is over."""
    if desk.server.ahead:
        await desk.database.write(lambda tx: expire_by_test_clocks(tx, desk.call("")))
    next_expiry = await desk.database.read(sessions.next_expiry)
    now = desk.clock() / 1_000_000
    if next_expiry is None or next_expiry > now:
        return EXPIRY_LOOK_SECONDS_MAX
    closed = await desk.database.write(lambda tx: expire_due(tx, desk.call("")))
    return 0.0 if closed else EXPIRY_LOOK_SECONDS_MAX


async def settle_payments(desk: Desk) -> float:
    """Ask the processor about attempts that nobody finished."""
    now = desk.clock() // 1_000_000
    await desk.cashier.recover(desk.call(""), reserved_before=now - RECOVERY_AFTER_SECONDS)
    return RECOVERY_LOOK_SECONDS


async def follow_payments(desk: Desk) -> float:
    """Ask the processor what became of payments that take their time."""
    return await _follow(desk, attempts.next_to_ask, desk.collector, PAYMENT_LOOK_SECONDS_MAX)


async def follow_refunds(desk: Desk) -> float:
    """Ask the processor about refunds that nobody finished, and those that end later."""
    return await _follow(desk, refunds.next_due, desk.refunder, REFUND_LOOK_SECONDS_MAX)


class _Asker(Protocol):
    async def follow_up(self, call: Call, *, due_before: int) -> int: ...


async def _follow(
    desk: Desk, next_due: Story[int | None], asker: _Asker, look_seconds_max: float
) -> float:
    """Ask about what is due by now; at once again while there was news."""
    due = await desk.database.read(next_due)
    now = desk.clock() // 1_000_000
    if due is None or due > now:
        return look_seconds_max
    news = await asker.follow_up(desk.call(""), due_before=now)
    return 0.0 if news else look_seconds_max


async def settle_after_start(desk: Desk, *, alone: bool) -> None:
    """Settle what a crash left behind, before anybody asks for it.

    `alone` on its database, this process finds nothing there that is still being worked on. A
    processor that can't be reached does not keep the server from starting: the errand goes on.
    """
    now = desk.clock() // 1_000_000
    reserved_before = now if alone else now - RECOVERY_AFTER_SECONDS
    try:
        async with asyncio.timeout(SETTLE_AT_START_SECONDS_MAX):
            await desk.cashier.recover(desk.call(""), reserved_before=reserved_before)
            await desk.collector.follow_up(desk.call(""), due_before=now)
            await desk.refunder.follow_up(
                desk.call(""), due_before=reserved_before + refunding.RECOVERY_AFTER_SECONDS
            )
    except TimeoutError:
        log.warning("payments are left to settle", seconds=SETTLE_AT_START_SECONDS_MAX)


async def tidy(desk: Desk) -> float:
    """Drop what is past its retention: idempotency keys, listeners, and events if so configured."""
    now = desk.clock() // 1_000_000
    dropped = await desk.database.write(lambda tx: _tidy_always(tx, now))
    if desk.event_retention_seconds is not None:
        oldest_event = now - desk.event_retention_seconds
        dropped += await desk.database.write(lambda tx: _tidy_past(tx, oldest_event))
    return 0.0 if dropped else TIDY_LOOK_SECONDS


def _tidy_always(tx: Transaction, now: int) -> int:
    return idempotency.forget_older(
        tx, now - idempotency.RETENTION_SECONDS, TIDY_BATCH
    ) + listeners.forget_unseen(tx, now - KEPT_SECONDS, TIDY_BATCH)


def _tidy_past(tx: Transaction, oldest: int) -> int:
    """Drop what happened before `oldest`, in Unix seconds."""
    return events.forget_older(tx, oldest, TIDY_BATCH) + session_history.forget_older(
        tx, oldest, TIDY_BATCH
    )


ERRANDS: tuple[Errand, ...] = (
    end_sessions,
    settle_payments,
    follow_payments,
    follow_refunds,
    tidy,
)
