"""What the order says of its tax. Expected amounts are worked out beside each case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from paydesk.core.line_items import LineItem
from paydesk.core.sessions import Session, with_totals
from paydesk.core.tax import LineTax, borne
from paydesk.core.tax_registrations import TaxSeller
from paydesk.core.totals import TaxOf, recalculate
from paydesk.pages.tax_view import TaxRow, included_taxes, tax_row
from paydesk.pages.words import words_for
from paydesk.render.locales import locale_data
from tests.core.build import flat
from tests.pages.orders import line, order

SELLER = TaxSeller()


def priced(inside: bool, amount: str = "2000", id: str = "li_1") -> LineItem:
    one = line(unit_amount=amount, currency="eur", id=id)
    behavior = "inclusive" if inside else "exclusive"
    return replace(one, price=replace(one.price, tax_behavior=behavior))


def vat(*names: str, reverse: bool = False) -> TaxOf:
    """19 % for each of the names, or a tax that the buyer owes."""
    rated = [replace(flat("19"), display_name=name) for name in names]
    owed = replace(flat("0"), reason="reverse_charge")

    def tax_of(line: LineItem, amount: int) -> tuple[LineTax, ...]:
        inside = line.price.tax_behavior == "inclusive"
        return borne([owed] if reverse else rated, amount, "eur", inclusive=inside)

    return tax_of


def shown(
    lines: list[LineItem], tax_of: TaxOf, status: str = "complete", locale: str = "en"
) -> tuple[TaxRow | None, list[str]]:
    session: Session = order(*lines, automatic_tax=True, tax_status=status, tax_seller=SELLER)[0]
    taxed, totals = recalculate(lines, tax_of)
    session = with_totals(session, totals, session.tax_status)
    data, words = locale_data(locale), words_for(locale)
    included = included_taxes(session, taxed, words, data)
    return tax_row(session, taxed, words, data), list(included)


@pytest.mark.parametrize(
    ("locale", "text"), [("en", "Includes €3.19 VAT"), ("de", "Enthält 3,19\xa0€ MwSt.")]
)
def test_tax_inside_the_price_is_no_row_of_its_own(locale: str, text: str) -> None:
    """20.00 x 19 / 119 = 3.193"""
    assert shown([priced(True)], vat("VAT"), locale=locale) == (None, [text])


def test_tax_on_top_is_a_row() -> None:
    """20.00 x 0.19 = 3.80"""
    assert shown([priced(False)], vat("VAT")) == (TaxRow(text="€3.80", pending=False), [])


def test_some_prices_may_hold_their_tax_and_others_not() -> None:
    lines = [priced(True), priced(False, id="li_2")]
    row, included = shown(lines, vat("VAT"))
    assert row == TaxRow(text="€3.80", pending=False)
    assert included == ["Includes €3.19 VAT"]


def test_each_tax_inside_is_named() -> None:
    """20.00 x 19 / 138 = 2.754 for each of the two."""
    row, included = shown([priced(True)], vat("GST", "QST"))
    assert row is None
    assert included == ["Includes €2.75 GST", "Includes €2.75 QST"]


@pytest.mark.parametrize("inside", [True, False])
def test_what_the_buyer_owes_is_said(inside: bool) -> None:
    row, included = shown([priced(inside)], vat(reverse=True))
    note = "Tax to be paid on reverse charge basis"
    assert row == TaxRow(text="€0.00", pending=False, note=note)
    assert included == []


def test_a_place_to_come_adds_nothing_to_prices_that_hold_their_tax() -> None:
    waiting = "requires_location_inputs"
    row, _ = shown([priced(True)], vat(), waiting)
    assert row == TaxRow(text="Included in the price", pending=True)
    row, _ = shown([priced(True), priced(False, id="li_2")], vat(), waiting)
    assert row == TaxRow(text="Enter address to calculate", pending=True)
    row, _ = shown([priced(True)], vat(), "failed")
    assert row == TaxRow(text="Can't be calculated right now", pending=True)
