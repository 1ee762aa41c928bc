"""What the order says of its tax: what comes on top, what is inside the prices, who owes it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from babel import Locale

from paydesk.core.line_items import LineItem
from paydesk.core.sessions import Session
from paydesk.core.totals import tax_sum
from paydesk.pages.words import Words
from paydesk.render.money_format import format_money

TAX_NAMES = ("VAT", "Consumption tax", "Sales tax")
"""The names of taxes that other languages have a word for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxRow:
    """The tax line of the order; `pending` while no amount is known. `note` says more, or is ""."""

    text: str
    pending: bool
    note: str = ""


def tax_row(
    session: Session, lines: Sequence[LineItem], words: Words, locale: Locale
) -> TaxRow | None:
    """What tax adds to the order; None for one without tax, or with all of it in the prices."""
    if not session.automatic_tax and session.amount_tax == 0:
        return None
    if session.tax_status == "requires_location_inputs":
        inside = _all_inside(session, lines)
        text = words("Included in the price") if inside else words("Enter address to calculate")
        return TaxRow(text=text, pending=True)
    if session.tax_status == "failed":
        return TaxRow(text=words("Can't be calculated right now"), pending=True)
    on_top = tax_sum(lines, inclusive=False)
    if on_top == 0 and session.amount_tax > 0:
        return None
    reverse = words("Tax to be paid on reverse charge basis") if _is_reversed(lines) else ""
    text = format_money(on_top, session.currency, locale)
    return TaxRow(text=text, pending=False, note=reverse)


def included_taxes(
    session: Session, lines: Sequence[LineItem], words: Words, locale: Locale
) -> Sequence[str]:
    """The taxes inside the prices, a sentence each: "Includes €3.19 VAT"."""
    if session.amount_tax == 0:
        return ()
    sums: dict[str, int] = defaultdict(int)
    for line in lines:
        for tax in line.taxes:
            if tax.inclusive:
                sums[tax.decision.display_name] += tax.amount
    return tuple(_included(sums, session.currency, words, locale))


def _included(sums: dict[str, int], currency: str, words: Words, locale: Locale) -> Iterator[str]:
    for name, amount in sums.items():
        if amount > 0:
            text = format_money(amount, currency, locale)
            yield words("Includes {amount} {tax}", amount=text, tax=words(name))


def _all_inside(session: Session, lines: Sequence[LineItem]) -> bool:
    """Whether the place decides nothing about what is paid."""
    seller = session.tax_seller
    return seller is not None and all(
        seller.is_inclusive(line.price.tax_behavior, line.price.currency) for line in lines
    )


def _is_reversed(lines: Sequence[LineItem]) -> bool:
    return any(tax.decision.reason == "reverse_charge" for line in lines for tax in line.taxes)
