"""From the merchant's request to the buyer's return: the same story with scripts and without."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenWindow
from tests.browser.shop import FROM_ZERO, MUG, POSTER, T_SHIRT, Shop, item
from tests.pages.steps import fill_in, pay, set_quantity

pytestmark = pytest.mark.browser

TABS_MAX = 40

REFUSED_QUANTITIES = [
    ("0", "You need to order at least 1."),
    ("11", "You can order at most 10."),
    ("-1", "Enter a whole number, for example 3."),
    ("1.5", "Enter a whole number, for example 3."),
    ("1e3", "Enter a whole number, for example 3."),
]


def quantity_button(window: Page, line: int = 0) -> Locator:
    return window.get_by_test_id("line-item-adjustable-qty").nth(line)


def expect_total(window: Page, total: str) -> None:
    """Everywhere where the page shows it."""
    expect(window.get_by_test_id("order-details-footer-total-amount")).to_have_text(total)
    expect(window.locator("#ProductSummary-totalAmount")).to_have_text(total)


def tab_to(target: Locator) -> None:
    """Press Tab until the focus is there, as somebody without a mouse does."""
    for _ in range(TABS_MAX):
        target.page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"Tab never comes to {target}")


def set_quantity_by_keyboard(window: Page, quantity: str, *, line: int) -> None:
    """Tab to the item, Enter, type, Enter."""
    tab_to(quantity_button(window, line))
    window.keyboard.press("Enter")
    expect(window.locator("#adjustQuantity")).to_be_focused()
    window.keyboard.press("ControlOrMeta+A")
    window.keyboard.type(quantity)
    window.keyboard.press("Enter")


def press_step(window: Page, name: str) -> None:
    """Plus or minus; the dialog waits for Update, the page of its own acts at once."""
    dialog = window.locator("dialog.AdjustQuantityModal-modal")
    waits = dialog.count() == 1
    quantity_button(window).click()
    window.get_by_role("button", name=name).click()
    if waits and dialog.is_visible():
        window.get_by_role("button", name="Update").click()


def test_a_buyer_changes_the_order_pays_and_comes_back(window: Page, shop: Shop) -> None:
    shop.listen()
    session = shop.create(
        T_SHIRT, MUG, POSTER,
        automatic_tax={"enabled": True},
        success_url=f"{shop.url}/thanks/{{CHECKOUT_SESSION_ID}}?again={{CHECKOUT_SESSION_ID}}",
    )  # fmt: skip
    assert session.url is not None
    window.goto(session.url)
    expect_total(window, "$54.00")

    set_quantity(window, "3")
    expect_total(window, "$94.00")
    set_quantity_by_keyboard(window, "4", line=1)
    expect_total(window, "$119.00")
    press_step(window, "Increase quantity")
    expect_total(window, "$139.00")
    press_step(window, "Decrease quantity")
    expect_total(window, "$119.00")
    quantity_button(window, 1).click()
    window.get_by_role("button", name="Remove item").click()
    expect_total(window, "$69.00")
    expect(window.get_by_test_id("line-item-product-name")).to_have_text(["T-shirt", "Poster"])

    tax = window.get_by_test_id("order-details-footer-tax-amount")
    expect(tax).to_have_text("Enter address to calculate")
    window.locator("#billingPostalCode").fill("94103")
    calculate = window.get_by_role("button", name="Calculate tax")
    if calculate.count():
        calculate.click()
    expect(tax).to_have_text("$5.00")
    expect_total(window, "$74.00")
    fill_in(window)
    pay(window)

    landing = f"/thanks/{session.id}?again={session.id}"
    window.wait_for_url(shop.url + landing)
    completed = "checkout.session.completed"
    assert shop.log == [f"{completed} arrives", completed, landing]
    assert shop.lines(session) == [("T-shirt", 3), ("Poster", 1)]
    assert shop.charges() == [("succeeded", 7400)]
    assert shop.look(session).amount_total == 7400


def test_a_wrong_quantity_is_refused_in_words_and_changes_nothing(window: Page, shop: Shop) -> None:
    session = shop.create(T_SHIRT, POSTER)
    before = shop.look(session), shop.lines(session)
    assert session.url is not None
    for typed, message in REFUSED_QUANTITIES:
        window.goto(session.url)
        set_quantity(window, typed)
        expect(window.locator("#quantity-error")).to_have_text(message)
        expect(window.locator("#adjustQuantity")).to_have_value(typed)
        expect(window.locator("#adjustQuantity")).to_have_attribute("aria-invalid", "true")
        expect(window.get_by_role("button", name="Remove item")).to_be_hidden()
    assert (shop.look(session), shop.lines(session)) == before


def test_the_last_item_stays(window: Page, shop: Shop) -> None:
    session = shop.create(item("Mug", 1250, adjustable_quantity=FROM_ZERO), MUG)
    assert session.url is not None
    window.goto(session.url)
    set_quantity(window, "0", line=1)
    expect(window.get_by_test_id("line-item-product-name")).to_have_count(1)
    quantity_button(window).click()
    expect(window.get_by_role("button", name="Remove item")).to_be_hidden()
    window.get_by_role("textbox", name="quantity").fill("0")
    window.get_by_role("button", name="Update").click()
    expect(window.locator("#quantity-error")).to_have_text(
        "This is the only item left, so it can't be removed."
    )
    assert shop.lines(session) == [("Mug", 1)]


def test_the_way_back_to_the_shop_waits_for_its_webhook_handler(
    open_window: OpenWindow, shop: Shop
) -> None:
    shop.listen()
    shop.open_for_webhooks.clear()
    window = open_window()
    window.goto(str(shop.create().url))
    fill_in(window)
    pay(window)
    shop.wait_for("checkout.session.completed arrives")
    expect(window.locator(".SubmitButton--success")).to_be_visible()
    assert shop.log == ["checkout.session.completed arrives"]
    shop.open_for_webhooks.set()
    window.wait_for_url(f"{shop.url}/thanks")
    assert shop.log[1:] == ["checkout.session.completed", "/thanks"]
