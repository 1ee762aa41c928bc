"""`paydesk listen`: what it shows and forwards, and that nothing is lost whatever is killed."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import stripe

from paydesk.cli.listen import AT_HANDLER_MAX
from tests.api.merchant import Merchant
from tests.support.handlers import django, express
from tests.support.inbox import Inbox, open_inbox
from tests.support.server import Server
from tests.support.terminal import listening, ran
from tests.webhooks.test_public_only import certificates, needs_openssl

SECRET = re.compile(r"whsec_\w+")

BOUGHT = [
    "charge.succeeded", "checkout.session.completed", "payment_intent.created",
    "payment_intent.succeeded", "price.created", "product.created",
]  # fmt: skip
"""The types of the events that one purchase makes, sorted."""


@pytest.fixture
def handler() -> Iterator[Inbox]:
    """A merchant's webhook handler."""
    with open_inbox() as inbox:
        yield inbox


@pytest.fixture
def merchant(server: Server, key: str) -> Iterator[Merchant]:
    with httpx.Client() as http:
        yield Merchant(http, server.url, key)


def new_product(merchant: Merchant) -> str:
    id: str = merchant.write("/v1/products", {"name": "Cap"})["id"]
    return id


def told(handler: Inbox, count: int) -> list[str]:
    """The objects of the first so many events, in the order of their coming."""
    letters = handler.received(count)
    return [json.loads(letter.body)["data"]["object"]["id"] for letter in letters]


def test_it_forwards_what_happens_under_the_secret_that_it_shows(
    merchant: Merchant, handler: Inbox
) -> None:
    with listening("--forward-to", handler.url, key=merchant.key, url=merchant.url) as terminal:
        (secret,) = SECRET.findall(terminal.text)
        assert "API Version [2026-02-25.clover]" in terminal.text
        merchant.paid_session()
        events = [
            stripe.Webhook.construct_event(one.body, one.headers["stripe-signature"], secret)
            for one in handler.received(6)
        ]
        assert sorted(event.type for event in events) == BOUGHT
        terminal.wait_until(lambda: terminal.text.count(f"[200] POST {handler.url}") == 6)
        for event in events:
            assert f"--> {event.type} [{event.id}]" in terminal.text
        assert "\x1b" not in terminal.text
        assert terminal.end(signal.SIGINT) == 0
    assert len(handler.letters) == 6
    shown = ran("listen", "--print-secret", key=merchant.key, url=merchant.url)
    assert shown.stdout == f"{secret}\n"


def test_a_choice_of_events_with_headers_as_json(merchant: Merchant, handler: Inbox) -> None:
    chosen = ("--events", "checkout.session.completed,moon.landed", "--print-json")
    headers = ("--headers", "X-Shop: north, X-Till: 7", "-H", "User-Agent: till")
    where = ("--forward-to", handler.url)
    with listening(*where, *chosen, *headers, key=merchant.key, url=merchant.url) as terminal:
        assert "moon.landed is no event" in terminal.text
        session = merchant.paid_session()["id"]
        assert told(handler, 1) == [session]
        terminal.wait_for("[200] POST")
        shown = [json.loads(line) for line in terminal.lines if line.startswith("{")]
    (letter,) = handler.letters
    assert shown == [json.loads(letter.body)]
    assert (letter.headers["x-shop"], letter.headers["x-till"]) == ("north", "7")
    assert letter.headers["user-agent"] == "till"


def test_the_newest_words_when_they_are_asked_for(merchant: Merchant, handler: Inbox) -> None:
    where = ("--forward-to", handler.url, "--events", "checkout.session.completed")
    with (
        listening(*where, key=merchant.key, url=merchant.url),
        listening(*where, "--latest", key=merchant.key, url=merchant.url) as latest,
    ):
        assert "API Version [2026-10-28.endive]" in latest.text
        merchant.paid_session()
        events = [json.loads(letter.body) for letter in handler.received(2)]
    words = {event["api_version"]: event["data"]["object"]["ui_mode"] for event in events}
    assert words == {"2026-02-25.clover": "hosted", "2026-10-28.endive": "hosted_page"}


def test_webhook_endpoints_say_what_goes_where(merchant: Merchant, handler: Inbox) -> None:
    for path, types in (("/paid?x=1", "checkout.session.completed"), ("/new", "product.created")):
        fields = {"url": f"https://shop.invalid{path}", "enabled_events[]": types}
        merchant.write("/v1/webhook_endpoints", fields)
    where = ("--load-from-webhooks-api", "--forward-to", f"{handler.url}/")
    with listening(*where, key=merchant.key, url=merchant.url):
        merchant.paid_session()
        letters = handler.received(2)
    went = {letter.path: json.loads(letter.body)["type"] for letter in letters}
    assert went == {
        "/webhook/paid?x=1": "checkout.session.completed",
        "/webhook/new": "product.created",
    }


def test_a_listener_that_is_killed_in_the_middle_is_told_again(
    merchant: Merchant, handler: Inbox
) -> None:
    where = ("--forward-to", handler.url)
    handler.answers.clear()
    with listening(*where, key=merchant.key, url=merchant.url) as terminal:
        begun = new_product(merchant)
        assert told(handler, 1) == [begun]
        terminal.end(signal.SIGKILL)
    missed = new_product(merchant)
    handler.answers.set()
    with listening(*where, key=merchant.key, url=merchant.url) as terminal:
        assert sorted(told(handler, 3)[1:]) == sorted([begun, missed])
        terminal.wait_until(lambda: terminal.text.count("[200] POST") == 2)


