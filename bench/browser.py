"""A buyer's change of a quantity as a merchant's page sees it: components in Chromium."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any, NamedTuple

from playwright.sync_api import Error, Page, sync_playwright

from bench.servers import NotRun, Server
from bench.shop import KEY, Shop
from bench.works import LINES, SESSIONS
from tests.conftest import find_chromium
from tests.support.browser import ARGUMENTS

PUBLISHABLE = KEY.replace("sk_", "pk_")
WORK = "updateLineItemQuantity"
CHANGES = 200
CHANGES_NOT_COUNTED = 20

_CHANGE = """async ({key, secret, changes}) => {
  const checkout = await Stripe(key).initCheckout({fetchClientSecret: async () => secret});
  const lineItem = checkout.session().lineItems[0].id;
  const took = [];
  for (let change = 0; change < changes; change++) {
    const quantity = 2 + change % 6;
    const began = performance.now();
    const result = await checkout.updateLineItemQuantity({lineItem, quantity});
    took.push(performance.now() - began);
    if (result.session?.lineItems[0].quantity !== quantity) throw Error(JSON.stringify(result));
  }
  return took;
}"""


class RoundTrips(NamedTuple):
    """How long changes took, in milliseconds."""

    p50_ms: float
    p99_ms: float


def measure(server: Server) -> RoundTrips:
    """Change a quantity again and again, each change once the one before is answered.

    Raises NotRun without a Chromium, and for the first answer that is wrong.
    """
    chromium = find_chromium()
    if chromium is None:
        raise NotRun("there is no Chromium on this machine")
    home = f"http://127.0.0.1:{server.port}"
    fields = {**LINES, "ui_mode": "custom", "mode": "payment", "return_url": f"{home}/done"}
    secret = Shop(server.port).create(SESSIONS, fields)["client_secret"]
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
            try:
                took = _changes(browser.new_page(), home, secret)
            finally:
                browser.close()
    except Error as error:
        raise NotRun(error.message) from error
    counted = took[CHANGES_NOT_COUNTED:]
    return RoundTrips(statistics.median(counted), statistics.quantiles(counted, n=100)[98])


def _changes(page: Page, home: str, secret: str) -> Sequence[float]:
    page.goto(f"{home}/livez")
    page.add_script_tag(url=f"{home}/basil/stripe.js")
    changes = CHANGES_NOT_COUNTED + CHANGES
    asked: dict[str, Any] = {"key": PUBLISHABLE, "secret": secret, "changes": changes}
    took: list[float] = page.evaluate(_CHANGE, asked)
    return took
