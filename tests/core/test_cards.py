from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paydesk.core.cards import (
    BRANDS,
    UNKNOWN_BRAND,
    CardChecks,
    CardFacts,
    brand_of,
    cvc_problem,
    expiry_problem,
    from_record,
    full_year,
    is_expired,
    number_problem,
    passes_luhn,
    plain_digits,
    to_record,
)

TODAY = date(2026, 7, 15)
digits = st.text("0123456789", min_size=1, max_size=18)


@given(digits)
def test_exactly_one_check_digit_completes_a_number(body: str) -> None:
    assert sum(passes_luhn(body + digit) for digit in "0123456789") == 1


@given(digits, st.data())
def test_one_wrong_digit_is_always_noticed(body: str, data: st.DataObject) -> None:
    number = next(body + digit for digit in "0123456789" if passes_luhn(body + digit))
    place = data.draw(st.integers(0, len(number) - 1))
    other = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != number[place]))
    assert not passes_luhn(number[:place] + other + number[place + 1 :])


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("4", "visa"),
        ("51", "mastercard"), ("55", "mastercard"), ("2221", "mastercard"), ("2720", "mastercard"),
        ("34", "amex"), ("37", "amex"),
        ("6011", "discover"), ("644", "discover"), ("65", "discover"),
        ("62", "unionpay"), ("622126", "unionpay"),
        ("300", "diners"), ("305", "diners"), ("36", "diners"), ("38", "diners"),
        ("3528", "jcb"), ("3589", "jcb"),
        ("50", "unknown"), ("2220", "unknown"), ("2721", "unknown"), ("306", "unknown"),
        ("3527", "unknown"), ("3590", "unknown"), ("", "unknown"), ("1", "unknown"),
    ],
)  # fmt: skip
def test_a_brand_is_known_by_its_first_digits(number: str, name: str) -> None:
    assert brand_of(number).name == name


@given(st.text("0123456789", min_size=6, max_size=19), digits)
def test_more_digits_do_not_change_the_brand(number: str, more: str) -> None:
    assert brand_of(number + more) is brand_of(number)


@given(st.text("0123456789", min_size=6, max_size=6))
def test_no_number_belongs_to_two_brands(number: str) -> None:
    assert sum(brand.owns(number) for brand in BRANDS) <= 1


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("4242 4242", "42424242"),
        ("4242-4242", "42424242"),
        ("4242\u00a04242", "42424242"),
        ("4242x", None),
        ("", None),
        ("٤٢٤٢", None),
        ("²", None),
    ],
)
def test_only_plain_digits_are_digits(typed: str, plain: str | None) -> None:
    assert plain_digits(typed) == plain


@pytest.mark.parametrize(
    ("year", "full"), [(34, 2034), (26, 2026), (75, 2075), (95, 1995), (0, 2000), (2034, 2034)]
)
def test_a_short_year_is_the_nearest_one(year: int, full: int) -> None:
    assert full_year(year, TODAY) == full


def test_a_card_is_valid_until_its_month_ends() -> None:
    assert not is_expired(7, 2026, date(2026, 7, 31))
    assert is_expired(7, 2026, date(2026, 8, 1))
    assert is_expired(12, 2025, date(2026, 1, 1))


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        ("4242 4242 4242 4242", None),
        ("378282246310005", None),
        ("36227206271667", None),
        ("6205500000000000004", None),
        ("", "Your card number is incomplete."),
        ("4242 4242", "Your card number is incomplete."),
        ("4222222222222", "Your card number is incomplete."),
        ("4242424242424241", "Your card number is invalid."),
        ("42424242424242424", "Your card number is invalid."),
        ("not a number", "Your card number is invalid."),
    ],
)
def test_what_a_form_says_under_the_number(number: str, problem: str | None) -> None:
    assert number_problem(number) == problem


@pytest.mark.parametrize(
    ("expiry", "problem"),
    [
        ("12 / 34", None),
        ("12/2034", None),
        ("7/26", None),
        ("", "Your card's expiration date is incomplete."),
        ("12", "Your card's expiration date is incomplete."),
        ("12 / 3", "Your card's expiration date is incomplete."),
        ("13 / 34", "Your card's expiration date is invalid."),
        ("06 / 26", "Your card's expiration date is in the past."),
        ("12 / 25", "Your card's expiration year is in the past."),
        ("12 / 95", "Your card's expiration year is in the past."),
        ("12 / 2099", "Your card's expiration year is invalid."),
    ],
)
def test_what_a_form_says_under_the_expiry(expiry: str, problem: str | None) -> None:
    assert expiry_problem(expiry, TODAY) == problem


@pytest.mark.parametrize(
    ("cvc", "number", "problem"),
    [
        ("123", "4242", None),
        ("1234", "3782", None),
        ("123", "3782", "Your card's security code is incomplete."),
        ("12", "4242", "Your card's security code is incomplete."),
        ("", "4242", "Your card's security code is incomplete."),
        ("1234", "4242", "Your card's security code is invalid."),
    ],
)
def test_what_a_form_says_under_the_code(cvc: str, number: str, problem: str | None) -> None:
    assert cvc_problem(cvc, brand_of(number)) == problem


def test_facts_survive_json_in_the_shape_of_the_api() -> None:
    facts = CardFacts(
        brand="visa",
        display_brand="visa",
        last4="4242",
        exp_month=12,
        exp_year=2034,
        funding="credit",
        country="US",
        fingerprint="Xt5EWLLDS7FJjR1c",
        networks=("visa", "cartes_bancaires"),
        three_d_secure_supported=True,
        checks=CardChecks(cvc_check="pass"),
    )
    record = json.loads(json.dumps(to_record(facts)))
    assert from_record(record) == facts
    assert record["networks"] == {"available": ["visa", "cartes_bancaires"], "preferred": None}
    assert record["three_d_secure_usage"] == {"supported": True}
    assert record["checks"]["cvc_check"] == "pass"


def test_an_unknown_brand_has_every_length_a_number_may_have() -> None:
    assert min(UNKNOWN_BRAND.number_digits) == 12
    assert max(UNKNOWN_BRAND.number_digits) == 19
