"""An inbox for webhooks: signatures are verified, and a test waits for what it expects."""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from typing import Any

from paydesk.testing.account import Account, Json, id_of
from paydesk.webhooks.sign import signature_header

WAIT_SECONDS = 10.0
POLL_SECONDS = 0.02
BODY_BYTES_MAX = 4 * 1024 * 1024


@dataclass
class _Inbox:
    """What has come for one endpoint: events, and why others were not taken."""

    secret: str = ""
    events: list[Json] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


class Receiver:
    """One HTTP server for all endpoints of a run: each has a path of its own."""

    def __init__(self) -> None:
        self.changed = Condition()
        self._inboxes: dict[str, _Inbox] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": POLL_SECONDS}, daemon=True
        )
        self._thread.start()

    def open(self) -> tuple[str, _Inbox]:
        """A new inbox and its address."""
        path = f"/{secrets.token_hex(8)}"
        with self.changed:
            inbox = self._inboxes[path] = _Inbox()
        return f"http://127.0.0.1:{self._server.server_port}{path}", inbox

    def take(self, path: str, body: bytes, signature: str) -> int:
        """Put one request into its inbox, and give back the status to answer with."""
        with self.changed:
            inbox = self._inboxes.get(path)
            if inbox is None:
                return 410
            if is_signed(body, signature, inbox.secret):
                inbox.events.append(json.loads(body))
            else:
                inbox.problems.append(f"one with a signature that is wrong: {signature!r}")
            self.changed.notify_all()
            return 200

    def stop(self) -> None:
        """Take no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Webhooks:
    """Every event of the account, as its own handler would get them."""

    def __init__(self, account: Account, receiver: Receiver) -> None:
        self._account = account
        self._receiver = receiver
        self.url, self._inbox = receiver.open()
        made = account.post("/v1/webhook_endpoints", url=self.url, enabled_events=["*"])
        self._endpoint = made["id"]
        self._inbox.secret = made["secret"]

    @property
    def received(self) -> list[Json]:
        """What has come so far, in the order of its coming; signatures were good."""
        with self._receiver.changed:
            return list(self._inbox.events)

    def wait_for(
        self,
        type: str,
        about: Any = None,
        *,
        where: Callable[[Json], bool] | None = None,
        timeout_seconds: float = WAIT_SECONDS,
    ) -> Json:
        """The first event of this type, also if it has come already.

        `about` is the object that it tells of, or its id; `where` has to be true of the event.
        Raises AssertionError with the list of what came instead.
        """
        wanted = _matching(type, about, where)
        with self._receiver.changed:
            found: Json | None = self._receiver.changed.wait_for(
                lambda: next(filter(wanted, self._inbox.events), None), timeout_seconds
            )
            if found is None:
                raise AssertionError(self._told_instead(type, about, timeout_seconds))
        return found

    def disturb(self, *, copies: int = 1, delay_ms: int = 0, shuffle_ms: int = 0) -> None:
        """Have the account's webhooks come so often, so late, and in any order within a while."""
        self._account.post(
            "/v1/test_helpers/webhooks", copies=copies, delay_ms=delay_ms, shuffle_ms=shuffle_ms
        )

    def close(self) -> None:
        """Have nothing more sent."""
        self._account.delete(f"/v1/webhook_endpoints/{self._endpoint}")

    def _told_instead(self, type: str, about: Any, seconds: float) -> str:
        of = "" if about is None else f" about {id_of(about)}"
        came = [f"{event['type']} about {_object_id(event)}" for event in self._inbox.events]
        came += self._inbox.problems
        lines = "".join(f"\n  {line}" for line in came) or "\n  nothing"
        return f"No {type}{of} came within {seconds:g} seconds. What came:{lines}"


def is_signed(body: bytes, header: str, secret: str) -> bool:
    """Whether one of the header's signatures is this body's."""
    parts = dict(part.partition("=")[::2] for part in header.split(","))
    timestamp = parts.get("t", "")
    if not timestamp.isascii() or not timestamp.isdigit():
        return False
    expected = signature_header(body, [secret], int(timestamp)).partition("v1=")[2]
    given = [part.removeprefix("v1=") for part in header.split(",") if part.startswith("v1=")]
    return any(hmac.compare_digest(expected.encode(), one.encode()) for one in given)


def _matching(
    type: str, about: Any, where: Callable[[Json], bool] | None
) -> Callable[[Json], bool]:
    id = None if about is None else id_of(about)

    def matches(event: Json) -> bool:
        return (
            event["type"] == type
            and (id is None or _object_id(event) == id)
            and (where is None or where(event))
        )

    return matches


def _object_id(event: Json) -> Any:
    return event["data"]["object"].get("id")


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = min(int(self.headers["Content-Length"]), BODY_BYTES_MAX)
            body = self.rfile.read(length)
            signature = self.headers.get("Stripe-Signature", "")
            self.send_response(receiver.take(self.path, body, signature))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: what came is in the inbox."""

    return Handler
