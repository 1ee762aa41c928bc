"""The elements' frames against the page around them, and against strangers."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.sdk.conftest import Served, Site
from tests.sdk.merchant import Merchant, open_shop
from tests.sdk.pages import PAYMENT_FRAME, VISA, type_card
from tests.support.server import Server

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><script src="SERVER/endive/stripe.js"></script>
<div id="payment"></div><div id="billing"></div><div id="contact"></div>
<div id="express"></div><div id="currency"></div><div id="tax"></div>"""

MOUNT = """async ([key, secret, appearance]) => {
  window.heard = [];
  window.sdk = Stripe(key).initCheckoutElementsSdk(
    {clientSecret: secret, elementsOptions: {appearance}});
  const mount = (name, element) => new Promise((resolve) => {
    for (const event of ['change', 'focus', 'blur', 'escape', 'loaderror'])
      element.on(event, (told) => heard.push([event, told]));
    element.on('ready', resolve);
    element.mount(`#${name}`);
  });
  const ready = await Promise.all([
    mount('payment', sdk.createPaymentElement()),
    mount('billing', sdk.createBillingAddressElement()),
    mount('contact', sdk.createContactDetailsElement()),
    mount('express', sdk.createExpressCheckoutElement()),
    mount('currency', sdk.createCurrencySelectorElement()),
    mount('tax', sdk.createTaxIdElement()),
  ]);
  window.actions = (await sdk.loadActions()).actions;
  return ready;
}"""


@pytest.fixture
def shop(server: Server, key: str) -> Merchant:
    return open_shop(server, key)


def mount(site: Site, server: Server, shop: Merchant, appearance: object = None) -> object:
    page = site.open(PAGE.replace("SERVER", server.url))
    return page.evaluate(MOUNT, [shop.key, shop.secret, appearance or {}])


def heard(site: Site, event: str) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = site.page.evaluate(
        "(event) => heard.filter(([name]) => name === event).map(([, told]) => told)", event
    )
    return told


def test_every_element_gets_ready_under_the_title_that_suites_look_for(
    site: Site, server: Server, shop: Merchant
) -> None:
    ready = mount(site, server, shop)
    assert ready == [
        {"elementType": "payment"},
        {"elementType": "address"},
        {"elementType": "contactDetails"},
        {"elementType": "expressCheckout"},
        {"elementType": "currencySelector"},
        {"elementType": "taxId"},
    ]
    titles = site.page.locator("iframe").evaluate_all("(all) => all.map((each) => each.title)")
    assert titles[:3] == [
        "Secure payment input frame",
        "Secure address input frame",
        "Secure email input frame",
    ]
    names = site.page.locator("iframe").evaluate_all("(all) => all.map((each) => each.name)")
    assert all(name.startswith("__privateStripeFrame") for name in names)
    heights = site.page.locator("iframe").evaluate_all("(all) => all.map((e) => e.offsetHeight)")
    assert all(heights[:3])
    assert not any(heights[3:])


def test_addresses_and_emails_are_told_and_cards_are_not(
    site: Site, server: Server, shop: Merchant
) -> None:
    mount(site, server, shop)
    page = site.page
    type_card(page, VISA, billing=False)
    email = page.frame_locator('iframe[title="Secure email input frame"]')
    email.locator("#email").fill("jenny@example.com")
    address = page.frame_locator('iframe[title="Secure address input frame"]')
    address.locator("[name=name]").fill("Jenny Rosen")
    address.locator("[name=country]").select_option("DE")
    address.locator("[name=addressLine1]").fill("Lindenstr. 1")
    address.locator("[name=postalCode]").fill("10969")
    address.locator("[name=locality]").fill("Berlin")
    page.wait_for_function("actions.getSession().email === 'jenny@example.com'")
    page.wait_for_function("actions.getSession().canConfirm")

    told = heard(site, "change")
    assert told[-1]["value"]["address"]["city"] == "Berlin"
    assert "4242" not in page.evaluate("JSON.stringify(heard)")
    assert {each["elementType"] for each in told} == {"payment", "address", "contactDetails"}


