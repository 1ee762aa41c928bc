"""`GET /inspector/live`: word that something has changed, as server-sent events.

An event says only that; the page asks for itself again. One short statement tells whether anything
has happened, a few times a second and only while somebody looks.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from paydesk.services.changes import END
from paydesk.services.desk import Desk
from paydesk.storage import inspection

LOOK_SECONDS = 0.5
BEATS_AFTER_LOOKS = 30
"""A silent connection says after so many looks that it lives."""

RETRY_MS = 1_000
READERS_MAX = 50
"""In one process: each holds a connection open, and asks the database."""


class LiveStreams:
    """The streams of one process."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._readers = 0

    def answer(self, request: Request, account: str) -> Response:
        """Follow an account, for as long as the page is open and the server runs."""
        if self._readers >= READERS_MAX:
            return Response(status_code=503, headers={"Retry-After": "10"})
        ended = asyncio.Event()
        request.scope[END] = ended.set
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        events = self._events(account, ended)
        return StreamingResponse(events, headers=headers, media_type="text/event-stream")

    async def _events(self, account: str, ended: asyncio.Event) -> AsyncIterator[str]:
        self._readers += 1
        try:
            known = await self._mark(account)
            yield f"retry: {RETRY_MS}\n\n"
            silent = 0
            while not await _is_over(ended):
                mark = await self._mark(account)
                silent += 1
                if mark != known:
                    yield "event: change\ndata: {}\n\n"
                elif silent >= BEATS_AFTER_LOOKS:
                    yield ":\n\n"
                else:
                    continue
                known, silent = mark, 0
        finally:
            self._readers -= 1

    async def _mark(self, account: str) -> str:
        return await self._desk.database.read(lambda tx: inspection.mark(tx, account))


async def _is_over(ended: asyncio.Event) -> bool:
    """Wait until it is time to look again; True when there is no use in that any more."""
    with suppress(TimeoutError):
        async with asyncio.timeout(LOOK_SECONDS):
            await ended.wait()
    return ended.is_set()
