"""The tax provider that is built in: published rates, and the rules of who pays which.

The rules, each with its source, stand in `docs/tax.md`:

1. a buyer who is exempt pays nothing;
2. tax is that of the place where the buyer is (in the United States and Canada with the state);
3. it is collected only where the seller is registered;
4. a business in another member state of the EU owes it itself (reverse charge);
5. the kind of product decides which of the place's rates it is.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from paydesk.core.tax import Jurisdiction, TaxabilityReason, TaxDecision, TaxLocation, TaxType
from paydesk.core.tax_codes import Category, category_of
from paydesk.core.tax_ids import EU_MEMBERS, country_of
from paydesk.core.tax_questions import NEEDS_LOCATION, TaxAnswer, TaxQuestion
from paydesk.core.tax_rates import EU_RATES, CountryRates, RateHistory
from paydesk.core.tax_rates_canada import FEDERAL_SOURCE, PROVINCES, Province, province_of
from paydesk.core.tax_rates_us import SALES_TAX_BY_STATE
from paydesk.core.tax_rates_world import WORLD_RATES
from paydesk.core.tax_registrations import origin_of_vat
from paydesk.core.us_zip import is_zip, state_of_zip

_NOTHING = Decimal(0)

Decisions = tuple[TaxDecision, ...]


class _Tax(NamedTuple):
    """How a tax is called, and who publishes its rate."""

    display_name: str
    tax_type: TaxType
    source: str


class StandardRates:
    """The tables of this package."""

    def answer(self, question: TaxQuestion) -> TaxAnswer:
        """The decisions; `requires_location_inputs` until the place is known well enough.

        That takes a ZIP code that leads to a state in the United States, a province or a postal
        code in Canada, the country elsewhere.
        """
        location = question.buyer.location
        place = None if location is None else _place(location)
        if place is None:
            return NEEDS_LOCATION
        kinds = [category_of(line.tax_code) for line in question.lines]
        return TaxAnswer("complete", tuple(_decide(question, place, kind) for kind in kinds))


def _place(location: TaxLocation) -> Jurisdiction | None:
    """Whose tax law holds there."""
    if location.country == "US":
        return _state(location)
    if location.country == "CA":
        province = province_of(location.postal_code, location.state)
        if province is None:
            return None
        return Jurisdiction(PROVINCES[province].name, "state", "CA", province)
    rates = _rates_of(location.country)
    name = location.country if rates is None else rates.name
    return Jurisdiction(name, "country", location.country)


def _state(location: TaxLocation) -> Jurisdiction | None:
    """The ZIP's state, whatever state is given; the given one for a ZIP of an unused prefix.

    Stripe asks for the ZIP, not the state. Mail goes by ZIP too, so where the two disagree
    the state is the likelier mistake.
    """
    if location.postal_code is None or not is_zip(location.postal_code):
        return None
    given = location.state if location.state in SALES_TAX_BY_STATE else None
    code = state_of_zip(location.postal_code) or given
    if code is None:
        return None
    rates = SALES_TAX_BY_STATE.get(code)
    if rates is None:  # a territory or a military post office
        return Jurisdiction("US", "country", "US")
    return Jurisdiction(rates.name, "state", "US", code)


def _decide(question: TaxQuestion, place: Jurisdiction, kind: Category) -> Decisions:
    if question.buyer.tax_exempt == "exempt":
        return (_none(place, "customer_exempt", "The customer is exempt"),)
    if question.buyer.tax_exempt == "reverse":
        return (_none(place, "reverse_charge", "The customer owes the tax"),)
    if kind is Category.NONTAXABLE:
        return (_none(place, "not_subject_to_tax", "The product is not taxable"),)
    if place.country == "US":
        return (_sales_tax(question, place, kind),)
    if place.country == "CA":
        return _canadian(question, place, kind)
    return (_vat(question, place, kind),)


def _vat(question: TaxQuestion, place: Jurisdiction, kind: Category) -> TaxDecision:
    origin = origin_of_vat(question.seller, place.country, question.at)
    if origin is None:
        return _not_collecting(place)
    if _is_reversed(question, place.country):
        return _none(place, "reverse_charge", "Council Directive 2006/112/EC, Articles 138 and 196")
    rates = _rates_of(origin)
    if rates is None:
        return _unknown(place)
    tax = _Tax(rates.display_name, rates.tax_type, rates.source)
    whose = Jurisdiction(rates.name, "country", origin)
    return _rated(rates.of(kind).on(question.on), tax, whose, reduced=kind in rates.special)


def _is_reversed(question: TaxQuestion, country: str) -> bool:
    """Whether a business of this member state buys from a seller established elsewhere."""
    office = question.seller.head_office
    if country not in EU_MEMBERS or (office is not None and office.country == country):
        return False
    return any(
        tax_id.verified and tax_id.type == "eu_vat"
        and country_of(tax_id.type, tax_id.value) == country
        for tax_id in question.buyer.tax_ids
    )  # fmt: skip


def _sales_tax(question: TaxQuestion, place: Jurisdiction, kind: Category) -> TaxDecision:
    registered = any(
        one.country == "US" and one.type == "state_sales_tax" and one.state == place.state
        for one in question.seller.active(question.at)
    )
    if place.state is None or not registered:
        return _not_collecting(place)
    state = SALES_TAX_BY_STATE[place.state]
    percentage = state.goods.on(question.on)
    if percentage is None:
        return _unknown(place)
    if percentage == 0:
        return _none(place, "not_subject_to_tax", state.source)
    if kind not in (Category.GOODS, Category.BOOKS, Category.SHIPPING):
        return _not_goods(place, kind)
    return _rated(percentage, _Tax("Sales tax", "sales_tax", state.source), place)


def _not_goods(place: Jurisdiction, kind: Category) -> TaxDecision:
    """Sales tax is on tangible things; what else bears it is known for California alone."""
    if place.state != "CA":
        return _unknown(place)
    if kind is Category.FOOD:
        return _none(place, "product_exempt", "California Revenue and Taxation Code 6359")
    return _none(place, "not_subject_to_tax", "California Code of Regulations 18, 1501 and 1502")


def _canadian(question: TaxQuestion, place: Jurisdiction, kind: Category) -> Decisions:
    """GST or HST under a federal registration, the province's own tax under one with it."""
    active = [one for one in question.seller.active(question.at) if one.country == "CA"]
    found: list[TaxDecision] = []
    province = PROVINCES[place.state or ""]
    if any(one.type in ("standard", "simplified") for one in active):
        found.append(_federal(question, province, place, kind))
    if province.own is not None and any(
        one.type == "province_standard" and one.state == place.state for one in active
    ):
        tax = _Tax(province.own.display_name, province.own.tax_type, province.own.source)
        found.append(_canadian_rate(question, province.own.rate, tax, place, kind))
    return tuple(found) or (_not_collecting(place),)


