"""The payment form as a browser without scripts sends it: read, checked, and never kept.

`core.cards` decides what is wrong with a card; `web/page/card_checks.ts` says the same while the
buyer types.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from paydesk.core.cards import (
    brand_of,
    cvc_problem,
    expiry_problem,
    full_year,
    holds_card_number,
    number_problem,
    plain_digits,
)
from paydesk.core.collection import NOTHING_MORE, POSTAL_CODE_COUNTRIES, Collection
from paydesk.core.sepa_debit import SEPA_DEBIT
from paydesk.core.sessions import Address
from paydesk.core.tax import BuyerTaxId
from paydesk.core.tax_ids import types_of
from paydesk.pages.address_view import address_errors, address_of
from paydesk.payments.debits import iban_problem, plain
from paydesk.services.buyers import PHONE_INVALID
from paydesk.services.phones import e164
from paydesk.services.tax_ids import is_tax_id

NEW_CARD = ""
"""The choice among saved cards of somebody who pays with none of them."""

NEW_DEBIT = "sepa_debit"
"""The choice of somebody who pays by direct debit."""

REQUIRED = "Required"
TAX_ID_INVALID = "Your tax ID is invalid."
EMAIL_INCOMPLETE = "Your email is incomplete."
IBAN_INCOMPLETE = "Your IBAN is incomplete."
IBAN_WRONG = "Your IBAN is invalid."
IBAN_CHARACTERS_MIN = 15
"""Norway's, the shortest of those in SEPA."""
CARD_IN_TEXT = "This looks like a card number. Enter it in the field for it alone."

FIELD_LENGTH_MAX = 500
"""Characters of one field that are read; a longer one is cut."""

_EMAIL = re.compile(r"[^\s@]+@[^\s@.]+(\.[^\s@.]+)+")
_AMOUNT = re.compile(r"[0-9]{1,12}", re.ASCII)
_DIGITS_ONLY_EXPIRY = re.compile(r"([0-9]{2})\s*([0-9]{2}|[0-9]{4})", re.ASCII)

_FIELDS_OF_PERSONS = (
    "shippingName shippingAddressLine1 shippingAddressLine2 shippingLocality "
    "shippingAdministrativeArea shippingPostalCode billingName billingAddressLine1 "
    "billingAddressLine2 billingLocality billingAdministrativeArea billingPostalCode "
    "businessName individualName phoneNumber accountHolder"
).split()
"""What is typed here is kept and shown, so none of it may be a card number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormValues:
    """What the buyer typed, to show it again after an error. Never a card number, CVC or IBAN.

    `same_address`: where the parcel goes is the card's address as well. `payment_method` is a saved
    card's id, `NEW_CARD` or `NEW_DEBIT`.
    """

    email: str = ""
    phone: str = ""
    phone_country: str = ""
    business_name: str = ""
    individual_name: str = ""
    shipping_name: str = ""
    shipping: Address = field(default_factory=Address)
    same_address: bool = False
    billing_name: str = ""
    account_holder: str = ""
    billing: Address = field(default_factory=Address)
    as_business: bool = False
    tax_id_type: str = ""
    tax_id: str = ""
    payment_method: str = NEW_CARD
    save_card: bool = False

    @property
    def business_tax_id(self) -> BuyerTaxId | None:
        """The tax id of a business; None while none is given."""
        given = self.as_business and self.tax_id and self.tax_id_type
        return BuyerTaxId(self.tax_id_type, self.tax_id) if given else None

    @property
    def billing_address(self) -> Address:
        """The card's address."""
        return self.shipping if self.same_address else self.billing

    @property
    def phone_number(self) -> str | None:
        """In E.164, or None when it is none."""
        return e164(self.phone, self.phone_country or None)


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
    """One submitted form. `expected_amount` (minor units) is None when it is not a number.

    `card_numbers_in` are the fields for something else in which a card's number was typed.
    """

    values: FormValues
    card: CardFields
    iban: str = field(default="", repr=False)
    expected_amount: int | None
    card_numbers_in: frozenset[str] = frozenset()


def read_payment_form(form: Mapping[str, str]) -> PaymentForm:
    """The form's fields, by the names that they have in the page."""
    text = {name: value.strip()[:FIELD_LENGTH_MAX] for name, value in form.items()}
    wrong = frozenset(name for name in _FIELDS_OF_PERSONS if _holds_card(name, text.get(name, "")))
    text |= dict.fromkeys(wrong, "")  # never shown again
    amount = text.get("expected_amount", "")
    return PaymentForm(
        values=_values(text),
        card=CardFields(
            number=text.get("cardNumber", ""),
            expiry=_with_slash(text.get("cardExpiry", "")),
            cvc=text.get("cardCvc", ""),
        ),
        iban=text.get("iban", ""),
        expected_amount=int(amount) if _AMOUNT.fullmatch(amount) else None,
        card_numbers_in=wrong,
    )


def with_offered_way(
    form: PaymentForm, methods: Sequence[str], saved: Container[str]
) -> PaymentForm:
    """The form, which pays as the page offers it: with a card that is `saved`, or anew by one of
    these `methods`; else by the first of them.
    """
    new = [NEW_DEBIT if method == SEPA_DEBIT else NEW_CARD for method in methods]
    chosen = form.values.payment_method
    if chosen in new or chosen in saved:
        return form
    return replace(form, values=replace(form.values, payment_method=new[0]))


