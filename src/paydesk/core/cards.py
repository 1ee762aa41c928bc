"""Card facts that need no processor: the Luhn check, brands, expiry, the texts of refusals.

`CardFacts` is all that Paydesk keeps of a card. The number and the security code are arguments
here and nothing else: no function puts either into a result, an error or a representation.

Sources: ISO/IEC 7812-1 for the Luhn check and the length of a number; the schemes' published
number ranges for the brands; Stripe's API and card form for codes, `param` names and texts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from paydesk.core.errors import CardError

NUMBER_DIGITS_MIN, NUMBER_DIGITS_MAX = 12, 19
CARD_LIKE_DIGITS_MIN = 13
"""Fewer are a phone number, a tax id or the like far more often than a card."""

EXPIRY_YEARS_MAX = 50
"""A card may be valid for so many years to come; a two-digit year is read within the same span."""


_HIDDEN_FROM_BUYERS = frozenset({"fraudulent", "lost_card", "merchant_blacklist", "stolen_card"})
"""Source: Stripe's page on decline codes, which has these presented as generic declines."""

_BETWEEN_GROUPS = r"[\W_]{1,3}"
"""What people write between the groups of a number: spaces, hyphens, dots, slashes and the like."""

_DIGIT_GROUPS = re.compile(rf"\d+(?:{_BETWEEN_GROUPS}\d+)*")


@dataclass(frozen=True, slots=True)
class Brand:
    """One card scheme. `prefixes` are inclusive ranges of a number's first digits.

    `display` is the word of `display_brand`, `title` what a buyer reads.
    """

    name: str
    display: str
    title: str
    prefixes: tuple[tuple[str, str], ...]
    number_digits: frozenset[int] = frozenset({16})
    cvc_digits: int = 3

    def owns(self, digits: str) -> bool:
        """Whether a number that begins with `digits` belongs to this scheme."""
        return any(low <= digits[: len(low)] <= high for low, high in self.prefixes)


_SIXTEEN_TO_NINETEEN = frozenset({16, 17, 18, 19})

# Asked in this order: UnionPay's 62 lies inside the range that older lists give to Discover.
BRANDS = (
    Brand("visa", "visa", "Visa", (("4", "4"),), frozenset({16, 19})),
    Brand("mastercard", "mastercard", "Mastercard", (("51", "55"), ("2221", "2720"))),
    Brand(
        "amex",
        "american_express",
        "American Express",
        (("34", "34"), ("37", "37")),
        frozenset({15}),
        cvc_digits=4,
    ),
    Brand("unionpay", "union_pay", "UnionPay", (("62", "62"), ("81", "81")), _SIXTEEN_TO_NINETEEN),
    Brand(
        "discover",
        "discover",
        "Discover",
        (("6011", "6011"), ("644", "649"), ("65", "65")),
        _SIXTEEN_TO_NINETEEN,
    ),
    Brand(
        "diners",
        "diners_club",
        "Diners Club",
        (("300", "305"), ("3095", "3095"), ("36", "36"), ("38", "39")),
        frozenset({14, 16, 19}),
    ),
    Brand("jcb", "jcb", "JCB", (("3528", "3589"),), _SIXTEEN_TO_NINETEEN),
)

UNKNOWN_BRAND = Brand(
    "unknown",
    "other",
    "Card",
    (),
    frozenset(range(NUMBER_DIGITS_MIN, NUMBER_DIGITS_MAX + 1)),
)


@dataclass(frozen=True, slots=True)
class CardChecks:
    """What the issuer said of the details: pass, fail, unavailable, unchecked, or None: not given.

    The names are Stripe's, so that a record of it is the object of the API.
    """

    address_line1_check: str | None = None
    address_postal_code_check: str | None = None
    cvc_check: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFacts:
    """A card as a payment method or a charge shows it. `fingerprint` is the same for one number.

    `exp_year` has four digits; `country` is the issuer's, two letters, or None when unknown.
    """

    brand: str
    display_brand: str
    last4: str
    exp_month: int
    exp_year: int
    funding: str
    country: str | None
    fingerprint: str
    networks: tuple[str, ...]
    three_d_secure_supported: bool
    checks: CardChecks = field(default_factory=CardChecks)


def to_record(facts: CardFacts) -> dict[str, Any]:
    """The facts as JSON values, in the shape of a payment method's `card`."""
    record = asdict(facts)
    record["networks"] = {"available": list(facts.networks), "preferred": None}
    record["three_d_secure_usage"] = {"supported": record.pop("three_d_secure_supported")}
    return record


def from_record(record: Mapping[str, Any]) -> CardFacts:
    """The facts that `to_record` wrote."""
    fields = dict(record)
    fields["networks"] = tuple(fields["networks"]["available"])
    fields["three_d_secure_supported"] = fields.pop("three_d_secure_usage")["supported"]
    fields["checks"] = CardChecks(**fields["checks"])
    return CardFacts(**fields)


def plain_digits(number: str) -> str | None:
    """The number without spaces and hyphens, or None when anything but 0 to 9 is left."""
    text = "".join(number.split()).replace("-", "")
    return text if text.isascii() and text.isdecimal() else None


