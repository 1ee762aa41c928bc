"""The countries of a billing address, named and sorted for the reader, and the likely one."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import NamedTuple

from babel.core import get_global

from paydesk.core.countries import COUNTRIES
from paydesk.render.locales import LOCALES, accepted, locale_data

DEFAULT_COUNTRY = "US"


class Country(NamedTuple):
    """An ISO 3166 code and its name in the reader's language."""

    code: str
    name: str


@lru_cache(maxsize=len(LOCALES))
def countries(locale: str) -> tuple[Country, ...]:
    """Every country, in the order of its name."""
    territories = locale_data(locale).territories
    named = [Country(code, name) for code, name in territories.items() if code in COUNTRIES]
    return tuple(sorted(named, key=lambda country: _sort_key(country.name)))


@lru_cache(maxsize=len(LOCALES))
def _codes(locale: str) -> frozenset[str]:
    return frozenset(country.code for country in countries(locale))


def choose_country(locale: str, accept_language: str) -> str:
    """The country to preselect: the browser's, else where the language is mostly spoken."""
    known = _codes(locale)
    for tag in accepted(accept_language):
        territory = tag.rpartition("-")[2].upper()
        if "-" in tag and territory in known:
            return territory
    likely = get_global("likely_subtags").get(locale.replace("-", "_"), "")
    found = locale_data(locale).territory or likely.rpartition("_")[2]
    return found if found in known else DEFAULT_COUNTRY


def _sort_key(name: str) -> str:
    """Alphabetical as readers expect: Åland and Österreich stand beside A and O."""
    decomposed = unicodedata.normalize("NFD", name)
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark)).casefold()
