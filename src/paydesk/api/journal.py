"""The request log: who writes answered requests down, together and beside them.

What was answered waits in memory for a tenth of a second, so that no request waits for this and a
commit carries many. Under load the parameters and answers are left out, and beyond that requests:
the log is for people to look at. What waits is lost with the process.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import orjson
import structlog

from paydesk.api.answered import Answered
from paydesk.api.strict import check_words
from paydesk.core.errors import InvalidRequest
from paydesk.core.request_log import (
    ANSWER_CHARACTERS_MAX,
    PARAMETERS_CHARACTERS_MAX,
    LoggedRequest,
    redacted,
    without_private,
)
from paydesk.render.versions import ENDIVE
from paydesk.services.context import Clock
from paydesk.storage import request_logs
from paydesk.storage.database import Database, Transaction
from paydesk.storage.idempotency import KEY_LENGTH_MAX

log = structlog.get_logger("paydesk.journal")

FLUSH_SECONDS = 0.1

WAITING_MAX = 100
"""Requests written down in one go; of more, nothing is kept."""

WHOLE_MAX = 20
"""Of so many at once the parameters and answers are kept too."""

NAME_CHARACTERS_MAX = 200
"""Of a parameter's name."""

FORGET_EVERY = 500
"""Requests written between two looks for old ones."""


class Journal:
    """The request log of one process."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._waiting: list[Answered] = []
        self._any = asyncio.Event()
        self._written = 0

    def note(self, answered: Answered) -> None:
        """Write this down soon, unless too much waits already."""
        if len(self._waiting) < WAITING_MAX:
            self._waiting.append(answered)
            self._any.set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Write down what is noted, inside; what waits at the end is written as well."""
        writing = asyncio.create_task(self._run())
        try:
            yield
        finally:
            writing.cancel()
            with suppress(asyncio.CancelledError):
                await writing
            await self._write_down()

    async def _run(self) -> None:
        while True:
            await self._any.wait()
            await asyncio.sleep(FLUSH_SECONDS)
            await self._write_down()

    async def _write_down(self) -> None:
        """What waits. An error of the database is logged: the log may have gaps, requests not."""
        self._any.clear()
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        now = self._clock() // 1_000_000
        whole = len(waiting) <= WHOLE_MAX
        requests = [_logged(answered, now, whole=whole) for answered in waiting]
        self._written += len(requests)
        tidy = self._written >= FORGET_EVERY
        try:
            await self._database.write(lambda tx: _write(tx, requests, tidy=tidy))
        except Exception:
            log.exception("request log not written", requests=len(requests))
        if tidy:
            self._written = 0


def _write(tx: Transaction, requests: Sequence[LoggedRequest], *, tidy: bool) -> None:
    request_logs.insert_all(tx, requests)
    if tidy:
        request_logs.forget_most(tx)


def _logged(answered: Answered, now: int, *, whole: bool) -> LoggedRequest:
    return LoggedRequest(
        id=answered.id,
        account=answered.account,
        created=now,
        method=answered.method,
        path=_kept(redacted(answered.path, PARAMETERS_CHARACTERS_MAX)),
        status=answered.status,
        duration_ms=round(answered.seconds * 1_000),
        idempotency_key=answered.key and _kept(redacted(answered.key, KEY_LENGTH_MAX)),
        parameters=_parameters(answered.parameters) if whole else "",
        answer=_answer(answered.body) if whole else "",
        error=_error(answered),
        ignored=[_kept(redacted(name, NAME_CHARACTERS_MAX)) for name in answered.ignored],
        refused_later=_refused_later(answered),
    )


def _parameters(tree: Any) -> str:
    text = orjson.dumps(without_private(tree or {})).decode()
    return _kept(redacted(text, PARAMETERS_CHARACTERS_MAX))


def _answer(body: bytes) -> str:
    text = body[: 4 * ANSWER_CHARACTERS_MAX].decode("utf-8", errors="replace")
    return _kept(redacted(text, ANSWER_CHARACTERS_MAX))


def _kept(text: str) -> str:
    """Text that every database takes."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")


def _refused_later(answered: Answered) -> str | None:
    """What the newest API version says against a request that was understood."""
    if answered.status < 400:
        try:
            check_words(dict(answered.parameters or {}), answered.route, ENDIVE)
        except InvalidRequest as error:
            return error.message
    return None


def _error(answered: Answered) -> dict[str, Any] | None:
    """The fields of an error, without the objects that it may hold."""
    if answered.status < 400:
        return None
    with suppress(orjson.JSONDecodeError, KeyError, TypeError):
        error: dict[str, Any] = orjson.loads(answered.body)["error"]
        text = {name: value for name, value in error.items() if isinstance(value, str)}
        return {name: _kept(redacted(value, 500)) for name, value in text.items()}
    return {}
