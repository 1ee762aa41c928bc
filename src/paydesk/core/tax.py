"""Tax: what it depends on at the buyer's side, what a line bears, and the sums.

Which rates a line bears is decided by a provider, see `core/tax_questions.py`. Sums are exact
(integers, decimals and fractions) and rounded once for each tax of a line, half up. `docs/tax.md`
has the rules with their sources.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from paydesk.core.countries import COUNTRY_UNKNOWN, country_code
from paydesk.core.errors import InvalidRequest
from paydesk.core.money import round_half_up, smallest_step

STATE_CHARACTERS_MAX = 100
POSTAL_CODE_CHARACTERS_MAX = 20
CITY_CHARACTERS_MAX = 200
LINE_CHARACTERS_MAX = 500

TaxabilityReason = Literal[
    "customer_exempt",
    "not_collecting",
    "not_subject_to_tax",
    "not_supported",
    "portion_product_exempt",
    "portion_reduced_rated",
    "portion_standard_rated",
    "product_exempt",
    "product_exempt_holiday",
    "proportionally_rated",
    "reduced_rated",
    "reverse_charge",
    "standard_rated",
    "taxable_basis_reduced",
    "zero_rated",
]
"""Stripe's words for why a tax is what it is; providers other than ours may use them all."""

JurisdictionLevel = Literal["country", "state", "county", "city", "district"]

TaxType = Literal[
    "amusement_tax", "communications_tax", "gst", "hst", "igst", "jct", "lease_tax", "pst", "qst",
    "retail_delivery_fee", "rst", "sales_tax", "service_tax", "vat",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class TaxLocation:
    """Where the buyer is, as far as tax is concerned; made by `tax_location`."""

    country: str
    state: str | None = None
    postal_code: str | None = None
    city: str | None = None
    line1: str | None = None
    line2: str | None = None


TaxExempt = Literal["none", "exempt", "reverse"]
"""Stripe's words for a buyer who is taxed; is not; or owes the tax themselves (reverse charge)."""


@dataclass(frozen=True, slots=True)
class BuyerTaxId:
    """A business tax id that the buyer gave: `type` is Stripe's word for its kind, as `eu_vat`.

    `verified` says that the id was found good, which is more than that it looks like one: only
    then does it change the tax.
    """

    type: str
    value: str
    verified: bool = False


@dataclass(frozen=True, slots=True)
class TaxBuyer:
    """What the tax depends on at the buyer's side.

    `location` is where the goods go when a shipping address is collected, else the billing
    address; None while neither is known.
    """

    location: TaxLocation | None = None
    tax_ids: tuple[BuyerTaxId, ...] = ()
    tax_exempt: TaxExempt = "none"


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """Whose tax it is. `country` is ISO 3166-1 alpha-2; `state` only below country level."""

    name: str
    level: JurisdictionLevel
    country: str
    state: str | None = None


@dataclass(frozen=True, slots=True)
class TaxDecision:
    """One rate that a line bears, or why it bears none.

    `percentage` is 25.5 for 25.5 %. `tax_type` is Stripe's word for the kind of tax, None where
    the kind is not known; `source` names who publishes the rate, or why there is none. `reason` is
    None for a rate that the merchant chose by hand.
    """

    percentage: Decimal
    reason: TaxabilityReason | None
    display_name: str
    tax_type: TaxType | None
    jurisdiction: Jurisdiction
    source: str


@dataclass(frozen=True, slots=True)
class LineTax:
    """One tax of a line or of shipping, in minor units.

    `amount` is on top of the price, or inside it when `inclusive`; `taxable_amount` is what it is
    computed from. `rate` is the id of a tax rate that the merchant chose by hand.
    """

    decision: TaxDecision
    amount: int
    taxable_amount: int
    inclusive: bool
    rate: str | None = None


def tax_location(
    country: str,
    state: str | None = None,
    postal_code: str | None = None,
    *,
    city: str | None = None,
    line1: str | None = None,
    line2: str | None = None,
    param: str = "tax_region",
) -> TaxLocation:
    """A location as the buyer typed it, trimmed, with codes in upper case and blanks as None.

    `param` is the parameter that holds the fields. Raises InvalidRequest for a country that is
    not two letters and for a field that is too long.
    """
    return TaxLocation(
        country=_country(country, f"{param}[country]"),
        state=_upper(_text(state, STATE_CHARACTERS_MAX, f"{param}[state]")),
        postal_code=_upper(_text(postal_code, POSTAL_CODE_CHARACTERS_MAX, f"{param}[postal_code]")),
        city=_text(city, CITY_CHARACTERS_MAX, f"{param}[city]"),
        line1=_text(line1, LINE_CHARACTERS_MAX, f"{param}[line1]"),
        line2=_text(line2, LINE_CHARACTERS_MAX, f"{param}[line2]"),
    )


def exclusive_tax(taxable: int, percentage: Decimal) -> int:
    """The tax to add to a price without tax, both in minor units, rounded half up.

    Raises ValueError when either is negative or the percentage is not a number.
    """
    return round_half_up(taxable * _rate(taxable, percentage))


def inclusive_tax(gross: int, percentage: Decimal) -> int:
    """The tax inside a price that already contains it: gross x r / (1 + r), rounded half up.

    Raises ValueError when either is negative or the percentage is not a number.
    """
    rate = _rate(gross, percentage)
    return round_half_up(gross * rate / (1 + rate))


def borne(
    decisions: Sequence[TaxDecision],
    amount: int,
    currency: str,
    *,
    inclusive: bool,
    rates: Sequence[str | None] = (),
) -> tuple[LineTax, ...]:
    """The taxes on an amount (minor units, after discounts), each rounded for itself, half up.

    Taxes inside a price are those of the price without any of them. Taxes on top come in steps
    that can be charged (KWD 0.010), so that a buyer who tells where they live never makes a total
    that can't be paid. `rates` are the ids of tax rates that were chosen by hand.
    """
    whole = sum((decision.percentage for decision in decisions), Decimal(0))
    if inclusive:
        share = 1 / (1 + _rate(amount, whole))
        taxes = [round_half_up(amount * _rate(amount, one.percentage) * share) for one in decisions]
        taxable = amount - sum(taxes)
    else:
        step = smallest_step(currency)
        taxes = [_in_steps(exclusive_tax(amount, one.percentage), step) for one in decisions]
        taxable = amount
    return tuple(
        LineTax(decision, tax, taxable, inclusive, rate)
        for decision, tax, rate in zip(
            decisions, taxes, rates or [None] * len(decisions), strict=True
        )
    )


def _in_steps(amount: int, step: int) -> int:
    return amount if step == 1 else round_half_up(Fraction(amount, step)) * step


def _rate(amount: int, percentage: Decimal) -> Fraction:
    if amount < 0 or not percentage.is_finite() or percentage < 0:
        raise ValueError(f"no tax on amount {amount} at {percentage} %: negative or not a number")
    return Fraction(percentage) / 100


def _country(text: str, param: str) -> str:
    code = country_code(text.strip())
    if code is None:
        raise InvalidRequest(COUNTRY_UNKNOWN.format(value=text.strip()[:20]), param=param)
    return code


def _text(text: str | None, characters_max: int, param: str) -> str | None:
    """Runs of white space become one space, none at the ends; an empty text is None."""
    if text is None:
        return None
    if len(text) > characters_max:
        raise InvalidRequest(
            f"Invalid string: it must be at most {characters_max} characters.", param=param
        )
    return " ".join(text.split()) or None


def _upper(text: str | None) -> str | None:
    return text.upper() if text is not None else None
