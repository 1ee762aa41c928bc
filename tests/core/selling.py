"""Sellers, buyers and questions for tests of tax."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from paydesk.core.tax import (
    BuyerTaxId,
    LineTax,
    TaxBuyer,
    TaxDecision,
    TaxExempt,
    TaxLocation,
    borne,
    tax_location,
)
from paydesk.core.tax_codes import GOODS
from paydesk.core.tax_questions import TaxAnswer, TaxedLine, TaxQuestion
from paydesk.core.tax_registrations import Registration, TaxSeller
from paydesk.core.tax_standard import StandardRates

TODAY = "2026-05-01"


def seconds(day: str) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())


def registered(
    country: str, type: str = "standard", state: str | None = None, *, scheme: str = "standard"
) -> Registration:
    return Registration(
        id=f"taxreg_{country}{state or ''}{type}", created=0, active_from=0, country=country,
        type=type, state=state, scheme=scheme if type == "standard" else None,
    )  # fmt: skip


def seller_in(country: str, *registrations: Registration) -> TaxSeller:
    return TaxSeller(
        head_office=tax_location(country), tax_behavior="exclusive", registrations=registrations
    )


SHOP = registered("IE", "oss_union")

EVERYWHERE = seller_in(
    "US",
    SHOP,
    *(registered(country) for country in "GB CH NO IS AU NZ JP KR SG IN MX BR ZA AE SA TR".split()),
    *(registered("US", "state_sales_tax", state) for state in "CA NY TX OR MN HI LA".split()),
    registered("CA"),
    *(registered("CA", "province_standard", province) for province in "BC MB QC SK".split()),
)
"""A seller in San Francisco who collects wherever a case needs it."""


def vat_id(value: str, *, verified: bool = True) -> BuyerTaxId:
    return BuyerTaxId("eu_vat", value, verified)


@dataclass(frozen=True, kw_only=True)
class Sale:
    """Everything about one line but where the buyer is."""

    seller: TaxSeller = EVERYWHERE
    code: str = GOODS
    amount: int = 1000
    inclusive: bool = False
    tax_ids: tuple[BuyerTaxId, ...] = ()
    exempt: TaxExempt = "none"
    on: str = TODAY
    currency: str = "eur"


def place(text: str) -> TaxLocation:
    """`DE`, `US 94103`, `CA/ON`, or both `US 94103/CA`."""
    before, _, state = text.partition("/")
    country, _, postal_code = before.partition(" ")
    return tax_location(country, state or None, postal_code or None)


def asked(where: str, **sale: Any) -> TaxQuestion:
    """What the sale of one line to a buyer there asks; `sale` are fields of `Sale`."""
    facts = Sale(**sale)
    line = TaxedLine(
        amount=facts.amount, quantity=1, tax_code=facts.code, inclusive=facts.inclusive
    )
    buyer = TaxBuyer(place(where), facts.tax_ids, facts.exempt)
    return TaxQuestion(facts.seller, buyer, facts.currency, seconds(facts.on), (line,))


def answered(question: TaxQuestion) -> TaxAnswer:
    return StandardRates().answer(question)


def decided(question: TaxQuestion) -> tuple[TaxDecision, ...]:
    """What a line bears, where that is known."""
    answer = answered(question)
    assert answer.status == "complete"
    (decisions,) = answer.lines
    return decisions


def taxes(question: TaxQuestion) -> tuple[LineTax, ...]:
    """The same with its sums."""
    (line,) = question.lines
    return borne(decided(question), line.amount, question.currency, inclusive=line.inclusive)
