"""The payment form as a browser without scripts sends it: read, checked, and never kept.

`core.cards` decides what is wrong with a card; `web/page/card_checks.ts` says the same while the
buyer types.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from paydesk.core.cards import (
    brand_of,
    cvc_problem,
    expiry_problem,
    full_year,
    number_problem,
    plain_digits,
)
from paydesk.pages.countries import POSTAL_CODE_COUNTRIES

REQUIRED = "Required"
EMAIL_INCOMPLETE = "Your email is incomplete."

FIELD_LENGTH_MAX = 500
"""Characters of one field that are read; a longer one is cut."""

_EMAIL = re.compile(r"[^\s@]+@[^\s@.]+(\.[^\s@.]+)+")
_AMOUNT = re.compile(r"[0-9]{1,12}", re.ASCII)
_DIGITS_ONLY_EXPIRY = re.compile(r"([0-9]{2})\s*([0-9]{2}|[0-9]{4})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormValues:
    """What the buyer typed, to show it again after an error. Never a card number or CVC."""

    email: str = ""
    billing_name: str = ""
    billing_country: str = ""
    billing_postal_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFields:
    """The card as typed; kept out of `repr` so that no log or traceback can show it."""

    number: str = field(repr=False)
    expiry: str = field(repr=False)
    cvc: str = field(repr=False)

    def exp_month(self) -> int:
        """1 to 12. Only once `field_errors` found nothing."""
        return int(self.expiry.partition("/")[0])

    def exp_year(self, today: date) -> int:
        """Four digits. Only once `field_errors` found nothing."""
        return full_year(int(self.expiry.partition("/")[2]), today)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentForm:
    """One submitted form. `expected_amount` (minor units) is None when it is not a number."""

    values: FormValues
    card: CardFields
    expected_amount: int | None


def read_payment_form(form: Mapping[str, str]) -> PaymentForm:
    """The form's fields, by the names that they have in the page."""
    text = {name: value.strip()[:FIELD_LENGTH_MAX] for name, value in form.items()}
    amount = text.get("expected_amount", "")
    return PaymentForm(
        values=FormValues(
            email=text.get("email", ""),
            billing_name=text.get("billingName", ""),
            billing_country=text.get("billingCountry", "").upper(),
            billing_postal_code=text.get("billingPostalCode", ""),
        ),
        card=CardFields(
            number=text.get("cardNumber", ""),
            expiry=_with_slash(text.get("cardExpiry", "")),
            cvc=text.get("cardCvc", ""),
        ),
        expected_amount=int(amount) if _AMOUNT.fullmatch(amount) else None,
    )


def _with_slash(expiry: str) -> str:
    """1234 -> 12/34: both are ways to write it."""
    digits = _DIGITS_ONLY_EXPIRY.fullmatch(expiry)
    return f"{digits[1]}/{digits[2]}" if digits else expiry


def field_errors(
    form: PaymentForm, *, today: date, email_needed: bool, card_needed: bool
) -> dict[str, str]:
    """What is wrong, in English, by the name of the field, in the order of the page.

    Only what a buyer can see to be wrong: the services decide about everything else.
    """
    values = form.values
    problems: dict[str, str | None] = {}
    if email_needed:
        problems["email"] = _or_required(values.email, _email_problem(values.email))
    if card_needed:
        problems |= _card_problems(form.card, today)
        problems["billingName"] = _or_required(values.billing_name)
        if values.billing_country in POSTAL_CODE_COUNTRIES:
            problems["billingPostalCode"] = _or_required(values.billing_postal_code)
    return {name: problem for name, problem in problems.items() if problem}


def _card_problems(card: CardFields, today: date) -> dict[str, str | None]:
    brand = brand_of(plain_digits(card.number) or "")
    return {
        "cardNumber": _or_required(card.number, number_problem(card.number)),
        "cardExpiry": _or_required(card.expiry, expiry_problem(card.expiry, today)),
        "cardCvc": _or_required(card.cvc, cvc_problem(card.cvc, brand)),
    }


def _or_required(value: str, problem: str | None = None) -> str | None:
    return problem if value else REQUIRED


def _email_problem(email: str) -> str | None:
    return None if _EMAIL.fullmatch(email) else EMAIL_INCOMPLETE
