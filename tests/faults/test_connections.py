"""A PostgreSQL that cuts connections, or falls over, while a shop is busy.

Whoever is told 409, 429 or 503 sends the same request again with its key, as every SDK does. In the
end each order is paid, once.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
import pytest

from paydesk.core.errors import Unavailable
from tests.engines import elsewhere
from tests.support.app import SEED_SESSION
from tests.support.checkout import VISA
from tests.support.postgres import cluster
from tests.support.till import Till, open_till

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]

ORDERS = 12
CUTS = 25
TRIES_MAX = 100
AGAIN = {409, 429, 503}

CUT_ONE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'paydesk'
ORDER BY random() LIMIT 1
"""


@pytest.fixture
async def till(tmp_path: Path, anyio_backend: str) -> AsyncIterator[Till]:
    """A till on PostgreSQL, whose books balance at the end."""
    async with open_till(tmp_path, engine="postgres") as opened:
        yield opened
        await opened.recover()
        opened.books.check()


async def insist(till: Till, path: str, fields: dict[str, str], key: str) -> httpx.Response:
    """Send the request until it is answered, and let recovery settle what was left behind."""
    for _ in range(TRIES_MAX):
        answer = await till.client.form(path, fields, idempotency_key=key)
        if answer.status_code not in AGAIN:
            return answer
        with suppress(Unavailable):  # the server's own errand: it comes again
            await till.recover()
    raise AssertionError(f"{path} was never answered")


async def sell(till: Till, number: int) -> None:
    """One order from its beginning to its end."""
    wanted = {**SEED_SESSION, "expand[]": "line_items"}
    made = await insist(till, "/v1/checkout/sessions", wanted, f"open-{number}")
    assert made.status_code == 200, made.text
    page = f"/v1/payment_pages/{made.json()['id']}"
    line = made.json()["line_items"]["data"][0]["id"]
    two = {
        "updated_line_item_quantity[line_item_id]": line,
        "updated_line_item_quantity[quantity]": "2",
    }
    changed = await insist(till, page, two, f"change-{number}")
    assert changed.status_code == 200, changed.text
    pay = {"payment_method": VISA, "expected_amount": "4000"}
    paid = await insist(till, f"{page}/confirm", pay, f"pay-{number}")
    assert paid.status_code == 200, paid.text


@asynccontextmanager
async def repeated(fault: Callable[[], Awaitable[object]]) -> AsyncIterator[None]:
    """Let it happen again and again."""

    async def repeat() -> None:
        while True:
            await fault()

    going_wrong = asyncio.create_task(repeat())
    yield
    going_wrong.cancel()


async def test_cut_connections_lose_and_double_nothing(till: Till, tmp_path: Path) -> None:
    cut: list[bool] = []
    orders = 0

    async def cut_one() -> None:
        rows = await asyncio.to_thread(elsewhere, "postgres", tmp_path / "paydesk.db", CUT_ONE)
        cut.extend(done for (done,) in rows)
        await asyncio.sleep(0.005)  # the server is busy, not dead

    async with repeated(cut_one):
        while len(cut) < CUTS:
            await asyncio.gather(*(sell(till, orders + number) for number in range(ORDERS)))
            orders += ORDERS
    assert paid(till) == orders


async def test_a_server_that_falls_over_loses_and_doubles_nothing(till: Till) -> None:
    selling = asyncio.gather(*(sell(till, number) for number in range(ORDERS)))
    await asyncio.to_thread(cluster().crash)
    await selling
    assert paid(till) == ORDERS


def paid(till: Till) -> int:
    return len(till.books.rows("SELECT id FROM sessions WHERE status = 'complete'"))
