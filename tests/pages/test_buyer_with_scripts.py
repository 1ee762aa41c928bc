"""What the page's script does for a buyer, in a real browser against a real server."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from tests.pages.conftest import Opened
from tests.support.server import Server

pytestmark = pytest.mark.browser

SECOND_LINE = {
    "line_items[1][price_data][currency]": "usd",
    "line_items[1][price_data][product_data][name]": "Mug",
    "line_items[1][price_data][unit_amount]": "1250",
    "line_items[1][adjustable_quantity][enabled]": "true",
    "line_items[1][quantity]": "1",
}
POLL_EVERY_MS = 4_000
PAYS, IS_DECLINED, ASKS_THE_BANK = "4242424242424242", "4000000000000002", "4000000000003220"


def fill_in(buyer: Page, number: str = PAYS) -> None:
    """Everything that the form asks for."""
    buyer.locator("#email").fill("jenny@example.com")
    buyer.locator("#cardNumber").fill(number)
    buyer.locator("#cardExpiry").fill("12/34")
    buyer.locator("#cardCvc").fill("123")
    buyer.locator("#billingName").fill("Jenny Rosen")
    buyer.locator("#billingPostalCode").fill("98104")


def pay(buyer: Page) -> None:
    buyer.get_by_test_id("hosted-payment-submit-button").click()


def set_quantity(buyer: Page, quantity: str, *, line: int = 0) -> None:
    """As public test suites do it."""
    buyer.get_by_test_id("line-item-adjustable-qty").nth(line).click()
    buyer.get_by_role("textbox", name="quantity").fill(quantity)
    buyer.get_by_role("button", name="Update").click()


def total(buyer: Page) -> str:
    return buyer.get_by_test_id("order-details-footer-total-amount").inner_text()


def test_a_new_quantity_changes_every_sum_without_a_page_load(
    buyer: Page, checkout: Opened
) -> None:
    buyer.goto(checkout(**SECOND_LINE))
    buyer.locator("#email").fill("jenny@example.com")
    set_quantity(buyer, "3")
    expect(buyer.locator(".AdjustQuantityModal-modal")).to_be_hidden()
    expect(buyer.locator("#OrderDetails-TotalAmount")).to_have_text("$72.50")
    expect(buyer.locator("#ProductSummary-totalAmount")).to_have_text("$72.50")
    expect(buyer.get_by_test_id("line-item-total-amount").first).to_have_text("$60.00")
    expect(buyer.get_by_test_id("line-item-amount-detail").first).to_have_text("$20.00 each")
    expect(buyer.get_by_test_id("line-item-adjustable-qty").first).to_have_text("Qty 3")
    expect(buyer.get_by_test_id("line-item-adjustable-qty").first).to_be_focused()
    assert buyer.locator("#email").input_value() == "jenny@example.com"


def test_plus_minus_and_enter_change_the_quantity(buyer: Page, checkout: Opened) -> None:
    buyer.goto(checkout())
    buyer.get_by_test_id("line-item-adjustable-qty").click()
    minus = buyer.locator(".AdjustQuantityModal-toggleQuantityBtn--minus")
    plus = buyer.locator(".AdjustQuantityModal-toggleQuantityBtn--plus")
    expect(minus).to_have_attribute("aria-disabled", "true")
    plus.click()
    plus.click()
    minus.click()
    expect(buyer.locator("#adjustQuantity")).to_have_value("2")
    buyer.locator("#adjustQuantity").press("Enter")
    expect(buyer.locator("#OrderDetails-TotalAmount")).to_have_text("$40.00")


WRONG_QUANTITIES = [
    ("11", "You can order at most 10."),
    ("999999999", "You can order at most 10."),
    ("0", "You need to order at least 1."),
    *((typed, "Enter a whole number, for example 3.") for typed in ("1.5", "-1", "", "٣", "1e1")),
]


def test_a_wrong_quantity_is_explained_and_changes_nothing(buyer: Page, checkout: Opened) -> None:
    buyer.goto(checkout())
    for typed, message in WRONG_QUANTITIES:
        set_quantity(buyer, typed)
        expect(buyer.locator("#quantity-error")).to_have_text(message)
        expect(buyer.locator("#adjustQuantity")).to_be_focused()
        buyer.keyboard.press("Escape")
        expect(buyer.locator(".AdjustQuantityModal-modal")).to_be_hidden()
    assert total(buyer) == "$20.00"


def test_an_item_from_zero_can_be_removed_but_never_the_last(buyer: Page, checkout: Opened) -> None:
    last = {
        "line_items[0][adjustable_quantity][minimum]": "0",
    }
    buyer.goto(checkout(**SECOND_LINE, **last))
    buyer.get_by_test_id("line-item-adjustable-qty").nth(1).click()
    buyer.get_by_role("button", name="Remove item").click()
    expect(buyer.get_by_test_id("line-item-product-name")).to_have_text(["T-shirt"])
    buyer.get_by_test_id("line-item-adjustable-qty").click()
    expect(buyer.get_by_role("button", name="Remove item")).to_be_hidden()
    buyer.locator("#adjustQuantity").fill("0")
    buyer.get_by_role("button", name="Update").click()
    expect(buyer.locator("#quantity-error")).to_have_text(
        "This is the only item left, so it can't be removed."
    )


def test_paying_shows_success_and_lands_on_the_success_url(buyer: Page, checkout: Opened) -> None:
    buyer.goto(checkout())
    fill_in(buyer)
    expect(buyer.locator(".SubmitButton")).to_have_class(re.compile("SubmitButton--complete"))
    pay(buyer)
    expect(buyer.locator(".SubmitButton")).to_have_class(re.compile("SubmitButton--success"))
    buyer.wait_for_url("**/healthz?paid=yes")


def test_a_decline_is_an_alert_and_another_card_pays(buyer: Page, checkout: Opened) -> None:
    buyer.goto(checkout())
    fill_in(buyer, IS_DECLINED)
    pay(buyer)
    alert = buyer.locator("#cardNumber-fieldset [role=alert]", has_text="declined")
    expect(alert).to_be_visible()
    assert buyer.locator("#billingName").input_value() == "Jenny Rosen"
    buyer.locator("#cardNumber").fill(PAYS)
    pay(buyer)
    buyer.wait_for_url("**/healthz?paid=yes")


def test_a_double_click_sends_one_request(buyer: Page, checkout: Opened) -> None:
    asked: list[str] = []
    buyer.on(
        "request",
        lambda request: asked.append(request.url) if request.url.endswith("/confirm") else None,
    )
    buyer.goto(checkout())
    fill_in(buyer)
    buyer.get_by_test_id("hosted-payment-submit-button").dblclick()
    buyer.wait_for_url("**/healthz?paid=yes")
    assert len(asked) == 1


def test_paying_waits_for_a_change_on_its_way_and_charges_its_total(
    buyer: Page, checkout: Opened, server: Server, key: str
) -> None:
    url = checkout()
    session = url.rpartition("/")[2].partition("#")[0]
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    buyer.route("**/quantity", hold)
    buyer.goto(url)
    fill_in(buyer)
    set_quantity(buyer, "3")
    buyer.locator(".AdjustQuantityHeader-closeBtn").click()
    asked: list[str] = []
    buyer.on("request", lambda request: asked.append(request.url))
    pay(buyer)
    expect(buyer.locator(".SubmitButton")).to_have_text("Processing…")
    assert not any(each.endswith("/confirm") for each in asked)
    held[0].continue_()
    buyer.wait_for_url("**/healthz?paid=yes")
    paid = httpx.get(
        f"{server.url}/v1/checkout/sessions/{session}", headers={"Authorization": f"Bearer {key}"}
    ).json()
    assert (paid["payment_status"], paid["amount_total"]) == ("paid", 6000)


def test_a_stale_total_is_never_charged_but_shown_and_asked_about(
    buyer: Page, checkout: Opened, server: Server, key: str
) -> None:
    url = checkout()
    buyer.route("**/status", lambda route: route.abort())
    buyer.goto(url)
    fill_in(buyer)
    other = buyer.context.new_page()
    other.goto(url)
    set_quantity(other, "3")
    expect(other.locator("#OrderDetails-TotalAmount")).to_have_text("$60.00")
    assert total(buyer) == "$20.00", "this window has not heard of it"
    pay(buyer)
    expect(buyer.locator("#notice")).to_have_text(
        "The total changed to $60.00. Please check it and pay again."
    )
    assert total(buyer) == "$60.00"
    pay(buyer)
    buyer.wait_for_url("**/healthz?paid=yes")


def test_an_open_page_learns_that_the_order_changed_or_ended(
    buyer: Page, checkout: Opened, server: Server, key: str
) -> None:
    url = checkout()
    session = url.rpartition("/")[2].partition("#")[0]
    buyer.clock.install()
    buyer.goto(url)
    other = buyer.context.new_page()
    other.goto(url)
    set_quantity(other, "2")
    expect(other.locator("#OrderDetails-TotalAmount")).to_have_text("$40.00")
    buyer.bring_to_front()
    buyer.clock.run_for(POLL_EVERY_MS)
    expect(buyer.locator("#notice")).to_have_text("The order has changed. The total is now $40.00.")
    httpx.post(
        f"{server.url}/v1/checkout/sessions/{session}/expire",
        headers={"Authorization": f"Bearer {key}"},
    )
    buyer.clock.run_for(POLL_EVERY_MS)
    expect(buyer.get_by_role("heading", name="This checkout has expired")).to_be_visible()


@pytest.mark.parametrize(
    ("button", "outcome"), [("Complete", "paid"), ("Fail", "refused"), (None, "refused")]
)
def test_the_bank_asks_in_three_frames(
    buyer: Page, checkout: Opened, button: str | None, outcome: str
) -> None:
    buyer.goto(checkout())
    fill_in(buyer, ASKS_THE_BANK)
    pay(buyer)
    bank = (
        buyer.frame_locator("iframe[name^=__privateStripeFrame]")
        .frame_locator("#challengeFrame")
        .frame_locator("[name=acsFrame]")
    )
    if button is None:
        expect(bank.locator("#test-source-fail-3ds")).to_be_visible()
        buyer.get_by_role("button", name="Close").click()
    else:
        bank.get_by_role("button", name=button).click()
    if outcome == "paid":
        buyer.wait_for_url("**/healthz?paid=yes")
        return
    expect(buyer.locator("#payment-error")).to_contain_text("unable to authenticate")
    buyer.locator("#cardNumber").fill(PAYS)
    pay(buyer)
    buyer.wait_for_url("**/healthz?paid=yes")


def test_tax_follows_the_address(buyer: Page, checkout: Opened) -> None:
    buyer.goto(checkout(**{"automatic_tax[enabled]": "true"}))
    tax = buyer.get_by_test_id("order-details-footer-tax-amount")
    expect(tax).to_have_text("Enter address to calculate")
    buyer.locator("#billingPostalCode").fill("98104")
    expect(tax).to_have_text("$1.30")
    assert total(buyer) == "$21.30"
    buyer.locator("#billingCountry").select_option("DE")
    expect(tax).to_have_text("$3.80")
    expect(buyer.locator("#billingPostalCode")).to_be_hidden()


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


def test_on_a_phone_details_opens_the_order_with_its_quantities(
    buyer: Page, checkout: Opened
) -> None:
    buyer.set_viewport_size({"width": 390, "height": 844})
    buyer.goto(checkout())
    expect(buyer.get_by_test_id("line-item-adjustable-qty")).to_be_hidden()
    buyer.get_by_test_id("header-view-details").click()
    panel = buyer.get_by_test_id("order-details-mobile")
    expect(panel).to_be_visible()
    set_quantity(buyer, "2")
    expect(panel.get_by_test_id("order-details-footer-total-amount")).to_have_text("$40.00")
    buyer.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(buyer.locator("#ProductSummary-totalAmount")).to_have_text("$40.00")


def test_a_lost_answer_is_not_called_a_failure(buyer: Page, checkout: Opened) -> None:
    buyer.goto(checkout())
    fill_in(buyer)
    buyer.route("**/confirm", lambda route: (route.fetch(), route.abort()))
    pay(buyer)
    buyer.wait_for_url("**/healthz?paid=yes")
