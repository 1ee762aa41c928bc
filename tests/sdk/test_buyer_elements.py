"""What components ask of the buyer: address and tax id elements, and the actions beside them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sdk.conftest import Site
from tests.sdk.merchant import Merchant, open_shop
from tests.sdk.pages import VISA, type_card
from tests.support.server import Server

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><script src="SERVER/endive/stripe.js"></script>
<div id="payment"></div><div id="shipping"></div><div id="tax"></div>"""

OPEN = """async ([key, secret, elements]) => {
  window.heard = [];
  window.sdk = Stripe(key).initCheckoutElementsSdk({clientSecret: secret});
  const factories = {
    payment: sdk.createPaymentElement,
    shipping: sdk.createShippingAddressElement,
    tax: sdk.createTaxIdElement,
  };
  await Promise.all(elements.map((name) => new Promise((resolve) => {
    const element = factories[name]();
    element.on('change', (told) => heard.push(told));
    element.on('ready', resolve).mount(`#${name}`);
  })));
  window.actions = (await sdk.loadActions()).actions;
}"""

TAXED = {
    "line_items[0][price_data][tax_behavior]": "exclusive",
    "automatic_tax[enabled]": "true",
}
SHIPS = {
    "shipping_address_collection[allowed_countries][0]": "US",
    "shipping_address_collection[allowed_countries][1]": "JP",
    "shipping_address_collection[allowed_countries][2]": "DE",
}
COLLECTS = {
    **SHIPS,
    **TAXED,
    "phone_number_collection[enabled]": "true",
    "tax_id_collection[enabled]": "true",
}
CALIFORNIA: dict[str, Any] = {
    "name": "Jenny Rosen",
    "address": {
        "country": "US",
        "line1": "354 Oyster Point Blvd",
        "city": "South San Francisco",
        "state": "CA",
        "postal_code": "94080",
    },
}
GERMAN = {"taxId": {"type": "eu_vat", "value": "DE136695976"}, "businessName": "Rosen GmbH"}


@pytest.fixture
def shop(server: Server, key: str) -> Merchant:
    return open_shop(server, key, COLLECTS)


def opened(site: Site, server: Server, shop: Merchant, *elements: str) -> None:
    page = site.open(PAGE.replace("SERVER", server.url))
    page.evaluate(OPEN, [shop.key, shop.secret, list(elements)])


def ask(site: Site, action: str, *arguments: Any) -> Any:
    return site.page.evaluate(
        "([action, given]) => actions[action](...given)", [action, list(arguments)]
    )


def test_the_tax_waits_for_the_parcels_address(site: Site, server: Server, shop: Merchant) -> None:
    """California's 7.25 % of 20.00 is 1.45."""
    opened(site, server, shop)
    session = site.page.evaluate("actions.getSession()")
    assert (session["tax"], session["canConfirm"]) == (
        {"status": "requires_shipping_address"}, False,
    )  # fmt: skip
    told = ask(site, "updateShippingAddress", CALIFORNIA)["session"]
    assert told["tax"]["status"] == "ready"
    assert told["total"]["taxExclusive"]["minorUnitsAmount"] == 145
    assert told["shippingAddress"]["name"] == "Jenny Rosen"
    assert told["shippingAddress"]["address"] == {**CALIFORNIA["address"], "line2": None}
    cleared = ask(site, "updateShippingAddress", None)["session"]
    assert (cleared["shippingAddress"], cleared["tax"]["status"]) == (
        None, "requires_shipping_address",
    )  # fmt: skip


def test_only_where_the_merchant_ships_to(site: Site, server: Server, shop: Merchant) -> None:
    opened(site, server, shop)
    told = ask(site, "updateShippingAddress", {"address": {"country": "FR"}})
    assert told == {
        "type": "error",
        "error": {"message": "We don't ship to this country: FR.", "code": None},
    }


def test_a_tax_id_moves_the_tax(site: Site, server: Server, shop: Merchant) -> None:
    """19 % of 20.00 is 3.80; a business of another member state owes it itself."""
    opened(site, server, shop)
    berlin = {"address": {"country": "DE", "city": "Berlin"}}
    told = ask(site, "updateShippingAddress", berlin)["session"]
    assert told["total"]["taxExclusive"]["minorUnitsAmount"] == 380
    told = ask(site, "updateTaxIdInfo", GERMAN)["session"]
    assert told["total"]["taxExclusive"]["minorUnitsAmount"] == 0
    assert told["taxIdInfo"] == GERMAN
    wrong = {**GERMAN, "taxId": {"type": "eu_vat", "value": "DE1"}}
    assert ask(site, "updateTaxIdInfo", wrong)["error"] == {
        "message": "Your tax ID is invalid.",
        "code": "invalidTaxId",
    }
    assert ask(site, "updateTaxIdInfo", None)["session"]["taxIdInfo"] is None


