"""Addresses, phone and names on the page: forms by country, with scripts and without."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.axe import LOOKS, violations
from tests.browser.conftest import OpenWindow
from tests.browser.shop import Shop
from tests.pages.steps import IS_DECLINED, PAYS, fill_in, pay

pytestmark = pytest.mark.browser

COUNTRIES = "US CA GB DE FR JP BR IN AE HK IE AU".split()
SHIPS: dict[str, Any] = {"shipping_address_collection": {"allowed_countries": COUNTRIES}}
ASKS_ALL: dict[str, Any] = {
    **SHIPS,
    "billing_address_collection": "required",
    "phone_number_collection": {"enabled": True},
    "name_collection": {
        "individual": {"enabled": True, "optional": True},
        "business": {"enabled": True},
    },
}


def choose_country(window: Page, country: str, *, kind: str = "shipping") -> None:
    """Choose, and wait for the lines of that country; without scripts a button asks for them."""
    window.locator(f"#{kind}Country").select_option(country)
    update = window.locator(f"#{kind}Address-fieldset").get_by_role("button")
    if update.is_visible():
        update.click()


def ship_to(window: Page, *, name: str = "Jenny Rosen", **fields: str) -> None:
    """Fill in the shipping address; fields by how their ids end."""
    window.locator("#shippingName").fill(name)
    for end, text in fields.items():
        field = window.locator(f"#shipping{end}")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(label=text)
        else:
            field.fill(text)


def fill_in_card(window: Page, number: str = PAYS) -> None:
    window.locator("#email").fill("jenny@example.com")
    window.locator("#cardNumber").fill(number)
    window.locator("#cardExpiry").fill("12/34")
    window.locator("#cardCvc").fill("123")
    window.locator("#billingName").fill("Jenny Rosen")


TOKYO = {
    "AddressLine1": "1-1-2 Oshiage, Sumida-ku",
    "AdministrativeArea": "Tokyo",
    "PostalCode": "131-0045",
}


def test_a_parcel_to_japan(window: Page, shop: Shop) -> None:
    session = shop.create(**SHIPS)
    window.goto(str(session.url))
    choose_country(window, "JP")
    expect(window.locator("#shippingLocality")).to_have_count(0)
    ship_to(window, **TOKYO)
    fill_in_card(window)
    pay(window)
    shop.wait_for("/thanks")
    done = shop.look(session).to_dict()
    parcel = done["collected_information"]["shipping_details"]
    assert (parcel["name"], parcel["address"]["state"]) == ("Jenny Rosen", "東京都")
    assert done["customer_details"]["address"] == parcel["address"]


def test_everything_that_can_be_asked(window: Page, shop: Shop) -> None:
    session = shop.create(**ASKS_ALL)
    window.goto(str(session.url))
    choose_country(window, "GB")
    expect(window.locator("#shippingLocality")).to_have_attribute("placeholder", "Town or city")
    ship_to(window, AddressLine1="10 Downing Street", Locality="London", PostalCode="sw1a 2aa")
    window.locator("#sameAddress").uncheck()
    choose_country(window, "DE", kind="billing")
    expect(window.locator("#billingAdministrativeArea")).to_have_count(0)
    window.locator("#billingAddressLine1").fill("Unter den Linden 1")
    window.locator("#billingPostalCode").fill("10117")
    window.locator("#billingLocality").fill("Berlin")
    window.locator("#businessName").fill("Rosen GmbH")
    window.locator("#phoneCountry").select_option("GB")
    window.locator("#phoneNumber").fill("07911 123456")
    fill_in_card(window)
    pay(window)
    shop.wait_for("/thanks")
    done = shop.look(session).to_dict()
    details, collected = done["customer_details"], done["collected_information"]
    assert details["phone"] == "+447911123456"
    assert (details["business_name"], details["individual_name"]) == ("Rosen GmbH", None)
    assert (details["address"]["country"], details["address"]["city"]) == ("DE", "Berlin")
    assert collected["shipping_details"]["address"]["postal_code"] == "SW1A 2AA"


def test_mistakes_are_named_at_their_fields(window: Page, shop: Shop) -> None:
    window.goto(str(shop.create(**ASKS_ALL).url))
    ship_to(
        window,
        AddressLine1="4242 4242 4242 4242",
        Locality="San Francisco",
        AdministrativeArea="California",
        PostalCode="9410",
    )
    window.locator("#phoneNumber").fill("12345678901234")
    window.locator("#businessName").fill("Rosen Inc.")
    fill_in_card(window)
    pay(window)
    wrong = window.locator("#shippingPostalCode")
    expect(wrong).to_have_accessible_description("Your postal code is invalid.")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(window.locator("#shippingAddressLine1")).to_have_accessible_description(
        "This looks like a card number. Enter it in the field for it alone."
    )
    window.locator("#shippingAddressLine1").fill("354 Oyster Point Blvd")
    wrong.fill("94103")
    fill_in_card(window)
    pay(window)
    phone = window.locator("#phoneNumber")
    expect(phone).to_have_accessible_description("Your phone number is invalid.")
    phone.fill("(201) 555-0123")
    fill_in_card(window)
    pay(window)
    shop.wait_for("/thanks")


def test_the_focus_goes_to_the_first_wrong_field(open_window: OpenWindow, shop: Shop) -> None:
    window = open_window()
    window.goto(str(shop.create(**SHIPS).url))
    window.locator("#email").fill("jenny@example.com")
    window.locator("#shippingName").fill("Jenny Rosen")
    pay(window)
    expect(window.locator("#shippingAddressLine1")).to_be_focused()


def test_what_was_typed_outlives_a_change_of_country(window: Page, shop: Shop) -> None:
    window.goto(str(shop.create(**SHIPS).url))
    ship_to(window, AddressLine1="Hauptstr. 1", Locality="Berlin")
    choose_country(window, "DE")
    expect(window.locator("#shippingAdministrativeArea")).to_have_count(0)
    expect(window.locator("#shippingAddressLine1")).to_have_value("Hauptstr. 1")
    expect(window.locator("#shippingLocality")).to_have_value("Berlin")
    expect(window.locator("#shippingName")).to_have_value("Jenny Rosen")


def test_a_decline_keeps_the_addresses(window: Page, shop: Shop) -> None:
    session = shop.create(**SHIPS)
    window.goto(str(session.url))
    choose_country(window, "JP")
    expect(window.locator("#shippingLocality")).to_have_count(0)
    ship_to(window, **TOKYO)
    fill_in_card(window, IS_DECLINED)
    pay(window)
    declined = window.get_by_role("alert").filter(has_text="declined")
    expect(declined).to_be_visible()
    expect(window.locator("#shippingPostalCode")).to_have_value("131-0045")
    fill_in_card(window)
    pay(window)
    shop.wait_for("/thanks")


def test_the_tax_of_a_parcel_is_known_before_it_is_paid(
    open_window: OpenWindow, shop: Shop
) -> None:
    """California's 7.25 % of 20.00 is 1.45; the card's German address changes nothing."""
    window = open_window()
    session = shop.create(**SHIPS, automatic_tax={"enabled": True})
    window.goto(str(session.url))
    tax = window.get_by_test_id("order-details-footer-tax-amount")
    expect(tax).to_have_text("Enter address to calculate")
    ship_to(
        window,
        AddressLine1="354 Oyster Point Blvd",
        Locality="South San Francisco",
        AdministrativeArea="California",
        PostalCode="94080",
    )
    expect(tax).to_have_text("$1.45")
    window.locator("#sameAddress").uncheck()
    window.locator("#billingCountry").select_option("DE")
    fill_in_card(window)
    expect(tax).to_have_text("$1.45")
    pay(window)
    shop.wait_for("/thanks")
    assert shop.look(session).amount_total == 2145


def test_browsers_know_what_to_fill_in(open_window: OpenWindow, shop: Shop) -> None:
    window = open_window()
    window.goto(str(shop.create(**ASKS_ALL).url))
    told = {
        "#shippingName": "shipping name",
        "#shippingCountry": "shipping country",
        "#shippingAddressLine1": "shipping address-line1",
        "#shippingAddressLine2": "shipping address-line2",
        "#shippingLocality": "shipping address-level2",
        "#shippingAdministrativeArea": "shipping address-level1",
        "#shippingPostalCode": "shipping postal-code",
        "#billingAddressLine1": "billing address-line1",
        "#billingPostalCode": "billing postal-code",
        "#phoneNumber": "tel",
    }
    for field, autocomplete in told.items():
        expect(window.locator(field)).to_have_attribute("autocomplete", autocomplete)
    expect(window.locator("#shippingPostalCode")).to_have_attribute("inputmode", "numeric")


def test_the_form_by_keyboard_alone(open_window: OpenWindow, shop: Shop) -> None:
    window = open_window()
    session = shop.create(**SHIPS)
    window.goto(str(session.url))
    window.locator("#shippingName").focus()
    keys = window.keyboard
    keys.type("Jenny Rosen")
    keys.press("Tab")
    keys.type("United Arab")
    expect(window.locator("#shippingLocality")).to_have_count(0)
    for text in ("Sheikh Zayed Road 1", "", "Dubai"):
        keys.press("Tab")
        keys.type(text)
    expect(window.locator("#shippingCountry")).to_have_value("AE")
    fill_in_card(window)
    keys.press("Enter")
    shop.wait_for("/thanks")


def test_a_session_that_asks_nothing_has_none_of_it(window: Page, shop: Shop) -> None:
    session = shop.create()
    window.goto(str(session.url))
    expect(window.locator("#shippingAddressLine1, #phoneNumber, #sameAddress")).to_have_count(0)
    fill_in(window)
    pay(window)
    shop.wait_for("/thanks")


@pytest.mark.node
@pytest.mark.parametrize("judged", LOOKS, indirect=True)
def test_no_form_shuts_anybody_out(judged: Page, shop: Shop) -> None:
    judged.goto(str(shop.create(**ASKS_ALL).url))
    judged.locator("#sameAddress").uncheck()
    assert violations(judged) == [], "as it opens"
    choose_country(judged, "HK")
    expect(judged.locator("#shippingPostalCode")).to_have_count(0)
    pay(judged)
    expect(judged.locator("#shippingAddressLine1-error, #shippingName-error").first).to_be_visible()
    assert violations(judged) == [], "with errors"


def test_who_types_before_the_new_lines_have_come_goes_on_typing(
    open_window: OpenWindow, shop: Shop
) -> None:
    window = open_window()
    window.goto(str(shop.create(**SHIPS).url))
    slow: list[Route] = []

    def hold(route: Route) -> None:
        slow.append(route)

    window.route("**/address-form/**", hold)
    with window.expect_request("**/address-form/**"):
        window.locator("#shippingCountry").select_option("DE")
    street = window.locator("#shippingAddressLine1")
    street.focus()
    window.keyboard.type("Haupt")
    slow[0].continue_()
    expect(window.locator("#shippingAdministrativeArea")).to_have_count(0)
    window.keyboard.type("str. 1")
    expect(street).to_have_value("Hauptstr. 1")


def test_without_scripts_the_first_wrong_field_has_the_focus(
    open_window: OpenWindow, shop: Shop
) -> None:
    window = open_window(java_script_enabled=False)
    window.goto(str(shop.create(**SHIPS).url))
    window.locator("#email").fill("jenny@example.com")
    window.locator("#shippingName").fill("Jenny Rosen")
    pay(window)
    expect(window.locator("[autofocus]")).to_have_count(1)
    expect(window.locator("#shippingAddressLine1")).to_be_focused()
