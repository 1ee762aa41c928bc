"""Who is known need not say it again: what a customer's page begins with, and its tax at once."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenWindow
from tests.browser.shop import Shop
from tests.browser.test_addresses import fill_in_card
from tests.pages.steps import pay

pytestmark = pytest.mark.browser

TAXED: dict[str, Any] = {"automatic_tax": {"enabled": True}}
ASKS: dict[str, Any] = {
    "shipping_address_collection": {"allowed_countries": ["US", "DE", "FR"]},
    "phone_number_collection": {"enabled": True},
}
MUNICH = {"country": "DE", "postal_code": "80331", "city": "München", "line1": "Marienplatz 1"}
PARIS = {"country": "FR", "postal_code": "75001", "city": "Paris", "line1": "1 Rue de Rivoli"}
JENNY: dict[str, Any] = {
    "email": "jenny@shop.test",
    "name": "Jenny Rosen",
    "phone": "+49 89 123456",
    "address": MUNICH,
    "shipping": {"name": "Rosen's neighbour", "address": PARIS},
}


def kept(*what: str) -> dict[str, Any]:
    return {"customer_update": dict.fromkeys(what, "auto")}


def test_a_known_place_is_taxed_before_anything_is_typed(window: Page, shop: Shop) -> None:
    """Germany's 19 % of 20.00 are 3.80."""
    session = shop.create(customer=shop.customer(**JENNY), **TAXED, **kept("address"))
    window.goto(str(session.url))
    expect(window.get_by_test_id("order-details-footer-tax-amount")).to_have_text("$3.80")
    expect(window.locator("#billingCountry")).to_have_value("DE")
    assert (shop.look(session).amount_total, session.amount_total) == (2380, 2380)


def test_the_country_of_the_browser_is_enough_where_the_tax_needs_no_more(
    open_window: OpenWindow, shop: Shop
) -> None:
    window = open_window(locale="de-DE")
    window.goto(str(shop.create(**TAXED).url))
    expect(window.get_by_test_id("order-details-footer-tax-amount")).to_have_text("3,80 $")


def test_who_listens_hears_what_the_place_makes_of_the_total(
    open_window: OpenWindow, shop: Shop
) -> None:
    window = open_window()
    window.goto(str(shop.create(**TAXED).url))
    window.locator("#billingCountry").select_option("DE")
    expect(window.get_by_role("status")).to_have_text("The total is now $23.80.")


def test_a_parcel_goes_where_the_last_one_went(window: Page, shop: Shop) -> None:
    """France's 20 % of 20.00 are 4.00."""
    customer = shop.customer(**JENNY)
    session = shop.create(customer=customer, **TAXED, **ASKS, **kept("address", "shipping"))
    window.goto(str(session.url))
    expect(window.get_by_test_id("order-details-footer-tax-amount")).to_have_text("$4.00")
    for field, value in {
        "shippingName": "Rosen's neighbour",
        "shippingCountry": "FR",
        "shippingAddressLine1": "1 Rue de Rivoli",
        "shippingPostalCode": "75001",
        "shippingLocality": "Paris",
        "phoneCountry": "DE",
        "phoneNumber": "089 123456",
        "billingCountry": "DE",
    }.items():
        expect(window.locator(f"#{field}")).to_have_value(value)
    expect(window.locator("#sameAddress")).not_to_be_checked()
    fill_in_card_of_known(window)
    pay(window)
    shop.wait_for("/thanks")
    after = shop.look_at_customer(customer)
    assert after.address is not None
    assert (after.address.line1, after.address.country) == ("Marienplatz 1", "DE")
    done = shop.look(session).to_dict()
    assert done["collected_information"]["shipping_details"]["address"]["line1"] == PARIS["line1"]
    assert done["customer_details"]["phone"] == "+4989123456"


def test_who_has_no_shipping_address_gets_the_parcel_home(window: Page, shop: Shop) -> None:
    known = {name: JENNY[name] for name in ("email", "name", "address")}
    window.goto(str(shop.create(customer=shop.customer(**known), **ASKS).url))
    expect(window.locator("#shippingName")).to_have_value("Jenny Rosen")
    expect(window.locator("#shippingAddressLine1")).to_have_value("Marienplatz 1")
    expect(window.locator("#sameAddress")).to_be_checked()
    expect(window.locator("#phoneCountry")).to_have_value("DE")


