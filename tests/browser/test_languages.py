"""Buyers all over the world: languages, money without cents, and what happens to the others."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenWindow
from tests.browser.shop import FROM_ZERO, ONE_TO_TEN, Shop, item
from tests.pages.steps import fill_in, pay

pytestmark = pytest.mark.browser

NBSP = "\N{NO-BREAK SPACE}"


def cap_and_cup(currency: str) -> list[object]:
    """8,000 minor units, of which 3 caps are 6,000."""
    return [
        item("Cap", 2000, 3, currency=currency, adjustable_quantity=ONE_TO_TEN),
        item("Cup", 2000, currency=currency, adjustable_quantity=FROM_ZERO),
    ]


@pytest.mark.parametrize(
    ("locale", "currency", "total", "quantity", "button"),
    [
        ("de", "eur", f"80,00{NBSP}€", "Anz. 3", "Bezahlen"),
        ("fr", "eur", f"80,00{NBSP}€", "Qté 3", "Payer"),
        ("ja", "jpy", "￥8,000", "数量 3", "支払う"),
        ("en", "jpy", "¥8,000", "Qty 3", "Pay"),
        ("en", "kwd", f"KWD{NBSP}8.000", "Qty 3", "Pay"),
        ("en-GB", "usd", "US$80.00", "Qty 3", "Pay"),
    ],
)
def test_a_page_speaks_the_language_of_its_session(
    open_window: OpenWindow, shop: Shop, locale: str, currency: str, total: str,
    quantity: str, button: str,
) -> None:  # fmt: skip
    window = open_window()
    window.goto(str(shop.create(*cap_and_cup(currency), locale=locale).url))
    expect(window.locator("html")).to_have_attribute("lang", locale)
    expect(window.locator("html")).to_have_attribute("dir", "ltr")
    expect(window.locator("#ProductSummary-totalAmount")).to_have_text(total)
    expect(window.get_by_test_id("line-item-adjustable-qty").first).to_have_text(quantity)
    expect(window.get_by_test_id("hosted-payment-submit-button")).to_have_text(button)


@pytest.mark.parametrize(
    ("browser_locale", "language", "heading"),
    [
        ("de-AT", "de", "Zahlungsmethode"),
        ("pt-BR", "pt", "Forma de pagamento"),
        ("ar-EG", "en", "Payment method"),
        ("he", "en", "Payment method"),
    ],
)
def test_a_session_without_a_language_follows_the_browser_or_speaks_english(
    open_window: OpenWindow, shop: Shop, browser_locale: str, language: str, heading: str
) -> None:
    window = open_window(locale=browser_locale)
    window.goto(str(shop.create().url))
    expect(window.locator("html")).to_have_attribute("lang", language)
    expect(window.get_by_role("heading", level=2).first).to_have_text(heading)


def test_a_whole_checkout_in_japanese_yen(window: Page, shop: Shop) -> None:
    session = shop.create(*cap_and_cup("jpy"), locale="ja")
    window.goto(str(session.url))
    quantity = window.get_by_role("textbox", name="数量")
    window.get_by_test_id("line-item-adjustable-qty").first.click()
    quantity.fill("11")
    window.get_by_role("button", name="更新").click()
    expect(window.locator("#quantity-error")).to_contain_text("10")
    quantity.fill("4")
    window.get_by_role("button", name="更新").click()
    expect(window.locator("#OrderDetails-TotalAmount")).to_have_text("￥10,000")
    fill_in(window)
    pay(window)
    window.wait_for_url(f"{shop.url}/thanks")
    assert shop.charges() == [("succeeded", 10_000)]
