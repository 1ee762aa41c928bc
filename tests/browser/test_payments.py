"""Cards that are refused, banks that ask, and buyers who are quick: nothing is charged twice."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import FrameLocator, Page, Route, expect

from tests.browser.conftest import OpenWindow
from tests.browser.shop import T_SHIRT, Shop
from tests.pages.steps import ASKS_THE_BANK, PAYS, fill_in, pay, set_quantity

pytestmark = pytest.mark.browser

BANK_THEN_DECLINED = "4000008400001629"
UNABLE = (
    "We are unable to authenticate your payment method. "
    "Please choose a different payment method and try again."
)
REFUSED_CARDS = [
    ("4000000000000002", "Your card was declined."),
    ("4000000000009995", "Your card has insufficient funds."),
    ("4000000000000127", "Your card's security code is incorrect."),
    ("4000000000000069", "Your card has expired."),
]


def bank_of(window: Page) -> FrameLocator:
    """The bank's own document: in a dialog with scripts, in the window without."""
    outer = window.frame_locator("iframe[name^=__privateStripeFrame]")
    with_scripts = window.locator("#paydesk-session").count()
    return (
        (outer if with_scripts else window)
        .frame_locator("#challengeFrame")
        .frame_locator("[name=acsFrame]")
    )


def expect_refusal(window: Page, message: str) -> None:
    """The message is an alert beside the card, and what was typed is still there."""
    alert = window.locator("#cardNumber-fieldset").get_by_role("alert").filter(has_text=message)
    expect(alert).to_be_visible()
    expect(window.locator("#email")).to_have_value("jenny@example.com")
    expect(window.locator("#billingName")).to_have_value("Jenny Rosen")
    expect(window.locator("#billingPostalCode")).to_have_value("94103")


def test_a_refused_card_is_explained_and_another_one_pays(window: Page, shop: Shop) -> None:
    session = shop.create()
    window.goto(str(session.url))
    for number, message in REFUSED_CARDS:
        fill_in(window, number)
        pay(window)
        expect_refusal(window, message)
    assert shop.look(session).status == "open"
    fill_in(window)
    pay(window)
    window.wait_for_url(f"{shop.url}/thanks")
    assert shop.charges() == [("failed", 2000)] * len(REFUSED_CARDS) + [("succeeded", 2000)]


def test_a_bank_that_says_no_leaves_the_form_as_it_was(window: Page, shop: Shop) -> None:
    session = shop.create()
    window.goto(str(session.url))
    for number, button, message in (
        (ASKS_THE_BANK, "#test-source-fail-3ds", UNABLE),
        (BANK_THEN_DECLINED, "#test-source-authorize-3ds", "Your card was declined."),
    ):
        fill_in(window, number)
        pay(window)
        bank_of(window).locator(button).click()
        expect_refusal(window, message)
    intent = shop.intent(session)
    assert intent.status == "requires_payment_method"
    assert intent.last_payment_error is not None
    assert intent.last_payment_error.code == "card_declined"
    fill_in(window, ASKS_THE_BANK)
    pay(window)
    bank_of(window).locator("#test-source-authorize-3ds").click()
    window.wait_for_url(f"{shop.url}/thanks")
    assert shop.charges() == [("failed", 2000), ("succeeded", 2000)]


def test_closing_the_banks_dialog_is_a_no(open_window: OpenWindow, shop: Shop) -> None:
    session = shop.create()
    window = open_window()
    window.goto(str(session.url))
    fill_in(window, ASKS_THE_BANK)
    pay(window)
    expect(bank_of(window).locator("#test-source-fail-3ds")).to_be_visible()
    window.get_by_role("button", name="Close").click()
    expect_refusal(window, UNABLE)
    error = shop.intent(session).last_payment_error
    assert error is not None
    assert error.code == "payment_intent_authentication_failure"
    assert shop.look(session).status == "open"


@pytest.mark.parametrize("press", ["dblclick", "enter"])
def test_a_hasty_buyer_is_charged_once(open_window: OpenWindow, shop: Shop, press: str) -> None:
    window = open_window()
    window.goto(str(shop.create().url))
    fill_in(window)
    if press == "enter":
        window.locator("#billingName").press("Enter")
        window.keyboard.press("Enter")
        window.keyboard.press("Enter")
    else:
        window.get_by_test_id("hosted-payment-submit-button").dblclick()
    window.wait_for_url(f"{shop.url}/thanks")
    assert shop.charges() == [("succeeded", 2000)]


class Held:
    """Requests that wait until the test lets them go."""

    def __init__(self) -> None:
        self._routes: list[Route] = []

    def hold(self, route: Route) -> None:
        self._routes.append(route)

    def release(self) -> None:
        for route in self._routes:
            route.continue_()


def test_two_windows_that_pay_at_once_are_charged_once(open_window: OpenWindow, shop: Shop) -> None:
    session = shop.create()
    held = Held()
    windows = [open_window(), open_window()]
    for window in windows:
        window.route("**/confirm", held.hold)
        window.goto(str(session.url))
        fill_in(window)
        with window.expect_request("**/confirm"):
            pay(window)
    held.release()
    for window in windows:
        expect(window).to_have_title(re.compile("^Shop$|^Payment successful$"))
    assert shop.charges() == [("succeeded", 2000)]


