"""The page on a phone: nothing sticks out, and a thumb can hit everything."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenWindow
from tests.browser.shop import FROM_ZERO, MUG, POSTER, Shop, item

pytestmark = pytest.mark.browser

LONG_NAME = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
EXPENSIVE = item(LONG_NAME, 99_000_000, adjustable_quantity=FROM_ZERO)
IS_TOO_WIDE = "() => document.documentElement.scrollWidth > innerWidth"
TOUCH_PX_MIN = 44
TOO_SMALL = """minimum => [...document.querySelectorAll("a, button, input, select")]
  .filter(element => element.tabIndex >= 0 && element.checkVisibility())
  .filter(element => {
    element.scrollIntoView({ block: "center" });
    const { left, top, width, height } = element.getBoundingClientRect();
    const hits = down => element.contains(
      document.elementFromPoint(left + width / 2, top + height / 2 + down));
    const reach = minimum / 2 - 2; // fields that share a border share its pixel
    return hits(0) && !(hits(-reach) && hits(reach)); })
  .map(element => element.id || element.className)"""


@pytest.mark.parametrize("width", [320, 390, 768])
def test_no_page_is_wider_than_the_screen(open_window: OpenWindow, shop: Shop, width: int) -> None:
    window = open_window(viewport={"width": width, "height": 844})
    session = shop.create(EXPENSIVE, MUG, POSTER)
    window.goto(str(session.url))
    assert not window.evaluate(IS_TOO_WIDE)
    window.get_by_test_id("header-view-details").click()
    panel = window.get_by_test_id("order-details-mobile")
    expect(panel).to_be_visible()
    assert not panel.evaluate("panel => panel.scrollWidth > panel.clientWidth")
    window.get_by_test_id("line-item-adjustable-qty").first.click()
    dialog = window.get_by_role("dialog", name="Change quantity")
    assert not dialog.evaluate("dialog => dialog.scrollWidth > dialog.clientWidth")
    window.goto(shop.ask_the_bank(session))
    assert not window.evaluate(IS_TOO_WIDE)
    shop.expire(session)
    window.goto(str(session.url))
    assert not window.evaluate(IS_TOO_WIDE)


def test_a_thumb_hits_everything(open_window: OpenWindow, shop: Shop) -> None:
    window = open_window(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    window.goto(str(shop.create(MUG, POSTER).url))
    assert too_small(window) == []
    window.get_by_test_id("header-view-details").tap()
    expect(window.get_by_test_id("line-item-adjustable-qty")).to_be_in_viewport()
    assert too_small(window) == []
    window.get_by_test_id("line-item-adjustable-qty").tap()
    expect(window.get_by_role("button", name="Update")).to_be_in_viewport()
    assert too_small(window) == []


def too_small(window: Page) -> list[str]:
    """What can be pressed now, but not anywhere within 44 px from top to bottom."""
    found: list[str] = window.evaluate(TOO_SMALL, TOUCH_PX_MIN)
    return found
