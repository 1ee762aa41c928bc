"""A tax service of the merchant's own, asked over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import structlog

from paydesk.core.tax_questions import FAILED, TaxAnswer, TaxQuestion
from paydesk.tax.contract import asked, understood

log = structlog.get_logger("paydesk.tax")

ANSWER_BYTES_MAX = 256 * 1024
TRIES_MAX = 2
PAUSE_SECONDS = 0.2
CONNECTIONS_MAX = 50


class _TryAgain(Exception):
    """The service may answer when it is asked once more."""


class HttpTaxService:
    """Asks with `POST`, twice at most. Each try has `timeout_seconds` for all of it."""

    def __init__(
        self, client: httpx.AsyncClient, url: str, token: str | None, timeout_seconds: float
    ) -> None:
        self._client = client
        self._url = url
        self._headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._timeout_seconds = timeout_seconds

    async def ask(self, question: TaxQuestion) -> TaxAnswer:
        """The answer; `FAILED` when the service is slow, down or not to be understood."""
        for left in reversed(range(TRIES_MAX)):
            try:
                async with asyncio.timeout(self._timeout_seconds):
                    return understood(await self._answer(question), question)
            except (_TryAgain, TimeoutError, httpx.TransportError) as error:
                log.warning("tax service did not answer", why=repr(error), tries_left=left)
            except ValueError as error:
                log.warning("tax service was not understood", why=str(error)[:500])
                return FAILED
            if left:
                await asyncio.sleep(PAUSE_SECONDS)
        return FAILED

    async def _answer(self, question: TaxQuestion) -> bytes:
        """The body of a good answer. Raises ValueError for any that asking again won't mend."""
        request = self._client.stream(
            "POST", self._url, json=asked(question), headers=self._headers
        )
        async with request as response:
            if response.status_code == httpx.codes.TOO_MANY_REQUESTS or response.is_server_error:
                raise _TryAgain(f"status {response.status_code}")
            if response.status_code != httpx.codes.OK:
                raise ValueError(f"status {response.status_code}")
            return await _read(response)


@asynccontextmanager
async def open_tax_service(
    url: str, token: str | None, timeout_seconds: float
) -> AsyncIterator[HttpTaxService]:
    """The service at this address, with connections that are kept."""
    limits = httpx.Limits(max_connections=CONNECTIONS_MAX)
    async with httpx.AsyncClient(limits=limits, trust_env=False, timeout=timeout_seconds) as client:
        yield HttpTaxService(client, url, token, timeout_seconds)


async def _read(response: httpx.Response) -> bytes:
    body = b""
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > ANSWER_BYTES_MAX:
            raise ValueError(f"an answer has at most {ANSWER_BYTES_MAX:,} bytes")
    return body
