"""`paydesk logs`: the requests of an account, the latest ones, and then each as it is answered."""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from paydesk.cli.client import Merchant, Refusal
from paydesk.cli.console import fail, note
from paydesk.cli.line import GOODBYE, Frame, Line, Wish
from paydesk.cli.screen import Screen
from paydesk.cli.stopping import stop_when_told
from paydesk.core.listeners import REQUEST_LOGS
from paydesk.core.request_log import CAUGHT_UP, EARLIER

REMEMBERED_MAX = 2_000
"""Requests that were shown, so that none is shown twice when the line was cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which requests, by the names that Stripe's CLI has for filters; how many from before, and
    whether later ones as well.
    """

    earlier: int
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    follow: bool = True
    as_json: bool = False


def logs(merchant: Merchant, wanted: Wanted) -> None:
    """Show them, until told to stop. Ends the command when the server refuses us."""
    filters = {**wanted.filters, EARLIER: [str(wanted.earlier)]}
    line = Line(merchant, Wish(feature=REQUEST_LOGS, filters=filters), note)
    try:
        asyncio.run(Tail(line, wanted).run())
    except Refusal as error:
        fail(str(error))


class Tail:
    """The requests of one line, each shown once."""

    def __init__(self, line: Line, wanted: Wanted) -> None:
        self._line = line
        self._follow = wanted.follow
        self._screen = Screen(as_json=wanted.as_json)
        self._shown: OrderedDict[str, None] = OrderedDict()
        self._caught_up = asyncio.Event()

    async def run(self) -> None:
        """Until told to stop, or, if nothing later is wanted, until the earlier ones are shown.

        Raises Refusal.
        """
        stop = stop_when_told()
        if self._follow:
            note("Ready! You're now waiting to receive API request logs (^C to quit)")
        waits = [stop.wait()] if self._follow else [stop.wait(), self._caught_up.wait()]
        tasks = [asyncio.create_task(one) for one in (self._line.run(self._take), *waits)]
        try:
            ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in ended:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._line.hang_up(GOODBYE)

    async def _take(self, frame: Frame) -> None:
        if frame.get("type") == CAUGHT_UP:
            self._caught_up.set()
        request = _read(frame)
        if request is None:
            return
        await self._line.say(type="event_ack", event_id=frame["request_log_id"])
        id = request["request_id"]
        if id not in self._shown:
            self._shown[id] = None
            self._screen.request(request, frame["event_payload"])
        if len(self._shown) > REMEMBERED_MAX:
            self._shown.popitem(last=False)


def _read(frame: Frame) -> Mapping[str, Any] | None:
    """The request that a frame tells, if it tells one that we understand."""
    if frame.get("type") != "request_log_event":
        return None
    try:
        request: Mapping[str, Any] = json.loads(frame["event_payload"])
        known = {"created_at", "method", "request_id", "status", "url"} <= request.keys()
    except (ValueError, LookupError, TypeError, AttributeError):
        return None
    return request if known and "request_log_id" in frame else None
