"""One connection, within limits of size and time that uvicorn does not have.

A head has to come soon and be short; a body has to come soon. Who is answered before their body
was read, because it is too large, is heard out for a while: a connection that is closed on bytes
that nobody read is reset, and then the client may lose the answer as well.
"""

from __future__ import annotations

import asyncio
import resource
from enum import Enum
from functools import lru_cache
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from paydesk.services.changes import END

HEAD_BYTES_MAX = 64 * 1024
HEAD_SECONDS_MAX = 20.0
"""From the connection's beginning, or a request's first byte, to the end of the headers."""

BODY_SECONDS_MAX = 60.0
"""For the whole body, of which no more than a megabyte is ever read."""

UNREAD_BYTES_MAX = 32 * 1024 * 1024
UNREAD_SECONDS_MAX = 10.0
"""How much of a body, and for how long, is taken in once its request was answered."""

CONNECTIONS_MAX = 10_000
"""At one process; fewer where the system lets it open fewer files."""

OTHER_FILES = 200
"""What a process opens besides: databases, webhooks under way, its own."""

_CLOSING = b"content-length: 0\r\nconnection: close\r\n\r\n"
_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\n" + _CLOSING
_TOO_MANY = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\n" + _CLOSING
_TOO_LONG = b"HTTP/1.1 431 Request Header Fields Too Large\r\n" + _CLOSING


@lru_cache(maxsize=1)
def connections_max() -> int:
    """How many connections this process takes. Raises its limit of open files as far as it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS_MAX + OTHER_FILES
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return max(allowed - OTHER_FILES, allowed // 2)


class Awaited(Enum):
    """What a connection waits for."""

    REQUEST = "the next request, if there is one"
    HEAD = "the rest of a request's head"
    BODY = "the rest of a request's body"
    END = "the rest of a body that nobody reads any more"


_SECONDS_MAX = {
    Awaited.HEAD: HEAD_SECONDS_MAX,
    Awaited.BODY: BODY_SECONDS_MAX,
    Awaited.END: UNREAD_SECONDS_MAX,
}


class Connection(HttpToolsProtocol):
    """One connection. A stream of changes would never end by itself, so it is told to.

    A request that comes in one piece, as nearly all do, never waits and costs no timer.
    """

    _awaited = Awaited.REQUEST
    _bytes_seen = 0
    _due: float | None = None
    _timer: asyncio.TimerHandle | None = None
    _closes_after_body = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for the first request."""
        super().connection_made(cast("asyncio.Transport", transport))
        if len(self.connections) > connections_max():
            self.transport.write(_TOO_MANY)
            self.transport.close()
            return
        self._wait_for(Awaited.HEAD)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._forget_time()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self) -> None:
        """From here on the connection is another protocol's."""
        self._forget_time()
        super().handle_websocket_upgrade()

    def data_received(self, data: bytes) -> None:
        """Take in what came, and see what is still to come."""
        before = self._awaited
        if before is Awaited.REQUEST:
            self._awaited = Awaited.HEAD
        super().data_received(data)
        now = self._awaited
        if now is Awaited.REQUEST:
            self._due = None
        elif now is not before:
            self._wait_for(now)
        self._count(len(data))

    def on_headers_complete(self) -> None:
        """The head is there."""
        super().on_headers_complete()
        self._awaited = Awaited.BODY

    def on_message_complete(self) -> None:
        """The request is there, all of it."""
        super().on_message_complete()
        self._awaited = Awaited.REQUEST
        if self._closes_after_body:
            self.transport.close()

    def on_response_complete(self) -> None:
        """It is answered, perhaps before all of it was there."""
        super().on_response_complete()
        if self._awaited is Awaited.BODY and self.cycle.response_complete:
            self._wait_for(Awaited.END)

    def shutdown(self) -> None:
        """The server is about to stop: finish what is being answered."""
        super().shutdown()
        scope: Any = self.scope  # None before the first request
        end = scope.get(END) if scope else None
        if end is not None:
            end()

    def close_after_body(self) -> None:
        """Close, but hear the client out first."""
        if self._awaited in (Awaited.BODY, Awaited.END):
            self._closes_after_body = True
        else:
            self.transport.close()

    def _wait_for(self, awaited: Awaited) -> None:
        self._awaited = awaited
        self._bytes_seen = 0
        self._due = self.loop.time() + _SECONDS_MAX[awaited]
        if awaited is Awaited.BODY:
            self.cycle.transport = _HearsOut(self)
        if self._timer is not None and self._timer.when() > self._due:
            self._timer.cancel()
            self._timer = None
        if self._timer is None:
            self._timer = self.loop.call_at(self._due, self._look)

    def _look(self) -> None:
        self._timer = None
        if self._due is None or self.transport.is_closing():
            return
        if self.loop.time() < self._due:
            self._timer = self.loop.call_at(self._due, self._look)
        else:
            self._refuse(_TOO_SLOW)

    def _count(self, bytes_come: int) -> None:
        self._bytes_seen += bytes_come
        if self._awaited is Awaited.HEAD and self._bytes_seen > HEAD_BYTES_MAX:
            self._refuse(_TOO_LONG)
        elif self._awaited is Awaited.END and self._bytes_seen > UNREAD_BYTES_MAX:
            self.transport.close()

    def _refuse(self, answer: bytes) -> None:
        """Close, and say why where no other answer is on its way."""
        cycle: Any = self.cycle  # None before the first request
        if self._awaited is Awaited.HEAD and (cycle is None or cycle.response_complete):
            self.transport.write(answer)
        self.transport.close()

    def _forget_time(self) -> None:
        self._due = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class _HearsOut(asyncio.Transport):
    """The transport of a request whose body is still coming: closed once that has come."""

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send this."""
        self._connection.transport.write(data)

    def is_closing(self) -> bool:
        """Whether nothing more can be sent."""
        return self._connection.transport.is_closing()

    def close(self) -> None:
        """Send nothing more."""
        self._connection.close_after_body()
