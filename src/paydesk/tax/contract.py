"""What Paydesk says to a tax service of the merchant's own, and what it understands.

`docs/tax.md` has both sides with examples. An answer that is not exactly like this is no answer: a
tax that is guessed is worse than none.
"""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from paydesk.core.tax import (
    Jurisdiction,
    JurisdictionLevel,
    TaxabilityReason,
    TaxDecision,
    TaxType,
)
from paydesk.core.tax_questions import NEEDS_LOCATION, TaxAnswer, TaxQuestion

VERSION = 1

PERCENTAGE_PATTERN = r"^[0-9]{1,3}(\.[0-9]{1,4})?$"
PERCENTAGE_MAX = 100
TAXES_PER_LINE_MAX = 10
NAME_CHARACTERS_MAX = 200

SOURCE = "The merchant's tax service"


def _percentage(text: str) -> str:
    if Decimal(text) > PERCENTAGE_MAX:
        raise ValueError(f"a percentage is at most {PERCENTAGE_MAX}")
    return text


Percentage = Annotated[str, Field(pattern=PERCENTAGE_PATTERN), AfterValidator(_percentage)]
Name = Annotated[str, Field(min_length=1, max_length=NAME_CHARACTERS_MAX)]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Place(_Strict):
    """Whose tax it is."""

    name: Name
    level: JurisdictionLevel
    country: Country
    state: Name | None = None


class Tax(_Strict):
    """One tax of a line. The percentage is text, so that no digit is lost: ``"7.25"``."""

    percentage: Percentage
    display_name: Name
    taxability_reason: TaxabilityReason
    jurisdiction: Place
    tax_type: TaxType | None = None


class Line(_Strict):
    """The taxes of one line; none is said by one of 0 % with its reason, or by an empty list."""

    taxes: Annotated[tuple[Tax, ...], Field(max_length=TAXES_PER_LINE_MAX, strict=False)]


class Answer(_Strict):
    """The lines in the order in which they were asked about."""

    status: Literal["complete", "requires_location_inputs"]
    lines: Annotated[tuple[Line, ...], Field(strict=False)] = ()


def asked(question: TaxQuestion) -> dict[str, Any]:
    """The question as it is sent."""
    seller, buyer = question.seller, question.buyer
    return {
        "version": VERSION,
        "at": question.at,
        "currency": question.currency,
        "seller": {
            "head_office": None if seller.head_office is None else asdict(seller.head_office),
            "registrations": [
                {"country": one.country, "state": one.state, "type": one.type}
                for one in seller.active(question.at)
            ],
        },
        "buyer": asdict(buyer),
        "lines": [
            {
                "amount": line.amount,
                "quantity": line.quantity,
                "tax_code": line.tax_code,
                "tax_behavior": "inclusive" if line.inclusive else "exclusive",
            }
            for line in question.lines
        ],
    }


def understood(body: bytes, question: TaxQuestion) -> TaxAnswer:
    """The answer in a body of JSON. Raises ValueError for one that can't be relied on."""
    told = Answer.model_validate_json(body)
    if told.status == "requires_location_inputs":
        return NEEDS_LOCATION
    if len(told.lines) != len(question.lines):
        raise ValueError(f"{len(told.lines)} lines in answer to {len(question.lines)}")
    return TaxAnswer(
        "complete", tuple(tuple(_decision(tax) for tax in line.taxes) for line in told.lines)
    )


def _decision(tax: Tax) -> TaxDecision:
    place = tax.jurisdiction
    return TaxDecision(
        percentage=Decimal(tax.percentage),
        reason=tax.taxability_reason,
        display_name=tax.display_name,
        tax_type=tax.tax_type,
        jurisdiction=Jurisdiction(place.name, place.level, place.country, place.state),
        source=SOURCE,
    )
