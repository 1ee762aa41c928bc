"""Standard tax rates by place and date: data, with the authority that publishes each.

The tables start on `TABLE_STARTS`: a place's first rate was in force on that day (most are much
older), and every later change has a row with the day it took effect. Percentages are decimals,
so 25.5 means 25.5 %.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

TABLE_STARTS: Final = date(2024, 1, 1)


@dataclass(frozen=True, slots=True)
class DatedRate:
    """A percentage and the first day on which it applies."""

    valid_from: date
    percentage: Decimal


@dataclass(frozen=True, slots=True)
class RateHistory:
    """One place's rates, oldest first, and who publishes them."""

    name: str
    source: str
    rates: tuple[DatedRate, ...]

    def on(self, day: date) -> Decimal | None:
        """The percentage in force on the day; None for days before the table starts."""
        in_force = [rate.percentage for rate in self.rates if rate.valid_from <= day]
        return in_force[-1] if in_force else None


def _rates(name: str, source: str, first: str, *changes: tuple[str, str]) -> RateHistory:
    later = [DatedRate(date.fromisoformat(day), Decimal(rate)) for day, rate in changes]
    return RateHistory(name, source, (DatedRate(TABLE_STARTS, Decimal(first)), *later))


_EU: Final = "European Commission, VAT rates applied in the Member States"

VAT_BY_COUNTRY: Final[Mapping[str, RateHistory]] = {
    "AT": _rates("Austria", _EU, "20"),
    "BE": _rates("Belgium", _EU, "21"),
    "BG": _rates("Bulgaria", _EU, "20"),
    "CY": _rates("Cyprus", _EU, "19"),
    "CZ": _rates("Czechia", _EU, "21"),
    "DE": _rates("Germany", _EU, "19"),
    "DK": _rates("Denmark", _EU, "25"),
    "EE": _rates("Estonia", _EU, "22", ("2025-07-01", "24")),
    "ES": _rates("Spain", _EU, "21"),
    "FI": _rates("Finland", _EU, "24", ("2024-09-01", "25.5")),
    "FR": _rates("France", _EU, "20"),
    "GB": _rates("United Kingdom", "HM Revenue & Customs, VAT rates", "20"),
    "GR": _rates("Greece", _EU, "24"),
    "HR": _rates("Croatia", _EU, "25"),
    "HU": _rates("Hungary", _EU, "27"),
    "IE": _rates("Ireland", _EU, "23"),
    "IT": _rates("Italy", _EU, "22"),
    "LT": _rates("Lithuania", _EU, "21"),
    "LU": _rates("Luxembourg", _EU, "17"),
    "LV": _rates("Latvia", _EU, "21"),
    "MT": _rates("Malta", _EU, "18"),
    "NL": _rates("Netherlands", _EU, "21"),
    "PL": _rates("Poland", _EU, "23"),
    "PT": _rates("Portugal", _EU, "23"),
    "RO": _rates("Romania", _EU, "19", ("2025-08-01", "21")),
    "SE": _rates("Sweden", _EU, "25"),
    "SI": _rates("Slovenia", _EU, "22"),
    "SK": _rates("Slovakia", _EU, "20", ("2025-01-01", "23")),
}
"""Standard VAT rates of the 27 member states of the European Union and of the United Kingdom."""