def passes_luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (ISO/IEC 7812-1, annex B)."""
    odd, even = digits[-1::-2], digits[-2::-2]
    doubled = (2 * int(digit) for digit in even)
    total = sum(map(int, odd)) + sum(two if two < 10 else two - 9 for two in doubled)
    return total % 10 == 0


def is_card_number(digits: str) -> bool:
    """Whether these digits are a number of a scheme that we know."""
    brand = brand_of(digits)
    known = brand is not UNKNOWN_BRAND and len(digits) in brand.number_digits
    return known and _looks_like_card(digits)


def holds_card_number(text: str) -> bool:
    """Whether what was typed into a field for something else has a card's number in it.

    13 to 19 digits that pass the Luhn check, in any script and with anything short between their
    groups; beside other groups only a number of a known scheme, since chance is good at Luhn.
    """
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return any(_is_card_among(re.findall(r"\d+", run)) for run in _DIGIT_GROUPS.findall(plain))


def _is_card_among(groups: Sequence[str]) -> bool:
    digits = ["".join(str(int(digit)) for digit in group) for group in groups]
    if _looks_like_card("".join(digits)):
        return True
    return any(is_card_number(number) for number in _neighbours(digits))


def _neighbours(groups: Sequence[str]) -> Iterator[str]:
    """Every number that begins with one group, ends with the same or a later one and is short."""
    for first in range(len(groups)):
        number = ""
        for group in groups[first:]:
            number += group
            if len(number) > NUMBER_DIGITS_MAX:
                break
            yield number


def _looks_like_card(digits: str) -> bool:
    return CARD_LIKE_DIGITS_MIN <= len(digits) <= NUMBER_DIGITS_MAX and passes_luhn(digits)


def decline_code_for_buyers(code: str | None) -> str | None:
    """A decline code as whoever holds the card may read it: a thief learns nothing from it."""
    return "generic_decline" if code in _HIDDEN_FROM_BUYERS else code


def brand_of(digits: str) -> Brand:
    """The scheme of a number, or of its beginning; `UNKNOWN_BRAND` when no range fits."""
    return next((brand for brand in BRANDS if brand.owns(digits)), UNKNOWN_BRAND)


def full_year(year: int, today: date) -> int:
    """A two-digit year in the century that puts it nearest to today; any other year unchanged."""
    if not 0 <= year <= 99:
        return year
    candidates = (today.year // 100 * 100 + century + year for century in (-100, 0, 100))
    return min(candidates, key=lambda candidate: abs(candidate - today.year))


def is_expired(exp_month: int, exp_year: int, today: date) -> bool:
    """Whether the card's last valid day, the last of its month, is past."""
    return (exp_year, exp_month) < (today.year, today.month)


def require_number(number: str) -> str:
    """The digits of a well-formed number, or CardError `incorrect_number`."""
    digits = plain_digits(number)
    if (
        digits is None
        or not NUMBER_DIGITS_MIN <= len(digits) <= NUMBER_DIGITS_MAX
        or not passes_luhn(digits)
    ):
        raise CardError("Your card number is incorrect.", code="incorrect_number", param="number")
    return digits


def require_expiry(exp_month: int, exp_year: int, today: date) -> int:
    """The four-digit year of an expiry date to come, or CardError `invalid_expiry_month|year`.

    A month already past in this year is the month's fault.
    """
    year = full_year(exp_year, today)
    if not today.year <= year <= today.year + EXPIRY_YEARS_MAX:
        raise CardError(
            "Your card's expiration year is invalid.", code="invalid_expiry_year", param="exp_year"
        )
    if not 1 <= exp_month <= 12 or is_expired(exp_month, year, today):
        raise CardError(
            "Your card's expiration month is invalid.",
            code="invalid_expiry_month",
            param="exp_month",
        )
    return year


def require_cvc(cvc: str, brand: Brand) -> None:
    """CardError `invalid_cvc` unless the security code has as many digits as the brand prints."""
    if plain_digits(cvc) != cvc or len(cvc) != brand.cvc_digits:
        raise CardError("Your card's security code is invalid.", code="invalid_cvc", param="cvc")


def number_problem(number: str) -> str | None:
    """What a card form says under the number, or None when it is well-formed."""
    digits = plain_digits(number)
    if digits is None:
        return (
            "Your card number is invalid." if number.strip() else "Your card number is incomplete."
        )
    if len(digits) < min(brand_of(digits).number_digits):
        return "Your card number is incomplete."
    if len(digits) not in brand_of(digits).number_digits or not passes_luhn(digits):
        return "Your card number is invalid."
    return None


def expiry_problem(expiry: str, today: date) -> str | None:
    """What a card form says under ``MM / YY`` (or ``MM / YYYY``), or None when it is to come."""
    month, separator, year = ("".join(part.split()) for part in expiry.partition("/"))
    if not separator or not (month.isdecimal() and year.isdecimal() and len(year) in (2, 4)):
        return "Your card's expiration date is incomplete."
    exp_month, exp_year = int(month), full_year(int(year), today)
    if not 1 <= exp_month <= 12:
        return "Your card's expiration date is invalid."
    if exp_year < today.year:
        return "Your card's expiration year is in the past."
    if is_expired(exp_month, exp_year, today):
        return "Your card's expiration date is in the past."
    if exp_year > today.year + EXPIRY_YEARS_MAX:
        return "Your card's expiration year is invalid."
    return None


def cvc_problem(cvc: str, brand: Brand) -> str | None:
    """What a card form says under the security code, or None when it has the right length."""
    digits = plain_digits(cvc) or ""
    if len(digits) < brand.cvc_digits:
        return "Your card's security code is incomplete."
    if len(digits) > brand.cvc_digits:
        return "Your card's security code is invalid."
    return None