def _holds_card(name: str, text: str) -> bool:
    """A phone number may look like a card's, when it can be dialled."""
    if name == "phoneNumber" and text.startswith("+") and e164(text, None) is not None:
        return False
    return holds_card_number(text)


def _values(text: Mapping[str, str]) -> FormValues:
    return FormValues(
        email=text.get("email", ""),
        phone=text.get("phoneNumber", ""),
        phone_country=text.get("phoneCountry", ""),
        business_name=text.get("businessName", ""),
        individual_name=text.get("individualName", ""),
        shipping_name=text.get("shippingName", ""),
        shipping=address_of(text, "shipping"),
        same_address="sameAddress" in text,
        billing_name=text.get("billingName", ""),
        account_holder=text.get("accountHolder", ""),
        billing=address_of(text, "billing"),
        as_business="purchasingAsBusiness" in text,
        tax_id_type=text.get("taxIdType", ""),
        tax_id=text.get("taxId", ""),
        payment_method=text.get("paymentMethod", NEW_CARD),
        save_card="saveCard" in text,
    )


def _with_slash(expiry: str) -> str:
    """1234 -> 12/34: both are ways to write it."""
    digits = _DIGITS_ONLY_EXPIRY.fullmatch(expiry)
    return f"{digits[1]}/{digits[2]}" if digits else expiry


def field_errors(
    form: PaymentForm,
    *,
    today: date,
    email_needed: bool,
    card_needed: bool,
    asked: Collection = NOTHING_MORE,
) -> dict[str, str]:
    """What is wrong, in English, by the name of the field, in the order of the page.

    Only what a buyer can see to be wrong: the services decide about everything else.
    """
    values = form.values
    problems: dict[str, str | None] = {}
    if email_needed:
        problems["email"] = _or_required(values.email, _email_problem(values.email))
    problems |= _person_problems(values, asked)
    if asked.shipping:
        problems["shippingName"] = _or_required(values.shipping_name)
        problems |= address_errors(values.shipping, "shipping", REQUIRED)
    saved = values.payment_method not in (NEW_CARD, NEW_DEBIT)
    if card_needed and values.payment_method == NEW_CARD:
        problems |= _card_problems(form.card, today)
        problems["billingName"] = _or_required(values.billing_name)
    if card_needed and values.payment_method == NEW_DEBIT:
        problems["iban"] = _or_required(form.iban, iban_mistake(form.iban))
        problems["accountHolder"] = _or_required(values.account_holder)
    if not values.same_address and not saved:
        problems |= _billing_problems(values.billing, asked, card_needed=card_needed)
    if asked.wants_tax_ids and values.as_business:
        problems |= _business_problems(values, asked)
    problems |= dict.fromkeys(form.card_numbers_in, CARD_IN_TEXT)
    return {name: problem for name, problem in problems.items() if problem}


def _person_problems(values: FormValues, asked: Collection) -> dict[str, str | None]:
    problems: dict[str, str | None] = {}
    if asked.phone:
        wrong = PHONE_INVALID if values.phone_number is None else None
        problems["phoneNumber"] = _or_required(values.phone, wrong)
    if asked.individual_name is not None and asked.individual_name.required:
        problems["individualName"] = _or_required(values.individual_name)
    if asked.business_name is not None and asked.business_name.required:
        problems["businessName"] = _or_required(values.business_name)
    return problems


def _billing_problems(
    address: Address, asked: Collection, *, card_needed: bool
) -> Mapping[str, str | None]:
    if asked.full_billing_address:
        return address_errors(address, "billing", REQUIRED)
    if card_needed and address.country in POSTAL_CODE_COUNTRIES:
        return {"billingPostalCode": _or_required(address.postal_code or "")}
    return {}


def _business_problems(values: FormValues, asked: Collection) -> Mapping[str, str | None]:
    """Who has to give a tax id may still be of a country that has none."""
    if asked.requires_tax_id and not types_of(values.billing_address.country or ""):
        return {}
    problem = None if is_tax_id(values.tax_id_type, values.tax_id) else TAX_ID_INVALID
    return {
        "businessName": _or_required(values.business_name),
        "taxId": _or_required(values.tax_id, problem),
    }


def _card_problems(card: CardFields, today: date) -> dict[str, str | None]:
    brand = brand_of(plain_digits(card.number) or "")
    return {
        "cardNumber": _or_required(card.number, number_problem(card.number)),
        "cardExpiry": _or_required(card.expiry, expiry_problem(card.expiry, today)),
        "cardCvc": _or_required(card.cvc, cvc_problem(card.cvc, brand)),
    }


def iban_mistake(typed: str) -> str | None:
    """What is wrong with an IBAN, as far as a buyer can see it."""
    if iban_problem(typed) is None:
        return None
    return IBAN_INCOMPLETE if len(plain(typed)) < IBAN_CHARACTERS_MIN else IBAN_WRONG


def _or_required(value: str, problem: str | None = None) -> str | None:
    return problem if value else REQUIRED


def _email_problem(email: str) -> str | None:
    return None if _EMAIL.fullmatch(email) else EMAIL_INCOMPLETE
