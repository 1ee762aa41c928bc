"""The checkout in a frame of a merchant's page, whose script only listens and answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import stripe
from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.browser.axe import violations
from tests.browser.shop import FROM_ZERO, ONE_TO_TEN, Shop, item
from tests.pages.steps import ASKS_THE_BANK, fill_in, pay
from tests.support.server import Server

pytestmark = pytest.mark.browser

RETURN_URL = "http://localhost:4242/done?session={CHECKOUT_SESSION_ID}"

STRANGERS_ADDRESS = "127.0.0.2"
"""This machine too, and yet none of the names that a sandbox lets in."""

WAIT_MS = 8_000

HOST_PAGE = """<!doctype html><title>Shop</title><link rel=icon href="data:,">
<body style="margin:0"><div style="width:420px"><iframe name="embedded-checkout" scrolling="no"
style="border:0;width:100%;height:0" src="SOURCE"></iframe></div>
<script>
const frame = document.querySelector("iframe");
window.heard = [];
window.decision = {accepted: true, errorMessage: null};
addEventListener("message", ({origin, source, data}) => {
  if (source !== frame.contentWindow) return;
  window.heard.push({origin, ...data});
  if (data.type === "paydesk.resize") frame.style.height = data.height + "px";
  if (data.type === "paydesk.lineItemsChange") {
    const answer = {type: "paydesk.decision", request: data.request, ...window.decision};
    source.postMessage(answer, origin);
  }
});
</script>"""


class Site:
    """A web site of one page, at an address of this machine."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.origin = f"http://{server.server_address[0]!s}:{server.server_port}"
        self.page = ""


