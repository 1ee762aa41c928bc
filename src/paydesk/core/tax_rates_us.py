"""Statewide sales tax of the United States, WITHOUT the taxes of counties, cities and districts.

Data, with the authority that publishes each. The rates are for tangible goods, which books are.
What the states do with food, downloads and services differs too much to be told by one row: it is
known here for California alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from paydesk.core.tax_rates import RateHistory, history


class StateRates(NamedTuple):
    """A state's rate for goods, and who publishes it."""

    name: str
    source: str
    goods: RateHistory


def _rates(name: str, source: str, first: str, *changes: tuple[str, str]) -> StateRates:
    return StateRates(name, source, history(first, *changes))


SALES_TAX_BY_STATE: Final[Mapping[str, StateRates]] = {
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
