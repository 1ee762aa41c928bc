"""`paydesk pay`: a buyer without a browser, who pays what they are shown."""

from __future__ import annotations

from typing import Any

from paydesk.cli.client import Merchant
from paydesk.cli.console import fail

CARD_NAMES = {
    "4242424242424242": "pm_card_visa",
    "4000000000000002": "pm_card_visa_chargeDeclined",
    "5555555555554444": "pm_card_mastercard",
}
"""The best known test numbers by their names: no command sends a number."""


def pay(
    merchant: Merchant, session: str, card: str, quantities: list[str], *, iban: str | None = None
) -> Any:
    """Change quantities (`line=3`), then pay the total that the page shows: with a test card, or
    from the account of a test IBAN.

    Gives back the paid page. A line is its id, or its number from 1.
    """
    path = f"/v1/payment_pages/{session}"
    page = merchant.read(path)
    for wanted in quantities:
        page = merchant.write(path, _change(page, wanted))
    paying = (
        _account(iban) if iban else {"payment_method": CARD_NAMES.get(card.replace(" ", ""), card)}
    )
    amount = str(page["total_summary"]["due"])
    return merchant.write(f"{path}/confirm", {**paying, "expected_amount": amount})


def _account(iban: str) -> dict[str, str]:
    """What the payment form sends of a bank account."""
    return {
        "payment_method_data[type]": "sepa_debit",
        "payment_method_data[sepa_debit][iban]": iban,
        "payment_method_data[billing_details][name]": "Jenny Rosen",
        "payment_method_data[billing_details][email]": "jenny.rosen@example.com",
    }


def _change(page: Any, wanted: str) -> dict[str, str]:
    name, equals, quantity = wanted.partition("=")
    lines = [line["id"] for line in page["line_item_group"]["line_items"]]
    if name.isdecimal() and 1 <= int(name) <= len(lines):
        name = lines[int(name) - 1]
    if not equals or name not in lines:
        fail(f"{wanted!r} names no line of this session: say {lines[0]}=3, or 1=3 for the first.")
    return {
        "updated_line_item_quantity[line_item_id]": name,
        "updated_line_item_quantity[quantity]": quantity,
    }
