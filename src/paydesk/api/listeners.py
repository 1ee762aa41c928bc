"""`/v1/stripecli/sessions` and the socket behind it: how the `stripe` CLI hears of events.

Not in Stripe's published specification; this is what the CLI asks and understands, from its oldest
npm release on. It opens a session with a secret key and a socket with the session's id. Frames are
JSON text. Who loses the socket, or finds the server gone, dials again with the same id.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import orjson
import structlog
from starlette.responses import JSONResponse
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from paydesk.api.event_feed import EventFeed
from paydesk.api.log_feed import LogFeed
from paydesk.api.params.listeners import CreateListener
from paydesk.core.listeners import FEATURES, SOCKET_PROTOCOL, UNKNOWN_LISTENER, Listener
from paydesk.render import Json
from paydesk.render.known_versions import NEWEST
from paydesk.render.versions import DEFAULT
from paydesk.services import listeners
from paydesk.services.context import Call
from paydesk.services.desk import Desk
from paydesk.services.listeners import NewListener
from paydesk.storage import listeners as stored
from paydesk.storage.accounts import Account
from paydesk.storage.accounts import get as get_account
from paydesk.storage.database import Transaction

log = structlog.get_logger("paydesk.listeners")

PATH = "/v1/stripecli/subscribe/{account}"

RECONNECT_SECONDS = 24 * 3600
"""How long the CLI keeps a socket before it dials anew for no reason."""

SOCKETS_MAX = 200
SOCKETS_PER_ACCOUNT_MAX = 20
"""In one process. No account may take what others need."""

GOODBYE = (1000, 1001)
"""How a CLI that is told to stop closes its socket. One that is killed says nothing."""


def create(tx: Transaction, call: Call, wanted: CreateListener) -> Json:
    """`POST /v1/stripecli/sessions`."""
    features = tuple(name for name in FEATURES if name in wanted.websocket_features)
    listener = listeners.begin(
        tx,
        call,
        NewListener(
            device=wanted.device_name or "",
            forwards_to=wanted.forward_to_url or "",
            features=features,
            filters=wanted.filters or {},
        ),
    )
    return {
        "websocket_id": listener.id,
        "websocket_url": _socket_address(call) + PATH.format(account=call.account),
        "websocket_authorized_feature": ",".join(features),
        "secret": listeners.account_of(tx, call).webhook_secret,
        "reconnect_delay": RECONNECT_SECONDS,
        "default_version": DEFAULT,
        "latest_version": NEWEST,
        "device_token": "",
        "display_connect_filter_warning": False,
    }


def _socket_address(call: Call) -> str:
    """Where the caller came to, for a socket; by TLS when that is how they came.

    A proxy that says nothing of it is known by the address that the operator gave it.
    """
    host, public = call.host or "127.0.0.1", urlsplit(call.server.base_url)
    by_tls = call.by_tls or (public.scheme == "https" and public.netloc == host)
    return f"{'wss' if by_tls else 'ws'}://{host}"


class ListenerSockets:
    """The sockets of one process."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._open: set[_Socket] = set()

    def routes(self) -> list[WebSocketRoute]:
        """Where the CLI dials."""
        return [WebSocketRoute(PATH, self.accept)]

    def wake(self) -> None:
        """Something was committed: look for it now."""
        for one in self._open:
            one.feed.wake()

    async def accept(self, socket: WebSocket) -> None:
        """Serve one socket until it closes."""
        known = await self._known(socket.headers.get("websocket-id", ""))
        if known is None or known[0].account != socket.path_params["account"]:
            return await _refuse(socket, 400, UNKNOWN_LISTENER)
        one = _Socket(self._desk, socket, *known)
        if len(self._open) >= SOCKETS_MAX:
            return await _refuse(socket, 503, "Too many listen to this server.")
        if sum(other.account == one.account for other in self._open) >= SOCKETS_PER_ACCOUNT_MAX:
            return await _refuse(socket, 429, "Too many listen to this account.")
        self._open.add(one)
        try:
            await one.serve()
        finally:
            self._open.discard(one)

    async def _known(self, id: str) -> tuple[Listener, Account] | None:
        """The listener of this id, now seen, and its account."""
        now = self._desk.clock() // 1_000_000

        def story(tx: Transaction) -> tuple[Listener, Account] | None:
            listener = stored.get(tx, id)
            if listener is None or not stored.see(tx, id, now):
                return None
            account = get_account(tx, listener.account)
            return None if account is None else (listener, account)

        return await self._desk.database.write(story)


class _Socket:
    """One accepted socket: what is told goes out, what is answered comes in."""

    def __init__(self, desk: Desk, socket: WebSocket, listener: Listener, account: Account) -> None:
        self._desk = desk
        self._socket = socket
        self._listener = listener
        self.account = account.id
        self.feed = (
            EventFeed(desk.database, desk.clock, listener, account.webhook_secret)
            if listener.hears_events
            else LogFeed(desk.database, desk.clock, listener)
        )

    async def serve(self) -> None:
        """Until it closes; then write down what was answered, and whether it said goodbye."""
        wanted = self._socket.headers.get("sec-websocket-protocol", "")
        await self._socket.accept(SOCKET_PROTOCOL if SOCKET_PROTOCOL in wanted else None)
        log.info("listener connected", device=self._listener.device, account=self._listener.account)
        telling = asyncio.create_task(self.feed.run(self._socket.send_text))
        try:
            code = await self._hear()
        finally:
            telling.cancel()
            with suppress(asyncio.CancelledError):
                await telling
        await self._leave(closed=code in GOODBYE)
        log.info("listener gone", device=self._listener.device, code=code)

    async def _hear(self) -> int | None:
        """Take in what the CLI says until it closes; gives back the code it closed with."""
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                code: int | None = message.get("code")
                return code
            self._take(_as_json(message.get("text")))

    def _take(self, said: Mapping[str, Any]) -> None:
        called = str(said.get("webhook_conversation_id", ""))
        if said.get("type") == "event_ack":
            self.feed.heard(called)
        elif said.get("type") == "webhook_response":
            self.feed.handled(called)
            log.info("forwarded by a listener", status=said.get("status"), event_id=_event(said))

    async def _leave(self, *, closed: bool) -> None:
        now = self._desk.clock() // 1_000_000
        await self.feed.write_down()
        await self._desk.database.write(
            lambda tx: stored.see(tx, self._listener.id, now, closed=closed)
        )


async def _refuse(socket: WebSocket, status: int, message: str) -> None:
    await socket.send_denial_response(JSONResponse({"error": {"message": message}}, status))


def _as_json(text: str | None) -> Mapping[str, Any]:
    """A frame's fields; none when it is nothing that we understand."""
    try:
        value = orjson.loads(text or "")
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}


def _event(said: Mapping[str, Any]) -> str:
    return str(said.get("notification_id", ""))[:100]
