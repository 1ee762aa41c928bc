"""Who may ask what: every route with every kind of key."""

from __future__ import annotations

import base64
import re

import httpx
import pytest

from paydesk.api.routes import ROUTES
from paydesk.api.routing import Route
from tests.api.merchant import Fields, Merchant, refused

PAGES = "/v1/payment_pages"

NO_KEY = (
    "You did not provide an API key. You need to provide your API key in the Authorization header, "
    "using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See "
    "https://stripe.com/docs/api#authentication for details, or we can help at "
    "https://support.stripe.com/."
)
NOT_WITH_A_PUBLISHABLE_KEY = (
    "This API call cannot be made with a publishable API key. Please use a secret API key. You can "
    "find a list of your API keys at https://dashboard.stripe.com/account/apikeys."
)

every_route = pytest.mark.parametrize(
    "route", ROUTES, ids=[f"{route.method} {route.path}" for route in ROUTES]
)


def path_of(route: Route) -> str:
    return re.sub(r"\{\w+\}", "none", route.path)


def ask(merchant: Merchant, route: Route, authorization: str | None) -> httpx.Response:
    headers = {} if authorization is None else {b"Authorization": authorization.encode("latin-1")}
    return merchant.http.request(route.method, merchant.url + path_of(route), headers=headers)


NO_KEYS = ("Basic", "Basic !", "Basic Og==", "Basic /w==", "Basic é")


@every_route
def test_nobody_comes_in_without_a_key(merchant: Merchant, route: Route) -> None:
    for authorization in (None, "Bearer", "Digest sk_test_x", *NO_KEYS):
        error = refused(ask(merchant, route, authorization), 401)
        assert error == {"type": "invalid_request_error", "message": NO_KEY}


@every_route
def test_nobody_comes_in_with_a_wrong_key(merchant: Merchant, route: Route) -> None:
    shown = {
        "garbage-0123456789": "**************6789",
        "sk_test_": "sk_test_",
        "sk_test_with spaces": "sk_test_*******aces",
        "sk_live_0123456789abcd": "sk_live_**********abcd",
        "pk_live_0123456789abcd": "pk_live_**********abcd",
        "rk_test_0123456789abcd": "rk_test_**********abcd",
        "SK_TEST_0123456789abcd": "******************abcd",
    }
    for key, masked in shown.items():
        error = refused(ask(merchant, route, f"Bearer {key}"), 401)
        assert error["message"] == f"Invalid API Key provided: {masked}"
        assert error["type"] == "invalid_request_error"


@every_route
def test_browsers_may_ask_only_the_buyers_routes(merchant: Merchant, route: Route) -> None:
    answer = ask(merchant, route, f"Bearer {merchant.publishable_key}")
    assert route.client is route.path.startswith(PAGES)
    if route.client:
        assert refused(answer, 404)["code"] == "resource_missing"
    else:
        error = refused(answer, 403)
        assert (error["message"], error["code"]) == (
            NOT_WITH_A_PUBLISHABLE_KEY,
            "secret_key_required",
        )


@every_route
def test_merchants_may_ask_everything(merchant: Merchant, route: Route) -> None:
    for key in (f"Bearer {merchant.key}", f"bearer  {merchant.key}", basic(merchant.key)):
        assert ask(merchant, route, key).status_code in {200, 400, 404}


def basic(key: str) -> str:
    return f"Basic {base64.b64encode(f'{key}:'.encode()).decode()}"


def test_the_metadata_stays_with_the_merchant(merchant: Merchant) -> None:
    secret = "the-margin-is-40-percent"
    session = merchant.session({
        "metadata[note]": secret,
        "line_items[0][metadata][note]": secret,
        "line_items[0][price_data][product_data][metadata][note]": secret,
        "payment_intent_data[metadata][note]": secret,
        "client_reference_id": secret,
    })  # fmt: skip
    page = f"{PAGES}/{session['id']}"
    everything = {
        "expand[0]": "line_items.data.price.product",
        "expand[1]": "payment_intent.latest_charge",
    }
    pay = {"payment_method": "pm_card_visa"}
    steps: list[tuple[str, str, Fields]] = [
        *(("GET", "", {}), ("POST", "/init", {}), ("POST", "", {})),
        *(("POST", "/confirm", pay), ("GET", "", {}), ("POST", "/init", {})),
    ]
    for method, action, fields in steps:
        for expand in ({}, everything):
            answer = merchant.request(
                method, page + action, {**fields, **expand}, key=merchant.publishable_key
            )
            assert answer.status_code == 200, answer.text
            assert secret not in answer.text
