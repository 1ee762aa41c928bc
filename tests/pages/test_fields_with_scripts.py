"""How the form's fields behave while a buyer types, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.pages.conftest import Opened
from tests.pages.steps import pay

pytestmark = pytest.mark.browser


def test_errors_show_after_leaving_a_field_and_vanish_while_typing(
    buyer: Page, checkout: Opened
) -> None:
    buyer.goto(checkout())
    buyer.locator("#cardNumber").press_sequentially("4242 4242")
    expect(buyer.locator("#cardNumber-error")).to_be_hidden()
    buyer.locator("#cardExpiry").press_sequentially("1/20")
    expect(buyer.locator("#cardNumber-error")).to_have_text("Your card number is incomplete.")
    expect(buyer.locator("#cardNumber")).to_have_attribute("aria-invalid", "true")
    buyer.locator("#cardCvc").click()
    expect(buyer.locator("#cardExpiry-error")).to_have_text(
        "Your card's expiration year is in the past."
    )
    buyer.locator("#cardNumber").press("End")
    buyer.locator("#cardNumber").press_sequentially("4")
    expect(buyer.locator("#cardNumber-error")).to_be_hidden()


def test_paying_too_early_shows_what_is_missing_and_goes_there(
    buyer: Page, checkout: Opened
) -> None:
    buyer.goto(checkout())
    pay(buyer)
    expect(buyer.locator("#email")).to_be_focused()
    expect(buyer.locator("#email-error")).to_have_text("Required")
    expect(buyer.locator("#cardNumber-error")).to_have_text("Required")
    expect(buyer.locator("#cardExpiry-error")).to_be_hidden()


CARD_NUMBERS = [
    ("4242424242424242", "4242 4242 4242 4242", "visa"),
    ("378282246310005", "3782 822463 10005", "amex"),
    ("6205500000000000004", "6205 5000 0000 0000 004", "unionpay"),
    ("3056930009020004", "3056 9300 0902 0004", "diners"),
    ("36227206271667", "3622 720627 1667", "diners"),
    ("4242-4242-4242-4242", "4242 4242 4242 4242", "visa"),
    ("42424242424242424242424242", "4242 4242 4242 4242 424", "visa"),
]


@pytest.mark.parametrize("how", ["fill", "press_sequentially"])
def test_card_numbers_are_grouped_as_on_the_card(buyer: Page, checkout: Opened, how: str) -> None:
    buyer.goto(checkout())
    field = buyer.locator("#cardNumber")
    for typed, shown, brand in CARD_NUMBERS:
        field.fill("")
        getattr(field, how)(typed)
        expect(field).to_have_value(shown)
        expect(buyer.locator(f".CardBrands-brand--{brand}")).to_be_visible()


@pytest.mark.parametrize("how", ["fill", "press_sequentially"])
def test_every_way_to_write_an_expiry_works(buyer: Page, checkout: Opened, how: str) -> None:
    buyer.goto(checkout())
    field = buyer.locator("#cardExpiry")
    for typed in ("1234", "12/34", "12 / 34", "12/2034"):
        field.fill("")
        getattr(field, how)(typed)
        expect(field).to_have_value("12 / 34")
    for typed, shown in (("4/34", "04 / 34"), ("1/34", "01 / 34"), ("434", "04 / 34")):
        field.fill("")
        getattr(field, how)(typed)
        expect(field).to_have_value(shown)


def test_typing_in_the_middle_of_a_number_keeps_the_caret(buyer: Page, checkout: Opened) -> None:
    buyer.goto(checkout())
    field = buyer.locator("#cardNumber")
    field.fill("4242424242424")
    field.press("Home")
    for key in ("ArrowRight", "ArrowRight", "0", "1"):
        field.press(key)
    expect(field).to_have_value("4201 4242 4242 424")
    assert field.evaluate("field => field.selectionStart") == 4
    field.press("Backspace")
    expect(field).to_have_value("4204 2424 2424 24")
    assert field.evaluate("field => field.selectionStart") == 3