def _federal(
    question: TaxQuestion, province: Province, place: Jurisdiction, kind: Category
) -> TaxDecision:
    if province.harmonised:
        tax = _Tax("HST", "hst", FEDERAL_SOURCE)
    else:
        tax, place = _Tax("GST", "gst", FEDERAL_SOURCE), Jurisdiction("Canada", "country", "CA")
    return _canadian_rate(question, province.federal, tax, place, kind)


def _canadian_rate(
    question: TaxQuestion, rate: RateHistory, tax: _Tax, place: Jurisdiction, kind: Category
) -> TaxDecision:
    """Basic groceries bear no tax of the federation or a province."""
    food = kind is Category.FOOD
    return _rated(_NOTHING if food else rate.on(question.on), tax, place, reduced=food)


def _rates_of(country: str) -> CountryRates | None:
    return EU_RATES.get(country) or WORLD_RATES.get(country)


def _rated(
    percentage: Decimal | None, tax: _Tax, place: Jurisdiction, *, reduced: bool = False
) -> TaxDecision:
    """The decision for a rate of the tables; one that they don't know takes nothing."""
    if percentage is None:
        return _unknown(place)
    reason: TaxabilityReason = "reduced_rated" if reduced else "standard_rated"
    if percentage == 0:
        reason = "zero_rated"
    return TaxDecision(percentage, reason, tax.display_name, tax.tax_type, place, tax.source)


def _none(place: Jurisdiction, reason: TaxabilityReason, source: str) -> TaxDecision:
    return TaxDecision(_NOTHING, reason, "Tax", None, place, source)


def _not_collecting(place: Jurisdiction) -> TaxDecision:
    return _none(place, "not_collecting", "The seller is not registered there")


def _unknown(place: Jurisdiction) -> TaxDecision:
    return _none(place, "not_supported", "Paydesk has no rate for this")
