"""Automatic tax: what is known about the buyer's place, which rate it has, and the sums.

A provider decides the rate for a place; `StandardRates` is the one built in. Sums are exact
(integers, decimals and fractions) and rounded once, half up. `docs/tax.md` says what the built-in
rates cover.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal, Protocol

from paydesk.core.errors import InvalidRequest
from paydesk.core.money import round_half_up
from paydesk.core.tax_rates import SALES_TAX_BY_STATE, VAT_BY_COUNTRY, RateHistory
from paydesk.core.us_zip import is_zip, state_of_zip

STATE_CHARACTERS_MAX = 100
POSTAL_CODE_CHARACTERS_MAX = 20
CITY_CHARACTERS_MAX = 200
LINE_CHARACTERS_MAX = 500

NONTAXABLE_TAX_CODE = "txcd_00000000"
"""Stripe's product tax code "Nontaxable"; every other code has the standard rate here."""

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

_NOTHING = Decimal(0)


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
    level: Literal["country", "state"]
    country: str
    state: str | None = None


@dataclass(frozen=True, slots=True)
class TaxDecision:
    """The rate for one product at one place on one day.

    `percentage` is 25.5 for 25.5 %. `tax_type` is Stripe's word for the kind of tax, None where
    the kind is not known; `source` names who publishes the rate, or why there is none.
    """

    percentage: Decimal
    reason: TaxabilityReason
    display_name: str
    tax_type: Literal["vat", "sales_tax"] | None
    jurisdiction: Jurisdiction
    source: str


class TaxProvider(Protocol):
    """Who knows tax rates. An implementation may do no I/O: it is asked inside a transaction."""

    def rate_for(
        self, location: TaxLocation, *, tax_code: str | None, on: date
    ) -> TaxDecision | None:
        """The decision, or None when too little is known about the place to decide."""
        ...


class StandardRates:
    """Standard VAT of the EU-27 and GB, statewide US sales tax, no tax anywhere else."""

    def rate_for(
        self, location: TaxLocation, *, tax_code: str | None, on: date
    ) -> TaxDecision | None:
        """None only for the United States without a ZIP code that leads to a state."""
        if location.country == "US":
            return _sales_tax(location, tax_code, on)
        vat = VAT_BY_COUNTRY.get(location.country)
        if vat is None:
            return _not_collecting(location.country)
        jurisdiction = Jurisdiction(vat.name, "country", location.country)
        return _decide(vat, jurisdiction, "vat", tax_code, on)


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


def _rate(amount: int, percentage: Decimal) -> Fraction:
    if amount < 0 or not percentage.is_finite() or percentage < 0:
        raise ValueError(f"no tax on amount {amount} at {percentage} %: negative or not a number")
    return Fraction(percentage) / 100


def _sales_tax(location: TaxLocation, tax_code: str | None, on: date) -> TaxDecision | None:
    state = _us_state(location)
    if state is None:
        return None
    rates = SALES_TAX_BY_STATE.get(state)
    if rates is None:  # a territory or a military post office
        return _not_collecting("US")
    jurisdiction = Jurisdiction(rates.name, "state", "US", state)
    return _decide(rates, jurisdiction, "sales_tax", tax_code, on)


def _us_state(location: TaxLocation) -> str | None:
    """The ZIP's state, whatever state is given; the given one for a ZIP of an unused prefix.

    Stripe asks for the ZIP, not the state. Mail goes by ZIP too, so where the two disagree
    the state is the likelier mistake.
    """
    if location.postal_code is None or not is_zip(location.postal_code):
        return None
    given = location.state if location.state in SALES_TAX_BY_STATE else None
    return state_of_zip(location.postal_code) or given


def _decide(
    rates: RateHistory,
    jurisdiction: Jurisdiction,
    tax_type: Literal["vat", "sales_tax"],
    tax_code: str | None,
    on: date,
) -> TaxDecision:
    percentage, reason = _percentage(rates.on(on), tax_code)
    return TaxDecision(
        percentage=percentage,
        reason=reason,
        display_name="VAT" if tax_type == "vat" else "Sales tax",
        tax_type=tax_type,
        jurisdiction=jurisdiction,
        source=rates.source,
    )


def _percentage(standard: Decimal | None, tax_code: str | None) -> tuple[Decimal, TaxabilityReason]:
    if standard is None:
        return _NOTHING, "not_supported"
    if standard == 0 or tax_code == NONTAXABLE_TAX_CODE:
        return _NOTHING, "not_subject_to_tax"
    return standard, "standard_rated"


def _not_collecting(country: str) -> TaxDecision:
    return TaxDecision(
        percentage=_NOTHING,
        reason="not_collecting",
        display_name="Tax",
        tax_type=None,
        jurisdiction=Jurisdiction(country, "country", country),
        source="Paydesk has no rates for this place",
    )


def _country(text: str, param: str) -> str:
    code = text.strip()
    if not (len(code) == 2 and code.isascii() and code.isalpha()):
        raise InvalidRequest(
            f"Country '{code[:20]}' is unknown. Use a two-letter ISO 3166-1 code, such as US.",
            code="country_code_invalid",
            param=param,
        )
    return code.upper()


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
