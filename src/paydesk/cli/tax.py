"""`paydesk tax explain`: how the tax of a line is found, by the rates that are built in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import typer

from paydesk.cli.console import fail
from paydesk.core.errors import InvalidRequest
from paydesk.core.money import CURRENCIES, plain
from paydesk.core.tax import (
    BuyerTaxId,
    LineTax,
    TaxBuyer,
    TaxExempt,
    TaxLocation,
    borne,
    tax_location,
)
from paydesk.core.tax_codes import BY_ID, category_of
from paydesk.core.tax_ids import EU_MEMBERS, types_of
from paydesk.core.tax_questions import TaxedLine, TaxQuestion
from paydesk.core.tax_rates import TABLE_STANDS_FOR
from paydesk.core.tax_registrations import (
    Registration,
    TaxSeller,
    check_registration,
    sandbox_seller,
)
from paydesk.core.tax_standard import StandardRates

MEANING = {
    "customer_exempt": "the customer is exempt",
    "not_collecting": "the seller is not registered there",
    "not_subject_to_tax": "no tax is on this",
    "not_supported": "the tables have no rate for this",
    "product_exempt": "the product is exempt",
    "reduced_rated": "a reduced rate for this kind of product",
    "reverse_charge": "the buyer owes the tax themselves",
    "standard_rated": "the standard rate",
    "zero_rated": "a rate of zero for this kind of product",
}
"""The reasons that the built-in provider gives, as sentences."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """One line and its buyer, as the options say."""

    country: str
    state: str | None
    postal_code: str | None
    amount: int
    currency: str
    tax_code: str
    inclusive: bool
    tax_id: str | None
    exempt: TaxExempt
    registered: Sequence[str]
    day: datetime | None


def explain(sale: Sale) -> None:
    """Print where the buyer is, what decided, and the sums. Ends the command for what can't be."""
    try:
        question = _question(sale)
    except InvalidRequest as error:
        fail(error.message)
    for line in told(question):
        typer.echo(line)


def told(question: TaxQuestion) -> Iterator[str]:
    """The explanation, line by line."""
    (line,) = question.lines
    name = BY_ID[line.tax_code].name if line.tax_code in BY_ID else category_of(line.tax_code)
    how = "inside the price" if line.inclusive else "on top of the price"
    yield f"Buyer       {_place(question.buyer.location)}"
    yield from (f"Tax id      {one.type} {one.value}, verified" for one in question.buyer.tax_ids)
    yield f"Product     {line.tax_code} {name}"
    yield f"Seller      {_seller(question.seller)}"
    yield f"Day         {question.on}; the tables stand for {TABLE_STANDS_FOR}"
    answer = StandardRates().answer(question)
    if answer.status != "complete":
        yield "Tax         not known yet: the buyer's place is not known well enough"
        return
    taxes = borne(answer.lines[0], line.amount, question.currency, inclusive=line.inclusive)
    for tax in taxes:
        yield from _tax(tax, question.currency)
    total = line.amount + sum(tax.amount for tax in taxes if not tax.inclusive)
    money = f"{plain(total, question.currency)} {question.currency.upper()}"
    yield f"Total       {money}, tax {how}"


def _question(sale: Sale) -> TaxQuestion:
    if sale.currency not in CURRENCIES:
        fail(f"{sale.currency} is no currency that Paydesk knows.")
    at = int((sale.day or datetime.now(UTC)).replace(tzinfo=UTC).timestamp())
    line = TaxedLine(
        amount=sale.amount, quantity=1, tax_code=sale.tax_code, inclusive=sale.inclusive
    )
    location = tax_location(sale.country, sale.state, sale.postal_code, param="country")
    buyer = TaxBuyer(location, _tax_ids(sale, location.country), sale.exempt)
    return TaxQuestion(_registered(sale.registered), buyer, sale.currency, at, (line,))


def _tax_ids(sale: Sale, country: str) -> tuple[BuyerTaxId, ...]:
    """The id that was given, of the type that it looks like, taken as verified."""
    if sale.tax_id is None:
        return ()
    value = sale.tax_id.upper()
    if value[:2] in EU_MEMBERS | {"EL"}:
        return (BuyerTaxId("eu_vat", value, verified=True),)
    return (BuyerTaxId((*types_of(country), "unknown")[0], value, verified=True),)


def _registered(places: Sequence[str]) -> TaxSeller:
    """The seller of a new sandbox account, with these registrations (`DE`, `US-NY`) besides."""
    seller = sandbox_seller("", 0)
    found = list(seller.registrations)
    for place in places:
        country, _, state = place.upper().partition("-")
        added = Registration(
            id=place, created=0, active_from=0, country=country, state=state or None,
            type=_type(country, state),
        )  # fmt: skip
        check_registration(found, added)
        found.append(added)
    return TaxSeller(head_office=seller.head_office, registrations=tuple(found))


def _type(country: str, state: str) -> str:
    if country == "US":
        return "state_sales_tax"
    return "province_standard" if state else "standard"


def _place(location: TaxLocation | None) -> str:
    if location is None:
        return "unknown"
    parts = (location.country, location.state, location.postal_code)
    return " ".join(part for part in parts if part)


def _seller(seller: TaxSeller) -> str:
    """Where they are, and where they are registered."""
    office = _place(seller.head_office)
    names = [
        one.country + (f"-{one.state}" if one.state else "") + f" ({one.type})"
        for one in seller.registrations
    ]
    return f"{office}; registered in {', '.join(names)}"


def _tax(tax: LineTax, currency: str) -> Iterator[str]:
    """What one tax is, why, who says so, and how it comes to its amount."""
    decision = tax.decision
    whose = decision.jurisdiction
    reason = decision.reason or ""
    rate = decision.percentage.normalize()
    yield f"Tax         {decision.display_name}, {whose.name} ({whose.level}): {rate:f} %"
    yield f"  because   {reason}: {MEANING.get(reason, reason)}"
    yield f"  source    {decision.source}"
    amount, taxable = plain(tax.amount, currency), plain(tax.taxable_amount, currency)
    yield f"  sum       {amount} {currency.upper()} on {taxable}"
