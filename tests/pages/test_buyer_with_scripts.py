"""What the page's script does for a buyer, in a real browser against a real server."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.pages.conftest import Opened
from tests.pages.steps import (
    ASKS_THE_BANK,
    IS_DECLINED,
    PAYS,
    SECOND_LINE,
    fill_in,
    pay,
    set_quantity,
    total,
)
from tests.support.server import Server

pytestmark = pytest.mark.browser

POLL_EVERY_MS = 4_000


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
    buyer.locator("#billingPostalCode").fill("94103")
    expect(tax).to_have_text("$1.45")
    assert total(buyer) == "$21.45"
    buyer.locator("#billingCountry").select_option("DE")
    expect(tax).to_have_text("$3.80")
    expect(buyer.locator("#billingPostalCode")).to_be_hidden()


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


def test_an_order_that_costs_nothing_asks_for_no_card(buyer: Page, checkout: Opened) -> None:
    buyer.goto(checkout(**{"line_items[0][price_data][unit_amount]": "0"}))
    expect(buyer.get_by_role("button", name="Complete order")).to_be_visible()
    expect(buyer.locator("#cardNumber")).to_have_count(0)
    buyer.locator("#email").fill("jenny@example.com")
    pay(buyer)
    buyer.wait_for_url("**/healthz?paid=yes")


def test_a_german_buyer_is_told_in_german_why_a_card_was_refused(
    buyer: Page, checkout: Opened
) -> None:
    buyer.goto(checkout(locale="de", customer_email="jenny@example.com"))
    expect(buyer.locator("html")).to_have_attribute("lang", "de")
    expect(buyer.locator(".ReadOnlyFormField-title")).to_have_text("jenny@example.com")
    assert total(buyer) == "20,00\xa0$"
    fill_in(buyer, IS_DECLINED, email=None)
    pay(buyer)
    expect(buyer.locator("#payment-error")).to_have_text("Ihre Karte wurde abgelehnt.")
