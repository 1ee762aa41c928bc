"""Buyers who see or move differently: axe's rules on the elements, and the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.sdk.conftest import Served, Site
from tests.sdk.merchant import open_shop
from tests.sdk.pages import PAYMENT_FRAME
from tests.sdk.test_direct_debits import BOTH
from tests.sdk.test_frames import MOUNT, PAGE
from tests.support.server import Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.node]

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RUN_AXE = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations
  .flatMap(({id, nodes}) => nodes.map(({html}) => `${id}: ${html}`))"""
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def judged(request: pytest.FixtureRequest, browser: Browser, served: Served) -> Iterator[Site]:
    """A window that axe may run in: the frames' policy would refuse what axe evaluates."""
    context = browser.new_context(locale="en-US", bypass_csp=True, viewport=request.param)
    yield Site(context.new_page(), served)
    context.close()


def mounted(
    site: Site, server: Server, key: str, appearance: Any, fields: dict[str, str] | None = None
) -> Page:
    shop = open_shop(server, key, fields)
    around = '<!doctype html><html lang="en"><title>Shop</title><main><h1>Shop</h1>'
    page = site.open(PAGE.replace("SERVER", server.url).replace("<!doctype html>", around))
    page.evaluate(MOUNT, [shop.key, shop.secret, appearance])
    return page


@pytest.mark.parametrize("theme", ["stripe", "night", "flat"])
def test_no_element_shuts_anybody_out(judged: Site, server: Server, key: str, theme: str) -> None:
    page = mounted(judged, server, key, {"theme": theme})
    for frame in page.frames:
        frame.evaluate(AXE.read_text(encoding="utf-8"))
        if theme == "night":  # what shows through the frames is the merchant's page, dark as well
            frame.evaluate("document.body.style.background = '#0e131b'")
            frame.evaluate("document.body.style.color = '#fff'")
    assert page.evaluate(RUN_AXE) == []
    page.evaluate("actions.validateElements()")
    assert page.evaluate(RUN_AXE) == [], "with errors"


@pytest.mark.parametrize("theme", ["stripe", "night", "flat"])
def test_a_choice_of_methods_shuts_nobody_out(
    judged: Site, server: Server, key: str, theme: str
) -> None:
    page = mounted(judged, server, key, {"theme": theme}, BOTH)
    for frame in page.frames:
        frame.evaluate(AXE.read_text(encoding="utf-8"))
        if theme == "night":
            frame.evaluate("document.body.style.background = '#0e131b'")
            frame.evaluate("document.body.style.color = '#fff'")
    assert page.evaluate(RUN_AXE) == []
    page.frame_locator(PAYMENT_FRAME).locator("[data-value=sepa_debit]").click()
    page.evaluate("actions.validateElements()")
    assert page.evaluate(RUN_AXE) == [], "with the debit chosen and errors"


def test_the_keyboard_goes_through_all_fields(site: Site, server: Server, key: str) -> None:
    page = mounted(site, server, key, {})
    page.evaluate("sdk.getBillingAddressElement().destroy()")  # else that asks for the place
    frame = page.frame_locator(PAYMENT_FRAME)
    frame.locator("[name=country]").select_option("US")
    frame.locator("[name=number]").focus()
    for text in ("4242424242424242", "1234", "123"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("94103")
    values = {
        name: frame.locator(f"[name={name}]").input_value()
        for name in ("number", "expiry", "cvc", "postalCode")
    }
    assert values == {
        "number": "4242 4242 4242 4242",
        "expiry": "12 / 34",
        "cvc": "123",
        "postalCode": "94103",
    }
