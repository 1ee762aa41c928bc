"""Buyers of four countries see their tax, order more, see it made anew, and pay exactly that.

The sandbox's seller is in San Francisco and collects in California, the EU and the United Kingdom.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.shop import T_SHIRT, Shop, item
from tests.pages.steps import PAYS, pay, set_quantity

pytestmark = pytest.mark.browser

ASKS: dict[str, Any] = {
    "automatic_tax": {"enabled": True},
    "tax_id_collection": {"enabled": True},
}


@dataclass(frozen=True)
class TaxedBuyer:
    """`one` and `three` are the taxes, in cents, of one and three T-shirts at $20.00."""

    country: str
    one: int
    three: int
    postal_code: str = ""
    tax_id: str = ""


BUYERS = {
    # California: 7.25 % statewide. 20.00 x 0.0725 = 1.45, 60.00 x 0.0725 = 4.35
    "a Californian": TaxedBuyer("US", 145, 435, postal_code="94103"),
    # Germany: 19 %. 3.80 and 11.40
    "a German": TaxedBuyer("DE", 380, 1140),
    # A business in the EU owes the tax itself.
    "a German business": TaxedBuyer("DE", 0, 0, tax_id="DE136695976"),
    # The United Kingdom: 20 %. 4.00 and 12.00
    "a Briton": TaxedBuyer("GB", 400, 1200, postal_code="SW1A 2AA"),
    # Nothing is collected where the seller is not registered.
    "a Japanese": TaxedBuyer("JP", 0, 0),
}


def calculate(window: Page) -> None:
    """Without scripts a button asks for the tax."""
    button = window.get_by_role("button", name="Calculate tax")
    if button.is_visible():
        button.click()


def text_of(cents: int) -> str:
    return f"${cents // 100}.{cents % 100:02}"


@pytest.mark.parametrize("name", BUYERS)
def test_a_buyer_pays_the_tax_that_they_saw(window: Page, shop: Shop, name: str) -> None:
    buyer = BUYERS[name]
    session = shop.create(T_SHIRT, **ASKS)
    window.goto(str(session.url))
    tax = window.get_by_test_id("order-details-footer-tax-amount")
    window.locator("#billingCountry").select_option(buyer.country)
    if buyer.postal_code:
        window.locator("#billingPostalCode").fill(buyer.postal_code)
    if buyer.tax_id:
        window.locator("#purchasingAsBusiness").check()
        window.locator("#businessName").fill("Rosen GmbH")
        window.locator("#taxIdType").select_option("eu_vat")
        window.locator("#taxId").fill(buyer.tax_id)
        window.locator("#taxId").blur()
    calculate(window)
    expect(tax).to_have_text(text_of(buyer.one))
    owed = window.get_by_text("Tax to be paid on reverse charge basis")
    expect(owed).to_have_count(1 if buyer.tax_id else 0)
    set_quantity(window, "3")
    expect(tax).to_have_text(text_of(buyer.three))
    total = 6000 + buyer.three
    expect(window.locator("#OrderDetails-TotalAmount")).to_have_text(text_of(total))
    fill_in(window, buyer)
    pay(window)
    shop.wait_for("/thanks")
    done = shop.look(session).to_dict()
    assert done["amount_total"] == total
    assert shop.charges() == [("succeeded", total)]
    given = [{"type": "eu_vat", "value": buyer.tax_id}] if buyer.tax_id else []
    assert done["customer_details"]["tax_ids"] == given


def fill_in(window: Page, buyer: TaxedBuyer) -> None:
    """The rest of the form, and again what a page of the browser without scripts has forgotten."""
    window.locator("#billingCountry").select_option(buyer.country)
    if buyer.postal_code:
        window.locator("#billingPostalCode").fill(buyer.postal_code)
    if buyer.tax_id:
        window.locator("#businessName").fill("Rosen GmbH")
    window.locator("#email").fill("jenny@example.com")
    window.locator("#cardNumber").fill(PAYS)
    window.locator("#cardExpiry").fill("12/34")
    window.locator("#cardCvc").fill("123")
    window.locator("#billingName").fill("Jenny Rosen")


def test_tax_inside_the_price_is_not_added_to_it(window: Page, shop: Shop) -> None:
    """20.00 x 19 / 119 = 3.193"""
    book = item("Map", 2000, currency="eur")
    book["price_data"]["tax_behavior"] = "inclusive"
    session = shop.create(book, automatic_tax={"enabled": True})
    window.goto(str(session.url))
    tax = window.get_by_test_id("order-details-footer-tax-amount")
    expect(tax).to_have_text("Included in the price")
    window.locator("#billingCountry").select_option("DE")
    calculate(window)
    included = window.get_by_test_id("order-details-footer-tax-included")
    expect(included).to_have_text("Includes €3.19 VAT")
    expect(tax).to_have_count(0)
    expect(window.locator("#OrderDetails-TotalAmount")).to_have_text("€20.00")
    fill_in(window, TaxedBuyer("DE", 319, 957))
    pay(window)
    shop.wait_for("/thanks")
    assert shop.charges() == [("succeeded", 2000)]


def test_the_kind_of_tax_id_follows_the_country(window: Page, shop: Shop) -> None:
    window.goto(str(shop.create(T_SHIRT, **ASKS).url))
    expect(window.locator("#taxId")).to_be_hidden()
    window.locator("#purchasingAsBusiness").check()
    expect(window.locator("#taxIdType")).to_have_value("us_ein")
    window.locator("#billingCountry").select_option("GB")
    window.locator("#billingPostalCode").fill("SW1A 2AA")
    calculate(window)
    expect(window.locator("#taxIdType")).to_have_value("gb_vat")


def test_a_tax_id_that_is_none(window: Page, shop: Shop) -> None:
    window.goto(str(shop.create(T_SHIRT, tax_id_collection={"enabled": True}).url))
    window.locator("#purchasingAsBusiness").check()
    window.locator("#businessName").fill("Rosen GmbH")
    window.locator("#taxIdType").select_option("eu_vat")
    window.locator("#taxId").fill("DE12")
    fill_in(window, TaxedBuyer("DE", 0, 0))
    pay(window)
    expect(window.locator("#taxId")).to_have_accessible_description("Your tax ID is invalid.")
    window.locator("#taxId").fill("DE136695976")
    fill_in(window, TaxedBuyer("DE", 0, 0))
    pay(window)
    shop.wait_for("/thanks")


def test_only_where_there_are_tax_ids_is_one_required(window: Page, shop: Shop) -> None:
    asks = {"tax_id_collection": {"enabled": True, "required": "if_supported"}}
    window.goto(str(shop.create(T_SHIRT, **asks).url))
    fill_in(window, TaxedBuyer("DE", 0, 0))
    pay(window)
    expect(window.locator("#taxId")).to_have_attribute("aria-invalid", "true")
    fill_in(window, TaxedBuyer("AQ", 0, 0))
    pay(window)
    shop.wait_for("/thanks")
