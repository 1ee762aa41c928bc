"""Money: whole minor units, rounded half up, split without loss; the currencies one by one."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from babel.numbers import list_currencies
from hypothesis import given
from hypothesis import strategies as st

from paydesk.core.money import (
    CURRENCIES,
    exponent,
    minimum_charge,
    plain,
    round_half_up,
    smallest_step,
    split,
)

ZERO_DECIMAL = set("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split())
THREE_DECIMAL = set("bhd jod kwd omr tnd".split())
WHOLE_UNITS_IN_TWO_DECIMALS = set("isk ugx".split())
"""Stripe's published lists; these two are two-decimal for backwards compatibility."""

MINIMUM_CHARGES = {
    "usd": 50, "aed": 200, "aud": 50, "bgn": 100, "brl": 50, "cad": 50, "chf": 50, "czk": 1500,
    "dkk": 250, "eur": 50, "gbp": 30, "hkd": 400, "huf": 17500, "inr": 50, "jpy": 50, "mxn": 1000,
    "myr": 200, "nok": 300, "nzd": 50, "pln": 200, "ron": 200, "sek": 300, "sgd": 50, "thb": 1000,
}  # fmt: skip
"""Stripe's published minimum charge amounts, in minor units."""

weights = st.lists(st.integers(0, 10**9), min_size=1, max_size=20)
amounts = st.integers(0, 10**12)


def those_with(value: int, of: Callable[[str], int]) -> set[str]:
    return {currency for currency in CURRENCIES if of(currency) == value}


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [
        ("0", 0),
        ("0.4", 0),
        ("0.499999999999", 0),
        ("0.5", 1),
        ("1.5", 2),
        ("2.5", 3),
        ("2.4999999999999999999999999999999999999", 2),
        ("6.45", 6),
        ("72.65", 73),
        ("99999998.5", 99_999_999),
        ("-0.5", 0),
        ("-1.5", -1),
        ("-1.6", -2),
    ],
)
def test_halves_go_up(exact: str, rounded: int) -> None:
    assert round_half_up(Decimal(exact)) == rounded


@given(st.decimals(min_value=0, max_value=10**12, places=12))
def test_rounding_agrees_with_the_standard_librarys_half_up(exact: Decimal) -> None:
    assert round_half_up(exact) == exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)


@given(st.fractions(min_value=0))
def test_rounding_moves_a_fraction_by_at_most_a_half(exact: Fraction) -> None:
    moved = round_half_up(exact) - exact
    assert -Fraction(1, 2) < moved <= Fraction(1, 2)


@pytest.mark.parametrize(
    ("total", "shares", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (100, [1, 2], [33, 67]),
        (5, [1, 0, 1], [3, 0, 2]),
        (7, [0, 0], [4, 3]),
        (0, [3, 5], [0, 0]),
        (1, [1, 1, 1, 1], [1, 0, 0, 0]),
        (10, [5], [10]),
    ],
)
def test_a_split_gives_the_remainder_to_the_largest_remainders(
    total: int, shares: list[int], parts: list[int]
) -> None:
    assert split(total, shares) == parts


@given(amounts, weights)
def test_the_parts_sum_to_the_whole(total: int, shares: list[int]) -> None:
    assert sum(split(total, shares)) == total


@given(amounts, weights.filter(any))
def test_each_part_is_less_than_one_unit_from_its_exact_share(
    total: int, shares: list[int]
) -> None:
    for part, share in zip(split(total, shares), shares, strict=True):
        assert abs(part - Fraction(total * share, sum(shares))) < 1


@given(amounts, weights.filter(any))
def test_who_has_no_weight_gets_nothing(total: int, shares: list[int]) -> None:
    parts = split(total, shares)
    assert all(part == 0 for part, share in zip(parts, shares, strict=True) if share == 0)


@given(amounts, st.integers(1, 20))
def test_weights_of_zero_share_equally(total: int, count: int) -> None:
    parts = split(total, [0] * count)
    assert sum(parts) == total
    assert max(parts) - min(parts) <= 1


@pytest.mark.parametrize("shares", [[], [-1], [3, -1, 5]])
def test_a_split_without_weights_or_with_a_negative_one_is_refused(shares: list[int]) -> None:
    with pytest.raises(ValueError, match="at least one weight and none below zero"):
        split(100, shares)


def test_the_decimal_places_are_the_published_ones() -> None:
    assert those_with(0, exponent) == ZERO_DECIMAL
    assert those_with(3, exponent) == THREE_DECIMAL
    assert those_with(2, exponent) == CURRENCIES - ZERO_DECIMAL - THREE_DECIMAL


def test_a_charge_comes_in_steps_that_exist() -> None:
    assert those_with(10, smallest_step) == THREE_DECIMAL
    assert those_with(100, smallest_step) == WHOLE_UNITS_IN_TWO_DECIMALS
    assert those_with(1, smallest_step) == (
        CURRENCIES - THREE_DECIMAL - WHOLE_UNITS_IN_TWO_DECIMALS
    )


def test_every_currency_is_spelled_as_in_iso_4217() -> None:
    spelled = {code.lower() for code in list_currencies("en")}
    assert CURRENCIES - spelled == set()


def test_minimum_charges_are_the_published_ones_and_no_others() -> None:
    assert set(MINIMUM_CHARGES) < CURRENCIES
    assert {currency: minimum_charge(currency) for currency in CURRENCIES} == {
        **dict.fromkeys(CURRENCIES, 1),
        **MINIMUM_CHARGES,
    }


def test_a_minimum_charge_can_be_charged() -> None:
    for currency, amount in MINIMUM_CHARGES.items():
        assert amount % smallest_step(currency) == 0, currency


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (2050, "usd", "20.50"),
        (5, "usd", "0.05"),
        (0, "usd", "0.00"),
        (99_999_999, "usd", "999,999.99"),
        (2050, "jpy", "2,050"),
        (2050, "kwd", "2.050"),
        (205_000, "isk", "2,050.00"),
        (205_000, "ugx", "2,050.00"),
        (2050, "mga", "2,050"),
    ],
)
def test_an_amount_in_major_units_has_the_currencys_places(
    amount: int, currency: str, text: str
) -> None:
    assert plain(amount, currency) == text
