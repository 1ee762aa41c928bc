"""What is refused before it is a token, and that no number gets out on any way."""

from __future__ import annotations

import traceback
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paydesk.core.cards import passes_luhn
from paydesk.core.errors import CardError
from paydesk.payments.cards import TABLE
from paydesk.payments.tokens import (
    CardEntry,
    fingerprint,
    read_card,
    token_from_entry,
    token_from_name,
)

TODAY = date(2026, 7, 15)
NOT_A_TEST_CARD = (
    "Your card was declined. Your request was in test mode, but used a non test card. "
    "For a list of valid test cards, visit: https://stripe.com/docs/testing."
)


def with_check_digit(body: str) -> str:
    return next(body + digit for digit in "0123456789" if passes_luhn(body + digit))


# Numbers that could be somebody's: well-formed, of every brand, in no list of test numbers.
CANARIES = [
    with_check_digit(body)
    for body in (
        "453201511283036",
        "542523343010990",
        "37144963539849",
        "601100099013943",
        "356600202036051",
        "3622720627168",
        "620000000000019",
    )
]


def refused(number: str, exp_month: int, exp_year: int, cvc: str | None) -> CardError:
    with pytest.raises(CardError) as raised:
        read_card(number, exp_month, exp_year, cvc, TODAY)
    return raised.value


@pytest.mark.parametrize(
    ("number", "exp_month", "exp_year", "cvc", "code", "param", "message"),
    [
        ("4242424242424241", 12, 34, "123", "incorrect_number", "number",
         "Your card number is incorrect."),
        ("4242", 12, 34, "123", "incorrect_number", "number", "Your card number is incorrect."),
        ("four two", 12, 34, "123", "incorrect_number", "number",
         "Your card number is incorrect."),
        ("", 12, 34, "123", "incorrect_number", "number", "Your card number is incorrect."),
        ("4242424242424242", 13, 34, "123", "invalid_expiry_month", "exp_month",
         "Your card's expiration month is invalid."),
        ("4242424242424242", 0, 34, "123", "invalid_expiry_month", "exp_month",
         "Your card's expiration month is invalid."),
        ("4242424242424242", 6, 2026, "123", "invalid_expiry_month", "exp_month",
         "Your card's expiration month is invalid."),
        ("4242424242424242", 12, 95, "123", "invalid_expiry_year", "exp_year",
         "Your card's expiration year is invalid."),
        ("4242424242424242", 12, 2025, "123", "invalid_expiry_year", "exp_year",
         "Your card's expiration year is invalid."),
        ("4242424242424242", 12, 2077, "123", "invalid_expiry_year", "exp_year",
         "Your card's expiration year is invalid."),
        ("4242424242424242", 12, 34, "99", "invalid_cvc", "cvc",
         "Your card's security code is invalid."),
        ("4242424242424242", 12, 34, "", "invalid_cvc", "cvc",
         "Your card's security code is invalid."),
        ("378282246310005", 12, 34, "123", "invalid_cvc", "cvc",
         "Your card's security code is invalid."),
    ],
)  # fmt: skip
def test_details_that_no_card_has(
    number: str, exp_month: int, exp_year: int, cvc: str, code: str, param: str, message: str
) -> None:
    error = refused(number, exp_month, exp_year, cvc)
    assert (error.code, error.param, error.message) == (code, param, message)
    assert error.status == 402


@pytest.mark.parametrize("number", CANARIES)
def test_a_number_that_could_be_somebodys_is_refused_and_forgotten(number: str) -> None:
    cvc = "1234" if number.startswith("37") else "123"
    error = refused(number, 12, 34, cvc)
    assert (error.code, error.decline_code) == ("card_declined", "test_mode_live_card")
    assert error.message == NOT_A_TEST_CARD
    assert number not in "".join(traceback.format_exception(error)) + repr(vars(error))


@given(st.from_regex(r"[0-9]{11,18}", fullmatch=True))
def test_nothing_but_the_table_is_a_card(body: str) -> None:
    number = with_check_digit(body)
    if number not in {card.number for card in TABLE}:
        for cvc in ("123", "1234"):
            error = refused(number, 12, 34, cvc)
            assert number not in f"{error!r}{error}{error.param}"


def test_an_entry_shows_neither_number_nor_code() -> None:
    entry = CardEntry(number=CANARIES[0], exp_month=12, exp_year=34, cvc="987")
    assert CANARIES[0] not in repr(entry)
    assert "987" not in repr(entry)


@pytest.mark.parametrize(
    "typed", ["4242424242424242", "4242 4242 4242 4242", "4242-4242-4242-4242"]
)
def test_spaces_and_hyphens_are_not_part_of_a_number(typed: str) -> None:
    assert read_card(typed, 12, 34, "123", TODAY).reference == "visa"


def test_a_token_knows_what_a_buyer_may_see(secret: bytes) -> None:
    entry = CardEntry(number="4242424242424242", exp_month=12, exp_year=34, cvc="123")
    token = token_from_entry(entry, secret=secret, now=TODAY)
    facts = token.facts
    assert token.reference == "visa"
    assert (facts.brand, facts.display_brand, facts.last4) == ("visa", "visa", "4242")
    assert (facts.exp_month, facts.exp_year) == (12, 2034)
    assert (facts.funding, facts.country, facts.networks) == ("credit", "US", ("visa",))
    assert facts.three_d_secure_supported
    assert facts.checks.cvc_check == "unchecked"
    assert facts.checks.address_line1_check is None


def test_a_co_branded_card_can_go_by_two_networks(secret: bytes) -> None:
    token = token_from_name("pm_card_visa_cartesBancaires", secret=secret, now=TODAY)
    assert token is not None
    assert token.facts.networks == ("visa", "cartes_bancaires")
    assert token.facts.display_brand == "cartes_bancaires"


def test_a_named_card_is_valid_for_another_year(secret: bytes) -> None:
    token = token_from_name("tok_visa", secret=secret, now=TODAY)
    assert token is not None
    assert (token.facts.exp_month, token.facts.exp_year) == (7, 2027)
    assert token_from_name("pm_card_of_nobody", secret=secret, now=TODAY) is None


def test_a_fingerprint_is_the_numbers_alone_and_keyed(secret: bytes) -> None:
    numbers = [card.number for card in TABLE]
    prints = {fingerprint(number, secret) for number in numbers}
    assert len(prints) == len(numbers)
    assert all(len(text) == 16 and text.isalnum() for text in prints)
    assert fingerprint(numbers[0], secret) == fingerprint(numbers[0], secret)
    assert fingerprint(numbers[0], secret) != fingerprint(numbers[0], b"another secret")
    by_name = token_from_name("pm_card_visa", secret=secret, now=TODAY)
    assert by_name is not None
    assert by_name.facts.fingerprint == fingerprint("4242424242424242", secret)
