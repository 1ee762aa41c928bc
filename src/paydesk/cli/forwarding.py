"""Carrying events to the merchant's handler: where to, with which headers, and what it answered."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from paydesk.cli.console import MISUSED, fail
from paydesk.webhooks.deliver import Outcome, Prepared, Sender, open_client

CONNECT_SECONDS_MAX = 5.0
HANDLER_SECONDS_MAX = 30.0
"""As long as Stripe's CLI gives a handler; the server waits a little longer."""

HEADERS_MAX = 50

EVERY_EVENT = "*"

_NEXT_HEADER = re.compile(r",\s*(?=[\w-]+\s*:)")
_HEADER_NAME = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)
_HEADER_VALUE = re.compile(r"[\x20-\x7e\t]*")


@dataclass(frozen=True, slots=True)
class Route:
    """One handler, and the types of the events that it wants."""

    url: str
    types: Sequence[str] = (EVERY_EVENT,)

    def takes(self, type: str) -> bool:
        """Whether events of this type go there."""
        return EVERY_EVENT in self.types or type in self.types


@dataclass(frozen=True, slots=True)
class Carried:
    """What came of one event at one handler."""

    url: str
    outcome: Outcome


class Forwarder:
    """Posts events to the handlers that want them. `open_forwarder` makes one."""

    def __init__(
        self, client: httpx.AsyncClient, routes: Sequence[Route], headers: Mapping[str, str]
    ) -> None:
        self._sender = Sender(
            client, connect_seconds_max=CONNECT_SECONDS_MAX, total_seconds_max=HANDLER_SECONDS_MAX
        )
        self._routes = routes
        self._headers = headers

    def takes(self, type: str) -> bool:
        """Whether some handler wants events of this type."""
        return any(route.takes(type) for route in self._routes)

    async def carry(self, type: str, frame: Mapping[str, Any]) -> list[Carried]:
        """Post the frame's event, byte for byte, to every handler that wants it."""
        urls = [route.url for route in self._routes if route.takes(type)]
        headers = {**frame["http_headers"], "Connection": "close", **self._headers}
        body = frame["event_payload"].encode()
        outcomes = await asyncio.gather(
            *(self._sender.send(Prepared(url, headers, body, timestamp=0)) for url in urls)
        )
        return [Carried(url, outcome) for url, outcome in zip(urls, outcomes, strict=True)]


@asynccontextmanager
async def open_forwarder(
    routes: Sequence[Route], headers: Mapping[str, str], *, verified: bool
) -> AsyncIterator[Forwarder]:
    """A forwarder; unless `verified`, a handler may show any certificate."""
    async with open_client(None if verified else _any_certificate()) as client:
        yield Forwarder(client, routes, headers)


def _any_certificate() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def handler_url(text: str) -> str:
    """A handler's address as it may be typed: `4242`, `localhost:4242/webhook`, a whole URL.

    Ends the command when it can't be one.
    """
    typed = f"localhost:{text}" if re.fullmatch(r"\d+(/.*)?", text) else text
    typed = typed if "://" in typed else f"http://{typed}"
    try:
        url = httpx.URL(typed)
    except httpx.InvalidURL:
        url = httpx.URL("")
    if url.scheme not in ("http", "https") or not url.host or url.port == 0:
        fail(f"--forward-to can't be {text!r}: say it like localhost:4242/webhook.", MISUSED)
    return typed


def headers_from(texts: Sequence[str]) -> dict[str, str]:
    """Headers as they are typed, each `Name: value`, several between commas.

    Ends the command when they can't be sent.
    """
    headers: dict[str, str] = {}
    for text in (one for typed in texts for one in _NEXT_HEADER.split(typed)):
        name, colon, value = (part.strip() for part in text.partition(":"))
        if not colon or not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
            fail(f"--headers can't be {text!r}: say it like 'X-Shop: north'.", MISUSED)
        headers[name] = value
    if len(headers) > HEADERS_MAX:
        fail(f"--headers are too many: at most {HEADERS_MAX}.", MISUSED)
    return headers


def routes_of(endpoints: Sequence[Mapping[str, Any]], forward_to: str) -> list[Route]:
    """The enabled webhook endpoints, as handlers at `forward_to` instead of where they are.

    Their paths come after its own, as Stripe's CLI has it.
    """
    base = httpx.URL(forward_to)
    return [
        Route(str(_moved(httpx.URL(one["url"]), base)), tuple(one["enabled_events"]))
        for one in endpoints
        if one["status"] == "enabled"
    ]


def _moved(url: httpx.URL, base: httpx.URL) -> httpx.URL:
    path = base.path.rstrip("/").encode() + url.raw_path
    return base.copy_with(raw_path=path)
