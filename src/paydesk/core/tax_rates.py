"""Rates of value added tax and its like in the European Union, by country, kind of product and day.

Data, with the source that publishes it. The tables start on `TABLE_STARTS`: a first rate was in
force on that day (most are much older), and every later change has a row with the day it took
effect. Percentages are decimals, so 25.5 means 25.5 %.

A kind of product without a row of its own bears the standard rate. Where it is not certain what
it bears, or where no single rate is honest, the row says `UNKNOWN`: nothing is made up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from paydesk.core.tax import TaxType
from paydesk.core.tax_codes import Category

TABLE_STARTS: Final = date(2024, 1, 1)
TABLE_STANDS_FOR: Final = date(2026, 5, 1)
"""The day whose law the tables hold, with the later changes that had been enacted by then."""

BOOKS, EBOOKS, FOOD = Category.BOOKS, Category.EBOOKS, Category.FOOD


@dataclass(frozen=True, slots=True)
class RateHistory:
    """Percentages, oldest first, each with the first day on which it applies."""

    rates: tuple[tuple[date, Decimal], ...]

    def on(self, day: date) -> Decimal | None:
        """The percentage in force on the day; None where the table does not know it."""
        in_force = [percentage for valid_from, percentage in self.rates if valid_from <= day]
        return in_force[-1] if in_force else None


UNKNOWN: Final = RateHistory(())


def history(first: str, *changes: tuple[str, str]) -> RateHistory:
    """A rate since the table starts, and its changes: the day, and the percentage from then on."""
    later = [(date.fromisoformat(day), Decimal(rate)) for day, rate in changes]
    return RateHistory(((TABLE_STARTS, Decimal(first)), *later))


@dataclass(frozen=True, slots=True)
class CountryRates:
    """One country's rates, what it calls the tax, and who publishes them."""

    name: str
    source: str
    standard: RateHistory
    special: Mapping[Category, RateHistory] = field(default_factory=dict)
    tax_type: TaxType = "vat"
    display_name: str = "VAT"

    def of(self, category: Category) -> RateHistory:
        """The rate of a kind of product."""
        return self.special.get(category, self.standard)


_TEDB: Final = "European Commission, Taxes in Europe Database"


def _eu(
    name: str,
    standard: RateHistory,
    *,
    books: RateHistory,
    ebooks: RateHistory | None = None,
    food: RateHistory | None = None,
) -> CountryRates:
    """A member state. E-books bear what books do unless it is said; food the standard rate."""
    special = {BOOKS: books, EBOOKS: books if ebooks is None else ebooks}
    if food is not None:
        special[FOOD] = food
    return CountryRates(name, _TEDB, standard, special)


EU_RATES: Final[Mapping[str, CountryRates]] = {
    "AT": _eu("Austria", history("20"), books=history("10"), food=history("10")),
    "BE": _eu("Belgium", history("21"), books=history("6"), food=history("6")),
    "BG": _eu("Bulgaria", history("20"), books=history("9")),
    "CY": _eu("Cyprus", history("19"), books=history("3"), food=UNKNOWN),
    "CZ": _eu("Czechia", history("21"), books=history("0"), food=history("12")),
    "DE": _eu("Germany", history("19"), books=history("7"), food=history("7")),
    "DK": _eu("Denmark", history("25"), books=UNKNOWN),
    "EE": _eu("Estonia", history("22", ("2025-07-01", "24")), books=history("9")),
    "ES": _eu("Spain", history("21"), books=history("4"), food=history("10")),
    "FI": _eu(
        "Finland",
        history("24", ("2024-09-01", "25.5")),
        books=history("10", ("2025-01-01", "14"), ("2026-01-01", "13.5")),
        food=history("14", ("2026-01-01", "13.5")),
    ),
    "FR": _eu("France", history("20"), books=history("5.5"), food=history("5.5")),
    "GR": _eu("Greece", history("24"), books=history("6"), food=history("13")),
    "HR": _eu("Croatia", history("25"), books=history("5"), food=UNKNOWN),
    "HU": _eu("Hungary", history("27"), books=history("5"), ebooks=UNKNOWN, food=UNKNOWN),
    "IE": _eu("Ireland", history("23"), books=history("0"), food=history("0")),
    "IT": _eu("Italy", history("22"), books=history("4"), food=history("10")),
    "LT": _eu("Lithuania", history("21"), books=history("9", ("2026-01-01", "5"))),
    "LU": _eu("Luxembourg", history("17"), books=history("3"), food=history("3")),
    "LV": _eu("Latvia", history("21"), books=history("5"), food=UNKNOWN),
    "MT": _eu("Malta", history("18"), books=history("5"), food=history("0")),
    "NL": _eu("Netherlands", history("21"), books=history("9"), food=history("9")),
    "PL": _eu("Poland", history("23"), books=history("5"), food=history("0", ("2024-04-01", "5"))),
    "PT": _eu("Portugal", history("23"), books=history("6"), food=UNKNOWN),
    "RO": _eu(
        "Romania",
        history("19", ("2025-08-01", "21")),
        books=history("5", ("2025-08-01", "11")),
        food=history("9", ("2025-08-01", "11")),
    ),
    "SE": _eu("Sweden", history("25"), books=history("6"), food=history("12", ("2026-04-01", "6"))),
    "SI": _eu("Slovenia", history("22"), books=history("5"), food=history("9.5")),
    "SK": _eu(
        "Slovakia",
        history("20", ("2025-01-01", "23")),
        books=history("10", ("2025-01-01", "5")),
        ebooks=UNKNOWN,
        food=UNKNOWN,
    ),
}
"""The 27 member states. Their special territories are not told apart."""
