"""The oldest and the newest pair of packages in a real browser: a buyer types a card and pays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, Page, Route, expect

from tests.sdk.conftest import Site
from tests.sdk.merchant import Merchant, open_shop
from tests.sdk.pages import ASKS_THE_BANK, DECLINED, PAYMENT_FRAME, VISA, shop_page, type_card
from tests.sdk.pairs import NEWEST, OLDEST, Pair
from tests.support.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.node]

BOTH = pytest.mark.parametrize("pair", [OLDEST, NEWEST], ids=lambda pair: pair.name)
PAY = {"redirect": "if_required", "email": "jenny@example.com"}


class Shopper:
    """Opens the shop with a pair of packages."""

    def __init__(self, site: Site, server: Server, shop: Merchant, code: Path, pair: Pair) -> None:
        self.shop = shop
        self.site = site
        self._code = code
        self._script = f"{server.url}/{pair.train}/stripe.js"

    def open(self, *, tagged: bool = True, **confirm: Any) -> Page:
        given = {
            "key": self.shop.key,
            "secret": self.shop.secret,
            "strict": True,
            "confirm": {**PAY, **confirm},
        }
        script = self._script if tagged else None
        page = self.site.open(shop_page(self._code, given, script=script))
        expect(page.locator("#total")).to_have_text("$20.00")
        return page


@pytest.fixture
def shopper(pair: Pair, site: Site, server: Server, key: str, node: str, bundles: Path) -> Shopper:
    shop = open_shop(
        server, key, {"return_url": f"{site.origin}/return?session={{CHECKOUT_SESSION_ID}}"}
    )
    return Shopper(site, server, shop, pair.bundle(node, bundles), pair)


def bank(page: Page) -> FrameLocator:
    outer = page.frame_locator('iframe[title="Secure 3D Secure frame"]')
    middle = outer.frame_locator('iframe[name^="__privateStripeFrame"]')
    return middle.frame_locator("#challengeFrame").frame_locator('iframe[name="acsFrame"]')


@BOTH
def test_render_change_pay_unmount_mount_again(shopper: Shopper) -> None:
    page = shopper.open()
    page.get_by_role("button", name="+").click()
    expect(page.locator("#total")).to_have_text("$40.00")
    page.evaluate("shop.unmount()")
    expect(page.locator("iframe")).to_have_count(0)
    page.evaluate("shop.mount()")
    expect(page.locator("#total")).to_have_text("$40.00")

    type_card(page, VISA)
    page.locator("#pay").click()

    expect(page.locator("#result")).to_have_text("paid")
    assert shopper.shop.look()["payment_status"] == "paid"
    assert page.evaluate("shop.ready") >= 2
    assert shopper.site.said == []


@BOTH
def test_paying_goes_to_the_return_url_with_the_id(shopper: Shopper) -> None:
    page = shopper.open(redirect="always")
    type_card(page, VISA)
    page.locator("#pay").click()
    page.wait_for_url(f"{shopper.site.origin}/return?session={shopper.shop.id}")


@BOTH
@pytest.mark.parametrize("outcome", ["authorize", "fail"])
def test_a_bank_that_asks(shopper: Shopper, outcome: str) -> None:
    page = shopper.open()
    type_card(page, ASKS_THE_BANK)
    page.locator("#pay").click()
    bank(page).locator(f"#test-source-{outcome}-3ds").click()
    paid = outcome == "authorize"
    said = "paid" if paid else "We are unable to authenticate your payment method."
    expect(page.locator("#result")).to_contain_text(said)
    assert (shopper.shop.look()["status"] == "complete") is paid


@pytest.mark.parametrize("pair", [NEWEST], ids=lambda pair: pair.name)
def test_a_declined_card_can_be_followed_by_another(shopper: Shopper) -> None:
    page = shopper.open()
    type_card(page, DECLINED)
    page.locator("#pay").click()
    expect(page.locator("#result")).to_have_text("Your card was declined.")
    type_card(page, VISA)
    page.locator("#pay").click()
    expect(page.locator("#result")).to_have_text("paid")


@pytest.mark.parametrize("pair", [NEWEST], ids=lambda pair: pair.name)
def test_what_is_missing_is_said_in_the_frame_and_nothing_is_sent(shopper: Shopper) -> None:
    page = shopper.open()
    frame = page.frame_locator(PAYMENT_FRAME)
    frame.locator("[name=number]").fill("4242")
    page.locator("#pay").click()
    expect(page.locator("#result")).to_have_text("Your card number is incomplete.")
    expect(frame.locator("#cardNumber-error")).to_have_text("Your card number is incomplete.")
    assert shopper.shop.look()["payment_intent"] is None


@BOTH
def test_a_page_that_only_knows_js_stripe_com_can_be_intercepted(
    shopper: Shopper, server: Server
) -> None:
    def answer(route: Route) -> None:
        path = route.request.url.removeprefix("https://js.stripe.com")
        route.fulfill(response=route.fetch(url=server.url + path))

    shopper.site.page.route("https://js.stripe.com/**", answer)
    page = shopper.open(tagged=False)
    page.get_by_role("button", name="+").click()
    expect(page.locator("#total")).to_have_text("$40.00")
    assert shopper.site.said == []
