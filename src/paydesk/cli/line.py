"""A line to a running server, by the door that Stripe's own CLI uses: a session, then a socket.

The session outlives the socket: whoever loses the server dials again under the same name, and is
told once more what they did not acknowledge. Frames are JSON text.
"""

from __future__ import annotations

import asyncio
import json
import platform
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from secrets import SystemRandom
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.typing import Subprotocol

from paydesk.cli.client import Merchant, NoAnswer
from paydesk.core.listeners import SESSIONS_PATH, SOCKET_PROTOCOL, UNKNOWN_LISTENER

FRAME_BYTES_MAX = 16 * 1024 * 1024
DIAL_SECONDS_MAX = 10.0
PING_SECONDS = 5.0
SILENCE_SECONDS_MAX = 10.0
"""Without an answer to a ping for so long, the line counts as cut."""

WAIT_SECONDS_MIN, WAIT_SECONDS_MAX = 0.1, 5.0
"""Between two dials, the first and the last of a row."""

GOODBYE, CALL_AGAIN = 1000, 4000
"""How a socket is closed: for good, or so that the server keeps what is not yet acknowledged."""

CHANCE = SystemRandom().random

Frame = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a line is to tell: events or the request log, and for whom."""

    feature: str
    forwards_to: str = ""
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def fields(self) -> dict[str, str]:
        """As the server is asked for it."""
        asked = {
            "device_name": platform.node()[:200],
            "websocket_features[0]": self.feature,
            "filters": json.dumps(self.filters),
        }
        return asked | ({"forward_to_url": self.forwards_to} if self.forwards_to else {})


@dataclass(frozen=True, slots=True)
class Session:
    """What a server gave: where to dial, under which name, and what signs the events."""

    url: str
    id: str
    secret: str
    default_version: str
    latest_version: str


def open_session(answer: Frame) -> Session:
    """A session as the server answers with it."""
    return Session(
        url=f"{answer['websocket_url']}?websocket_feature={answer['websocket_authorized_feature']}",
        id=answer["websocket_id"],
        secret=answer["secret"],
        default_version=answer["default_version"],
        latest_version=answer["latest_version"],
    )


class Line:
    """One session and its sockets, one after the other.

    `tell` is told in a sentence when the line is cut or stands again.
    """

    def __init__(self, merchant: Merchant, wish: Wish, tell: Callable[[str], None]) -> None:
        self._merchant = merchant
        self._wish = wish
        self._tell = tell
        self._socket: ClientConnection | None = None
        self.session = open_session(merchant.write(SESSIONS_PATH, wish.fields()))

    async def run(self, take: Callable[[Frame], Awaitable[None]]) -> None:
        """Take in what is told, until cancelled, however often the server goes away.

        Raises Refusal when it comes back and does not want us any more.
        """
        self._socket = await self._dial()
        while True:
            with suppress(ConnectionClosed):
                async for text in self._socket:
                    await take(_as_json(text))
            self._tell("The server is gone. Dialling until it is back …")
            self._socket = await self._dial()
            self._tell("The server is back.")

    async def say(self, **fields: Any) -> None:
        """Send a frame. It is lost with the line, and then the server tells its event again."""
        if self._socket is not None:
            with suppress(ConnectionClosed):
                await self._socket.send(json.dumps(fields))

    async def hang_up(self, code: int) -> None:
        """Close the socket, if there is one."""
        if self._socket is not None:
            await self._socket.close(code)

    async def _dial(self) -> ClientConnection:
        """A socket, after as many tries as it takes."""
        told, delays = False, waits()
        while True:
            try:
                return await self._connect()
            except (NoAnswer, OSError, WebSocketException) as error:
                if not told and self._socket is None:
                    self._tell(f"No line to {self.session.url.partition('?')[0]} yet: {error}")
                told = True
                await asyncio.sleep(next(delays))

    async def _connect(self) -> ClientConnection:
        try:
            return await self._open_socket()
        except InvalidStatus as error:
            if UNKNOWN_LISTENER.encode() not in (error.response.body or b""):
                raise
        before = self.session.secret
        self.session = open_session(
            await asyncio.to_thread(self._merchant.ask, "POST", SESSIONS_PATH, self._wish.fields())
        )
        if self.session.secret != before:
            self._tell(f"Your webhook signing secret is {self.session.secret} from now on.")
        return await self._open_socket()

    async def _open_socket(self) -> ClientConnection:
        return await connect(
            self.session.url,
            additional_headers={"Websocket-Id": self.session.id},
            subprotocols=[Subprotocol(SOCKET_PROTOCOL)],
            compression=None,
            proxy=None,
            max_size=FRAME_BYTES_MAX,
            open_timeout=DIAL_SECONDS_MAX,
            ping_interval=PING_SECONDS,
            ping_timeout=SILENCE_SECONDS_MAX,
            close_timeout=1,
        )


def waits() -> Iterator[float]:
    """Seconds between dials, longer and longer; chance keeps many listeners apart."""
    seconds = WAIT_SECONDS_MIN
    while True:
        yield seconds * (1 + CHANCE()) / 2
        seconds = min(2 * seconds, WAIT_SECONDS_MAX)


def _as_json(text: str | bytes) -> Frame:
    """A frame's fields; none when it is nothing that we understand."""
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
