"""An open page follows its session: what the merchant changes shows within a second."""

from __future__ import annotations

import time
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenWindow
from tests.browser.shop import Shop
from tests.support.server import Server

pytestmark = pytest.mark.browser

SHOWN_SECONDS_MAX = 2.0
"""A second, and what a busy machine takes; without word from the server it would be four."""

Change = Callable[[str, dict[str, str]], None]


@pytest.fixture
def change(server: Server, key: str) -> Change:
    """The merchant's own server changes a session."""

    def post(path: str, fields: dict[str, str]) -> None:
        url = f"{server.url}/v1/checkout/sessions/{path}"
        answer = httpx.post(url, data=fields, headers={"Authorization": f"Bearer {key}"})
        assert answer.status_code == 200, answer.text

    return post


def follow(window: Page, address: str) -> None:
    """Open the page, and wait until it listens."""
    with window.expect_response(lambda answer: "/changes?" in answer.url):
        window.goto(address)


def test_a_new_order_of_the_merchants_shows_at_once(
    shop: Shop, open_window: OpenWindow, change: Change
) -> None:
    session = shop.create()
    window = open_window()
    follow(window, str(session.url))
    mugs = {
        "line_items[0][price_data][currency]": "usd",
        "line_items[0][price_data][product_data][name]": "Mug",
        "line_items[0][price_data][unit_amount]": "1250",
        "line_items[0][quantity]": "2",
    }
    change(session.id, mugs)
    changed = time.monotonic()
    expect(window.get_by_test_id("line-item-product-name")).to_have_text("Mug")
    assert time.monotonic() - changed < SHOWN_SECONDS_MAX
    expect(window.locator("#ProductSummary-totalAmount")).to_have_text("$25.00")
    expect(window.locator("#notice")).to_contain_text("$25.00")


def test_an_expired_session_is_told_at_once(
    shop: Shop, open_window: OpenWindow, change: Change
) -> None:
    session = shop.create()
    window = open_window()
    follow(window, str(session.url))
    change(f"{session.id}/expire", {})
    expired = time.monotonic()
    expect(window.locator(".Message-heading")).to_have_text("This checkout has expired")
    assert time.monotonic() - expired < SHOWN_SECONDS_MAX


def test_without_word_from_the_server_the_page_asks(
    shop: Shop, open_window: OpenWindow, change: Change
) -> None:
    session = shop.create()
    window = open_window()
    window.route("**/changes?*", lambda route: route.fulfill(status=503, body=""))
    follow(window, str(session.url))
    change(f"{session.id}/expire", {})
    expect(window.locator(".Message-heading")).to_have_text("This checkout has expired")
