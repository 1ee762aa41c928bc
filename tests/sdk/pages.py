"""The merchant's pages, and a buyer's hands in our frames."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import FrameLocator, Page

PAYMENT_FRAME = 'iframe[title="Secure payment input frame"]'
VISA = "4242424242424242"
ASKS_THE_BANK = "4000002760003184"
DECLINED = "4000000000000002"


def shop_page(code: Path, given: dict[str, Any], *, script: str | None, body: str = "") -> str:
    """A page with the browser script (if any) before the merchant's own."""
    inline = code.read_text().replace("</script", "<\\/script")
    tag = "" if script is None else f'<script src="{script}"></script>'
    return (
        f'<!doctype html><title>Shop</title>{tag}<div id="root"></div>{body}'
        f"<script>window.given = {json.dumps(given)};</script>"
        f"<script>{inline}</script>"
    )


def type_card(page: Page, number: str, *, billing: bool = True) -> FrameLocator:
    """Fill in the payment element as automated buyers do.

    Beside an element for the billing address it asks for none: not `billing`.
    """
    frame = page.frame_locator(PAYMENT_FRAME)
    frame.locator("[data-value=card]").click()
    frame.locator("[name=number]").fill(number)
    frame.locator("[name=expiry]").fill("12/34")
    frame.locator("[name=cvc]").fill("123")
    if billing:
        frame.locator("[name=country]").select_option("US")
        frame.locator("[name=postalCode]").fill("94103")
    return frame