def test_the_page_around_cannot_read_a_field(site: Site, server: Server, shop: Merchant) -> None:
    mount(site, server, shop)
    type_card(site.page, VISA, billing=False)
    read = site.page.evaluate(
        """(selector) => { try {
          return document.querySelector(selector).contentDocument?.body.innerHTML ?? 'nothing';
        } catch (error) { return error.name; } }""",
        PAYMENT_FRAME,
    )
    assert read == "nothing"


def test_a_frame_hears_only_the_page_around_it(site: Site, server: Server, shop: Merchant) -> None:
    mount(site, server, shop)
    page = site.page
    frame = type_card(page, VISA, billing=False)
    # The same message, from a window that is not around it: another frame of another origin.
    page.evaluate(
        """([selector, origin]) => new Promise((resolve) => {
          const stranger = document.createElement('iframe');
          stranger.srcdoc = `<script>
            parent.frames[0].postMessage({type: 'paydesk.act', action: 'clear'}, '${origin}');
            parent.postMessage('sent', '*');
          </scr` + `ipt>`;
          addEventListener('message', (event) => event.data === 'sent' && resolve());
          document.body.append(stranger);
        })""",
        [PAYMENT_FRAME, server.url],
    )
    page.evaluate("actions.validateElements()")
    assert frame.locator("[name=cvc]").input_value() == "123"
    page.evaluate("sdk.getPaymentElement().clear()")
    page.wait_for_function("heard.some(([, told]) => told.elementType === 'payment' && told.empty)")
    assert frame.locator("[name=cvc]").input_value() == ""


def test_a_page_hears_only_its_frames(site: Site, server: Server, shop: Merchant) -> None:
    mount(site, server, shop)
    site.page.evaluate(
        """() => postMessage({type: 'paydesk.change',
          state: {empty: false, complete: true, details: {}}}, location.origin)"""
    )
    site.page.evaluate("actions.validateElements()")
    assert heard(site, "change") == []


def test_only_pages_of_the_session_may_have_a_frame(server: Server, shop: Merchant) -> None:
    url = f"{server.url}/elements/payment/{shop.secret}"
    own = httpx.get(url, params={"host": "http://localhost:8080"})
    assert own.status_code == 200
    assert "frame-ancestors http://localhost:8080;" in own.headers["content-security-policy"]
    for host in ("https://evil.example", "null", "*", "", "http://localhost:8080/", "localhost"):
        refused = httpx.get(url, params={"host": host})
        assert refused.status_code == 403, host
        assert "frame-ancestors 'none'" in refused.headers["content-security-policy"]
    wrong = httpx.get(url[:-1] + "!", params={"host": "http://localhost:8080"})
    assert wrong.status_code == 404


def test_a_browser_refuses_a_frame_that_was_made_for_another_origin(
    site: Site, server: Server, shop: Merchant
) -> None:
    url = f"{server.url}/elements/payment/{shop.secret}?host=https://localhost"
    page = site.open(f'<!doctype html><iframe src="{url}"></iframe>')
    assert "frame-ancestors" in " ".join(site.said)
    assert page.frame_locator("iframe").locator("input").count() == 0


def test_a_page_of_an_ipv6_address_is_told_why_it_gets_no_frame(
    site: Site, server: Server, shop: Merchant, served_on_ipv6: Served
) -> None:
    served_on_ipv6.html = PAGE.replace("SERVER", server.url)
    site.page.goto(f"http://[::1]:{served_on_ipv6.port}/")
    reason = "open this page by a name, like localhost."
    with site.page.expect_console_message(lambda message: message.text.endswith(reason)):
        site.page.evaluate(
            "([key, secret]) => { Stripe(key).initCheckoutElementsSdk({clientSecret: secret})"
            ".createPaymentElement().mount('#payment'); }",
            [shop.key, shop.secret],
        )


def test_appearance_changes_looks_and_nothing_else(
    site: Site, server: Server, shop: Merchant
) -> None:
    appearance = {
        "theme": "night",
        "variables": {"colorPrimary": "rgb(1, 2, 3)", "fontFamily": "url(https://evil.example)"},
        "rules": {
            ".Input": {"borderColor": "rgb(4, 5, 6)", "position": "fixed"},
            ".Input:focus": {"backgroundImage": "url(https://evil.example/x)"},
            "body": {"display": "none"},
        },
    }
    mount(site, server, shop, appearance)
    number = site.page.frame_locator(PAYMENT_FRAME).locator("#cardNumber")
    expect(number).to_have_css("border-color", "rgb(4, 5, 6)")  # at the end of its transition
    style = number.evaluate(
        """(field) => { const {position, colorScheme} = getComputedStyle(field);
          const root = getComputedStyle(document.documentElement);
          return [position, root.getPropertyValue('--accent'), colorScheme,
            root.getPropertyValue('--font').includes('evil')]; }"""
    )
    assert style == ["static", "rgb(1, 2, 3)", "dark", False]


