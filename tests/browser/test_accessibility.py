"""Buyers who see, move or press differently: axe's rules on every page, the keyboard, motion."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import OpenWindow
from tests.browser.shop import MUG, POSTER, T_SHIRT, Shop
from tests.browser.test_payments import bank_of
from tests.pages.steps import ASKS_THE_BANK, fill_in, pay
from tests.support.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.node]


def order_button(window: Page, line: int = 0) -> None:
    """Open the quantity dialog, which on a phone is behind "Details"."""
    details = window.get_by_test_id("header-view-details")
    if details.is_visible():
        details.click()
    window.get_by_test_id("line-item-adjustable-qty").nth(line).click()


def test_no_state_of_the_checkout_shuts_anybody_out(judged: Page, shop: Shop) -> None:
    session = shop.create(T_SHIRT, MUG, POSTER, automatic_tax={"enabled": True})
    judged.goto(str(session.url))
    assert violations(judged) == [], "as it opens"

    pay(judged)
    expect(judged.locator("#email-error")).to_be_visible()
    assert violations(judged) == [], "with errors"

    order_button(judged, line=1)
    assert violations(judged) == [], "with the dialog"
    judged.locator("#adjustQuantity").fill("1.5")
    judged.get_by_role("button", name="Update").click()
    expect(judged.locator("#quantity-error")).to_be_visible()
    assert violations(judged) == [], "with an error in the dialog"
    judged.keyboard.press("Escape")
    judged.keyboard.press("Escape")

    fill_in(judged, ASKS_THE_BANK)
    pay(judged)
    expect(bank_of(judged).locator("#test-source-fail-3ds")).to_be_visible()
    assert violations(judged) == [], "at the bank"
    bank_of(judged).locator("#test-source-fail-3ds").click()
    expect(judged.locator("#payment-error")).to_be_visible()
    assert violations(judged) == [], "after a refusal"


@pytest.mark.parametrize("judged", ["desk, light", "phone, dark"], indirect=True)
def test_no_small_page_shuts_anybody_out(judged: Page, shop: Shop, server: Server) -> None:
    paid, expired, plain = shop.create(), shop.create(), shop.create()
    shop.expire(expired)
    shop.let_pay(paid, "pm_card_visa")
    base = f"{server.url}/c/pay"
    quantity = f"{base}/{plain.id}/quantity/{shop.line_ids(plain)[0]}"
    bank = shop.ask_the_bank(plain)
    addresses = [str(paid.url), str(expired.url), f"{base}/cs_test_x", quantity, bank, server.url]
    for address in addresses:
        judged.goto(address)
        assert violations(judged) == [], address


def test_the_dialog_keeps_the_focus_and_gives_it_back(open_window: OpenWindow, shop: Shop) -> None:
    window = open_window()
    window.goto(str(shop.create(T_SHIRT, MUG).url))
    opener = window.get_by_test_id("line-item-adjustable-qty").nth(1)
    dialog = window.get_by_role("dialog", name="Change quantity")
    for leave in ("Escape", "Enter"):
        opener.press("Enter")
        expect(window.locator("#adjustQuantity")).to_be_focused()
        for key in ["Tab"] * 8 + ["Shift+Tab"] * 8:
            window.keyboard.press(key)
            assert window.evaluate(FOCUS_IN_PAGE) is False
        window.locator("#adjustQuantity").focus()
        window.keyboard.press(leave)
        expect(dialog).to_be_hidden()
        expect(opener).to_be_focused()


FOCUS_IN_PAGE = """() => document.activeElement !== document.body
  && document.activeElement.closest("dialog") === null"""
REMEMBER_LOOKS = """() => {
  window.lookOf = element => ["outline", "boxShadow", "borderColor"].map(
    name => getComputedStyle(element)[name]).join();
  window.looks = new Map([...document.querySelectorAll("a, button, input, select")].map(
    element => [element, lookOf(element)])); }"""
LOOKS_FOCUSED = """() => {
  const element = document.activeElement;
  return looks.has(element) && lookOf(element) !== looks.get(element); }"""


def test_the_focus_is_seen_wherever_tab_takes_it(open_window: OpenWindow, shop: Shop) -> None:
    window = open_window(reduced_motion="reduce")
    window.goto(str(shop.create(T_SHIRT, MUG).url))
    window.evaluate(REMEMBER_LOOKS)
    visited: list[str] = []
    while "SubmitButton" not in " ".join(visited):
        window.keyboard.press("Tab")
        window.wait_for_function(LOOKS_FOCUSED)
        visited.append(window.evaluate("() => document.activeElement.className"))
    fields = [each for each in visited if each.startswith("CheckoutInput")]
    assert [each.split()[0] for each in visited] == [
        "Header-businessLink", *["AdjustableQuantitySelector"] * 2, *fields, "SubmitButton",
    ]  # fmt: skip
    assert len(fields) == len("email number expiry cvc name country zip".split())


LONGEST_MS = """() => Math.max(
  0, ...document.getAnimations().map(each => each.effect.getTiming().duration))"""


def test_nothing_moves_for_those_who_asked_for_less_motion(
    open_window: OpenWindow, shop: Shop
) -> None:
    window = open_window(reduced_motion="reduce")
    window.goto(str(shop.create().url))
    order_button(window)
    window.locator(".AdjustQuantityModal-toggleQuantityBtn--plus").click()
    window.get_by_role("button", name="Update").click()
    expect(window.locator("#OrderDetails-TotalAmount")).to_have_text("$40.00")
    assert window.evaluate(LONGEST_MS) <= 1


def test_saved_cards_shut_nobody_out(judged: Page, shop: Shop) -> None:
    judged.goto(str(shop.create(customer=shop.regular_customer()).url))
    assert violations(judged) == [], "with a saved card chosen"
    judged.get_by_label("New card").check()
    assert violations(judged) == [], "with a new card chosen"
    pay(judged)
    expect(judged.locator("#cardNumber-error")).to_be_visible()
    assert violations(judged) == [], "with errors"
