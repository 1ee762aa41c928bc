"""Money as people write it, in the reader's locale. Babel knows how; a cache makes it cheap."""

from __future__ import annotations

import re
from copy import copy
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.numbers import format_currency, get_currency_precision

from paydesk.core.money import exponent

FORMATS_CACHED_MAX = 4096
"""Remembered amounts; one formatting takes Babel about 30 microseconds."""


# KWD12.340 -> KWD 12.340: "currency spacing" of Unicode's UTS 35, which Babel leaves out.
_LETTER_BEFORE_DIGIT = re.compile(r"(?<=[^\W\d_])(?=\d)")


@lru_cache(maxsize=FORMATS_CACHED_MAX)
def format_money(amount: int | Decimal, currency: str, locale: Locale) -> str:
    """`amount` minor units of `currency`, for example 2000 usd -> "$20.00".

    A fraction of a minor unit (a unit price may be one) is shown in full: 0.05 -> "$0.0005".
    """
    value = Decimal(amount).scaleb(-exponent(currency))
    code = currency.upper()
    if _places(value) <= get_currency_precision(code):
        text = format_currency(value, code, locale=locale)
    else:
        text = _format_exactly(value, code, locale, places_min=exponent(currency))
    return _LETTER_BEFORE_DIGIT.sub("\N{NO-BREAK SPACE}", text)


def _places(value: Decimal) -> int:
    """The decimal places that `value` needs: 20.50 needs one."""
    power = value.normalize().as_tuple().exponent
    assert isinstance(power, int), "money is a finite number"
    return max(0, -power)


def _format_exactly(value: Decimal, code: str, locale: Locale, *, places_min: int) -> str:
    """All the places that `value` has.

    Unicode's data shows no decimals for a few currencies that are charged in hundredths (rsd,
    lbp, ...); rounding there would show another amount than the one that is charged.
    """
    places = max(_places(value), places_min)
    pattern = copy(locale.currency_formats["standard"])
    pattern.frac_prec = (places, places)
    return str(pattern.apply(value, locale, currency=code, currency_digits=False))