@contextmanager
def running_site(address: str) -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(site.page.encode())

        def log_message(self, format: str, *arguments: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer((address, 0), Handler) as server:
        site = Site(server)
        serving = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        serving.start()
        yield site
        server.shutdown()
        serving.join()


@pytest.fixture
def home() -> Iterator[Site]:
    """The merchant's site."""
    with running_site("127.0.0.1") as site:
        yield site


@pytest.fixture
def stranger() -> Iterator[Site]:
    """Somebody else's site."""
    with running_site(STRANGERS_ADDRESS) as site:
        yield site


class Host:
    """A page with the form in it."""

    def __init__(self, window: Page, server: Server, home: Site) -> None:
        self.window = window
        self.home = home
        self._server = server

    def show(
        self, session: stripe.checkout.Session, site: Site | None = None, **query: str
    ) -> FrameLocator:
        """Open a page, the merchant's own or another, with the session's form in it."""
        site = site or self.home
        asked = {"locale": "en", "host": site.origin, **query}
        path = f"/c/embed/{quote(session.client_secret or '', safe='')}?{urlencode(asked)}"
        return self.frame(f"{self._server.url}{path}", site)

    def frame(self, source: str, site: Site | None = None) -> FrameLocator:
        """Open a page with this address in its frame, and wait until something has come of it."""
        site = site or self.home
        site.page = HOST_PAGE.replace("SOURCE", source.replace("&", "&amp;"))
        self.window.goto(site.origin, wait_until="load")
        return self.window.frame_locator("iframe[name=embedded-checkout]")

    def heard(self, type: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.window.evaluate("window.heard")
        return [message for message in found if message["type"] == type]

    def wait_for(self, type: str) -> dict[str, Any]:
        self.window.wait_for_function(
            "type => window.heard.some(message => message.type === type)", arg=type
        )
        return self.heard(type)[-1]


@pytest.fixture
def host(browser: Browser, server: Server, home: Site) -> Iterator[Host]:
    """Fails when a script of the frame stumbles."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
    context.set_default_timeout(WAIT_MS)
    window = context.new_page()
    problems: list[str] = []
    window.on("pageerror", lambda error: problems.append(str(error)))
    yield Host(window, server, home)
    context.close()
    assert problems == []


def embedded(
    shop: Shop, *items: Any, url: str = RETURN_URL, **more: Any
) -> stripe.checkout.Session:
    stays = more.get("redirect_on_completion") == "never"
    given = {"ui_mode": "embedded", "success_url": None, "cancel_url": None}
    given["return_url"] = None if stays else url
    return shop.create(*items, **{**given, **more})


def test_a_paid_form_sends_the_window_to_the_return_url(shop: Shop, host: Host) -> None:
    session = embedded(shop)
    form = host.show(session)
    fill_in(form)
    pay(form)
    told = host.wait_for("paydesk.navigate")
    assert told["url"] == f"http://localhost:4242/done?session={session.id}"
    assert {message["origin"] for message in host.heard("paydesk.resize")} == {told["origin"]}
    assert shop.look(session).payment_status == "paid"


@pytest.mark.parametrize("choice", ["never", "if_required"])
def test_a_form_that_stays_says_that_it_is_complete(shop: Shop, host: Host, choice: Any) -> None:
    session = embedded(shop, redirect_on_completion=choice)
    form = host.show(session)
    fill_in(form)
    pay(form)
    assert host.wait_for("paydesk.complete")["session"] == session.id
    expect(form.get_by_role("heading")).to_have_text("Payment successful")
    assert host.heard("paydesk.navigate") == []
    assert shop.charges() == [("succeeded", 2000)]


def test_the_bank_asks_in_the_frame(shop: Shop, host: Host) -> None:
    session = embedded(shop)
    form = host.show(session)
    fill_in(form, ASKS_THE_BANK)
    pay(form)
    challenge = form.frame_locator("dialog iframe").frame_locator("#challengeFrame")
    challenge.frame_locator("#acsFrame").locator("#test-source-authorize-3ds").click()
    host.wait_for("paydesk.navigate")
    assert shop.look(session).payment_status == "paid"


def test_a_refused_challenge_leaves_the_form_as_it_was(shop: Shop, host: Host) -> None:
    session = embedded(shop)
    form = host.show(session)
    fill_in(form, ASKS_THE_BANK)
    pay(form)
    challenge = form.frame_locator("dialog iframe").frame_locator("#challengeFrame")
    challenge.frame_locator("#acsFrame").locator("#test-source-fail-3ds").click()
    expect(form.locator("#payment-error")).to_contain_text("unable to authenticate")
    assert shop.look(session).status == "open"


def test_the_frame_is_as_high_as_its_content_and_its_dialog_fits(shop: Shop, host: Host) -> None:
    form = host.show(embedded(shop, item("T-shirt", 2000, adjustable_quantity=ONE_TO_TEN)))
    form.get_by_test_id("line-item-adjustable-qty").wait_for()
    host.wait_for("paydesk.resize")
    inside = "element => [element.scrollHeight, element.clientHeight]"
    page = form.locator("html")
    host.window.wait_for_function("document.querySelector('iframe').clientHeight > 300")
    high, shown = page.evaluate(inside)
    assert high == shown
    form.get_by_test_id("line-item-adjustable-qty").click()
    dialog = form.locator("dialog.AdjustQuantityModal-modal")
    expect(dialog).to_be_visible()
    box = dialog.bounding_box()
    frame = host.window.locator("iframe").bounding_box()
    assert box is not None
    assert frame is not None
    assert box["y"] >= frame["y"]
    assert box["y"] + box["height"] <= frame["y"] + frame["height"]
    assert box["x"] >= frame["x"]
    form.get_by_role("textbox", name="quantity").fill("3")
    form.get_by_role("button", name="Update").click()
    expect(form.locator("#OrderDetails-TotalAmount")).to_have_text("$60.00")
    expect(dialog).to_be_hidden()


def test_there_is_no_header_of_the_merchant_and_the_order_is_in_sight(
    shop: Shop, host: Host
) -> None:
    form = host.show(embedded(shop))
    expect(form.get_by_test_id("order-details")).to_be_visible()
    expect(form.locator("header")).to_have_count(0)
    width = form.locator(".PaymentForm-form").evaluate("e => e.getBoundingClientRect().width")
    assert width == 378


@pytest.mark.parametrize("accepted", [True, False])
def test_a_merchants_page_may_decide_about_a_new_quantity(
    shop: Shop, host: Host, accepted: bool
) -> None:
    session = embedded(shop, item("Mug", 1000, adjustable_quantity=FROM_ZERO))
    form = host.show(session, line_items="ask")
    refusal = None if accepted else "Only one is left."
    decision = json.dumps({"accepted": accepted, "errorMessage": refusal})
    host.window.evaluate(f"window.decision = {decision}")
    form.get_by_test_id("line-item-adjustable-qty").click()
    form.get_by_role("textbox", name="quantity").fill("2")
    form.get_by_role("button", name="Update").click()
    asked = host.wait_for("paydesk.lineItemsChange")
    assert asked["session"] == session.id
    assert [line["quantity"] for line in asked["lineItems"]] == [2]
    total = form.locator("#OrderDetails-TotalAmount")
    if accepted:
        expect(total).to_have_text("$20.00")
    else:
        expect(form.locator("#quantity-error")).to_have_text("Only one is left.")
        expect(total).to_have_text("$10.00")
    assert shop.lines(session) == [("Mug", 2 if accepted else 1)]


def test_a_page_of_another_site_gets_nothing(
    shop: Shop, host: Host, home: Site, stranger: Site
) -> None:
    session = embedded(shop)
    for claim in (stranger, home):
        form = host.show(session, stranger, host=claim.origin)
        expect(form.locator("#cardNumber")).to_have_count(0)
        assert host.window.evaluate("window.heard") == []
    expect(host.show(session).locator("#cardNumber")).to_be_visible()


def test_the_site_of_the_return_url_may_have_the_form(
    shop: Shop, host: Host, stranger: Site
) -> None:
    session = embedded(shop, url=f"{stranger.origin}/done")
    expect(host.show(session, stranger).locator("#cardNumber")).to_be_visible()


def test_a_hosted_page_is_not_framed(shop: Shop, host: Host) -> None:
    form = host.frame(str(shop.create().url))
    expect(form.locator("#cardNumber")).to_have_count(0)


def test_the_page_around_can_not_read_the_card(shop: Shop, host: Host) -> None:
    form = host.show(embedded(shop))
    fill_in(form)
    read = "() => { try { return frames[0].document.body.innerText } catch (e) { return e.name } }"
    assert host.window.evaluate(read) == "SecurityError"


def test_decisions_of_other_windows_are_not_heard(shop: Shop, host: Host, stranger: Site) -> None:
    """A frame of a stranger in the same page answers in the merchant's place."""
    session = embedded(shop, item("Mug", 1000, adjustable_quantity=FROM_ZERO))
    form = host.show(session, line_items="ask")
    form.get_by_test_id("line-item-adjustable-qty").wait_for()
    stranger.page = """<script>setInterval(() => {
        const answer = {type: "paydesk.decision", request: 1, accepted: true};
        parent.frames[0].postMessage(answer, "*");
    }, 2)</script>"""
    host.window.evaluate("window.decision = {accepted: false, errorMessage: 'No.'}")
    host.window.evaluate(
        """address => new Promise(resolve => {
            const frame = document.createElement("iframe");
            frame.onload = resolve;
            frame.src = address;
            document.body.append(frame);
        })""",
        stranger.origin,
    )
    form.get_by_test_id("line-item-adjustable-qty").click()
    form.get_by_role("textbox", name="quantity").fill("2")
    form.get_by_role("button", name="Update").click()
    expect(form.locator("#quantity-error")).to_have_text("No.")
    assert shop.lines(session) == [("Mug", 1)]


@pytest.mark.node
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_the_form_shuts_nobody_out(
    browser: Browser, server: Server, shop: Shop, scheme: Any, width: int
) -> None:
    """By axe's rules, which the page's policy would not let run."""
    context = browser.new_context(
        color_scheme=scheme,
        viewport={"width": width, "height": 900},
        bypass_csp=True,
        reduced_motion="reduce",
    )
    window = context.new_page()
    window.goto(f"{server.url}/c/embed/{embedded(shop).client_secret}")
    assert violations(window) == []
    window.get_by_test_id("line-item-adjustable-qty").click()
    expect(window.locator("dialog.AdjustQuantityModal-modal")).to_be_visible()
    assert violations(window) == []
    context.close()


def test_the_form_is_filled_in_by_keyboard(shop: Shop, host: Host) -> None:
    form = host.show(embedded(shop, item("Mug", 1000, adjustable_quantity=FROM_ZERO)))
    form.get_by_test_id("line-item-adjustable-qty").focus()
    keyboard = host.window.keyboard
    keyboard.press("Enter")
    expect(form.locator("#adjustQuantity")).to_be_focused()
    keyboard.press("ControlOrMeta+A")
    keyboard.type("2")
    keyboard.press("Enter")
    expect(form.locator("#OrderDetails-TotalAmount")).to_have_text("$20.00")
    expect(form.get_by_test_id("line-item-adjustable-qty")).to_be_focused()
