"""`GET /v1/payment_pages/{session}/changes`: word of every change, as server-sent events.

An event only says that there is something new; what it is, the payment page says. The client secret
in the path opens it, or the id together with a key, in the query since an EventSource sends no
headers. A page that says what it knows (`since`, or `Last-Event-ID` when it comes back) hears at
once when it has missed something.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from urllib.parse import parse_qs, unquote

import orjson
from starlette.types import Receive, Scope, Send

from paydesk.api import cors
from paydesk.api.keyring import Keyring
from paydesk.core.errors import NotFound, PaydeskError
from paydesk.core.sessions import ID_ENDS_AT, OPEN, Session
from paydesk.services import answers, sessions
from paydesk.services.changes import END, Follower, State
from paydesk.services.desk import Desk
from paydesk.storage import sessions as stored
from paydesk.storage.database import Transaction

BEAT_SECONDS = 15.0
"""A silent connection says this often that it lives, for proxies and to notice who is gone."""

RETRY_MS = 500
"""After how long a browser comes back when it has lost the connection."""

QUERY_FIELDS_MAX = 10

_PATH = re.compile(rb"/v1/payment_pages/([^/]{1,300})/changes")

_HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    *cors.SHARED,
]


class ChangeStreams:
    """The streams of one process."""

    def __init__(self, desk: Desk, keyring: Keyring) -> None:
        self._desk = desk
        self._keyring = keyring

    def is_asked(self, scope: Scope) -> bool:
        """Whether a request asks for a stream."""
        return scope["method"] == "GET" and _PATH.fullmatch(scope["raw_path"]) is not None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one such request, for as long as the session is open and somebody listens."""
        try:
            session = await self._session(scope)
            state = self._desk.changes.state_of(session)
            with self._desk.changes.follow(session.id, state) as follower:
                await _stream(scope, receive, send, follower)
        except PaydeskError as error:
            await _refuse(send, error)

    async def _session(self, scope: Scope) -> Session:
        """The session that the request may follow. Raises NotFound or Unauthenticated."""
        match = _PATH.fullmatch(scope["raw_path"])
        name = unquote(unquote(match[1].decode("latin-1"))).replace("\0", "") if match else ""
        id, mark, _ = name.partition(ID_ENDS_AT)
        account = None
        if not mark:
            account = (await self._keyring.caller(_authorization(scope))).account

        def story(tx: Transaction) -> Session:
            owner = stored.account_of(tx, id)
            if owner is None or account not in (None, owner):
                raise NotFound("checkout.session", id, param="session")
            call = self._desk.call(owner)
            return sessions.get(tx, call, sessions.id_of(tx, call, name))

        return await self._desk.database.read(story)


async def _stream(scope: Scope, receive: Receive, send: Send, follower: Follower) -> None:
    state, known = follower.state, _known(scope)
    if state.status != OPEN and known == state.mark:
        # A browser that hears 204 does not come back.
        await _start(send, 204)
        await send({"type": "http.response.body"})
        return
    scope[END] = follower.end
    leaving = asyncio.create_task(_until_gone(receive, follower))
    try:
        await _start(send, 200)
        missed = known not in (None, state.mark) or state.status != OPEN
        await _say(send, _event(state) if missed else f"retry: {RETRY_MS}\nid: {state.mark}\n\n")
        await _follow(send, follower)
        await send({"type": "http.response.body"})
    finally:
        leaving.cancel()
        with suppress(asyncio.CancelledError):
            await leaving


async def _follow(send: Send, follower: Follower) -> None:
    while follower.state.status == OPEN and not follower.ended:
        came = await follower.news(BEAT_SECONDS)
        if not follower.ended:
            await _say(send, _event(follower.state) if came else ":\n\n")


async def _until_gone(receive: Receive, follower: Follower) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue
    follower.end()


def _event(state: State) -> str:
    told = orjson.dumps({"version": state.version, "status": state.status}).decode()
    return f"retry: {RETRY_MS}\nid: {state.mark}\nevent: change\ndata: {told}\n\n"


def _known(scope: Scope) -> str | None:
    """What the page knows of the session already."""
    last = _header(scope, b"last-event-id")
    return last or _query(scope).get("since")


def _authorization(scope: Scope) -> str | None:
    key = _query(scope).get("key")
    return _header(scope, b"authorization") if key is None else f"Bearer {key}"


def _header(scope: Scope, name: bytes) -> str | None:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), None)


def _query(scope: Scope) -> dict[str, str]:
    text = scope["query_string"].decode("latin-1")
    with suppress(ValueError):
        fields = parse_qs(text, max_num_fields=QUERY_FIELDS_MAX)
        return {name: values[0] for name, values in fields.items()}
    return {}


async def _start(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": _HEADERS})


async def _say(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _refuse(send: Send, error: PaydeskError) -> None:
    answer = answers.refusal(error)
    headers = [(b"content-type", b"application/json"), *cors.SHARED]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
