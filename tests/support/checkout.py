"""A merchant and a buyer who speak the API, whatever answers: each call gives the answer back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from tests.support.app import SEED_SESSION, Client

Json = dict[str, Any]

VISA = "pm_card_visa"
DECLINED = "pm_card_chargeDeclined"
ASKS_THE_BUYER = "pm_card_threeDSecure2Required"

SUCCEEDS_BY_DEBIT = "pm_sepaDebit_success_at"
FAILS_BY_DEBIT = "pm_sepaDebit_failed_at"
DEBITED = {
    "line_items[0][price_data][currency]": "eur",
    "payment_method_types[0]": "card",
    "payment_method_types[1]": "sepa_debit",
}
"""The fields of a session that can be paid by direct debit."""

BUYER = {
    "email": "ada@example.com",
    "cardNumber": "4242 4242 4242 4242",
    "cardExpiry": "12 / 34",
    "cardCvc": "123",
    "billingName": "Ada Lovelace",
    "billingCountry": "US",
    "billingPostalCode": "94103",
}
"""What a buyer types into the hosted page, besides the total that it shows."""


@dataclass(frozen=True)
class Order:
    """A session of one line, as it was made."""

    id: str
    line: str
    total: int


class Checkout:
    """One account's checkout, through `client`, which carries its key."""

    def __init__(self, client: Client) -> None:
        self.client = client

    async def open(self, fields: dict[str, str] | None = None, **headers: str) -> Order:
        """The documented session, but for `fields`."""
        wanted = {**SEED_SESSION, "expand[]": "line_items", **(fields or {})}
        answer = await self.client.form("/v1/checkout/sessions", wanted, **headers)
        assert answer.status_code == 200, answer.text
        told = answer.json()
        return Order(told["id"], told["line_items"]["data"][0]["id"], told["amount_total"])

    async def listen(self, url: str) -> None:
        """Have every event of the account sent there."""
        fields = {"url": url, "enabled_events[]": "*"}
        answer = await self.client.form("/v1/webhook_endpoints", fields)
        assert answer.status_code == 200, answer.text

    async def look(self, order: Order) -> Json:
        """The session as the merchant sees it."""
        path = f"/v1/checkout/sessions/{order.id}?expand[]=line_items"
        told: Json = (await self.client.get(path)).json()
        return told

    async def change(self, order: Order, quantity: int, **headers: str) -> httpx.Response:
        """The buyer wants so many."""
        fields = {
            "updated_line_item_quantity[line_item_id]": order.line,
            "updated_line_item_quantity[quantity]": str(quantity),
        }
        return await self.client.form(f"/v1/payment_pages/{order.id}", fields, **headers)

    async def tag(self, order: Order, value: str, **headers: str) -> httpx.Response:
        """The merchant writes something into the session's metadata."""
        path = f"/v1/checkout/sessions/{order.id}"
        return await self.client.form(path, {"metadata[tag]": value}, **headers)

    async def expire(self, order: Order, **headers: str) -> httpx.Response:
        """The merchant ends the session."""
        return await self.client.form(f"/v1/checkout/sessions/{order.id}/expire", {}, **headers)

    async def pay(
        self, order: Order, card: str = VISA, *, expected: int | None = None, **headers: str
    ) -> httpx.Response:
        """The buyer pays what they saw: `expected`, or the order's total as it was made."""
        amount = order.total if expected is None else expected
        fields = {"payment_method": card, "expected_amount": str(amount)}
        return await self.client.form(f"/v1/payment_pages/{order.id}/confirm", fields, **headers)

    async def let_pass(self, seconds: int, **headers: str) -> httpx.Response:
        """The account's clock moves on."""
        fields = {"seconds": str(seconds)}
        return await self.client.form("/v1/test_helpers/clock/advance", fields, **headers)

    async def answer_bank(self, page: str, outcome: str = "authorize") -> httpx.Response:
        """The buyer presses a button on the bank's page: `authorize` or `fail`."""
        return await self.client.form(page, {"outcome": outcome})


def bank_page(answer: httpx.Response) -> str:
    """The path of the bank's page to which a confirmation sends the buyer."""
    intent = answer.json()["payment_intent"]
    assert intent["status"] == "requires_action", intent
    url: str = intent["next_action"]["redirect_to_url"]["url"]
    return urlsplit(url).path


def error_code(answer: httpx.Response) -> str | None:
    """The `code` of a refusal."""
    code: str | None = answer.json()["error"].get("code")
    return code
