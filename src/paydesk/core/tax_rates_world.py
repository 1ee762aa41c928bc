"""Rates of value added tax and its like outside the European Union, the United States and Canada.

Data, with the authority that publishes each; read as `tax_rates.py` is. India's rate is that of
services, since goods have many. Brazil is left out: no single rate is honest there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from paydesk.core.tax_codes import Category
from paydesk.core.tax_rates import BOOKS, EBOOKS, FOOD, UNKNOWN, CountryRates, history

_FIVE: Final = history("5")
_ZERO: Final = history("0")

WORLD_RATES: Final[Mapping[str, CountryRates]] = {
    "AE": CountryRates("United Arab Emirates", "Federal Tax Authority", _FIVE),
    "AU": CountryRates(
        "Australia", "Australian Taxation Office", history("10"), {FOOD: _ZERO}, "gst", "GST"
    ),
    "CH": CountryRates(
        "Switzerland",
        "Federal Tax Administration",
        history("8.1"),
        dict.fromkeys((BOOKS, EBOOKS, FOOD), history("2.6")),
    ),
    "GB": CountryRates(
        "United Kingdom",
        "HM Revenue & Customs, VAT rates",
        history("20"),
        dict.fromkeys((BOOKS, EBOOKS, FOOD), _ZERO),
    ),
    "IN": CountryRates(
        "India",
        "Central Board of Indirect Taxes and Customs",
        UNKNOWN,
        dict.fromkeys((Category.DIGITAL, Category.SERVICES), history("18")),
        "igst",
        "IGST",
    ),
    "IS": CountryRates(
        "Iceland",
        "Iceland Revenue and Customs",
        history("24"),
        dict.fromkeys((BOOKS, EBOOKS, FOOD), history("11")),
    ),
    "JP": CountryRates(
        "Japan",
        "National Tax Agency",
        history("10"),
        {FOOD: history("8")},
        "jct",
        "Consumption tax",
    ),
    "KR": CountryRates(
        "South Korea",
        "National Tax Service",
        history("10"),
        dict.fromkeys((BOOKS, EBOOKS, FOOD), UNKNOWN),
    ),
    "MX": CountryRates(
        "Mexico",
        "Servicio de Administración Tributaria",
        history("16"),
        {FOOD: _ZERO, BOOKS: UNKNOWN},
    ),
    "NO": CountryRates(
        "Norway",
        "Norwegian Tax Administration",
        history("25"),
        {BOOKS: _ZERO, EBOOKS: _ZERO, FOOD: history("15")},
    ),
    "NZ": CountryRates("New Zealand", "Inland Revenue", history("15"), {}, "gst", "GST"),
    "SA": CountryRates("Saudi Arabia", "Zakat, Tax and Customs Authority", history("15")),
    "SG": CountryRates(
        "Singapore", "Inland Revenue Authority of Singapore", history("9"), {}, "gst", "GST"
    ),
    "TR": CountryRates(
        "Türkiye",
        "Revenue Administration",
        history("20"),
        dict.fromkeys((BOOKS, EBOOKS, FOOD), UNKNOWN),
    ),
    "ZA": CountryRates(
        "South Africa", "South African Revenue Service", history("15"), {FOOD: UNKNOWN}
    ),
}