SALES_TAX_BY_STATE: Final[Mapping[str, RateHistory]] = {
    "AK": _rates("Alaska", "Alaska Department of Revenue", "0"),
    "AL": _rates("Alabama", "Alabama Department of Revenue", "4"),
    "AR": _rates("Arkansas", "Arkansas Department of Finance and Administration", "6.5"),
    "AZ": _rates("Arizona", "Arizona Department of Revenue", "5.6"),
    "CA": _rates("California", "California Department of Tax and Fee Administration", "7.25"),
    "CO": _rates("Colorado", "Colorado Department of Revenue", "2.9"),
    "CT": _rates("Connecticut", "Connecticut Department of Revenue Services", "6.35"),
    "DC": _rates(
        "District of Columbia",
        "District of Columbia Office of Tax and Revenue",
        "6",
        ("2026-10-01", "7"),
    ),
    "DE": _rates("Delaware", "Delaware Division of Revenue", "0"),
    "FL": _rates("Florida", "Florida Department of Revenue", "6"),
    "GA": _rates("Georgia", "Georgia Department of Revenue", "4"),
    "HI": _rates("Hawaii", "Hawaii Department of Taxation", "4"),
    "IA": _rates("Iowa", "Iowa Department of Revenue", "6"),
    "ID": _rates("Idaho", "Idaho State Tax Commission", "6"),
    "IL": _rates("Illinois", "Illinois Department of Revenue", "6.25"),
    "IN": _rates("Indiana", "Indiana Department of Revenue", "7"),
    "KS": _rates("Kansas", "Kansas Department of Revenue", "6.5"),
    "KY": _rates("Kentucky", "Kentucky Department of Revenue", "6"),
    "LA": _rates("Louisiana", "Louisiana Department of Revenue", "4.45", ("2025-01-01", "5")),
    "MA": _rates("Massachusetts", "Massachusetts Department of Revenue", "6.25"),
    "MD": _rates("Maryland", "Comptroller of Maryland", "6"),
    "ME": _rates("Maine", "Maine Revenue Services", "5.5"),
    "MI": _rates("Michigan", "Michigan Department of Treasury", "6"),
    "MN": _rates("Minnesota", "Minnesota Department of Revenue", "6.875"),
    "MO": _rates("Missouri", "Missouri Department of Revenue", "4.225"),
    "MS": _rates("Mississippi", "Mississippi Department of Revenue", "7"),
    "MT": _rates("Montana", "Montana Department of Revenue", "0"),
    "NC": _rates("North Carolina", "North Carolina Department of Revenue", "4.75"),
    "ND": _rates("North Dakota", "North Dakota Office of State Tax Commissioner", "5"),
    "NE": _rates("Nebraska", "Nebraska Department of Revenue", "5.5"),
    "NH": _rates("New Hampshire", "New Hampshire Department of Revenue Administration", "0"),
    "NJ": _rates("New Jersey", "New Jersey Division of Taxation", "6.625"),
    "NM": _rates("New Mexico", "New Mexico Taxation and Revenue Department", "4.875"),
    "NV": _rates("Nevada", "Nevada Department of Taxation", "6.85"),
    "NY": _rates("New York", "New York State Department of Taxation and Finance", "4"),
    "OH": _rates("Ohio", "Ohio Department of Taxation", "5.75"),
    "OK": _rates("Oklahoma", "Oklahoma Tax Commission", "4.5"),
    "OR": _rates("Oregon", "Oregon Department of Revenue", "0"),
    "PA": _rates("Pennsylvania", "Pennsylvania Department of Revenue", "6"),
    "RI": _rates("Rhode Island", "Rhode Island Division of Taxation", "7"),
    "SC": _rates("South Carolina", "South Carolina Department of Revenue", "6"),
    "SD": _rates("South Dakota", "South Dakota Department of Revenue", "4.2"),
    "TN": _rates("Tennessee", "Tennessee Department of Revenue", "7"),
    "TX": _rates("Texas", "Texas Comptroller of Public Accounts", "6.25"),
    "UT": _rates("Utah", "Utah State Tax Commission", "6.1"),
    "VA": _rates("Virginia", "Virginia Department of Taxation", "5.3"),
    "VT": _rates("Vermont", "Vermont Department of Taxes", "6"),
    "WA": _rates("Washington", "Washington State Department of Revenue", "6.5"),
    "WI": _rates("Wisconsin", "Wisconsin Department of Revenue", "5"),
    "WV": _rates("West Virginia", "West Virginia Tax Division", "6"),
    "WY": _rates("Wyoming", "Wyoming Department of Revenue", "4"),
}
"""General statewide sales tax rates of the 50 states and DC, without city, county or district
rates. California, Nevada, Utah and Virginia include the local part that is uniform statewide;
Arizona's privilege, Hawaii's excise and New Mexico's gross receipts tax stand for sales tax."""
