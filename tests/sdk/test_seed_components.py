"""The documented snippets of "Update line item quantities", as printed, in a real browser.

Their packages are those of their generation: stripe-js 7 and react-stripe-js 3.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.sdk.conftest import Site
from tests.sdk.merchant import open_shop
from tests.sdk.pages import shop_page
from tests.sdk.pairs import APPS, OLDEST
from tests.support.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.node]

AROUND = """
import {loadStripe} from '@stripe/stripe-js';
const fetchClientSecret = () => Promise.resolve(window.given.secret);
loadStripe(window.given.key).then((given) => {
  // What the snippet leaves to the reader: to look at what changed.
  const stripe = {...given, initCheckout: async (options) => {
    const checkout = await given.initCheckout(options);
    checkout.on('change', (session) => {
      document.querySelector('#total').textContent = session.total.total.amount;
    });
    return checkout;
  }};
  SNIPPET
});
"""


@pytest.fixture
def snippet(node: str, bundles: Path) -> Path:
    """The snippet in a page's script."""
    entry = bundles / "increment.js"
    entry.write_text(AROUND.replace("SNIPPET", (APPS / "increment.js.txt").read_text()))
    return OLDEST.bundle(node, bundles, entry)


def test_the_script_of_the_html_page(site: Site, server: Server, key: str, snippet: Path) -> None:
    shop = open_shop(server, key)
    button = (APPS / "increment.html.txt").read_text().replace("{{line item ID}}", shop.line)
    given = {"key": shop.key, "secret": shop.secret}
    html = shop_page(
        snippet, given, script=f"{server.url}/basil/stripe.js", body=f'{button}<p id="total"></p>'
    )
    with site.page.expect_response(lambda answer: "payment_pages" in answer.url):
        page = site.open(html)

    page.get_by_role("button", name="+").click()

    expect(page.locator("#total")).to_have_text("$40.00")
    assert shop.quantity() == 2
    page.get_by_role("button", name="+").click()  # the snippet sends the same number again
    expect(page.locator("#total")).to_have_text("$40.00")
    assert site.said == []


def test_the_react_component(
    site: Site, server: Server, key: str, node: str, bundles: Path
) -> None:
    shop = open_shop(server, key)
    given = {"key": shop.key, "secret": shop.secret, "strict": True}
    code = OLDEST.bundle(node, bundles)
    page = site.open(shop_page(code, given, script=f"{server.url}/basil/stripe.js"))
    expect(page.locator("#total")).to_have_text("$20.00")

    for quantity, total in ((2, "$40.00"), (3, "$60.00")):
        page.get_by_role("button", name="+").click()
        expect(page.locator("#total")).to_have_text(total)
        expect(page.locator(".quantity")).to_have_text(str(quantity))
        assert shop.quantity() == quantity
    assert site.said == []
