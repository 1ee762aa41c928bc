"""A buyer who pays from their bank account, with scripts and without, with a keyboard alone."""

from __future__ import annotations

import re
from typing import Any

import pytest
import stripe
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import OpenWindow
from tests.browser.shop import ONE_TO_TEN, Shop, item
from tests.pages.steps import fill_in, pay

pytestmark = [pytest.mark.browser, pytest.mark.node]

IN_EURO = item("T-shirt", 2000, currency="eur", adjustable_quantity=ONE_TO_TEN)
BOTH, DEBIT = ["card", "sepa_debit"], ["sepa_debit"]
SUCCEEDS, FAILS = "AT61 1904 3002 3457 3201", "AT86 1904 3002 3547 3202"
NOBODYS = "DE02 1203 0000 0000 2020 51"


def offer(shop: Shop, methods: list[str], **more: Any) -> stripe.checkout.Session:
    return shop.create(IN_EURO, payment_method_types=methods, **more)


def choose_debit(window: Page) -> None:
    window.get_by_label("SEPA Direct Debit").check()


def fill_in_account(window: Page, iban: str = SUCCEEDS) -> None:
    email = window.locator("#email")
    if email.count():  # else it is a customer's own
        email.fill("jenny@example.com")
    window.locator("#iban").fill(iban)
    window.locator("#accountHolder").fill("Jenny Rosen")
    window.locator("#billingCountry").select_option("AT")


@pytest.mark.parametrize("methods", [BOTH, DEBIT, ["sepa_debit", "card"]])
def test_a_buyer_pays_from_their_account(window: Page, shop: Shop, methods: list[str]) -> None:
    session = offer(shop, methods)
    window.goto(str(session.url))
    if methods == BOTH:
        choose_debit(window)
    expect(window.get_by_test_id("sepa-mandate")).to_contain_text("you authorise Sandbox shop")
    expect(window.locator("#cardNumber")).to_be_hidden()
    fill_in_account(window)
    pay(window)
    window.wait_for_url(f"{shop.url}/thanks")
    paid = shop.look(session)
    assert (paid.status, paid.payment_status) == ("complete", "unpaid")
    assert shop.charges() == [("pending", 2000)]
    window.goto(str(session.url))
    expect(window.get_by_role("heading", name="Payment processing")).to_be_visible()


def test_a_buyer_may_pay_by_card_all_the_same(window: Page, shop: Shop) -> None:
    session = offer(shop, BOTH)
    window.goto(str(session.url))
    expect(window.locator("#iban")).to_be_hidden()
    fill_in(window)
    pay(window)
    window.wait_for_url(f"{shop.url}/thanks")
    assert shop.look(session).payment_status == "paid"


def test_mistakes_are_explained_and_the_iban_is_not_kept(window: Page, shop: Shop) -> None:
    session = offer(shop, BOTH)
    window.goto(str(session.url))
    for typed, message in {
        "": "Required",
        "AT61 1904": "Your IBAN is incomplete.",
        "AT61 1904 3002 3457 3202": "Your IBAN is invalid.",
        NOBODYS: "You must use a test bank account number",
    }.items():
        choose_debit(window)
        fill_in_account(window, typed)
        pay(window)
        expect(window.locator("#iban-error")).to_contain_text(message)
        expect(window.get_by_label("SEPA Direct Debit")).to_be_checked()
        expect(window.locator("#accountHolder")).to_have_value("Jenny Rosen")
        assert typed == "" or typed not in window.content()
    assert shop.look(session).status == "open"
    fill_in_account(window, FAILS)
    pay(window)
    window.wait_for_url(f"{shop.url}/thanks")


def test_a_regular_customer_chooses_among_all_ways(window: Page, shop: Shop) -> None:
    session = offer(shop, BOTH, customer=shop.regular_customer())
    window.goto(str(session.url))
    expect(window.get_by_label(re.compile("ending in 4242"))).to_be_checked()
    expect(window.locator("#billingCountry")).to_be_hidden()
    window.get_by_label("New card").check()
    expect(window.locator("#cardNumber")).to_be_visible()
    choose_debit(window)
    expect(window.locator("#cardNumber")).to_be_hidden()
    fill_in_account(window)
    pay(window)
    window.wait_for_url(f"{shop.url}/thanks")
    assert shop.charges() == [("pending", 2000)]


def test_the_keyboard_is_enough(open_window: OpenWindow, shop: Shop) -> None:
    window = open_window()
    session = offer(shop, BOTH)
    window.goto(str(session.url))
    window.locator("#email").focus()
    window.keyboard.type("jenny@example.com")
    window.keyboard.press("Tab")
    expect(window.get_by_label("Card", exact=True)).to_be_focused()
    window.keyboard.press("ArrowDown")
    expect(window.get_by_label("SEPA Direct Debit")).to_be_checked()
    window.keyboard.press("Tab")
    window.keyboard.type("at611904300234573201")
    expect(window.locator("#iban")).to_have_value(SUCCEEDS)
    window.keyboard.press("Tab")
    window.keyboard.type("Jenny Rosen")
    window.keyboard.press("Tab")
    window.keyboard.type("Austria")
    window.keyboard.press("Enter")
    pay(window)
    window.wait_for_url(f"{shop.url}/thanks")
    assert shop.look(session).payment_status == "unpaid"


@pytest.mark.parametrize("methods", [BOTH, DEBIT])
def test_direct_debits_shut_nobody_out(judged: Page, shop: Shop, methods: list[str]) -> None:
    session = offer(shop, methods)
    judged.goto(str(session.url))
    assert violations(judged) == [], "as it opens"
    if methods == BOTH:
        choose_debit(judged)
        assert violations(judged) == [], "with the debit chosen"
    pay(judged)
    expect(judged.locator("#iban-error")).to_be_visible()
    assert violations(judged) == [], "with errors"
    fill_in_account(judged)
    pay(judged)
    judged.wait_for_url(f"{shop.url}/thanks")
    judged.goto(str(session.url))
    assert violations(judged) == [], "while it is processing"
