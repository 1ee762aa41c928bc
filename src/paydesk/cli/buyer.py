"""`paydesk pay`: a buyer without a browser, who answers whatever the session asks."""

from __future__ import annotations

from typing import Any

from paydesk.cli.client import Merchant
from paydesk.cli.console import fail

OPEN = "open"


def pay(
    merchant: Merchant,
    session: str,
    quantities: list[str],
    *,
    card: str | None = None,
    iban: str | None = None,
) -> Any:
    """Change quantities (`line=3`) and pay: by card, by direct debit, or with neither of both by
    what the session offers. A line is its id, or its number from 1.

    Gives back the session. A card that is refused ends the command with the reason.
    """
    fields = {"expand[0]": "payment_intent", **_wishes(merchant, session, quantities)}
    if card is not None:
        fields["card"] = card.replace(" ", "")
    if iban is not None:
        fields["iban"] = iban
    paid = merchant.write(f"/v1/test_helpers/checkout/sessions/{session}/pay", fields)
    if paid["status"] == OPEN:
        fail(paid["payment_intent"]["last_payment_error"]["message"])
    return paid


def _wishes(merchant: Merchant, session: str, quantities: list[str]) -> dict[str, str]:
    """The quantities as the server has them; nothing is asked when there are none."""
    if not quantities:
        return {}
    page = merchant.read(f"/v1/payment_pages/{session}")
    lines = [line["id"] for line in page["line_item_group"]["line_items"]]
    return dict(_wish(lines, wanted) for wanted in quantities)


def _wish(lines: list[str], wanted: str) -> tuple[str, str]:
    name, equals, quantity = wanted.partition("=")
    if name.isdecimal() and 1 <= int(name) <= len(lines):
        name = lines[int(name) - 1]
    if not equals or name not in lines:
        fail(f"{wanted!r} names no line of this session: say {lines[0]}=3, or 1=3 for the first.")
    return f"quantities[{name}]", quantity
