from __future__ import annotations

import re
from decimal import Decimal

import pytest
from babel.numbers import format_currency, get_currency_precision
from hypothesis import given
from hypothesis import strategies as st

from paydesk.core.money import CURRENCIES, exponent
from paydesk.render.locales import LOCALES, locale_data
from paydesk.render.money_format import format_money

SPACED = re.compile(r"(?<=[^\W\d_])(?=\d)")
"""Between a currency's letters and a digit: Unicode wants a space there, Babel sets none."""

amounts = st.integers(0, 99_999_999)
currencies = st.sampled_from(sorted(CURRENCIES))
locales = st.sampled_from(LOCALES)


@given(amounts, currencies, locales)
def test_money_is_written_as_babel_writes_it(amount: int, currency: str, locale: str) -> None:
    value = Decimal(amount).scaleb(-exponent(currency))
    places = get_currency_precision(currency.upper())
    shown = format_money(amount, currency, locale_data(locale))
    if value == round(value, places):
        written = format_currency(value, currency.upper(), locale=locale_data(locale))
        assert shown in (written, SPACED.sub("\xa0", written))


@given(amounts, currencies, locales)
def test_no_digit_of_an_amount_is_ever_lost(amount: int, currency: str, locale: str) -> None:
    shown = format_money(amount, currency, locale_data(locale))
    digits = "".join(str(int(mark)) for mark in shown if mark.isdecimal())
    assert Decimal(digits) in {
        Decimal(amount),
        Decimal(amount).scaleb(-exponent(currency)),
        Decimal(amount).scaleb(get_currency_precision(currency.upper()) - exponent(currency)),
    }


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "shown"),
    [
        (2000, "usd", "en", "$20.00"),
        (2000, "usd", "en-GB", "US$20.00"),
        (2000, "usd", "de", "20,00\xa0$"),
        (122050, "eur", "fr", "1\u202f220,50\xa0€"),
        (500, "jpy", "ja", "￥500"),
        (500, "jpy", "en", "¥500"),
        (12340, "kwd", "en", "KWD\xa012.340"),
        (50000, "isk", "en", "ISK\xa0500"),
        (10000, "rsd", "en", "RSD\xa0100"),
        (10050, "rsd", "en", "RSD\xa0100.50"),
        (Decimal("0.05"), "usd", "en", "$0.0005"),
        (Decimal("150.5"), "usd", "de", "1,505\xa0$"),
        (Decimal("2.5"), "jpy", "en", "¥2.5"),
    ],
)
def test_examples(amount: int | Decimal, currency: str, locale: str, shown: str) -> None:
    assert format_money(amount, currency, locale_data(locale)) == shown