def test_a_country_that_is_not_shipped_to_is_not_offered(window: Page, shop: Shop) -> None:
    only_us = {"shipping_address_collection": {"allowed_countries": ["US"]}}
    customer = shop.customer(**JENNY)
    session = shop.create(customer=customer, **TAXED, **only_us, **kept("shipping"))
    window.goto(str(session.url))
    expect(window.locator("#shippingCountry")).to_have_value("US")
    expect(window.locator("#shippingName")).to_have_value("Rosen's neighbour")
    tax = window.get_by_test_id("order-details-footer-tax-amount")
    expect(tax).to_have_text("Enter address to calculate")


def fill_in_card_of_known(window: Page) -> None:
    """The email of a customer can't be changed."""
    window.locator("#cardNumber").fill("4242424242424242")
    window.locator("#cardExpiry").fill("12/34")
    window.locator("#cardCvc").fill("123")
    window.locator("#billingName").fill("Jenny Rosen")


def test_the_code_of_the_phone_follows_the_address(open_window: OpenWindow, shop: Shop) -> None:
    window = open_window()
    window.goto(str(shop.create(**ASKS).url))
    code, country = window.locator("#phoneCountry"), window.locator("#shippingCountry")
    expect(code).to_have_value("US")
    country.select_option("DE")
    expect(code).to_have_value("DE")
    expect(window.locator(".PhoneNumber [data-shown]")).to_have_attribute("data-shown", "DE +49")
    number = window.locator("#phoneNumber")
    expect(number).to_have_attribute("placeholder", "01512 3456789")
    expect(window.locator("#phoneNumber-fieldset")).not_to_match_aria_snapshot("- text: DE +49")
    code.select_option("FR")
    country.select_option("US")
    expect(code).to_have_value("FR")


def test_a_number_that_stands_there_keeps_its_country(open_window: OpenWindow, shop: Shop) -> None:
    window = open_window()
    session = shop.create(**ASKS)
    window.goto(str(session.url))
    window.locator("#phoneNumber").fill("(201) 555-0123")
    window.locator("#shippingCountry").select_option("DE")
    expect(window.locator("#phoneCountry")).to_have_value("US")
    window.locator("#shippingName").fill("Jenny Rosen")
    window.locator("#shippingAddressLine1").fill("Marienplatz 1")
    window.locator("#shippingPostalCode").fill("80331")
    window.locator("#shippingLocality").fill("München")
    fill_in_card(window)
    pay(window)
    shop.wait_for("/thanks")
    details = shop.look(session).customer_details
    assert details is not None
    assert details.phone == "+12015550123"


def test_no_two_countries_look_alike_in_the_list_of_codes(window: Page, shop: Shop) -> None:
    window.goto(str(shop.create(**ASKS).url))
    texts = window.locator("#phoneCountry option").all_inner_texts()
    assert len(texts) == len(set(texts))
    assert {"United States +1", "Canada +1", "Germany +49"} <= set(texts)


def test_a_tax_id_belongs_to_its_kind(open_window: OpenWindow, shop: Shop) -> None:
    window = open_window()
    window.goto(str(shop.create(tax_id_collection={"enabled": True}).url))
    kind, value = window.locator("#taxIdType"), window.locator("#taxId")
    country = window.locator("#billingCountry")
    country.select_option("DE")
    window.locator("#purchasingAsBusiness").check()
    value.fill("DE136695976")
    country.select_option("FR")  # the same kind
    expect(value).to_have_value("DE136695976")
    country.select_option("CH")
    expect(value).to_have_value("")
    value.fill("CHE-123.456.788 MWST")
    country.select_option("DE")
    expect(value).to_have_value("DE136695976")
    kind.select_option("gb_vat")  # who chooses it means what is typed there
    expect(value).to_have_value("DE136695976")
    country.select_option("CH")
    expect(kind).to_have_value("gb_vat")
