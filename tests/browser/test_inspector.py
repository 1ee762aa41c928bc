"""A merchant in a browser who wants to know what happened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
import stripe
from playwright.sync_api import Page, expect

from paydesk.core.ids import account_id
from tests.browser.axe import violations
from tests.browser.conftest import OpenWindow
from tests.browser.shop import MUG, T_SHIRT, Shop
from tests.support.checkout import DECLINED
from tests.support.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.node]

TRACE = b"KeyError: 'line_items'"


class Broken(BaseHTTPRequestHandler):
    """A webhook handler with a mistake in it."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(500)
        self.send_header("Content-Length", str(len(TRACE)))
        self.end_headers()
        self.wfile.write(TRACE)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: what it did is what the test looks for."""


@contextmanager
def broken_handler() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Broken)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hook"
    server.shutdown()
    thread.join()
    server.server_close()


def overview(server: Server, key: str) -> str:
    return f"{server.url}/inspector?account={account_id(key)}"


def test_two_clicks_tell_why_a_webhook_failed(
    open_window: OpenWindow, shop: Shop, server: Server, key: str
) -> None:
    with broken_handler() as url:
        shop.listen_at(url)
        session = shop.create()
        shop.expire(session)
        window = open_window()
        window.goto(overview(server, key))
        expect(window.get_by_text("has been failing since")).to_be_visible()
        window.get_by_role("link", name="See why").click()
        expect(window.get_by_text("HTTP 500").first).to_be_visible()
        expect(window.get_by_text(TRACE.decode()).first).to_be_visible()

        window.goto(overview(server, key))
        window.locator("#sessions a").first.click()
        window.get_by_role("link", name="Delivery failed: HTTP 500").click()
        expect(window.get_by_text(TRACE.decode()).first).to_be_visible()


def test_a_page_follows_what_happens(
    open_window: OpenWindow, shop: Shop, server: Server, key: str
) -> None:
    session = shop.create()
    window = open_window()
    window.goto(f"{server.url}/inspector/sessions/{session.id}")
    window.evaluate("() => { window.never_reloaded = true }")
    window.get_by_role("button", name="Expire").focus()
    steps = window.locator(".Step-title")
    expect(steps).to_have_text(["Created"])
    with pytest.raises(stripe.CardError):
        shop.let_pay(session, DECLINED)
    expect(steps).to_have_text(["Created", "Payment of $20.00 tried", "Declined"])
    expect(window.get_by_role("button", name="Expire")).to_be_focused()
    expect(window.locator("#live-status")).to_have_text("Declined")
    shop.let_pay(session, "pm_card_visa")
    expect(steps.last).to_have_text("Paid")
    expect(window.get_by_role("button", name="Expire")).to_have_count(0)
    assert window.evaluate("() => window.never_reloaded") is True


def test_what_was_unfolded_stays_so(
    open_window: OpenWindow, shop: Shop, server: Server, key: str
) -> None:
    shop.let_pay(shop.create(), "pm_card_visa")
    window = open_window()
    window.goto(overview(server, key))
    window.get_by_text("As a table").first.click()
    shop.let_pay(shop.create(), "pm_card_visa")
    expect(window.get_by_text("2 succeeded, 0 failed")).to_be_visible()
    expect(window.locator("#chart-payments-table table")).to_be_visible()


def test_the_keyboard_pays_and_finds(
    open_window: OpenWindow, shop: Shop, server: Server, key: str
) -> None:
    session = shop.create()
    window = open_window()
    window.goto(overview(server, key))
    window.keyboard.press("Tab")
    expect(window.get_by_role("link", name="Skip to the contents")).to_be_focused()
    window.get_by_label("Session, payment intent or email").press_sequentially(session.id)
    window.keyboard.press("Enter")
    window.wait_for_url("**query=cs_test_**")
    window.locator("#sessions a").press("Enter")
    window.get_by_role("button", name="Pay with a test card").press("Enter")
    expect(window.locator(".Step-title").last).to_have_text("Paid")


def test_it_works_without_scripts(
    open_window: OpenWindow, shop: Shop, server: Server, key: str
) -> None:
    window = open_window(java_script_enabled=False)
    window.goto(f"{server.url}/inspector/sessions/{shop.create().id}")
    window.get_by_role("button", name="Decline", exact=True).click()
    expect(window.locator(".Step-title").last).to_have_text("Declined")
    window.locator("#accounts summary").click()
    window.get_by_label("The account of a key").fill(key)
    window.get_by_role("button", name="Show").click()
    expect(window.locator("#sessions tbody tr")).to_have_count(1)


@pytest.mark.parametrize("judged", ["desk, light", "phone, dark"], indirect=True)
def test_nobody_is_shut_out(judged: Page, shop: Shop, server: Server, key: str) -> None:
    with broken_handler() as url:
        shop.listen_at(url)
        paid, plain = shop.create(T_SHIRT, MUG), shop.create()
        with pytest.raises(stripe.CardError):
            shop.let_pay(paid, DECLINED)
        shop.let_pay(paid, "pm_card_visa")
        judged.goto(overview(server, key))
        expect(judged.get_by_role("link", name="See why")).to_be_visible()
        judged.get_by_text("As a table").first.click()
        judged.locator("#accounts summary").click()
        assert violations(judged) == [], "overview"
        judged.locator("#accounts summary").click()
        judged.get_by_role("link", name="See why").click()
        pages = [
            f"sessions/{paid.id}",
            f"sessions/{plain.id}",
            "events",
            "requests",
            "sessions/cs_test_none",
        ]
        assert violations(judged) == [], "event"
        judged.goto(f"{server.url}/inspector/requests?account={account_id(key)}")
        judged.locator("#requests a").first.click()
        expect(judged.get_by_role("heading", name="Answer")).to_be_visible()
        assert violations(judged) == [], "request"
        for page in pages:
            judged.goto(f"{server.url}/inspector/{page}")
            assert violations(judged) == [], page
            wide = judged.evaluate("() => document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, page
