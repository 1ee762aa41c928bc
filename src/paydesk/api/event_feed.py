"""What a listening CLI is told of events: each twice, signed as it is sent, until acknowledged."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from time import monotonic

import orjson
import structlog

from paydesk.core.listeners import (
    DEFAULT_SHAPE,
    NEWEST_SHAPE,
    Listener,
    Telling,
    conversation,
)
from paydesk.render.events import body
from paydesk.render.known_versions import NEWEST
from paydesk.services import listeners
from paydesk.services.context import Clock
from paydesk.services.listeners import Push
from paydesk.storage.database import Database
from paydesk.webhooks.sign import signature_header

log = structlog.get_logger("paydesk.listeners")

UNHEARD_MAX = 50
"""Events on their way to one CLI."""

LOOK_SECONDS = 0.1
"""Not every commit rings the database's bell, so a feed looks for itself this often."""

LOOK_SECONDS_MIN = 0.02
"""However often the bell rings, so long passes between two looks."""

SEEN_SECONDS = 30.0
"""How often a listener that hears nothing is written down as being there."""

PAUSE_AFTER_ERROR_SECONDS = 1.0

Send = Callable[[str], Awaitable[None]]
"""Sends one text frame."""


class EventFeed:
    """The events of one connected listener. `secret` signs them."""

    def __init__(self, database: Database, clock: Clock, listener: Listener, secret: str) -> None:
        self._database = database
        self._clock = clock
        self._listener = listener
        self._secret = secret
        self._telling = Telling(forwards=bool(listener.forwards_to))
        self._written_at = monotonic()
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Look soon."""
        self._woken.set()

    def heard(self, called: str) -> None:
        """The CLI has the frame of this name."""
        self._telling.heard(called, monotonic())
        self.wake()

    def handled(self, called: str) -> None:
        """So has the merchant's handler."""
        self._telling.handled(called)
        self.wake()

    async def run(self, send: Send) -> None:
        """Tell what happens, until cancelled. An error is logged, and tried again."""
        while True:
            try:
                await self.write_down()
                await self._tell(send)
            except Exception:
                log.exception("can't tell a listener")
                await asyncio.sleep(PAUSE_AFTER_ERROR_SECONDS)
            await asyncio.sleep(LOOK_SECONDS_MIN)
            with suppress(TimeoutError):
                # Not wait_for: on Python 3.11 it loses a cancellation that comes with the waking.
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._woken.wait()
            self._woken.clear()

    async def write_down(self) -> None:
        """Put on record what is done, and now and then that the listener is there."""
        now = monotonic()
        done = self._telling.take_done(now)
        if not done and now < self._written_at + SEEN_SECONDS:
            return
        self._written_at = now
        listener, now_us = self._listener, self._clock()
        cursor = await self._database.write(
            lambda tx: listeners.write_down(tx, listener, done, now_us)
        )
        self._listener = replace(listener, cursor=cursor)

    async def _tell(self, send: Send) -> None:
        room = UNHEARD_MAX - self._telling.unheard
        if room <= 0:
            return
        known, listener = self._telling.under_way, self._listener
        pushes = await self._database.read(
            lambda tx: listeners.due(tx, listener, room + len(known))
        )
        for push in [one for one in pushes if one.name not in known][:room]:
            self._telling.told(push.name)
            await self._send(push, send)

    async def _send(self, push: Push, send: Send) -> None:
        """Both shapes; by `api_version`, null or not, the CLI tells them apart."""
        for shape, version, event in (
            (DEFAULT_SHAPE, None, push.event),
            (NEWEST_SHAPE, NEWEST, push.newest),
        ):
            content = body(event)
            signed = signature_header(content, [self._secret], self._clock() // 1_000_000)
            await send(_frame(content, signed, conversation(push.name, shape), version))


def _frame(content: bytes, signature: str, called: str, version: str | None) -> str:
    frame = {
        "type": "webhook_event",
        "endpoint": {"api_version": version},
        "event_payload": content.decode(),
        "http_headers": {
            "Stripe-Signature": signature,
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            "Accept": "*/*; q=0.5, application/xml",
            "Cache-Control": "no-cache",
        },
        "webhook_conversation_id": called,
        "webhook_id": "stripe-cli",
    }
    return orjson.dumps(frame).decode()
