"""The `stripe` CLI as npm has it, against our server: it was written for another one."""

from __future__ import annotations

import json
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import stripe

from tests.support.app import SEED_SESSION
from tests.support.handlers import django, express
from tests.support.inbox import Inbox, open_inbox
from tests.support.server import Server
from tests.support.stripe_cli import StripeCli

pytestmark = pytest.mark.stripe_cli

SECRET = re.compile(r"whsec_\w+")


@pytest.fixture
def handler() -> Iterator[Inbox]:
    """A merchant's webhook handler that takes everything."""
    with open_inbox() as inbox:
        yield inbox


def types(handler: Inbox, count: int, secret: str) -> list[str]:
    """The types of so many events, in no order, each with a signature that holds."""
    return sorted(
        stripe.Webhook.construct_event(letter.body, letter.headers["stripe-signature"], secret).type
        for letter in handler.received(count)
    )


def buy(server: Server, key: str) -> str:
    """A paid session, made by an SDK."""
    with httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {key}"}) as http:
        session: str = http.post("/v1/checkout/sessions", data=SEED_SESSION).json()["id"]
        paid = http.post(
            f"/v1/payment_pages/{session}/confirm",
            data={"payment_method": "pm_card_visa", "expected_amount": "2000"},
        )
        assert paid.json()["status"] == "complete", paid.text
        return session


def test_listen_forwards_what_happens_under_the_secret_that_it_shows(
    cli: StripeCli, server: Server, key: str, handler: Inbox
) -> None:
    with cli.listening(handler.url) as listening:
        (secret,) = set(SECRET.findall(listening.text))
        assert "API Version [2026-02-25.clover]" in listening.text
        buy(server, key)
        assert types(handler, 6, secret) == [
            "charge.succeeded", "checkout.session.completed", "payment_intent.created",
            "payment_intent.succeeded", "price.created", "product.created",
        ]  # fmt: skip
        listening.wait_until(lambda: listening.text.count("[200] POST") == 6)
    assert len(handler.letters) == 6
    assert cli.run("listen", "--print-secret").strip() == secret


def test_latest_and_a_choice_of_events(
    cli: StripeCli, server: Server, key: str, handler: Inbox
) -> None:
    chosen = ("--events", "checkout.session.completed", "--latest")
    with cli.started("listen", "-s", "--forward-to", handler.url, *chosen) as listening:
        listening.wait_for("Ready!")
        session = buy(server, key)
        (letter,) = handler.received(1)
        listening.wait_for("[200] POST")
    event = json.loads(letter.body)
    assert (event["type"], event["data"]["object"]["id"]) == ("checkout.session.completed", session)


def test_an_event_is_sent_again(cli: StripeCli, handler: Inbox) -> None:
    made = json.loads(cli.run("products", "create", "--name", "Cap"))
    (event,) = json.loads(cli.run("events", "list", "--type", "product.created"))["data"]
    assert event["data"]["object"]["id"] == made["id"]
    with cli.listening(handler.url):
        for count in (1, 2):
            assert json.loads(cli.run("events", "resend", event["id"]))["id"] == event["id"]
            letters = handler.received(count)
            assert json.loads(letters[-1].body)["id"] == event["id"]


def test_an_event_is_sent_again_to_one_endpoint(cli: StripeCli, handler: Inbox) -> None:
    new = ("--url", handler.url, "--enabled-events", "product.created")
    endpoint = json.loads(cli.run("webhook_endpoints", "create", *new))["id"]
    cli.run("products", "create", "--name", "Cap")
    event = json.loads(handler.received(1)[0].body)["id"]
    resent = cli.run("events", "resend", event, "--webhook-endpoint", endpoint)
    assert json.loads(resent)["id"] == event
    assert json.loads(handler.received(2)[1].body)["id"] == event


def test_a_listener_that_was_killed_hears_what_it_missed(cli: StripeCli, handler: Inbox) -> None:
    with cli.listening(handler.url) as listening:
        listening.end(signal.SIGKILL)
    made = json.loads(cli.run("post", "/v1/products", "-d", "name=Missed"))
    with cli.listening(handler.url):
        (letter,) = handler.received(1)
    assert json.loads(letter.body)["data"]["object"]["id"] == made["id"]


@pytest.mark.soak
def test_a_listener_dials_again_when_the_server_was_killed(
    release: str, tmp_path: Path, own_server: Server, key: str, handler: Inbox
) -> None:
    cli = StripeCli(release, tmp_path, key=key, url=own_server.url)
    with cli.listening(handler.url) as listening:
        own_server.kill()
        own_server.start()
        made = json.loads(cli.run("post", "/v1/products", "-d", "name=Missed"))
        (letter,) = handler.received(1)
        listening.wait_for("[200] POST")
    assert json.loads(letter.body)["data"]["object"]["id"] == made["id"]


