"""The same checkout in a browser that runs no scripts: every step is a form and a page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.pages.conftest import Opened
from tests.pages.steps import (
    ASKS_THE_BANK,
    SECOND_LINE,
    fill_in,
    pay,
    set_quantity,
    total,
)

pytestmark = pytest.mark.browser


def test_quantities_change_on_a_page_of_their_own(plain_buyer: Page, checkout: Opened) -> None:
    plain_buyer.goto(checkout(**SECOND_LINE))
    set_quantity(plain_buyer, "3")
    assert total(plain_buyer) == "$72.50"
    set_quantity(plain_buyer, "11")
    expect(plain_buyer.locator("#quantity-error")).to_have_text("You can order at most 10.")
    expect(plain_buyer.locator("#adjustQuantity")).to_have_value("11")
    plain_buyer.get_by_role("link", name="Close").click()
    assert total(plain_buyer) == "$72.50"


def test_an_item_can_be_removed(plain_buyer: Page, checkout: Opened) -> None:
    plain_buyer.goto(checkout(**SECOND_LINE))
    plain_buyer.get_by_test_id("line-item-adjustable-qty").nth(1).click()
    plain_buyer.get_by_role("button", name="Remove item").click()
    expect(plain_buyer.get_by_test_id("line-item-product-name")).to_have_text(["T-shirt"])


def test_a_form_with_mistakes_comes_back_with_them(plain_buyer: Page, checkout: Opened) -> None:
    plain_buyer.goto(checkout())
    fill_in(plain_buyer, "4242424242424241")
    plain_buyer.locator("#billingName").fill("")
    pay(plain_buyer)
    expect(plain_buyer.locator("#cardNumber-error")).to_have_text("Your card number is invalid.")
    expect(plain_buyer.locator("#billingName-error")).to_have_text("Required")
    expect(plain_buyer.locator("#email")).to_have_value("jenny@example.com")
    expect(plain_buyer.locator("#cardNumber")).to_have_value("")


def test_the_bank_takes_over_the_window_and_gives_it_back(
    plain_buyer: Page, checkout: Opened
) -> None:
    plain_buyer.goto(checkout())
    fill_in(plain_buyer, ASKS_THE_BANK)
    pay(plain_buyer)
    bank = plain_buyer.frame_locator("#challengeFrame").frame_locator("#acsFrame")
    bank.get_by_role("button", name="Complete").click()
    plain_buyer.wait_for_url("**/healthz?paid=yes")


def test_tax_can_be_asked_for_by_a_button(plain_buyer: Page, checkout: Opened) -> None:
    plain_buyer.goto(checkout(**{"automatic_tax[enabled]": "true"}))
    plain_buyer.locator("#email").fill("jenny@example.com")
    plain_buyer.locator("#billingPostalCode").fill("94103")
    plain_buyer.get_by_role("button", name="Calculate tax").click()
    assert total(plain_buyer) == "$21.45"
    expect(plain_buyer.locator("#email")).to_have_value("jenny@example.com")
    expect(plain_buyer.locator("#billingPostalCode")).to_have_value("94103")


def test_tax_that_was_not_asked_for_is_shown_before_it_is_paid(
    plain_buyer: Page, checkout: Opened
) -> None:
    plain_buyer.goto(checkout(**{"automatic_tax[enabled]": "true"}))
    fill_in(plain_buyer)
    pay(plain_buyer)
    expect(plain_buyer.locator("#notice")).to_contain_text("The total changed to $21.45.")
    fill_in(plain_buyer)
    pay(plain_buyer)
    plain_buyer.wait_for_url("**/healthz?paid=yes")


def test_on_a_phone_the_details_open_without_scripts(plain_buyer: Page, checkout: Opened) -> None:
    plain_buyer.set_viewport_size({"width": 390, "height": 844})
    plain_buyer.goto(checkout())
    plain_buyer.get_by_test_id("header-view-details").click()
    set_quantity(plain_buyer, "2")
    expect(plain_buyer.locator("#ProductSummary-totalAmount")).to_have_text("$40.00")