def test_an_address_element_changes_with_its_country(
    site: Site, server: Server, shop: Merchant
) -> None:
    opened(site, server, shop, "shipping")
    frame = site.page.frame_locator('iframe[title="Secure address input frame"]')
    frame.locator("[name=name]").fill("Jenny Rosen")
    frame.locator("[name=country]").select_option("JP")
    frame.locator("[name=administrativeArea]").select_option(label="Tokyo")
    assert frame.locator("[name=locality]").count() == 0
    frame.locator("[name=postalCode]").fill("131-0045")
    frame.locator("[name=addressLine1]").fill("1-1-2 Oshiage")
    site.page.wait_for_function("actions.getSession().shippingAddress !== null")
    told = site.page.evaluate("heard.at(-1)")
    assert (told["complete"], told["elementMode"]) == (True, "shipping")
    assert told["value"]["address"] == {
        "country": "JP", "line1": "1-1-2 Oshiage", "line2": None, "city": "",
        "state": "東京都", "postal_code": "131-0045",
    }  # fmt: skip
    details = shop.look()["collected_information"]["shipping_details"]
    assert (details["name"], details["address"]["line1"]) == ("Jenny Rosen", "1-1-2 Oshiage")


def test_elements_and_actions_together_pay(site: Site, server: Server, shop: Merchant) -> None:
    opened(site, server, shop, "payment", "shipping", "tax")
    page = site.page
    frame = page.frame_locator('iframe[title="Secure address input frame"]')
    frame.locator("[name=name]").fill("Jenny Rosen")
    frame.locator("[name=country]").select_option("DE")
    frame.locator("[name=postalCode]").fill("10117")
    frame.locator("[name=locality]").fill("Berlin")
    frame.locator("[name=addressLine1]").fill("Unter den Linden 1")
    page.wait_for_function("actions.getSession().total.taxExclusive.minorUnitsAmount === 380")
    tax = page.frame_locator('iframe[title="Secure tax ID input frame"]')
    tax.locator("#purchasingAsBusiness").check()
    tax.locator("#businessName").fill("Rosen GmbH")
    tax.locator("#taxIdType").select_option("eu_vat")
    tax.locator("#taxId").fill("DE136695976")
    page.wait_for_function("actions.getSession().total.taxExclusive.minorUnitsAmount === 0")
    assert page.evaluate("heard.at(-1).value") == {
        "businessName": "Rosen GmbH", "taxId": "DE136695976",
        "taxIdType": "de_vat", "externalTaxIdType": "eu_vat",
    }  # fmt: skip
    assert ask(site, "updatePhoneNumber", "+49 30 901820")["type"] == "success"
    type_card(page, VISA)
    page.wait_for_function("actions.getSession().canConfirm")
    page.evaluate("actions.getSession().total.total.amount")
    told = ask(site, "confirm", {"redirect": "if_required", "email": "jenny@example.com"})
    assert told["type"] == "success", told
    done = shop.look()
    assert done["amount_total"] == 2000
    assert done["customer_details"]["phone"] == "+4930901820"
    assert done["customer_details"]["tax_ids"] == [{"type": "eu_vat", "value": "DE136695976"}]
    assert done["collected_information"]["business_name"] == "Rosen GmbH"
    assert done["collected_information"]["shipping_details"]["address"]["city"] == "Berlin"


def test_what_is_asked_may_come_with_the_confirmation(site: Site, server: Server, key: str) -> None:
    asks = {
        **SHIPS,
        "billing_address_collection": "required",
        "phone_number_collection[enabled]": "true",
    }
    shop = open_shop(server, key, asks)
    opened(site, server, shop, "payment")
    type_card(site.page, VISA)
    site.page.evaluate("actions.getSession().total.total.amount")
    options = {"redirect": "if_required", "email": "jenny@example.com"}
    told = ask(site, "confirm", options)
    assert told["type"] == "error"
    told = ask(
        site,
        "confirm",
        {
            **options,
            "shippingAddress": CALIFORNIA,
            "billingAddress": CALIFORNIA,
            "phoneNumber": "+12015550123",
        },
    )
    assert told["type"] == "success", told
    done = shop.look()
    assert done["customer_details"]["address"]["line1"] == "354 Oyster Point Blvd"
    assert done["customer_details"]["phone"] == "+12015550123"
    assert done["collected_information"]["shipping_details"]["name"] == "Jenny Rosen"


def test_defaults_are_told_to_the_session(site: Site, server: Server, shop: Merchant) -> None:
    page = site.open(PAGE.replace("SERVER", server.url))
    page.evaluate(
        """async ([key, secret, shippingAddress]) => {
          const sdk = Stripe(key).initCheckoutElementsSdk(
            {clientSecret: secret, defaultValues: {shippingAddress, phoneNumber: '+12015550123'}});
          window.actions = (await sdk.loadActions()).actions;
        }""",
        [shop.key, shop.secret, CALIFORNIA],
    )
    page.wait_for_function("actions.getSession().shippingAddress?.name === 'Jenny Rosen'")
    page.wait_for_function("actions.getSession().phoneNumber === '+12015550123'")
    assert shop.look()["amount_total"] == 2145
