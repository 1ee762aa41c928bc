"""Canada's taxes by province: GST or HST of the federation, and what some provinces add.

Data, with the authority that publishes each; read as `tax_rates.py` is. Basic groceries bear
neither. Provincial rates are those of goods: what a province does with services and downloads is
not told apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from paydesk.core.tax import TaxType
from paydesk.core.tax_rates import RateHistory, history

FEDERAL_SOURCE: Final = "Canada Revenue Agency"


class ProvincialTax(NamedTuple):
    """A tax that a province levies itself, on top of GST."""

    tax_type: TaxType
    display_name: str
    source: str
    rate: RateHistory


class Province(NamedTuple):
    """A province or territory: the federal rate there, harmonised or not, and its own tax."""

    name: str
    federal: RateHistory
    harmonised: bool = False
    own: ProvincialTax | None = None


_GST: Final = history("5")
_HST_15: Final = history("15")

PROVINCES: Final[Mapping[str, Province]] = {
    "AB": Province("Alberta", _GST),
    "BC": Province("British Columbia", _GST, own=ProvincialTax(
        "pst", "PST", "British Columbia Ministry of Finance", history("7"))),
    "MB": Province("Manitoba", _GST, own=ProvincialTax(
        "rst", "RST", "Manitoba Finance", history("7"))),
    "NB": Province("New Brunswick", _HST_15, harmonised=True),
    "NL": Province("Newfoundland and Labrador", _HST_15, harmonised=True),
    "NS": Province("Nova Scotia", history("15", ("2025-04-01", "14")), harmonised=True),
    "NT": Province("Northwest Territories", _GST),
    "NU": Province("Nunavut", _GST),
    "ON": Province("Ontario", history("13"), harmonised=True),
    "PE": Province("Prince Edward Island", _HST_15, harmonised=True),
    "QC": Province("Quebec", _GST, own=ProvincialTax(
        "qst", "QST", "Revenu Québec", history("9.975"))),
    "SK": Province("Saskatchewan", _GST, own=ProvincialTax(
        "pst", "PST", "Saskatchewan Ministry of Finance", history("6"))),
    "YT": Province("Yukon", _GST),
}  # fmt: skip

_BY_FIRST_LETTER: Final = {
    "A": "NL", "B": "NS", "C": "PE", "E": "NB", "G": "QC", "H": "QC", "J": "QC", "K": "ON",
    "L": "ON", "M": "ON", "N": "ON", "P": "ON", "R": "MB", "S": "SK", "T": "AB", "V": "BC",
    "Y": "YT",
}  # fmt: skip
_NUNAVUT: Final = ("X0A", "X0B", "X0C")


def province_of(postal_code: str | None, state: str | None) -> str | None:
    """The province that the postal code begins with, else the given one; None if neither says."""
    code = (postal_code or "").upper()
    if code.startswith("X"):
        return "NU" if code.startswith(_NUNAVUT) else "NT"
    return _BY_FIRST_LETTER.get(code[:1]) or (state if state in PROVINCES else None)