BY_DEBIT = [
    "charge.pending", "checkout.session.completed", "customer.created", "payment_intent.created",
    "payment_intent.processing", "payment_method.attached", "price.created", "product.created",
]  # fmt: skip

PATIENCE_SECONDS = 30

TRIGGERS = {
    "product.created": ["product.created"],
    "price.created": ["price.created", "product.created"],
    "checkout.session.expired": ["checkout.session.expired", "price.created", "product.created"],
    "checkout.session.completed": [
        "charge.succeeded", "checkout.session.completed", "payment_intent.created",
        "payment_intent.succeeded", "price.created", "product.created",
    ],
    "checkout.session.async_payment_succeeded": [
        *BY_DEBIT, "charge.succeeded", "checkout.session.async_payment_succeeded",
        "payment_intent.succeeded",
    ],
    "checkout.session.async_payment_failed": [
        *BY_DEBIT, "charge.failed", "checkout.session.async_payment_failed",
        "payment_intent.payment_failed",
    ],
    "payment_intent.created": ["payment_intent.created"],
    "payment_intent.succeeded": [
        "charge.succeeded", "payment_intent.created", "payment_intent.succeeded",
    ],
    "payment_intent.payment_failed": [
        "charge.failed", "payment_intent.created", "payment_intent.payment_failed",
    ],
    "charge.refunded": [
        "charge.refunded", "charge.succeeded", "payment_intent.created",
        "payment_intent.succeeded", "refund.created",
    ],
}  # fmt: skip
"""What each trigger of the CLI's makes happen."""


@pytest.mark.parametrize("event", TRIGGERS)
def test_a_trigger_makes_it_happen(cli: StripeCli, server: Server, key: str, event: str) -> None:
    assert "Trigger succeeded" in cli.run("trigger", event)
    with httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {key}"}) as http:
        happened = everything(http)
        given_up = time.monotonic() + PATIENCE_SECONDS
        while event not in happened and time.monotonic() < given_up:  # the bank takes its time
            happened = everything(http)
    assert happened == sorted(TRIGGERS[event])


def everything(http: httpx.Client) -> list[str]:
    """The types of all events."""
    return sorted(one["type"] for one in http.get("/v1/events?limit=100").json()["data"])


def test_the_log_is_told_as_it_grows(cli: StripeCli) -> None:
    with (
        cli.started("logs", "tail") as tail,
        cli.started(
            "logs", "tail", "--filter-http-method", "POST", "--filter-status-code-type", "4XX"
        ) as refusals,
    ):
        for terminal in (tail, refusals):
            terminal.wait_for("Ready!")
        cli.run("post", "/v1/products", "-d", "name=Cap")
        cli.run("post", "/v1/products", "-d", "nome=Cap")
        cli.run("get", "/v1/products")
        tail.wait_for("[200] POST /v1/products", "[400] POST", "[200] GET /v1/products")
        refusals.wait_for("[400] POST /v1/products")
    assert "[200]" not in refusals.text


def test_get_and_post(cli: StripeCli) -> None:
    made = json.loads(cli.run("post", "/v1/products", "-d", "name=Cap", "-i", "a-key"))
    again = json.loads(cli.run("post", "/v1/products", "-d", "name=Cap", "-i", "a-key"))
    assert again == made
    assert json.loads(cli.run("get", made["id"])) == made
    assert json.loads(cli.run("products", "list", "--limit", "3"))["data"] == [made]
    assert "No such product: 'prod_nobody'" in cli.run("get", "prod_nobody")


def test_the_documented_command_through_a_socket(tmp_path: Path, key: str, handler: Inbox) -> None:
    socket = tmp_path / "paydesk.sock"
    server = Server(tmp_path / "paydesk.db", options=("--unix-socket", str(socket))).start()
    cli = StripeCli("1.50", tmp_path, key=key, socket=socket)
    try:
        with cli.started("listen", "--forward-to", handler.url) as listening:
            listening.wait_for("Ready!")
            cli.run("trigger", "product.created")
            handler.received(1)
            listening.wait_for("[200] POST")
    finally:
        server.stop()
    assert not socket.exists()


@pytest.mark.node
def test_the_documented_handler_for_express(
    cli: StripeCli, server: Server, key: str, node: str
) -> None:
    secret = cli.run("listen", "--print-secret").strip()
    with express(server.url, key, secret, node=node) as handler, cli.listening(handler.url):
        session = buy(server, key)
        order = handler.fulfilled()
    assert order["session"]["id"] == session
    assert [line["quantity"] for line in order["line_items"]["data"]] == [1]


def test_the_documented_handler_for_django(cli: StripeCli, server: Server, key: str) -> None:
    secret = cli.run("listen", "--print-secret").strip()
    with django(server.url, key, secret) as handler, cli.listening(handler.url):
        session = buy(server, key)
        order = handler.fulfilled()
    assert order["session"]["id"] == session
    assert [line["quantity"] for line in order["line_items"]["data"]] == [1]
