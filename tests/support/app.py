"""The whole application inside the test, with a clock that the test turns."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlencode

import httpx

from paydesk.app import Application, create_app
from paydesk.payments.processor import Processor
from paydesk.settings import Settings
from tests.engines import database_url

BASE_URL = "http://127.0.0.1:12111"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

SEED_SESSION = {
    "line_items[0][price_data][currency]": "usd",
    "line_items[0][price_data][product_data][name]": "T-shirt",
    "line_items[0][price_data][unit_amount]": "2000",
    "line_items[0][price_data][tax_behavior]": "exclusive",
    "line_items[0][adjustable_quantity][enabled]": "true",
    "line_items[0][adjustable_quantity][minimum]": "1",
    "line_items[0][adjustable_quantity][maximum]": "10",
    "line_items[0][quantity]": "1",
    "mode": "payment",
    "success_url": "https://example.com/success?session={CHECKOUT_SESSION_ID}",
    "cancel_url": "https://example.com/cancel",
}
"""The documented first session, without its automatic tax."""


class Clock:
    """Unix time in microseconds, standing still until the test moves it."""

    def __init__(self, seconds: int = 1_800_000_000) -> None:
        self.now_us = seconds * 1_000_000

    def __call__(self) -> int:
        """The time, a microsecond further at every look so that ids keep their order."""
        self.now_us += 1
        return self.now_us

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.now_us += int(seconds * 1_000_000)


class Client(httpx.AsyncClient):
    """Speaks the API as an SDK does: form bodies, bearer key."""

    async def form(
        self, path: str, fields: dict[str, str] | None = None, **headers: str
    ) -> httpx.Response:
        """POST fields in bracket form; header names may be written with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.post(path, content=urlencode(fields or {}), headers={**FORM, **named})


@asynccontextmanager
async def running_app(
    folder: Path,
    *,
    engine: str = "sqlite",
    clock: Callable[[], int] | None = None,
    processor: Callable[[Processor], Processor] = lambda sandbox: sandbox,
    key: str = "sk_test_account",
    **settings: object,
) -> AsyncIterator[Client]:
    """A started application on a database in `folder`, or PostgreSQL's, and a client with `key`."""
    database = database_url(engine, folder / "paydesk.db")
    given = Settings().model_copy(update={"database": database, **settings})
    application: Application = create_app(given, clock=clock or Clock(), processor=processor)
    async with application.started():
        transport = httpx.ASGITransport(application)
        headers = {"Authorization": f"Bearer {key}"}
        async with Client(transport=transport, base_url=BASE_URL, headers=headers) as client:
            yield client
