"""A test moves its account's clock: what is due by then happens, and to nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from queue import Queue
from threading import Thread
from time import sleep

import anyio
import httpx
import pytest

from tests.api.merchant import SESSIONS, Merchant, refused
from tests.support.app import SEED_SESSION, running_app
from tests.support.inbox import open_inbox
from tests.support.server import Server, new_key

CLOCK = "/v1/test_helpers/clock"
DAY = 24 * 3600
LOOKS_MAX = 1_000
WAIT_SECONDS_MAX = 4
"""Sooner than a second attempt would come by the schedule alone: after five."""


def advance(merchant: Merchant, seconds: int) -> None:
    merchant.write(f"{CLOCK}/advance", {"seconds": str(seconds)})


def expiries(merchant: Merchant) -> list[str]:
    types = "checkout.session.expired"
    return [event["data"]["object"]["id"] for event in merchant.events() if event["type"] == types]


def test_sessions_of_the_account_expire_by_it(merchant: Merchant, other_merchant: Merchant) -> None:
    session, theirs = merchant.session(), other_merchant.session()
    advance(merchant, DAY - 60)
    assert merchant.read(f"{SESSIONS}/{session['id']}")["status"] == "open"
    advance(merchant, 120)
    assert merchant.read(f"{SESSIONS}/{session['id']}")["status"] == "expired"
    assert expiries(merchant) == [session["id"]]
    assert other_merchant.read(f"{SESSIONS}/{theirs['id']}")["status"] == "open"
    assert other_merchant.read(CLOCK)["ahead_seconds"] == 0


def test_what_is_made_later_is_of_that_time(merchant: Merchant) -> None:
    before = merchant.session()
    advance(merchant, 30 * DAY)
    after = merchant.session()
    assert 30 * DAY <= after["created"] - before["created"] < 30 * DAY + 3600
    assert after["expires_at"] - after["created"] == DAY
    paid = merchant.write(f"/v1/test_helpers/checkout/sessions/{after['id']}/pay")
    intent = merchant.read(f"/v1/payment_intents/{paid['payment_intent']}")
    assert intent["created"] >= after["created"]


def test_to_a_time(merchant: Merchant) -> None:
    now = merchant.read(CLOCK)["now"]
    told = merchant.write(f"{CLOCK}/advance", {"to": str(now + DAY)})
    assert (told["object"], told["now"]) == ("test_helpers.clock", now + DAY)
    error = refused(merchant.post(f"{CLOCK}/advance", {"to": str(now)}), 400)
    assert error["param"] == "to"


@pytest.mark.parametrize(
    "fields", [{}, {"seconds": "0"}, {"seconds": "-1"}, {"seconds": "1", "to": "2"},
               {"seconds": "400000000"}]
)  # fmt: skip
def test_wrong_moves(merchant: Merchant, fields: dict[str, str]) -> None:
    refused(merchant.post(f"{CLOCK}/advance", fields), 400)
    assert merchant.read(CLOCK)["ahead_seconds"] == 0


def test_a_key_moves_it_once(merchant: Merchant) -> None:
    for _ in range(2):
        told = merchant.write(f"{CLOCK}/advance", {"seconds": "60"}, Idempotency_Key="once")
        assert told["ahead_seconds"] == 60
    assert merchant.read(CLOCK)["ahead_seconds"] == 60


def test_a_pending_refund_ends_by_it(merchant: Merchant) -> None:
    session = merchant.session()
    pay = f"/v1/test_helpers/checkout/sessions/{session['id']}/pay"
    intent = merchant.write(pay, {"card": "pm_card_pendingRefund"})["payment_intent"]
    refund = merchant.write("/v1/refunds", {"payment_intent": intent})
    assert refund["status"] == "pending"
    advance(merchant, 10 * DAY)
    wait = 0
    while merchant.read(f"/v1/refunds/{refund['id']}")["status"] == "pending" and wait < 200:
        wait += 1
        sleep(0.05)
    assert merchant.read(f"/v1/refunds/{refund['id']}")["status"] == "succeeded"


@contextmanager
def refusing_once() -> Iterator[tuple[str, Queue[int]]]:
    """A handler that refuses the first webhook and takes the others, and what it answered."""
    answers: Queue[int] = Queue()
    statuses = iter([500])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            status = next(statuses, 200)
            self.send_response(status)
            self.end_headers()
            answers.put(status)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", answers
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_deliveries_are_due_by_it(merchant: Merchant) -> None:
    with refusing_once() as (url, answers):
        merchant.write("/v1/webhook_endpoints", {"url": url, "enabled_events[]": "product.created"})
        merchant.write("/v1/products", {"name": "Mug"})
        assert answers.get(timeout=20) == 500
        attempts = 0
        while answers.empty() and attempts < WAIT_SECONDS_MAX * 20:
            # The refusal may not be on record yet; who moves on again does no harm.
            advance(merchant, 3600)
            attempts += 1
            sleep(0.05)
        assert answers.get(timeout=1) == 200


def test_what_happens_later_is_told_at_once(merchant: Merchant) -> None:
    with open_inbox() as inbox:
        merchant.write("/v1/webhook_endpoints", {"url": inbox.url, "enabled_events[]": "*"})
        advance(merchant, DAY)
        merchant.write("/v1/products", {"name": "Mug"})
        inbox.received(1)


def test_it_survives_a_crash(own_server: Server, http: httpx.Client) -> None:
    merchant = Merchant(http, own_server.url, new_key())
    session = merchant.session()
    advance(merchant, DAY + 1)
    own_server.kill()
    own_server.start()
    merchant = Merchant(http, own_server.url, merchant.key)
    assert merchant.read(CLOCK)["ahead_seconds"] == DAY + 1
    assert expiries(merchant) == [session["id"]]


@pytest.mark.anyio
@pytest.mark.postgres
async def test_other_processes_learn_of_it(tmp_path: Path) -> None:
    async with (
        running_app(tmp_path, engine="postgres") as one,
        running_app(tmp_path, engine="postgres") as other,
    ):
        await one.form(SESSIONS, SEED_SESSION)
        told = await one.form(f"{CLOCK}/advance", {"seconds": str(DAY)})
        assert told.status_code == 200, told.text
        for _ in range(LOOKS_MAX):
            if (await other.get(CLOCK)).json()["ahead_seconds"] == DAY:
                return
            await anyio.sleep(0.02)
        pytest.fail("the other process never learned of it")
