"""Refusals as the official SDK's exceptions."""

from __future__ import annotations

import pytest
import stripe

from tests.api.merchant import Merchant
from tests.support.server import Server, new_key


def client(server: Server, key: str) -> stripe.StripeClient:
    return stripe.StripeClient(key, base_addresses={"api": server.url})


def test_what_is_not_there(sdk: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        sdk.v1.checkout.sessions.retrieve("cs_test_none")
    error = refusal.value
    assert (error.http_status, error.code, error.param) == (404, "resource_missing", "session")
    assert error.user_message == "No such checkout.session: 'cs_test_none'"
    assert error.request_id is not None
    assert error.request_id.startswith("req_")


def test_what_is_wrong(sdk: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        sdk.v1.checkout.sessions.create({"mode": "payment"})
    error = refusal.value
    assert (error.http_status, error.code, error.param) == (400, "parameter_missing", "line_items")


def test_who_is_not_known(server: Server) -> None:
    with pytest.raises(stripe.AuthenticationError):
        client(server, "sk_live_0123456789").v1.products.list()


def test_what_is_not_allowed(server: Server) -> None:
    publishable = new_key().replace("sk_", "pk_", 1)
    with pytest.raises(stripe.PermissionError):
        client(server, publishable).v1.products.list()


def test_a_declined_card(sdk: stripe.StripeClient, merchant: Merchant) -> None:
    session = merchant.session()["id"]
    with pytest.raises(stripe.CardError) as refusal:
        sdk.raw_request(
            "post",
            f"/v1/payment_pages/{session}/confirm",
            payment_method="pm_card_chargeDeclinedInsufficientFunds",
        )
    error = refusal.value
    assert (error.http_status, error.code) == (402, "card_declined")
    assert error.error is not None
    assert error.error.decline_code == "insufficient_funds"