def test_a_listener_that_is_stopped_lets_the_handler_finish(
    merchant: Merchant, handler: Inbox
) -> None:
    where = ("--forward-to", handler.url)
    handler.answers.clear()
    with listening(*where, key=merchant.key, url=merchant.url) as terminal:
        first = new_product(merchant)
        assert told(handler, 1) == [first]
        terminal.send(signal.SIGTERM)
        handler.answers.set()
        assert terminal.wait() == 0
        assert "[200] POST" in terminal.text
    with listening(*where, key=merchant.key, url=merchant.url):
        second = new_product(merchant)
        assert told(handler, 2) == [first, second]


def test_what_had_no_turn_when_a_listener_stopped_is_told_to_the_next(
    merchant: Merchant, handler: Inbox
) -> None:
    where = ("--forward-to", handler.url)
    handler.answers.clear()
    with listening(*where, key=merchant.key, url=merchant.url) as terminal:
        made = {new_product(merchant) for _ in range(AT_HANDLER_MAX + 3)}
        handler.received(AT_HANDLER_MAX)
        terminal.send(signal.SIGTERM)
        terminal.wait_for("Stopping")
        handler.answers.set()
        assert terminal.wait() == 0
    assert len(handler.letters) == AT_HANDLER_MAX
    with listening(*where, key=merchant.key, url=merchant.url):
        assert set(told(handler, len(made))) == made
    assert len(handler.letters) == len(made)


def test_a_server_that_is_killed_loses_nothing(
    own_server: Server, key: str, handler: Inbox
) -> None:
    where = ("--forward-to", handler.url)
    with httpx.Client() as http, listening(*where, key=key, url=own_server.url) as terminal:
        merchant = Merchant(http, own_server.url, key)
        made = [new_product(merchant)]
        handler.received(1)
        for _ in range(3):
            made += [new_product(merchant) for _ in range(5)]
            own_server.kill()
            own_server.start()
        made.append(new_product(merchant))
        handler.received(len(made))
        terminal.wait_until(lambda: terminal.text.count("[200] POST") >= len(made))
        assert "The server is back." in terminal.text
    assert set(told(handler, len(made))) == set(made)


def test_a_server_that_forgot_us_is_listened_to_anew(
    own_server: Server, key: str, handler: Inbox
) -> None:
    where = ("--forward-to", handler.url)
    with httpx.Client() as http, listening(*where, key=key, url=own_server.url) as terminal:
        own_server.kill()
        for file in own_server.database.parent.glob("paydesk.db*"):
            file.unlink()
        own_server.start()
        terminal.wait_for("webhook signing secret is", "from now on")
        product = new_product(Merchant(http, own_server.url, key))
        assert told(handler, 1) == [product]


def test_a_handler_that_is_not_there_is_named(merchant: Merchant) -> None:
    with listening("-f", "127.0.0.1:9/hook", key=merchant.key, url=merchant.url) as terminal:
        new_product(merchant)
        terminal.wait_for("[ERROR] Failed to POST to http://127.0.0.1:9/hook")


@needs_openssl
def test_a_certificate_of_the_handlers_own_is_taken_when_that_is_asked_for(
    merchant: Merchant, tmp_path: Path
) -> None:
    _, shown = certificates(tmp_path, "shop.example")
    with open_inbox(shown) as handler:
        where = ("--forward-to", handler.url)
        with listening(*where, key=merchant.key, url=merchant.url) as terminal:
            first = new_product(merchant)
            terminal.wait_for("[ERROR] Failed to POST", "CERTIFICATE_VERIFY_FAILED")
        with listening(*where, "--skip-verify", key=merchant.key, url=merchant.url):
            second = new_product(merchant)
            assert set(told(handler, 1)) <= {first, second}


@pytest.mark.node
def test_the_documented_handler_for_express(merchant: Merchant, node: str) -> None:
    secret = ran("listen", "--print-secret", key=merchant.key, url=merchant.url).stdout.strip()
    with (
        express(merchant.url, merchant.key, secret, node=node) as handler,
        listening("--forward-to", handler.url, key=merchant.key, url=merchant.url),
    ):
        session = merchant.paid_session()["id"]
        assert handler.fulfilled()["session"]["id"] == session


def test_the_documented_handler_for_django(merchant: Merchant) -> None:
    secret = ran("listen", "--print-secret", key=merchant.key, url=merchant.url).stdout.strip()
    with (
        django(merchant.url, merchant.key, secret) as handler,
        listening("--forward-to", handler.url, key=merchant.key, url=merchant.url),
    ):
        session = merchant.paid_session()["id"]
        assert handler.fulfilled()["session"]["id"] == session


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--url", "http://127.0.0.1:9"], 1, "can't be reached"),
        (["--url", "localhost"], 2, "--url can't be 'localhost'"),
        (["--key", "sk_wrong"], 1, "Invalid API Key"),
        (["--key", "sk_test_ü"], 2, "--key can't be that"),
        (["--forward-to", "ftp://localhost"], 2, "--forward-to can't be"),
        (["--forward-to", "http://"], 2, "--forward-to can't be"),
        (["--headers", "nonsense"], 2, "--headers can't be 'nonsense'"),
        (["--load-from-webhooks-api"], 2, "needs --forward-to"),
        (["-f", "4242", "--load-from-webhooks-api"], 1, "no webhook endpoint"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(
    server: Server, key: str, options: list[str], code: int, said: str
) -> None:
    ended = ran("listen", *options, key=key, url=server.url)
    assert (ended.returncode, ended.stdout) == (code, "")
    assert said in ended.stderr
    assert ended.stderr.count("\n") == 1
