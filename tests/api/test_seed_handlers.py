"""The documented webhook handlers, run for real: they verify our events and read the line items."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
import pytest

from tests.api.merchant import SAN_FRANCISCO, SESSIONS, Json, Merchant, succeeded
from tests.support.handlers import Handler, django, express

HOOKS = "/v1/webhook_endpoints"


def new_endpoint(merchant: Merchant) -> Json:
    """An endpoint whose handler does not run yet: it needs the secret first."""
    fields = {"url": "http://127.0.0.1:1/", "enabled_events[]": "checkout.session.completed"}
    return merchant.write(HOOKS, fields)


def buy_three(merchant: Merchant) -> Json:
    """The documented session, paid by a buyer who made it three."""
    session = merchant.session({"automatic_tax[enabled]": "true"})
    (line,) = merchant.lines(session["id"])
    change = {
        "updated_line_item_quantity[line_item_id]": line["id"],
        "updated_line_item_quantity[quantity]": "3",
        **SAN_FRANCISCO,
    }
    merchant.write(f"/v1/payment_pages/{session['id']}", change)
    succeeded(merchant.confirm(session["id"]))
    return merchant.read(f"{SESSIONS}/{session['id']}")


def check_handler(merchant: Merchant, handler: Handler, endpoint: Json) -> None:
    merchant.write(f"{HOOKS}/{endpoint['id']}", {"url": handler.url})
    session = buy_three(merchant)
    order = handler.fulfilled()
    assert order["session"]["id"] == session["id"]
    assert order["session"]["payment_status"] == "paid"
    (line,) = order["line_items"]["data"]
    assert (line["quantity"], line["amount_subtotal"]) == (3, 3 * 2000)
    assert line["amount_total"] == session["amount_total"] > line["amount_subtotal"]
    assert line["adjustable_quantity"] == {"enabled": True, "minimum": 1, "maximum": 10}
    check_it_refuses_forgeries(merchant.http, handler)


def check_it_refuses_forgeries(http: httpx.Client, handler: Handler) -> None:
    signature = f"t={int(time.time())},v1={'0' * 64}"
    forged = http.post(handler.url, content="{}", headers={
        "Content-Type": "application/json", "Stripe-Signature": signature,
    })  # fmt: skip
    assert forged.status_code == 400


def test_django_with_the_sdk_for_python(merchant: Merchant) -> None:
    endpoint = new_endpoint(merchant)
    with django(merchant.url, merchant.key, endpoint["secret"]) as handler:
        check_handler(merchant, handler, endpoint)


def test_django_with_an_old_sdk_for_python(merchant: Merchant, old_stripe_path: Path) -> None:
    endpoint = new_endpoint(merchant)
    path = str(old_stripe_path)
    with django(merchant.url, merchant.key, endpoint["secret"], PYTHONPATH=path) as handler:
        check_handler(merchant, handler, endpoint)


@pytest.mark.node
@pytest.mark.parametrize("sdk", ["stripe", "stripe-old"])
def test_express_with_the_sdks_for_node(merchant: Merchant, sdk: str, node: str) -> None:
    endpoint = new_endpoint(merchant)
    secret = endpoint["secret"]
    with express(merchant.url, merchant.key, secret, node=node, sdk=sdk) as handler:
        check_handler(merchant, handler, endpoint)
