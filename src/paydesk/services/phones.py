"""Phone numbers, as people write them and as the API keeps them. phonenumbers knows the plans."""

from __future__ import annotations

from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

PHONE_CHARACTERS_MAX = 50

REGIONS_CACHED_MAX = 300
"""Example numbers that are remembered: of every country."""


def e164(text: str, country: str | None) -> str | None:
    """The number in E.164 (``+12015550123``), or None when nobody can have it.

    A number without a leading plus is one of `country` (two letters).
    """
    if len(text) > PHONE_CHARACTERS_MAX:
        return None
    try:
        number = phonenumbers.parse(text, country)
    except NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def at_home(text: str) -> tuple[str, str] | None:
    """The country of a number that begins with a plus, and the number as it is dialled there.

    None for what is no such number, and for one of no country.
    """
    try:
        number = phonenumbers.parse(text, None)
    except NumberParseException:
        return None
    country = phonenumbers.region_code_for_number(number)
    if country is None:
        return None
    return country, phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)


@lru_cache(maxsize=REGIONS_CACHED_MAX)
def example(country: str) -> str:
    """A number of the country as it is dialled there; "" where none is known."""
    number = phonenumbers.example_number_for_type(country, PhoneNumberType.MOBILE)
    if number is None:
        return ""
    return phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)


def calling_code(country: str) -> int | None:
    """What numbers of the country begin with when called from abroad; None when it has none."""
    return phonenumbers.country_code_for_region(country) or None
