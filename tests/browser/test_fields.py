"""What is wrong with a field is said in its group, after it was left, in the words of the field."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.shop import Shop

pytestmark = pytest.mark.browser

MISTAKES = [
    ("email", "jenny@example", "Your email is incomplete."),
    ("cardNumber", "4242 4242", "Your card number is incomplete."),
    ("cardNumber", "4242 4242 4242 4241", "Your card number is invalid."),
    ("cardExpiry", "12", "Your card's expiration date is incomplete."),
    ("cardExpiry", "13/34", "Your card's expiration date is invalid."),
    ("cardExpiry", "12/20", "Your card's expiration year is in the past."),
    ("cardCvc", "12", "Your card's security code is incomplete."),
]


def test_a_mistake_is_named_after_the_field_was_left(open_window: OpenWindow, shop: Shop) -> None:
    window = open_window()
    window.goto(str(shop.create().url))
    for id, typed, message in MISTAKES:
        field, error = window.locator(f"#{id}"), window.locator(f"#{id}-error")
        field.fill("")
        field.press_sequentially(typed)
        expect(error).to_be_hidden()
        field.blur()
        expect(error).to_have_text(message)
        expect(error).to_have_role("alert")
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_class(re.compile("CheckoutInput--invalid"))
        expect(field).to_have_accessible_description(message)
        expect(window.locator("fieldset", has=field).get_by_role("alert")).to_be_visible()
        field.fill("")
        expect(error).to_be_hidden()
        expect(field).to_have_attribute("aria-invalid", "false")
