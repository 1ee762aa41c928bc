"""A merchant with a session for components, and what their server sees of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from tests.support.server import Server

COMPONENTS = {
    "line_items[0][price_data][currency]": "usd",
    "line_items[0][price_data][product_data][name]": "T-shirt",
    "line_items[0][price_data][unit_amount]": "2000",
    "line_items[0][adjustable_quantity][enabled]": "true",
    "line_items[0][adjustable_quantity][minimum]": "0",
    "line_items[0][adjustable_quantity][maximum]": "100",
    "line_items[0][quantity]": "1",
    "mode": "payment",
    "ui_mode": "custom",
    "return_url": "http://localhost:8080/return?session={CHECKOUT_SESSION_ID}",
}
"""The documented session of "Embedded components"."""


@dataclass(frozen=True)
class Merchant:
    """One session of one account on a running server."""

    url: str
    secret_key: str
    id: str
    secret: str
    line: str
    key: str

    def look(self) -> Any:
        """The session as the merchant's server reads it."""
        url = f"{self.url}/v1/checkout/sessions/{self.id}?expand[]=line_items"
        return httpx.get(url, headers={"Authorization": f"Bearer {self.secret_key}"}).json()

    def quantity(self) -> int:
        """What the server has on the session's first line."""
        quantity: int = self.look()["line_items"]["data"][0]["quantity"]
        return quantity


def open_shop(server: Server, secret_key: str, fields: dict[str, str] | None = None) -> Merchant:
    """The documented session, but for `fields`, of which empty ones are left out."""
    headers = {"Authorization": f"Bearer {secret_key}"}
    wanted = {**COMPONENTS, "expand[]": "line_items", **(fields or {})}
    wanted = {name: value for name, value in wanted.items() if value}
    answer = httpx.post(f"{server.url}/v1/checkout/sessions", data=wanted, headers=headers)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    return Merchant(
        url=server.url,
        secret_key=secret_key,
        id=told["id"],
        secret=told["client_secret"],
        line=told["line_items"]["data"][0]["id"],
        key=secret_key.replace("sk_", "pk_"),
    )
