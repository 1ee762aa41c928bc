"""A test has its webhooks come late, shuffled and more than once; nobody else's do."""

from __future__ import annotations

import json
from collections import Counter

import httpx

from tests.api.merchant import Merchant, refused
from tests.support.inbox import open_inbox
from tests.support.server import Server, new_key

DISORDER = "/v1/test_helpers/webhooks"


def test_each_comes_so_often_and_counts_once(merchant: Merchant) -> None:
    with open_inbox() as inbox:
        merchant.write("/v1/webhook_endpoints", {"url": inbox.url, "enabled_events[]": "*"})
        merchant.write(DISORDER, {"copies": "3", "shuffle_ms": "100"})
        for name in ("Mug", "Poster"):
            merchant.write("/v1/products", {"name": name})
        came = [json.loads(letter.body)["id"] for letter in inbox.received(6)]
    assert sorted(Counter(came).values()) == [3, 3]


def test_they_come_late(merchant: Merchant) -> None:
    with open_inbox() as inbox:
        merchant.write("/v1/webhook_endpoints", {"url": inbox.url, "enabled_events[]": "*"})
        merchant.write(DISORDER, {"delay_ms": "60000"})
        merchant.write("/v1/products", {"name": "Mug"})
        merchant.write(DISORDER)
        merchant.write("/v1/products", {"name": "Poster"})
        (letter,) = inbox.received(1)
        assert json.loads(letter.body)["data"]["object"]["name"] == "Poster"
        merchant.write("/v1/test_helpers/clock/advance", {"seconds": "60"})
        assert len(inbox.received(2)) == 2


def test_it_survives_a_restart(own_server: Server, http: httpx.Client) -> None:
    merchant = Merchant(http, own_server.url, new_key())
    assert merchant.write(DISORDER, {"copies": "2"})["copies"] == 2
    own_server.kill()
    own_server.start()
    merchant = Merchant(http, own_server.url, merchant.key)
    with open_inbox() as inbox:
        merchant.write("/v1/webhook_endpoints", {"url": inbox.url, "enabled_events[]": "*"})
        merchant.write("/v1/products", {"name": "Mug"})
        inbox.received(2)


def test_bounds(merchant: Merchant) -> None:
    for name, value in (("copies", "0"), ("copies", "6"), ("delay_ms", "60001")):
        assert refused(merchant.post(DISORDER, {name: value}), 400)["param"] == name
