"""One attempt: prepare what is sent, send it, and say what follows. A type for each outcome.

prepare (pure) ──> send (no transaction open) ──> Delivered | Refused | Unreachable
                                                      └──> state_after (pure)
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.metadata import version

import httpx

from paydesk.core.deliveries import FAILED, PENDING, SUCCEEDED, Delivery
from paydesk.core.events import Event
from paydesk.core.webhook_endpoints import WebhookEndpoint
from paydesk.render.events import body
from paydesk.webhooks.addresses import Address, AddressRefused, PublicOnly
from paydesk.webhooks.schedule import Schedule, delay_after, retry_after_seconds
from paydesk.webhooks.sign import signature_header

ANSWER_READ_BYTES_MAX = 64 * 1024
ANSWER_KEPT_BYTES_MAX = 2 * 1024

GONE = 410
"""The endpoint asks for nothing more, ever (Standard Webhooks)."""

USER_AGENT = f"Paydesk/{version('paydesk')}"


@dataclass(frozen=True, slots=True)
class Held:
    """A delivery that a worker has claimed, with what it takes to carry it out.

    `listeners` is how many endpoints the event went to when it happened.
    """

    delivery: Delivery
    event: Event
    endpoint: WebhookEndpoint
    listeners: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request to an endpoint, signed at `timestamp` (Unix seconds)."""

    url: str
    headers: dict[str, str]
    body: bytes
    timestamp: int


@dataclass(frozen=True, slots=True)
class Delivered:
    """The endpoint took the event: it answered with a status from 200 to 299."""

    status: int
    answer: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The endpoint answered with any other status; a redirect is one of them."""

    status: int
    answer: str
    retry_after_seconds: float | None = None

    @property
    def is_gone(self) -> bool:
        """Whether the endpoint wants no event any more."""
        return self.status == GONE


@dataclass(frozen=True, slots=True)
class Unreachable:
    """There was no answer, and this is why."""

    reason: str


Outcome = Delivered | Refused | Unreachable


def prepare(held: Held, timestamp: int) -> Prepared:
    """The request for a delivery. Its body has the same bytes on every attempt."""
    content = body(replace(held.event, pending_webhooks=held.listeners))
    return Prepared(
        url=held.endpoint.url,
        headers={
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": USER_AGENT,
            "Stripe-Signature": signature_header(
                content, held.endpoint.signing_secrets(timestamp), timestamp
            ),
            "Accept": "*/*",
            "Accept-Encoding": "identity",
            "Connection": "close",
        },
        body=content,
        timestamp=timestamp,
    )


def open_client(certificates: ssl.SSLContext | None = None) -> httpx.AsyncClient:
    """The client that deliveries are sent with: no proxy, no redirect, no cookie, no reuse.

    A connection is used once, since an endpoint that closes an idle one just as it is used again
    would cost that delivery an attempt. Endpoints must show a certificate that `certificates`
    trusts, or one that browsers trust.
    """
    return httpx.AsyncClient(
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        follow_redirects=False,
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
        trust_env=False,
        verify=certificates or _trusted_by_browsers(),
    )


@cache
def _trusted_by_browsers() -> ssl.SSLContext:
    """Read once: the list is long."""
    return httpx.create_ssl_context(trust_env=False)


class Sender:
    """Sends prepared requests; with `public_only`, to the public Internet and by https alone."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        *,
        connect_seconds_max: float,
        total_seconds_max: float,
        public_only: PublicOnly | None = None,
    ) -> None:
        self._client = client
        self._timeout = httpx.Timeout(total_seconds_max, connect=connect_seconds_max, pool=None)
        self._total_seconds_max = total_seconds_max
        self._public_only = public_only

    async def send(self, prepared: Prepared) -> Outcome:
        """Make one attempt. The status is what counts, even if the rest of the answer is lost."""
        deadline = asyncio.get_running_loop().time() + self._total_seconds_max
        try:
            async with asyncio.timeout_at(deadline):
                response = await self._open(prepared)
        except TimeoutError:
            return Unreachable(f"no answer within {self._total_seconds_max:g} seconds")
        except (httpx.HTTPError, httpx.InvalidURL, OSError, AddressRefused) as error:
            return Unreachable(_reason(error))
        answer = await _beginning(response, deadline)
        if response.is_success:
            return Delivered(response.status_code, answer)
        wait = retry_after_seconds(response.headers.get("Retry-After"), prepared.timestamp)
        return Refused(response.status_code, answer, wait)

    async def _open(self, prepared: Prepared) -> httpx.Response:
        """The answer's head, from the first address that accepts a connection."""
        refusal: httpx.TransportError | None = None
        async for request in self._requests(prepared):
            try:
                return await self._client.send(request, stream=True, follow_redirects=False)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                refusal = error
        raise refusal or AddressRefused("the host has no address")

    async def _requests(self, prepared: Prepared) -> AsyncIterator[httpx.Request]:
        url = httpx.URL(prepared.url)
        if self._public_only is None:
            yield self._request(prepared, url, {}, {})
            return
        if url.scheme != "https":
            raise AddressRefused("only https is allowed")
        name = url.raw_host.decode("ascii")
        host = {"Host": url.netloc.decode("ascii")}
        for address in await self._public_only.addresses(name, url.port or 443):
            there = url.copy_with(host=_as_host(address))
            yield self._request(prepared, there, host, {"sni_hostname": name})

    def _request(
        self, prepared: Prepared, url: httpx.URL, host: dict[str, str], extensions: dict[str, str]
    ) -> httpx.Request:
        return self._client.build_request(
            "POST",
            url,
            content=prepared.body,
            headers={**prepared.headers, **host},
            timeout=self._timeout,
            extensions=extensions,
        )


def state_after(
    outcome: Outcome, number: int, schedule: Schedule, jitter: float
) -> tuple[str, float]:
    """The state of the delivery after its attempt of this number, and the seconds until the next.

    The number counts the schedule's attempts, from 1; 0 is one that was asked for before them.

    `jitter` is from 0 to 1; see `delay_after`.
    """
    if isinstance(outcome, Delivered):
        return SUCCEEDED, 0
    if isinstance(outcome, Refused) and outcome.is_gone:
        return FAILED, 0
    wait = outcome.retry_after_seconds if isinstance(outcome, Refused) else None
    delay = delay_after(number, schedule, jitter, wait)
    return (FAILED, 0) if delay is None else (PENDING, delay)


async def _beginning(response: httpx.Response, deadline: float) -> str:
    """The first part of an answer's body, as far as it came before the deadline."""
    read = bytearray()
    broken = ""
    try:
        async with asyncio.timeout_at(deadline):
            async for chunk in response.aiter_raw():
                read += chunk
                if len(read) >= ANSWER_READ_BYTES_MAX:
                    break
    except (httpx.HTTPError, TimeoutError) as error:
        broken = f" [{_reason(error)}]"
    finally:
        await response.aclose()
    return _text(read[:ANSWER_KEPT_BYTES_MAX]) + broken


def _text(read: bytes | bytearray) -> str:
    """Bytes of a stranger as text that every database takes."""
    return read.decode("utf-8", errors="replace").replace("\0", "\N{REPLACEMENT CHARACTER}")


def _as_host(address: Address) -> str:
    return f"[{address}]" if address.version == 6 else str(address)


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".rstrip(": ")
