"""The commands that ask a running server."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest

from paydesk.cli.triggers import TRIGGERS
from tests.support.app import SEED_SESSION
from tests.support.server import Server

PATIENCE_SECONDS = 30


def paydesk(server: Server, key: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "paydesk", *arguments, "--url", server.url, "--key", key],
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )


@pytest.fixture
def http(server: Server, key: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {key}"}) as client:
        yield client


@pytest.mark.parametrize("event", TRIGGERS)
def test_a_trigger_ends_with_its_event(
    server: Server, key: str, http: httpx.Client, event: str
) -> None:
    ended = paydesk(server, key, "trigger", event)
    assert ended.returncode == 0, ended.stderr
    assert f"{event} has happened." in ended.stdout
    assert "\x1b" not in ended.stdout
    (happened,) = http.get(f"/v1/events?type={event}").json()["data"]
    again = paydesk(server, key, "events", "resend", happened["id"])
    assert happened["id"] in again.stdout


def test_a_trigger_that_is_none(server: Server, key: str) -> None:
    ended = paydesk(server, key, "trigger", "moon.landed")
    assert ended.returncode == 1
    assert "checkout.session.completed" in ended.stderr


def test_a_buyer_pays_three(server: Server, key: str, http: httpx.Client) -> None:
    session = http.post("/v1/checkout/sessions", data=SEED_SESSION).json()["id"]
    wrong = paydesk(server, key, "pay", session, "--quantity", "2=3")
    assert (wrong.returncode, "names no line" in wrong.stderr) == (1, True)
    declined = paydesk(server, key, "pay", session, "--card", "pm_card_chargeDeclined")
    assert (declined.returncode, "declined" in declined.stderr) == (1, True)
    paid = paydesk(server, key, "pay", session, "--quantity", "1=3")
    assert paid.stdout == "complete, paid: 6000 usd\n"
    assert http.get(f"/v1/checkout/sessions/{session}").json()["amount_total"] == 6000


def test_a_buyer_is_asked_for_a_place_and_by_the_bank(
    server: Server, key: str, http: httpx.Client
) -> None:
    fields = {
        **SEED_SESSION,
        "line_items[0][price_data][tax_behavior]": "exclusive",
        "automatic_tax[enabled]": "true",
        "billing_address_collection": "required",
    }
    session = http.post("/v1/checkout/sessions", data=fields).json()["id"]
    declined = paydesk(server, key, "pay", session, "--card", "declined", "--quantity", "1=3")
    assert (declined.returncode, declined.stderr) == (1, "paydesk: Your card was declined.\n")
    paid = paydesk(server, key, "pay", session, "--card", "4000 0000 0000 3220")
    assert paid.stdout.startswith("complete, paid: ")
    shown = http.get(f"/v1/checkout/sessions/{session}").json()
    assert shown["amount_subtotal"] == 6000
    assert shown["total_details"]["amount_tax"] > 0


def test_a_buyer_pays_by_direct_debit(server: Server, key: str, http: httpx.Client) -> None:
    fields = {
        **SEED_SESSION,
        "line_items[0][price_data][currency]": "eur",
        "payment_method_types[0]": "sepa_debit",
    }
    session = http.post("/v1/checkout/sessions", data=fields).json()["id"]
    wrong = paydesk(server, key, "pay", session, "--iban", "AT61")
    assert (wrong.returncode, "IBAN" in wrong.stderr) == (1, True)
    paid = paydesk(server, key, "pay", session, "--iban", "AT61 1904 3002 3457 3201")
    assert paid.stdout == "complete, unpaid: 2000 eur\n"


def test_a_server_that_is_not_there(server: Server, key: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "paydesk", "trigger", "product.created", "--url", "http://127.0.0.1:9"],
        check=False, capture_output=True, text=True, timeout=PATIENCE_SECONDS,
    )  # fmt: skip
    assert ended.returncode == 1
    assert "can't be reached" in ended.stderr
