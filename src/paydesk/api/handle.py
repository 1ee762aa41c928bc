"""What every API request goes through, in this order:

    size caps -> route -> key -> version -> parameters -> idempotency -> story -> answer

Each request is one transaction, and the answer kept for its idempotency key is part of it. A
request is refused before it begins when its parameters are wrong; then nothing is kept.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import orjson
import structlog
from starlette.types import Receive, Scope, Send

from paydesk.api import cors
from paydesk.api.answered import Answered, Witness
from paydesk.api.auth import Caller, require_secret
from paydesk.api.changes import ChangeStreams
from paydesk.api.errors import ClientGone, TooLarge, UnsupportedMedia, internal_error
from paydesk.api.expand import expand
from paydesk.api.forms import BODY_BYTES_MAX, decode
from paydesk.api.keyring import keyring_of
from paydesk.api.params.grammar import validate
from paydesk.api.routing import Route, Router
from paydesk.api.strict import check_words
from paydesk.core.api_keys import SECRET
from paydesk.core.errors import InvalidRequest, PaydeskError
from paydesk.render.versions import DEFAULT, check_version, upgrade
from paydesk.services import answers
from paydesk.services.answers import Answer
from paydesk.services.context import Call
from paydesk.services.desk import Desk
from paydesk.services.tax_answers import with_tax
from paydesk.storage import accounts
from paydesk.storage.accounts import Account
from paydesk.storage.database import Transaction
from paydesk.storage.idempotency import BUYERS_MARK, KEY_LENGTH_MAX, Key

log = structlog.get_logger("paydesk.api")

KNOWN_ACCOUNTS_MAX = 10_000
DECODED_INLINE_BYTES_MAX = 128 * 1024

Headers = list[tuple[bytes, bytes]]


@dataclass(slots=True)
class _Asked:
    """One request on its way. A `shared` answer may be read by other sites' pages.

    `names` are those of parameters that an older API version called otherwise.
    """

    id: str
    method: str
    path: str
    headers: dict[bytes, bytes]
    route: str = "none"
    shared: bool = False
    version: str = DEFAULT
    ignored: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    key: str | None = None
    account: str | None = None
    tree: Mapping[str, Any] | None = None

    def header(self, name: bytes) -> str | None:
        """A header as text, or None."""
        value = self.headers.get(name)
        return None if value is None else value.decode("latin-1")


class Api:
    """The API as one ASGI application."""

    def __init__(self, desk: Desk, routes: Iterable[Route], witnesses: Sequence[Witness]) -> None:
        self._desk = desk
        self._witnesses = witnesses
        self._router = Router(routes)
        self._keyring = keyring_of(desk)
        self._streams = ChangeStreams(desk, self._keyring)
        self._known_accounts: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["method"] == "OPTIONS" and await self._allowed(scope, send):
            return
        if self._streams.is_asked(scope):
            await self._streams(scope, receive, send)
            return
        started = perf_counter()
        asked = _Asked(
            id=self._desk.server.ids.new("req"),
            method=scope["method"],
            path=scope["raw_path"].decode("latin-1"),
            headers=dict(scope["headers"]),
        )
        answer, failure = await self._answer(asked, scope, receive)
        await _send(send, answer, _headers(asked, answer, failure))
        answered = Answered(
            asked.id,
            asked.method,
            asked.path,
            asked.route,
            answer.status,
            perf_counter() - started,
            asked.ignored,
            asked.account,
            asked.key,
            asked.tree,
            answer.body,
        )
        for witness in self._witnesses:
            witness(answered)

    async def _allowed(self, scope: Scope, send: Send) -> bool:
        """Answer a browser that asks whether another site's page may come here, if it may."""
        methods = self._router.client_methods(scope["raw_path"].decode("latin-1"))
        if methods:
            headers = cors.preflight(methods)
            await send({"type": "http.response.start", "status": 204, "headers": headers})
            await send({"type": "http.response.body"})
        return bool(methods)

    async def _answer(
        self, asked: _Asked, scope: Scope, receive: Receive
    ) -> tuple[Answer, PaydeskError | None]:
        try:
            return await self._run(asked, scope, receive), None
        except PaydeskError as error:
            if asked.names:
                _name_as_sent(error, asked.names)
            return answers.refusal(error), error
        except Exception:
            log.exception("request failed", request=asked.id, path=asked.path)
            fault = internal_error()
            return answers.refusal(fault), fault

    async def _run(self, asked: _Asked, scope: Scope, receive: Receive) -> Answer:
        body = await _read(asked, receive)
        route, ids = self._router.find(asked.method, asked.path)
        asked.route = f"{route.method} {route.path}"
        asked.shared = route.client
        caller = await self._keyring.caller(asked.header(b"authorization"))
        asked.account = caller.account
        if not route.client:
            require_secret(caller)
        asked.version = check_version(asked.header(b"stripe-version") or DEFAULT)
        writes = asked.method != "GET"
        if asked.method == "POST":
            asked.key = _idempotency_key(asked)
        tree = await _decode(_sent(asked, scope["query_string"], body))
        asked.tree = tree
        fingerprint = _fingerprint(tree) if asked.key else ""
        if self._desk.server.strict:
            check_words(tree, asked.route, asked.version)
        asked.names = upgrade(tree, asked.route, asked.version)
        params = _params(asked, route, tree)
        ahead_us = self._desk.server.ahead.us(caller.account)
        call = Call(
            server=self._desk.server,
            account=caller.account,
            now_us=self._desk.clock() + ahead_us,
            ahead_us=ahead_us,
            version=asked.version,
            request_id=asked.id,
            idempotency_key=_own_key(asked.key, caller),
            host=asked.header(b"host"),
            by_tls=scope.get("scheme") == "https",
        )
        key = answers.key_of(call, asked.path, fingerprint)
        if not writes:
            return await self._desk.database.read(lambda tx: _tell(tx, call, route, params, ids))
        await self._know(call)
        return await self._write(route, call, params, key, ids)

    async def _write(
        self, route: Route, call: Call, params: Any, key: Key | None, ids: list[str]
    ) -> Answer:
        if route.errand is not None:
            return await route.errand(self._desk, call, params, key, *ids)
        return await with_tax(
            call,
            lambda call: self._desk.database.write(
                lambda tx: answers.once(tx, key, lambda: _tell(tx, call, route, params, ids))
            ),
        )

    async def _know(self, call: Call) -> None:
        """In the sandbox an account comes to be with its first write; elsewhere with its keys."""
        if not call.server.sandbox or call.account in self._known_accounts:
            return
        account = Account(call.account, call.now, self._desk.server.ids.secret("whsec"))
        await self._desk.database.write(lambda tx: accounts.ensure(tx, account))
        if len(self._known_accounts) >= KNOWN_ACCOUNTS_MAX:
            self._known_accounts.clear()
        self._known_accounts.add(call.account)


