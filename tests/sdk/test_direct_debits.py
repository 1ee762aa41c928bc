"""Direct debits in a merchant's own page: the embedded form, and the payment element."""

from __future__ import annotations

import pytest
from playwright.sync_api import FrameLocator, expect

from tests.sdk.conftest import Site
from tests.sdk.merchant import Merchant, open_shop
from tests.sdk.pages import PAYMENT_FRAME, VISA
from tests.sdk.test_embedded import FORM, NEW, Buyer
from tests.sdk.test_frames import heard
from tests.support.server import Server

pytestmark = pytest.mark.browser

IN_EURO = {"line_items[0][price_data][currency]": "eur"}
BOTH = {
    **IN_EURO,
    "payment_method_types[0]": "card",
    "payment_method_types[1]": "sepa_debit",
}
IBAN = "AT61 1904 3002 3457 3201"

PAGE = """<!doctype html><script src="SERVER/endive/stripe.js"></script>
<div id="payment"></div>"""

MOUNT = """async ([key, secret]) => {
  window.heard = [];
  const sdk = Stripe(key).initCheckoutElementsSdk({clientSecret: secret});
  const element = sdk.createPaymentElement();
  element.on('change', (told) => heard.push(['change', told]));
  await new Promise((resolve) => { element.on('ready', resolve); element.mount('#payment'); });
  window.actions = (await sdk.loadActions()).actions;
  actions.getSession().total.total.amount;
}"""

CONFIRM = "actions.confirm({redirect: 'if_required', email: 'jenny@example.com'})"


def fill_in(frame: FrameLocator) -> None:
    frame.locator("#iban").fill(IBAN)
    frame.locator("#accountHolder").fill("Jenny Rosen")


def element(site: Site, server: Server, shop: Merchant) -> FrameLocator:
    page = site.open(PAGE.replace("SERVER", server.url))
    page.evaluate(MOUNT, [shop.key, shop.secret])
    return page.frame_locator(PAYMENT_FRAME)


def test_the_payment_element_debits_an_account(site: Site, server: Server, key: str) -> None:
    shop = open_shop(server, key, BOTH)
    frame = element(site, server, shop)
    frame.locator("[data-value=sepa_debit]").click()
    expect(frame.locator("#cardNumber")).to_be_hidden()
    fill_in(frame)
    frame.locator("[name=country]").select_option("AT")
    site.page.wait_for_function("heard.some(([, told]) => told.complete)")
    told = heard(site, "change")
    assert told[-1]["value"]["type"] == "sepa_debit"
    assert (told[-1]["complete"], told[-1]["empty"]) == (True, False)
    assert "1904" not in site.page.evaluate("JSON.stringify(heard)")
    done = site.page.evaluate(CONFIRM)
    assert done["type"] == "success", done
    assert done["session"]["status"] == {"type": "complete", "paymentStatus": "unpaid"}
    session = shop.look()
    assert (session["status"], session["payment_status"]) == ("complete", "unpaid")


def test_the_payment_element_takes_cards_beside_it(site: Site, server: Server, key: str) -> None:
    shop = open_shop(server, key, BOTH)
    frame = element(site, server, shop)
    frame.locator("[data-value=sepa_debit]").click()
    frame.locator("[data-value=card]").click()
    expect(frame.locator("#iban")).to_be_hidden()
    frame.locator("[name=number]").fill(VISA)
    frame.locator("[name=expiry]").fill("12/34")
    frame.locator("[name=cvc]").fill("123")
    frame.locator("[name=country]").select_option("AT")
    assert heard(site, "change")[-1]["value"]["type"] == "card"
    assert site.page.evaluate(CONFIRM)["type"] == "success"
    assert shop.look()["payment_status"] == "paid"


def test_the_payment_element_may_offer_debits_alone(site: Site, server: Server, key: str) -> None:
    shop = open_shop(server, key, {**IN_EURO, "payment_method_types[0]": "sepa_debit"})
    frame = element(site, server, shop)
    told = site.page.evaluate("actions.confirm({redirect: 'if_required', email: 'a@example.com'})")
    assert told["type"] == "error"
    fill_in(frame)
    frame.locator("[name=country]").select_option("AT")
    assert site.page.evaluate(CONFIRM)["type"] == "success"


def test_the_embedded_form_debits_an_account(site: Site, server: Server, key: str) -> None:
    wanted = {**BOTH, "ui_mode": "embedded", "return_url": "", "redirect_on_completion": "never"}
    shop = open_shop(server, key, wanted)
    buyer = Buyer(site, server, shop, NEW)
    form = buyer.page.frame_locator(FORM)
    form.get_by_label("SEPA Direct Debit").check()
    form.locator("#email").fill("jenny@example.com")
    fill_in(form)
    form.locator("#billingCountry").select_option("AT")
    form.locator(".SubmitButton").click()
    buyer.completed()
    assert shop.look()["payment_status"] == "unpaid"
