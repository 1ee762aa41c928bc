"""The merchant's own words, as buyers read them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.shop import Shop
from tests.pages.steps import pay
from tests.support.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.node]


def spoken(shop: Shop) -> dict[str, Any]:
    """A session that says something at each place; its link leads to the shop."""
    return {
        "shipping_address_collection": {"allowed_countries": ["US"]},
        "custom_text": {
            "shipping_address": {"message": "Not to PO boxes."},
            "submit": {"message": f"You agree to **our** [terms]({shop.url}/terms)."},
            "after_submit": {"message": "We ship on <Mondays>."},
        },
    }


def expect_texts(form: Page) -> None:
    expect(form.locator("#shippingAddress-fieldset")).to_have_accessible_description(
        "Not to PO boxes."
    )
    expect(form.locator("#submit-text strong")).to_have_text("our")
    expect(form.get_by_role("button", name="Pay")).to_have_accessible_description(
        re.compile(r"You agree to our terms \(opens in a new tab\)")
    )
    expect(form.locator("#after-submit-text")).to_have_text("We ship on <Mondays>.")


def test_a_buyer_reads_them_and_comes_back_from_their_links(window: Page, shop: Shop) -> None:
    window.goto(str(shop.create(**spoken(shop)).url))
    expect_texts(window)
    window.locator("#email").fill("jenny@example.com")
    with window.context.expect_page() as opened:
        window.get_by_role("link", name="terms").click()
    opened.value.wait_for_url(f"{shop.url}/terms")
    assert shop.referrers[-1] is None
    expect(window.locator("#email")).to_have_value("jenny@example.com")


def test_they_are_there_when_the_form_comes_back(window: Page, shop: Shop) -> None:
    window.goto(str(shop.create(**spoken(shop)).url))
    pay(window)
    expect(window.locator("#email-error")).to_be_visible()
    expect_texts(window)


def test_they_shut_nobody_out(judged: Page, shop: Shop, server: Server) -> None:
    embedded = {"ui_mode": "embedded", "return_url": shop.url, "success_url": None,
                "cancel_url": None}  # fmt: skip
    form = shop.create(**spoken(shop), **embedded)
    for address in (str(shop.create(**spoken(shop)).url), f"{server.url}/c/embed/{form.id}"):
        judged.goto(address)
        expect_texts(judged)
        assert violations(judged) == []
        assert judged.evaluate("document.documentElement.scrollWidth <= innerWidth")
