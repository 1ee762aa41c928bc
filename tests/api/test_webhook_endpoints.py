"""Webhook endpoints over the API. How they are served is told in `tests/webhooks`."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from paydesk.services.webhook_endpoints import ENABLED_ENDPOINTS_MAX
from tests.api.merchant import Fields, Merchant, refused, succeeded

HOOKS = "/v1/webhook_endpoints"
ENDPOINT = {"url": "https://shop.example/hooks", "enabled_events[]": "checkout.session.completed"}


def test_the_secret_is_shown_once(merchant: Merchant) -> None:
    made = merchant.write(HOOKS, ENDPOINT)
    assert made["secret"].startswith("whsec_")
    path = f"{HOOKS}/{made['id']}"
    again = [merchant.read(path), merchant.write(path), *merchant.read(HOOKS)["data"]]
    assert all("secret" not in endpoint for endpoint in again)
    assert again[0] == {name: value for name, value in made.items() if name != "secret"}


def test_a_replay_shows_it_again(merchant: Merchant) -> None:
    first = merchant.write(HOOKS, ENDPOINT, idempotency_key="hook")
    assert merchant.write(HOOKS, ENDPOINT, idempotency_key="hook") == first


def test_changing_it(merchant: Merchant) -> None:
    path = f"{HOOKS}/{merchant.write(HOOKS, ENDPOINT)['id']}"
    changed = merchant.write(path, {
        "url": "https://shop.example/other", "enabled_events[0]": "charge.failed",
        "enabled_events[1]": "charge.succeeded", "description": "Till", "disabled": "true",
    })  # fmt: skip
    assert changed["url"] == "https://shop.example/other"
    assert changed["enabled_events"] == ["charge.failed", "charge.succeeded"]
    assert (changed["description"], changed["status"]) == ("Till", "disabled")
    assert merchant.write(path, {"disabled": "false", "description": ""})["status"] == "enabled"


def test_asking_for_order_and_for_few_at_a_time(merchant: Merchant) -> None:
    made = merchant.write(
        HOOKS, {**ENDPOINT, "paydesk[concurrency]": "2", "paydesk[ordering]": "object"}
    )
    path = f"{HOOKS}/{made['id']}"
    assert made["paydesk"] == {"concurrency": 2, "ordering": "object"}
    changed = merchant.write(path, {"paydesk[ordering]": "endpoint"})
    assert changed["paydesk"] == {"concurrency": 2, "ordering": "endpoint"}
    assert merchant.write(path, {"description": "Till"})["paydesk"] == changed["paydesk"]
    assert merchant.read(path)["paydesk"] == changed["paydesk"]
    merchant.write(path, {"paydesk[concurrency]": ""})
    assert merchant.read(path)["paydesk"] == {"concurrency": None, "ordering": "endpoint"}
    assert "paydesk" not in merchant.write(path, {"paydesk[ordering]": "none"})
    assert "paydesk" not in merchant.write(HOOKS, ENDPOINT)


def test_an_sdk_sends_what_stripe_has_no_word_for(sdk: stripe.StripeClient) -> None:
    asked: Any = {
        "url": "https://shop.example/hooks",
        "enabled_events": ["*"],
        "paydesk": {"ordering": "object", "concurrency": 2},
    }
    made = sdk.v1.webhook_endpoints.create(asked)
    assert made.to_dict()["paydesk"] == {"concurrency": 2, "ordering": "object"}


def test_deleting_it(merchant: Merchant) -> None:
    id = merchant.write(HOOKS, ENDPOINT)["id"]
    gone = succeeded(merchant.request("DELETE", f"{HOOKS}/{id}"))
    assert gone == {"id": id, "object": "webhook_endpoint", "deleted": True}
    for method in ("GET", "POST", "DELETE"):
        refused(merchant.request(method, f"{HOOKS}/{id}"), 404)


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"url": ""}, "url"),
        ({"url": "shop.example"}, "url"),
        ({"url": "ftp://shop.example/"}, "url"),
        ({"url": "https://user:word@shop.example/"}, "url"),
        ({"enabled_events[]": "checkout.session.created"}, "enabled_events[0]"),
        ({"connect": "true"}, "connect"),
        ({"paydesk[concurrency]": "0"}, "paydesk[concurrency]"),
        ({"paydesk[concurrency]": "17"}, "paydesk[concurrency]"),
        ({"paydesk[ordering]": "strict"}, "paydesk[ordering]"),
        ({"paydesk[order]": "object"}, "paydesk[order]"),
    ],
)
def test_an_endpoint_that_is_none(merchant: Merchant, change: Fields, param: str) -> None:
    assert refused(merchant.post(HOOKS, {**ENDPOINT, **change}))["param"] == param
    assert merchant.read(HOOKS)["data"] == []


def test_there_are_only_so_many(merchant: Merchant) -> None:
    ids = [merchant.write(HOOKS, ENDPOINT)["id"] for _ in range(ENABLED_ENDPOINTS_MAX)]
    error = refused(merchant.post(HOOKS, ENDPOINT))
    assert error["message"] == "You have reached the maximum of 16 test webhook endpoints."
    merchant.write(f"{HOOKS}/{ids[0]}", {"disabled": "true"})
    merchant.write(HOOKS, ENDPOINT)
    refused(merchant.post(f"{HOOKS}/{ids[0]}", {"disabled": "false"}))


def test_an_event_counts_who_has_not_heard_of_it(merchant: Merchant) -> None:
    nobody_there = {"url": "http://127.0.0.1:1/", "enabled_events[]": "*"}
    for _ in range(2):
        merchant.write(HOOKS, nobody_there)
    merchant.write("/v1/products", {"name": "Mug"})
    (event,) = merchant.events()
    assert event["pending_webhooks"] == 2


def test_its_secret_can_be_replaced(merchant: Merchant) -> None:
    made = merchant.write(HOOKS, ENDPOINT)
    path = f"{HOOKS}/{made['id']}"
    rotated = merchant.write(f"{path}/rotate_secret")
    assert rotated["secret"].startswith("whsec_")
    assert rotated == {**made, "secret": rotated["secret"]}
    assert rotated["secret"] != made["secret"]
    assert "secret" not in merchant.read(path)


@pytest.mark.parametrize("seconds", ["-1", "86401", "soon", ""])
def test_an_old_secret_signs_for_a_day_at_most(merchant: Merchant, seconds: str) -> None:
    path = f"{HOOKS}/{merchant.write(HOOKS, ENDPOINT)['id']}/rotate_secret"
    error = refused(merchant.post(path, {"current_secret_expires_in_seconds": seconds}))
    assert error["param"] == "current_secret_expires_in_seconds"


def test_a_strangers_secret_stays(merchant: Merchant, other_merchant: Merchant) -> None:
    id = merchant.write(HOOKS, ENDPOINT)["id"]
    refused(other_merchant.post(f"{HOOKS}/{id}/rotate_secret"), 404)


def test_an_event_is_sent_again_as_the_cli_asks(
    merchant: Merchant, other_merchant: Merchant
) -> None:
    id = merchant.write(HOOKS, {"url": "http://127.0.0.1:1/", "enabled_events[]": "*"})["id"]
    merchant.write("/v1/products", {"name": "Mug"})
    event = merchant.events()[0]
    path = f"/v1/events/{event['id']}/retry"
    assert merchant.write(path, {"webhook_endpoint": id})["id"] == event["id"]
    assert merchant.write(path, {"for_stripecli": "true"})["id"] == event["id"]
    assert refused(merchant.post(path, {"account": "acct_none"}), 404)["param"] == "account"
    missing = merchant.post(path, {"webhook_endpoint": "we_none"})
    assert refused(missing, 404)["param"] == "webhook_endpoint"
    refused(other_merchant.post(path, {"webhook_endpoint": id}), 404)
    merchant.write(f"{HOOKS}/{id}", {"disabled": "true"})
    assert refused(merchant.post(path, {"webhook_endpoint": id}))["param"] == "webhook_endpoint"
