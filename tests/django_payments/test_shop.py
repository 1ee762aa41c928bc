"""django-payments' Checkout provider, unmodified, in a Django shop: pay, ask, cancel, refund.

The shop runs in a process of its own, with packages of its own.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.api.merchant import SESSIONS, Json, Merchant, succeeded
from tests.support.handlers import running
from tests.support.server import Server, new_key

HOOKS = "/v1/webhook_endpoints"
SHOP = Path(__file__).with_name("run_shop.py")
PATIENCE_SECONDS = 20
LOOK_SECONDS = 0.05


class Shop:
    """The Django shop, and the merchant's account behind it."""

    def __init__(self, http: httpx.Client, url: str, merchant: Merchant) -> None:
        self._http = http
        self.url = url
        self.merchant = merchant

    def ask(self, path: str) -> Json:
        answer = self._http.get(f"{self.url}/{path}")
        assert answer.status_code == 200, answer.text
        told: Json = answer.json()
        return told

    def buy(self) -> Json:
        """A new payment: its token in the shop, and its session."""
        made = self.ask("buy")
        session = self.ask(f"look/{made['token']}")["session"]
        assert made["url"].endswith(f"/c/pay/{session}")
        return {"token": made["token"], "session": session}

    def becomes(self, token: str, status: str) -> Json:
        """Wait until a webhook has made it so."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (seen := self.ask(f"look/{token}"))["status"] != status:
            assert time.monotonic() < deadline, f"still {seen}"
            time.sleep(LOOK_SECONDS)
        return seen


@pytest.fixture
def merchant(server: Server) -> Iterator[Merchant]:
    with httpx.Client(trust_env=False) as http:
        yield Merchant(http, server.url, new_key())


@pytest.fixture
def shop(merchant: Merchant, django_payments_path: Path) -> Iterator[Shop]:
    hook = merchant.write(HOOKS, {"url": "http://127.0.0.1:1/", "enabled_events[]": "*"})
    command = [sys.executable, str(SHOP), merchant.url, merchant.key, hook["secret"]]
    with running(command, "", PYTHONPATH=str(django_payments_path)) as program:
        url = program.url.removesuffix("/webhook")
        yield Shop(merchant.http, url, merchant)


def listen(shop: Shop) -> None:
    """Let the shop hear of its events at django-payments' own address."""
    (hook,) = shop.merchant.read(HOOKS)["data"]
    fields = {"url": f"{shop.url}/payments/process/stripe/"}
    shop.merchant.write(f"{HOOKS}/{hook['id']}", fields)


def test_a_payment_is_confirmed_by_its_webhook_and_refunded(shop: Shop) -> None:
    listen(shop)
    bought = shop.buy()
    session = shop.merchant.read(f"{SESSIONS}/{bought['session']}")
    assert (session["client_reference_id"], session["amount_total"]) == (bought["token"], 2000)
    assert session["customer_email"] == "b@shop.example"
    succeeded(shop.merchant.confirm(bought["session"]))
    assert shop.becomes(bought["token"], "confirmed")["captured"] == "20.00"

    assert shop.ask(f"refund/{bought['token']}/5.00")["captured"] == "15.00"
    rest = shop.ask(f"refund/{bought['token']}/15.00")
    assert (rest["status"], rest["captured"]) == ("refunded", "0.00")
    (charge,) = shop.merchant.read("/v1/charges")["data"]
    assert (charge["amount_refunded"], charge["refunded"]) == (2000, True)
    reasons = [refund["reason"] for refund in shop.merchant.read("/v1/refunds")["data"]]
    assert reasons == ["requested_by_customer"] * 2


def test_a_shop_without_webhooks_asks(shop: Shop) -> None:
    bought = shop.buy()
    assert shop.ask(f"ask/{bought['token']}")["status"] == "waiting"
    succeeded(shop.merchant.confirm(bought["session"]))
    seen = shop.ask(f"ask/{bought['token']}")
    assert (seen["status"], seen["captured"]) == ("confirmed", "20.00")


def test_a_payment_is_cancelled(shop: Shop) -> None:
    listen(shop)
    bought = shop.buy()
    assert shop.ask(f"cancel/{bought['token']}")["status"] == "cancelled"
    assert shop.merchant.read(f"{SESSIONS}/{bought['session']}")["status"] == "expired"


def test_a_session_that_ends_is_a_payment_that_was_rejected(shop: Shop) -> None:
    listen(shop)
    bought = shop.buy()
    shop.merchant.write(f"{SESSIONS}/{bought['session']}/expire")
    shop.becomes(bought["token"], "rejected")