def _tell(tx: Transaction, call: Call, route: Route, params: Any, ids: list[str]) -> Answer:
    if route.story is None:
        raise LookupError(f"{route.method} {route.path} has no story")
    value = route.story(tx, call, params, *ids)
    if not route.client:
        # What buyers are shown is whole as it is, and the objects behind it are the merchant's.
        value = expand(tx, call, value, getattr(params, "expand", ()))
    return answers.answer(value, call.version)


def _params(asked: _Asked, route: Route, tree: dict[str, Any]) -> Any:
    """The request's parameters, typed. Names that are ignored are kept for the answer's header."""
    if route.read is None:
        return validate(route.params, tree)
    params, ignored = route.read(tree)
    asked.ignored = tuple(ignored)
    return params


def _name_as_sent(error: PaydeskError, names: Mapping[str, str]) -> None:
    """Blame a parameter by the name that the merchant's API version has for it."""
    sent = names.get(error.param or "")
    if error.param is not None and sent is not None:
        error.message = error.message.replace(error.param, sent)
        error.param = sent


async def _read(asked: _Asked, receive: Receive) -> bytes:
    """The whole body. Raises before more than the cap is held in memory."""
    if asked.headers.get(b"content-encoding", b"identity") != b"identity":
        raise UnsupportedMedia("Compressed request bodies are not read.")
    if int(asked.headers.get(b"content-length", 0)) > BODY_BYTES_MAX:
        raise _too_large()
    chunks, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone("The connection ended before the request did.")
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > BODY_BYTES_MAX:
            raise _too_large()
        chunks.append(chunk)
        more = message.get("more_body", False)
    body = b"".join(chunks)
    if body and asked.method == "POST":
        _check_form(asked)
    return body


def _too_large() -> TooLarge:
    return TooLarge(f"The request body is too large: at most {BODY_BYTES_MAX:,} bytes.")


def _sent(asked: _Asked, query: bytes, body: bytes) -> bytes:
    """The parameters as they came: in the address, and with a POST in the body too."""
    return b"&".join(filter(None, (query, body))) if asked.method == "POST" else query


async def _decode(text: bytes) -> dict[str, Any]:
    """The parameters; a body large enough to hold others up is decoded beside the event loop."""
    if len(text) <= DECODED_INLINE_BYTES_MAX:
        return decode(text)
    return await asyncio.to_thread(decode, text)


def _check_form(asked: _Asked) -> None:
    kind = (asked.header(b"content-type") or "").partition(";")[0].strip().lower()
    if kind not in ("", "application/x-www-form-urlencoded"):
        raise InvalidRequest(
            "Invalid request (check that your POST content type is "
            "application/x-www-form-urlencoded)."
        )


def _idempotency_key(asked: _Asked) -> str | None:
    key = asked.header(b"idempotency-key")
    if key is not None and not 0 < len(key) <= KEY_LENGTH_MAX:
        raise InvalidRequest(
            f"Idempotency keys have 1 to {KEY_LENGTH_MAX} characters; yours has {len(key)}."
        )
    return key


def _own_key(key: str | None, caller: Caller) -> str | None:
    """The key among those of its kind of caller: a buyer takes none that the merchant may use."""
    return key if key is None or caller.kind == SECRET else BUYERS_MARK + key


def _fingerprint(tree: dict[str, Any]) -> str:
    return hashlib.sha256(orjson.dumps(tree, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _headers(asked: _Asked, answer: Answer, failure: PaydeskError | None) -> Headers:
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(answer.body)).encode()),
        (b"cache-control", b"no-cache, no-store"),
        (b"request-id", asked.id.encode()),
        (b"stripe-version", asked.version.encode()),
    ]
    if asked.shared:
        headers.extend(cors.SHARED)
    if asked.key is not None:
        headers.append((b"idempotency-key", asked.key.encode("latin-1")))
    if answer.replayed_from is not None:
        headers.append((b"idempotent-replayed", b"true"))
        headers.append((b"original-request", answer.replayed_from.encode()))
    if asked.ignored:
        headers.append((b"paydesk-ignored", ", ".join(asked.ignored).encode("latin-1")))
    if failure is not None and failure.status in (409, 429, 503):
        headers.append((b"stripe-should-retry", b"true"))
    return headers


async def _send(send: Send, answer: Answer, headers: Headers) -> None:
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
