"""The embedded form, as the browser script puts it into a merchant's page."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.sdk.conftest import Site
from tests.sdk.merchant import Merchant, open_shop
from tests.sdk.pages import ASKS_THE_BANK, DECLINED, VISA
from tests.support.server import Server

if TYPE_CHECKING:
    from playwright.sync_api import FrameLocator, Page

pytestmark = pytest.mark.browser

FORM = 'iframe[name="embedded-checkout"]'

PAGE = '<!doctype html><script src="SERVER/TRAIN/stripe.js"></script><div id="checkout"></div>'

OPEN = """async ([key, secret, name]) => {
  window.stripe = window.stripe ?? Stripe(key);
  window.completed = 0;
  window.asked = [];
  window.options = {
    fetchClientSecret: () => Promise.resolve(secret),
    onComplete: () => { completed += 1; },
  };
  window.checkout = await stripe[name](options);
  checkout.mount('#checkout');
}"""

EARLIEST, OLD = ("v3", "initEmbeddedCheckout"), ("basil", "initEmbeddedCheckout")
NEW = ("endive", "createEmbeddedCheckoutPage")
STAYS = {"redirect_on_completion": "never"}


class Buyer:
    """A window with the form in it."""

    def __init__(self, site: Site, server: Server, shop: Merchant, names: tuple[str, str]) -> None:
        train, name = names
        self.site, self.server, self.shop = site, server, shop
        html = PAGE.replace("SERVER", server.url).replace("TRAIN", train)
        self.page: Page = site.open(html)
        self.page.evaluate(OPEN, [shop.key, shop.secret, name])

    @property
    def form(self) -> FrameLocator:
        return self.page.frame_locator(FORM)

    def pay(self, number: str = VISA) -> None:
        form = self.form
        form.locator("#email").fill("jenny@example.com")
        form.locator("#cardNumber").fill(number)
        form.locator("#cardExpiry").fill("12/34")
        form.locator("#cardCvc").fill("123")
        form.locator("#billingName").fill("Jenny Rosen")
        form.locator("#billingCountry").select_option("US")
        form.locator("#billingPostalCode").fill("94103")
        form.locator(".SubmitButton").click()

    def completed(self) -> None:
        self.page.wait_for_function("completed === 1")


def change_quantity(buyer: Buyer, quantity: int) -> None:
    buyer.form.get_by_test_id("line-item-adjustable-qty").click()
    buyer.form.locator("#adjustQuantity").fill(str(quantity))
    buyer.form.get_by_role("button", name="Update").click()


@pytest.fixture
def open_form(site: Site, server: Server, key: str) -> Any:
    def opened(names: tuple[str, str] = NEW, **fields: str) -> Buyer:
        wanted = {"ui_mode": "embedded", **fields}
        if fields.get("redirect_on_completion") != "never":
            wanted["return_url"] = f"{site.origin}/done?session={{CHECKOUT_SESSION_ID}}"
        else:
            wanted["return_url"] = ""
        return Buyer(site, server, open_shop(server, key, wanted), names)

    return opened


@pytest.mark.parametrize("names", [EARLIEST, OLD, NEW], ids=["v3", "basil", "endive"])
def test_always_goes_to_the_return_url(open_form: Any, names: tuple[str, str]) -> None:
    buyer = open_form(names)
    buyer.pay()
    buyer.page.wait_for_url(f"{buyer.site.origin}/done?session={buyer.shop.id}")
    assert buyer.shop.look()["payment_status"] == "paid"
    assert buyer.site.said == []


@pytest.mark.parametrize("wanted", ["if_required", "never"])
def test_without_a_redirect_the_page_hears_that_it_is_complete(open_form: Any, wanted: str) -> None:
    buyer = open_form(redirect_on_completion=wanted)
    buyer.pay()
    buyer.completed()
    assert buyer.shop.look()["payment_status"] == "paid"
    assert buyer.page.url == f"{buyer.site.origin}/"


def test_a_bank_that_asks_is_answered_inside(open_form: Any) -> None:
    buyer = open_form(**STAYS)
    buyer.pay(ASKS_THE_BANK)
    outer = buyer.form.frame_locator('iframe[name^="__privateStripeFrame"]')
    bank = outer.frame_locator("#challengeFrame").frame_locator('iframe[name="acsFrame"]')
    bank.locator("#test-source-authorize-3ds").click()
    buyer.completed()
    assert buyer.shop.look()["payment_status"] == "paid"


def test_a_quantity_is_changed_in_the_form_which_never_scrolls(open_form: Any) -> None:
    buyer = open_form(**STAYS)
    change_quantity(buyer, 3)
    total = buyer.form.get_by_test_id("product-summary-total-amount")
    total.filter(has_text="$60.00").wait_for()
    assert buyer.shop.quantity() == 3
    scrolls = buyer.form.locator("html").evaluate(
        "(root) => root.scrollHeight > root.clientHeight + 1"
    )
    assert scrolls is False


def test_unmounted_it_can_come_back_and_destroyed_it_cannot(open_form: Any) -> None:
    buyer = open_form(**STAYS)
    page = buyer.page
    buyer.form.locator("#email").wait_for()
    page.evaluate("checkout.unmount()")
    assert page.locator("iframe").count() == 0
    page.evaluate("checkout.mount(document.querySelector('#checkout'))")
    buyer.form.locator("#email").wait_for()
    page.evaluate("checkout.destroy()")
    page.evaluate("checkout.destroy()")
    assert page.locator("iframe").count() == 0
    caught = page.evaluate(
        "() => { try { checkout.mount('#checkout') } catch (error) { return error.name } }"
    )
    assert caught == "IntegrationError"


def test_there_is_one_at_a_time(open_form: Any) -> None:
    buyer = open_form(**STAYS)
    second = "stripe.createEmbeddedCheckoutPage(options).then(() => 'made', String)"
    assert buyer.page.evaluate(second) == (
        "IntegrationError: You cannot have multiple Embedded Checkout objects."
    )
    buyer.page.evaluate("checkout.destroy()")
    assert buyer.page.evaluate(second) == "made"


@pytest.mark.parametrize("accepted", [True, False])
def test_a_merchant_who_wants_to_be_asked_decides_about_a_quantity(
    open_form: Any, accepted: bool
) -> None:
    buyer = open_form(**STAYS)
    buyer.page.evaluate(
        """async ([accepted]) => {
          checkout.destroy();
          checkout = await stripe.createEmbeddedCheckoutPage({...options,
            onLineItemsChange: async (told) => {
              asked.push(told);
              return accepted ? {type: 'accept'} : {type: 'reject', errorMessage: 'Sold out.'};
            }});
          checkout.mount('#checkout');
        }""",
        [accepted],
    )
    change_quantity(buyer, 3)
    buyer.page.wait_for_function("asked.length === 1")
    assert buyer.page.evaluate("asked") == [
        {
            "checkoutSessionId": buyer.shop.id,
            "lineItems": [{"id": buyer.shop.line, "quantity": 3}],
        }
    ]
    if not accepted:
        buyer.form.get_by_text("Sold out.").wait_for()
        assert buyer.shop.quantity() == 1


SHIPS = {"shipping_address_collection[allowed_countries][0]": "US"}


@pytest.mark.parametrize("accepted", [True, False])
def test_a_merchant_who_wants_to_be_asked_decides_about_an_address(
    open_form: Any, accepted: bool
) -> None:
    buyer = open_form(**STAYS, **SHIPS)
    answer = "{type: 'accept'}" if accepted else "{type: 'reject', errorMessage: 'Too far.'}"
    asking = f"async (told) => {{ asked.push(told); return {answer}; }}"
    buyer.page.evaluate(REMOUNT, {"onShippingDetailsChange": asking})
    typed = {
        "Name": "Jenny Rosen",
        "AddressLine1": "354 Oyster Point Blvd",
        "Locality": "South San Francisco",
        "PostalCode": "94080",
    }
    for end, text in typed.items():
        buyer.form.locator(f"#shipping{end}").fill(text)
    buyer.form.locator("#shippingAdministrativeArea").select_option("CA")
    buyer.form.locator("#sameAddress").uncheck()
    buyer.page.wait_for_function("asked.length === 1")
    (told,) = buyer.page.evaluate("asked")
    assert told["checkoutSessionId"] == buyer.shop.id
    assert told["shippingDetails"]["name"] == "Jenny Rosen"
    assert told["shippingDetails"]["address"] == {
        "country": "US", "line1": "354 Oyster Point Blvd", "line2": "",
        "city": "South San Francisco", "state": "CA", "postal_code": "94080",
    }  # fmt: skip
    if accepted:
        buyer.pay()
        buyer.completed()
    else:
        buyer.form.get_by_text("Too far.").wait_for()
        buyer.pay()
        buyer.page.wait_for_function("asked.length === 2")
        assert buyer.shop.look()["status"] == "open"


REMOUNT = """async (more) => {
  checkout.destroy();
  const given = Object.fromEntries(Object.entries(more).map(([name, code]) => [name, eval(code)]));
  checkout = await stripe.createEmbeddedCheckoutPage({...options, ...given});
  checkout.mount('#checkout');
}"""


COUNT_DOCUMENTS = """() => {
  window.documents = 0;
  addEventListener('message', ({data}) => { documents += data.type === 'paydesk.ready' ? 1 : 0; });
}"""

WAIT_FOR_AN_ANSWER = "(url) => fetch(`${url}/livez`, {mode: 'no-cors'}).then(() => null)"
"""Whatever was asked before has its answer too."""


def test_what_happens_is_told_with_the_order_at_that_moment(open_form: Any) -> None:
    buyer = open_form(**STAYS)
    buyer.page.evaluate(REMOUNT, {"onAnalyticsEvent": "(event) => asked.push(event)"})
    buyer.page.wait_for_function("asked.length === 2")
    change_quantity(buyer, 3)
    buyer.page.wait_for_function("asked.length === 3")
    buyer.pay(DECLINED)
    buyer.page.wait_for_function("asked.length === 5")
    buyer.page.evaluate(COUNT_DOCUMENTS)
    buyer.pay()
    buyer.page.wait_for_function("asked.length === 6")
    buyer.completed()
    buyer.page.wait_for_function("documents === 1")
    buyer.page.evaluate(WAIT_FOR_AN_ANSWER, buyer.server.url)

    told = buyer.page.evaluate("asked")
    assert [event["eventType"] for event in told] == [
        "checkoutRendered", "deviceData", "lineItemChange",
        "checkoutSubmitted", "checkoutSubmitFailed", "checkoutSubmitted",
    ]  # fmt: skip
    assert {event["checkoutSession"] for event in told} == {buyer.shop.id}
    assert all(abs(event["timestamp"] - time.time()) < 60 for event in told)
    price = buyer.shop.look()["line_items"]["data"][0]["price"]["id"]
    one, three = (
        {"items": [{"quantity": n, "price": price, "amount": n * 2000}], "currency": "usd",
         "amount": n * 2000}
        for n in (1, 3)
    )  # fmt: skip
    card = {"paymentMethodType": "card"}
    assert told[0]["details"] == one
    assert told[1]["details"]["device"]["category"] == "desktop"
    assert told[2]["details"] == three
    assert told[3]["details"] == {**three, **card}
    assert told[4]["details"] == {**three, **card, "failureReason": "api_error"}
    assert told[5]["details"] == {**three, **card}


def test_closing_the_banks_dialog_is_told_as_the_buyers_own_no(open_form: Any) -> None:
    buyer = open_form(**STAYS)
    buyer.page.evaluate(REMOUNT, {"onAnalyticsEvent": "(event) => asked.push(event)"})
    buyer.pay(ASKS_THE_BANK)
    buyer.form.locator(".ChallengeModal-close").click()
    buyer.page.wait_for_function("asked.at(-1)?.eventType === 'checkoutSubmitFailed'")
    assert buyer.page.evaluate("asked.at(-1).details.failureReason") == "user_cancelled"


def test_a_merchant_is_asked_about_a_place_to_ship_to(open_form: Any) -> None:
    buyer = open_form(**STAYS)
    decide = "async (told) => { asked.push(told); return {type: 'reject', errorMessage: 'Far.'}; }"
    buyer.page.evaluate(REMOUNT, {"onShippingDetailsChange": decide})
    buyer.form.locator("#email").wait_for()
    details = {"name": "Jenny Rosen", "address": {"country": "DE"}}
    # As the form's own script asks.
    answer = buyer.form.locator("body").evaluate(
        """(body, [session, shippingDetails, origin]) => new Promise((resolve) => {
          addEventListener('message', ({data}) => data.request === 7 && resolve(data));
          parent.postMessage(
            {type: 'paydesk.shippingDetailsChange', request: 7, session, shippingDetails}, origin);
        })""",
        [buyer.shop.id, details, buyer.site.origin],
    )
    assert (answer["accepted"], answer["errorMessage"]) == (False, "Far.")
    assert buyer.page.evaluate("asked") == [
        {"checkoutSessionId": buyer.shop.id, "shippingDetails": details}
    ]
    source = buyer.page.locator(FORM).get_attribute("src")
    assert "shipping_details=ask" in source
    assert "line_items" not in source


def test_an_option_that_nobody_knows_is_named_on_the_console(open_form: Any) -> None:
    buyer = open_form(**STAYS)
    buyer.page.evaluate(REMOUNT, {"onCompleted": "() => 0"})
    assert buyer.site.said == [
        "warning: options.onCompleted is not an accepted parameter. It is ignored."
    ]
