"""What `stripe logs tail` is told: each request of the account that its filters let in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

import orjson
import structlog

from paydesk.core.ids import new_id
from paydesk.core.listeners import OVERLAP_SECONDS, SESSIONS_PATH, Listener
from paydesk.core.request_log import (
    CAUGHT_UP,
    LoggedRequest,
    earlier_wanted,
    matches,
    statuses,
)
from paydesk.services.context import Clock
from paydesk.storage import request_logs
from paydesk.storage.database import Database
from paydesk.storage.paging import Condition, Page

log = structlog.get_logger("paydesk.listeners")

LOOK_SECONDS = 0.2
AT_ONCE_MAX = 1_000
"""Requests looked at in one go."""

PAUSE_AFTER_ERROR_SECONDS = 1.0

Send = Callable[[str], Awaitable[None]]
"""Sends one text frame."""


class LogFeed:
    """The requests of one connected listener's account, from when it began, and as many from before
    as it asked for. What is answered while it is away is not told later.
    """

    def __init__(self, database: Database, clock: Clock, listener: Listener) -> None:
        self._database = database
        self._clock = clock
        self._listener = listener
        self._told: set[str] = set()

    def wake(self) -> None:
        """It looks often enough."""

    def heard(self, called: str) -> None:
        """What is heard changes nothing."""

    def handled(self, called: str) -> None:
        """There is no handler."""

    async def write_down(self) -> None:
        """There is nothing to keep."""

    async def run(self, send: Send) -> None:
        """Tell what was answered, until cancelled. An error is logged, and tried again."""
        tell = self._tell_earlier
        while True:
            try:
                await tell(send)
                tell = self._tell
            except Exception:
                log.exception("can't tell a listener")
                await asyncio.sleep(PAUSE_AFTER_ERROR_SECONDS)
            await asyncio.sleep(LOOK_SECONDS)

    async def _tell_earlier(self, send: Send) -> None:
        """The latest requests that there are, as many as the listener asked for."""
        account, filters = self._listener.account, self._listener.filters
        wanted = earlier_wanted(filters)
        if not wanted:
            return
        conditions, page = _conditions(filters), Page(limit=AT_ONCE_MAX)
        found = await self._database.read(
            lambda tx: request_logs.list_page(tx, account, conditions, page).items
        )
        latest = [request for request in found if self._wants(request)][:wanted]
        for request in reversed(latest):
            await send(_frame(request))
        self._told = {request.id for request in latest}
        await send(orjson.dumps({"type": CAUGHT_UP}).decode())

    async def _tell(self, send: Send) -> None:
        since_us = max(
            self._listener.created * 1_000_000, self._clock() - OVERLAP_SECONDS * 1_000_000
        )
        horizon = new_id("req", since_us, bytes)
        account = self._listener.account
        found = await self._database.read(
            lambda tx: request_logs.after(tx, account, horizon, AT_ONCE_MAX)
        )
        for request in found:
            if request.id not in self._told and self._wants(request):
                await send(_frame(request))
        self._told = {request.id for request in found}

    def _wants(self, request: LoggedRequest) -> bool:
        return request.path != SESSIONS_PATH and matches(request, self._listener.filters)


def _conditions(filters: Mapping[str, Sequence[str]]) -> list[Condition]:
    """What an index answers of the filters: one status, or one class of them."""
    words = filters.get("filter_status_code", ())
    wanted = statuses(words[0]) if len(words) == 1 else None
    return [] if wanted is None else [request_logs.answered_with(wanted)]


def _frame(request: LoggedRequest) -> str:
    payload = {
        "created_at": request.created,
        "livemode": False,
        "method": request.method,
        "request_id": request.id,
        "status": request.status,
        "url": request.path,
        "error": request.error or {},
    }
    frame = {
        "type": "request_log_event",
        "request_log_id": request.id.replace("req_", "resp_", 1),
        "event_payload": orjson.dumps(payload).decode(),
    }
    return orjson.dumps(frame).decode()
