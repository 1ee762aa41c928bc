from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paydesk.pages.payment_form import FIELD_LENGTH_MAX, field_errors, read_payment_form

TODAY = date(2026, 5, 10)
GOOD = {
    "email": " jenny@example.com ",
    "cardNumber": "4242 4242 4242 4242",
    "cardExpiry": "12 / 34",
    "cardCvc": "123",
    "billingName": "Jenny Rosen",
    "billingCountry": "us",
    "billingPostalCode": "94103",
    "expected_amount": "2000",
}


def errors(**changes: str) -> dict[str, str]:
    form = read_payment_form({**GOOD, **changes})
    return field_errors(form, today=TODAY, email_needed=True, card_needed=True)


def test_a_good_form_has_no_errors_and_reads_back() -> None:
    form = read_payment_form(GOOD)
    assert errors() == {}
    assert form.values.email == "jenny@example.com"
    assert form.values.billing.country == "US"
    assert (form.card.exp_month(), form.card.exp_year(TODAY)) == (12, 2034)
    assert form.expected_amount == 2000


@pytest.mark.parametrize("expiry", ["1234", "12/34", "12 / 34", "12/2034", "122034"])
def test_an_expiry_may_be_written_in_many_ways(expiry: str) -> None:
    form = read_payment_form({**GOOD, "cardExpiry": expiry})
    assert errors(cardExpiry=expiry) == {}
    assert (form.card.exp_month(), form.card.exp_year(TODAY)) == (12, 2034)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("email", "", "Required"),
        ("email", "jenny@", "Your email is incomplete."),
        ("cardNumber", "", "Required"),
        ("cardNumber", "4242 4242", "Your card number is incomplete."),
        ("cardNumber", "4242 4242 4242 4241", "Your card number is invalid."),
        ("cardExpiry", "", "Required"),
        ("cardExpiry", "12", "Your card's expiration date is incomplete."),
        ("cardExpiry", "13/34", "Your card's expiration date is invalid."),
        ("cardExpiry", "12/20", "Your card's expiration year is in the past."),
        ("cardExpiry", "04/26", "Your card's expiration date is in the past."),
        ("cardCvc", "12", "Your card's security code is incomplete."),
        ("billingName", " ", "Required"),
        ("billingPostalCode", "", "Required"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(field: str, value: str, message: str) -> None:
    assert errors(**{field: value}) == {field: message}


def test_a_postal_code_is_asked_for_where_card_checks_use_it() -> None:
    assert errors(billingCountry="DE", billingPostalCode="") == {}


def test_an_order_that_costs_nothing_needs_no_card() -> None:
    form = read_payment_form({"email": "jenny@example.com"})
    assert field_errors(form, today=TODAY, email_needed=True, card_needed=False) == {}


@pytest.mark.parametrize("amount", ["", "-1", "1.5", "1e3", "٢٠", "9" * 13, "0x10", " 1 2"])
def test_an_expected_amount_that_is_no_number_is_none(amount: str) -> None:
    assert read_payment_form({"expected_amount": amount}).expected_amount is None


@given(st.dictionaries(st.sampled_from(sorted(GOOD)), st.text(max_size=40)))
def test_any_form_is_read_and_judged(form: dict[str, str]) -> None:
    field_errors(read_payment_form(form), today=TODAY, email_needed=True, card_needed=True)


def test_a_card_never_shows_in_a_representation() -> None:
    assert "4242" not in repr(read_payment_form(GOOD))
    assert "123" not in repr(read_payment_form(GOOD).card)


def test_long_fields_are_cut() -> None:
    assert len(read_payment_form({"email": "a" * 9999}).values.email) == FIELD_LENGTH_MAX