def test_a_total_that_moved_is_shown_and_asked_about_before_it_is_charged(
    window: Page, open_window: OpenWindow, shop: Shop
) -> None:
    session = shop.create()
    window.route("**/status", lambda route: route.abort())
    window.goto(str(session.url))
    fill_in(window)
    other = open_window()
    other.goto(str(session.url))
    set_quantity(other, "3")
    expect(other.locator("#OrderDetails-TotalAmount")).to_have_text("$60.00")
    pay(window)
    notice = "The total changed to $60.00. Please check it and pay again."
    expect(window.get_by_role("alert").filter(has_text=notice)).to_be_visible()
    expect(window.locator("#OrderDetails-TotalAmount")).to_have_text("$60.00")
    assert shop.charges() == []
    fill_in(window)
    pay(window)
    window.wait_for_url(f"{shop.url}/thanks")
    assert shop.charges() == [("succeeded", 6000)]


def test_a_change_on_its_way_is_shown_before_it_is_charged(
    open_window: OpenWindow, shop: Shop
) -> None:
    window = open_window()
    held = Held()
    window.route("**/quantity", held.hold)
    window.goto(str(shop.create().url))
    fill_in(window)
    with window.expect_request("**/quantity"):
        set_quantity(window, "3")
    window.keyboard.press("Escape")
    pay(window)
    expect(window.locator(".SubmitButton--processing")).to_be_visible()
    assert shop.charges() == []
    held.release()
    notice = "The total changed to $60.00. Please check it and pay again."
    expect(window.get_by_role("alert").filter(has_text=notice)).to_be_visible()
    assert shop.charges() == []
    pay(window)
    window.wait_for_url(f"{shop.url}/thanks")
    assert shop.charges() == [("succeeded", 6000)]


def test_a_press_is_not_lost_when_new_sums_arrive_under_it(
    open_window: OpenWindow, shop: Shop
) -> None:
    window = open_window()
    held = Held()
    window.route("**/tax", held.hold)
    window.goto(str(shop.create(automatic_tax={"enabled": True}).url))
    with window.expect_request("**/tax"):
        fill_in(window)
    window.get_by_test_id("hosted-payment-submit-button").hover()
    window.mouse.down()
    held.release()
    expect(window.locator("#OrderDetails-TotalAmount")).to_have_text("$21.45")
    window.mouse.up()
    window.wait_for_url(f"{shop.url}/thanks")
    assert shop.charges() == [("succeeded", 2145)]


def test_the_tax_of_a_place_that_the_buyer_left_is_taken_away(
    open_window: OpenWindow, shop: Shop
) -> None:
    window = open_window()
    window.goto(str(shop.create(automatic_tax={"enabled": True}).url))
    tax = window.get_by_test_id("order-details-footer-tax-amount")
    window.locator("#billingCountry").select_option("DE")
    expect(tax).to_have_text("$3.80")
    window.locator("#billingCountry").select_option("US")
    expect(tax).to_have_text("Enter address to calculate")
    window.locator("#billingPostalCode").fill("94103")
    expect(tax).to_have_text("$1.45")
    window.locator("#billingPostalCode").fill("941")
    expect(tax).to_have_text("Enter address to calculate")
    assert shop.charges() == []


def test_a_finished_checkout_says_how_it_ended(window: Page, shop: Shop) -> None:
    paid, expired = shop.create(cancel_url=f"{shop.url}/basket"), shop.create()
    heading = window.get_by_role("heading", level=1)
    window.goto(str(paid.url))
    fill_in(window)
    pay(window)
    window.wait_for_url(f"{shop.url}/thanks")
    window.go_back()
    expect(heading).to_have_text("Payment successful")
    expect(window.locator("form")).to_have_count(0)
    window.goto(str(paid.url))
    expect(heading).to_have_text("Payment successful")

    shop.expire(expired)
    window.goto(str(expired.url))
    expect(heading).to_have_text("This checkout has expired")
    expect(window.get_by_text("Nothing was charged.")).to_be_visible()
    window.get_by_role("link", name="Back to").click()
    window.wait_for_url(f"{shop.url}/basket")

    answer = window.goto(str(paid.url).partition("/c/pay/")[0] + "/c/pay/cs_test_unknown")
    assert answer is not None
    assert answer.status == 404
    expect(heading).to_have_text("Checkout not found")


def test_an_open_page_notices_by_itself_that_its_checkout_expired(
    open_window: OpenWindow, shop: Shop
) -> None:
    session = shop.create()
    window = open_window()
    window.goto(str(session.url))
    shop.expire(session)
    expect(window.get_by_role("heading", level=1)).to_have_text("This checkout has expired")


def test_paying_a_checkout_that_expired_meanwhile_charges_nothing(window: Page, shop: Shop) -> None:
    session = shop.create()
    window.route("**/status", lambda route: route.abort())
    window.goto(str(session.url))
    fill_in(window)
    shop.expire(session)
    pay(window)
    expect(window.get_by_role("heading", level=1)).to_have_text("This checkout has expired")
    assert shop.charges() == []


def test_a_connection_that_breaks_says_so_and_can_be_used_again(
    open_window: OpenWindow, shop: Shop
) -> None:
    window = open_window()
    window.goto(str(shop.create(T_SHIRT).url))
    fill_in(window, PAYS)
    window.context.set_offline(True)
    set_quantity(window, "3")
    expect(window.locator("#quantity-error")).to_contain_text("could not be reached")
    window.keyboard.press("Escape")
    pay(window)
    expect(window.locator("#payment-error")).to_contain_text("The connection was lost")
    window.context.set_offline(False)
    set_quantity(window, "3")
    expect(window.locator("#OrderDetails-TotalAmount")).to_have_text("$60.00")
    pay(window)
    window.wait_for_url(f"{shop.url}/thanks")
    assert shop.charges() == [("succeeded", 6000)]
