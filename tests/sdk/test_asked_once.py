"""Nothing is asked twice: the payment element beside one that asks for the billing address."""

from __future__ import annotations

import pytest
from playwright.sync_api import FrameLocator, expect

from tests.sdk.conftest import Site
from tests.sdk.merchant import open_shop
from tests.sdk.pages import PAYMENT_FRAME, VISA
from tests.support.server import Server

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><script src="SERVER/endive/stripe.js"></script>
<div id="billing"></div><div id="payment"></div>"""

OPEN = """async ([key, secret]) => {
  window.sdk = Stripe(key).initCheckoutElementsSdk({clientSecret: secret});
  window.heard = [];
  window.show = (name, element) => new Promise((resolve) => {
    element.on('ready', resolve).mount(`#${name}`);
  });
  const payment = sdk.createPaymentElement();
  payment.on('change', (told) => heard.push(told));
  await show('payment', payment);
  window.actions = (await sdk.loadActions()).actions;
}"""
MOUNT_BILLING = "() => show('billing', sdk.createBillingAddressElement())"
UNMOUNT_BILLING = "() => sdk.getBillingAddressElement().destroy()"


def type_card_alone(frame: FrameLocator) -> None:
    frame.locator("[name=number]").fill(VISA)
    frame.locator("[name=expiry]").fill("12/34")
    frame.locator("[name=cvc]").fill("123")


def test_the_billing_address_is_asked_for_once(site: Site, server: Server, key: str) -> None:
    shop = open_shop(server, key, {})
    page = site.open(PAGE.replace("SERVER", server.url))
    page.evaluate(OPEN, [shop.key, shop.secret])
    card = page.frame_locator(PAYMENT_FRAME)
    expect(card.locator("[name=postalCode]")).to_be_visible()
    page.evaluate(MOUNT_BILLING)
    expect(card.locator("[name=country]")).to_be_hidden()
    expect(card.locator("[name=postalCode]")).to_be_hidden()
    page.evaluate(UNMOUNT_BILLING)
    expect(card.locator("[name=postalCode]")).to_be_visible()
    page.evaluate(MOUNT_BILLING)
    type_card_alone(card)
    page.wait_for_function("heard.at(-1)?.complete")
    assert page.evaluate("heard.at(-1).value") == {"type": "card"}
    billing = page.frame_locator('iframe[title="Secure address input frame"]')
    billing.locator("[name=name]").fill("Jenny Rosen")
    billing.locator("[name=country]").select_option("DE")
    expect(billing.locator("[name=administrativeArea]")).to_have_count(0)
    billing.locator("[name=addressLine1]").fill("Unter den Linden 1")
    billing.locator("[name=postalCode]").fill("10117")
    billing.locator("[name=locality]").fill("Berlin")
    page.wait_for_function("actions.getSession().canConfirm")
    page.evaluate("actions.getSession().total.total.amount")
    options = {"redirect": "if_required", "email": "jenny@example.com"}
    told = page.evaluate("(options) => actions.confirm(options)", options)
    assert told["type"] == "success", told
    address = shop.look()["customer_details"]["address"]
    assert (address["country"], address["postal_code"]) == ("DE", "10117")


def test_a_choice_of_payments_leaves_the_billing_address_required(
    site: Site, server: Server, key: str
) -> None:
    shop = open_shop(
        server,
        key,
        {
            "line_items[0][price_data][currency]": "eur",
            "payment_method_types[0]": "card",
            "payment_method_types[1]": "sepa_debit",
        },
    )
    page = site.open(PAGE.replace("SERVER", server.url))
    page.evaluate(OPEN, [shop.key, shop.secret])
    page.evaluate(MOUNT_BILLING)
    type_card_alone(page.frame_locator(PAYMENT_FRAME))
    page.evaluate("actions.getSession().total.total.amount")
    options = {"redirect": "if_required", "email": "jenny@example.com"}
    told = page.evaluate("(options) => actions.confirm(options)", options)
    assert (told["type"], told["error"]["message"]) == ("error", "Required")
    assert shop.look()["status"] == "open"
