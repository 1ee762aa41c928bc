"""The clock of an account in the sandbox: a test moves it on, and what is due by then happens.
The disorder of its webhooks is kept likewise.

Every process keeps in memory how far each clock is ahead, so that a request pays nothing for it;
the database has it too, and its bell tells the other processes.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, replace

import structlog

from paydesk.core.deliveries import Disorder
from paydesk.core.errors import InvalidRequest
from paydesk.render import Json
from paydesk.services import answers
from paydesk.services.answers import Answer
from paydesk.services.context import Call, Server
from paydesk.services.desk import Desk
from paydesk.services.expiry import expire_by_test_clocks
from paydesk.storage import test_clocks, webhook_disorder
from paydesk.storage.database import Database, Engine, Transaction
from paydesk.storage.idempotency import Key

log = structlog.get_logger("paydesk.clocks")

AHEAD_SECONDS_MAX = 10 * 366 * 24 * 3600
LOOK_SECONDS_MIN = 0.05
"""However often the database's bell rings, so long passes between two looks."""


def shown(call: Call) -> Json:
    """The account's clock as answers show it."""
    ahead = call.ahead_us // 1_000_000
    return {"object": "test_helpers.clock", "now": call.now, "ahead_seconds": ahead}


async def advance(desk: Desk, call: Call, seconds: int, key: Key | None) -> Answer:
    """Move the account's clock on; once this is answered, what was due by then is expired, and
    payments that took until then have ended.

    Raises InvalidRequest for what lies too far ahead.
    """
    if call.ahead_us // 1_000_000 + seconds > AHEAD_SECONDS_MAX:
        raise InvalidRequest(
            f"A clock can be {AHEAD_SECONDS_MAX} seconds ahead at most.", param="seconds"
        )

    def move(tx: Transaction) -> Answer:
        ahead_us = test_clocks.move(tx, call.account, seconds) * 1_000_000
        later = replace(call, now_us=call.server_now_us + ahead_us, ahead_us=ahead_us)
        return answers.answer(shown(later), call.version)

    answer = await desk.database.write(lambda tx: answers.once(tx, key, lambda: move(tx)))
    await load(desk.database, desk.server)
    while await desk.database.write(lambda tx: expire_by_test_clocks(tx, desk.call(""))):
        continue
    while await desk.collector.follow_up(desk.call(""), due_before=call.server_now):
        continue
    return answer


async def disturb(desk: Desk, call: Call, wanted: Disorder, key: Key | None) -> Answer:
    """Have the account's webhooks come like this from now on."""

    def save(tx: Transaction) -> Answer:
        webhook_disorder.save(tx, call.account, wanted)
        told: Json = {"object": "test_helpers.webhooks", **asdict(wanted)}
        return answers.answer(told, call.version)

    answer = await desk.database.write(lambda tx: answers.once(tx, key, lambda: save(tx)))
    await load(desk.database, desk.server)
    return answer


async def load(database: Database, server: Server) -> None:
    """Learn how far every clock is ahead, and what is wanted of webhooks."""
    server.ahead.set(await database.read(test_clocks.read_all))
    server.disorders.set(await database.read(webhook_disorder.read_all))


@asynccontextmanager
async def followed(database: Engine, server: Server) -> AsyncIterator[None]:
    """While this lasts, learn of clocks that other processes move on a database they share."""
    rung = asyncio.Event()
    database.listen(rung.set)
    following = asyncio.create_task(_follow(database, server, rung))
    try:
        yield
    finally:
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following


async def _follow(database: Engine, server: Server, rung: asyncio.Event) -> None:
    while True:
        await rung.wait()
        rung.clear()
        try:
            await load(database, server)
        except Exception:
            log.exception("clocks not read")
        await asyncio.sleep(LOOK_SECONDS_MIN)