def test_a_dark_page_shows_through(site: Site, server: Server, shop: Merchant) -> None:
    """A frame whose colour scheme is not its document's has a white ground under it."""
    site.page.emulate_media(color_scheme="dark")
    mount(site, server, shop, {"theme": "night"})
    site.page.evaluate("document.documentElement.style.colorScheme = 'dark'")
    scheme = "element => getComputedStyle(element).colorScheme"
    frame, root = site.page.locator(PAYMENT_FRAME), site.page.frame_locator(PAYMENT_FRAME)
    assert frame.evaluate(scheme) == root.locator(":root").evaluate(scheme) == "light"


def test_the_place_of_a_card_decides_the_tax(site: Site, server: Server, key: str) -> None:
    shop = open_shop(server, key, {"automatic_tax[enabled]": "true"})
    mount(site, server, shop)
    site.page.evaluate("sdk.getBillingAddressElement().destroy()")  # else that asks for the place
    with site.page.expect_response(
        lambda answer: (
            "94103" in (answer.request.post_data or "")
            and "tax_region" in (answer.request.post_data or "")
        )
    ) as told:
        type_card(site.page, VISA)
    assert told.value.status == 200
    session = shop.look()
    assert session["automatic_tax"]["status"] == "complete"
    assert session["amount_total"] == 2145


def test_focus_and_blur_are_the_elements(site: Site, server: Server, shop: Merchant) -> None:
    mount(site, server, shop)
    page = site.page
    page.evaluate("sdk.getPaymentElement().focus()")
    page.wait_for_function("heard.some(([event]) => event === 'focus')")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    page.wait_for_function("heard.some(([event]) => event === 'escape')")
    assert heard(site, "focus") == [{"elementType": "payment"}]
    assert heard(site, "blur") == []
    page.evaluate("sdk.getPaymentElement().blur()")
    page.wait_for_function("heard.some(([event]) => event === 'blur')")


ADDRESS_FRAME = 'iframe[title="Secure address input frame"]'


@pytest.mark.parametrize(
    "ask", ["validateElements()", "confirm({redirect: 'if_required', email: 'jenny@example.com'})"]
)
def test_the_first_faulty_field_of_the_page_takes_the_focus(
    site: Site, server: Server, shop: Merchant, ask: str
) -> None:
    mount(site, server, shop)
    page = site.page
    page.evaluate("actions.getSession().total.total.amount")
    # The address comes first in the page, and was made last.
    page.evaluate(
        """async () => {
          const root = document.querySelector('#billing');
          sdk.getBillingAddressElement().destroy();
          document.body.prepend(root);
          const again = sdk.createBillingAddressElement();
          await new Promise((resolve) => again.on('ready', resolve).mount(root));
        }"""
    )
    address = page.frame_locator(ADDRESS_FRAME)
    address.locator("[name=name]").fill("Jenny Rosen")
    told = page.evaluate(f"actions.{ask}")
    assert (told["type"], told["error"]["message"]) == ("error", "Required")
    assert page.evaluate("document.activeElement.title") == "Secure address input frame"
    assert address.locator(":focus").get_attribute("id") == "billingAddressLine1"
    assert shop.look()["payment_intent"] is None


def test_a_wrong_secret_is_a_load_error(site: Site, server: Server, shop: Merchant) -> None:
    page = site.open(PAGE.replace("SERVER", server.url))
    told = page.evaluate(
        """(key) => new Promise((resolve) => {
          const sdk = Stripe(key).initCheckoutElementsSdk({clientSecret: 'nonsense'});
          sdk.createPaymentElement().on('loaderror', resolve).mount('#payment');
        })""",
        shop.key,
    )
    assert told["elementType"] == "payment"
    assert "client_secret" in told["error"]["message"]
