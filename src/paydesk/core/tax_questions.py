"""The question that a sale asks of a tax provider, and the answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal, Protocol

from paydesk.core.tax import TaxBuyer, TaxDecision
from paydesk.core.tax_registrations import TaxSeller

TaxStatus = Literal["requires_location_inputs", "complete", "failed"]
"""Stripe's words for how far the tax of a session is known."""


@dataclass(frozen=True, slots=True)
class TaxedLine:
    """What of a line, or of shipping, its tax depends on.

    `amount` is in minor units, after discounts; the tax is inside it when `inclusive`.
    """

    amount: int
    quantity: int
    tax_code: str
    inclusive: bool


@dataclass(frozen=True, slots=True)
class TaxQuestion:
    """Everything that the tax of a sale depends on. `at` is in Unix seconds: rates have dates."""

    seller: TaxSeller
    buyer: TaxBuyer
    currency: str
    at: int
    lines: tuple[TaxedLine, ...]

    @property
    def on(self) -> date:
        """The day, in UTC."""
        return datetime.fromtimestamp(self.at, UTC).date()


@dataclass(frozen=True, slots=True)
class TaxAnswer:
    """The decisions for each line of a question, in its order; none unless it is `complete`."""

    status: TaxStatus
    lines: tuple[tuple[TaxDecision, ...], ...] = ()


NEEDS_LOCATION = TaxAnswer("requires_location_inputs")
FAILED = TaxAnswer("failed")


class TaxProvider(Protocol):
    """Who knows which taxes a line bears. It may do no I/O: it is asked inside a transaction."""

    def answer(self, question: TaxQuestion) -> TaxAnswer:
        """The decisions, or why there are none."""
        ...
