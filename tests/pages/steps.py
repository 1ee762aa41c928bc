"""What a buyer does, as public test suites write it."""

from __future__ import annotations

from playwright.sync_api import FrameLocator, Page

SECOND_LINE = {
    "line_items[1][price_data][currency]": "usd",
    "line_items[1][price_data][product_data][name]": "Mug",
    "line_items[1][price_data][unit_amount]": "1250",
    "line_items[1][adjustable_quantity][enabled]": "true",
    "line_items[1][quantity]": "1",
}
Form = Page | FrameLocator
"""The checkout, by itself or in a frame."""

PAYS, IS_DECLINED, ASKS_THE_BANK = "4242424242424242", "4000000000000002", "4000000000003220"


def fill_in(buyer: Form, number: str = PAYS, *, email: str | None = "jenny@example.com") -> None:
    """Everything that the form asks for."""
    if email is not None:
        buyer.locator("#email").fill(email)
    buyer.locator("#cardNumber").fill(number)
    buyer.locator("#cardExpiry").fill("12/34")
    buyer.locator("#cardCvc").fill("123")
    buyer.locator("#billingName").fill("Jenny Rosen")
    buyer.locator("#billingPostalCode").fill("94103")


def pay(buyer: Form) -> None:
    buyer.get_by_test_id("hosted-payment-submit-button").click()


def set_quantity(buyer: Form, quantity: str, *, line: int = 0) -> None:
    """As public test suites do it."""
    buyer.get_by_test_id("line-item-adjustable-qty").nth(line).click()
    buyer.get_by_role("textbox", name="quantity").fill(quantity)
    buyer.get_by_role("button", name="Update").click()


def total(buyer: Page) -> str:
    return buyer.get_by_test_id("order-details-footer-total-amount").inner_text()
