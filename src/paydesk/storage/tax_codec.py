"""Columns that hold what tax depends on, and what a line bears, as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

import orjson

from paydesk.core.tax import Jurisdiction, LineTax, TaxDecision, TaxLocation
from paydesk.core.tax_registrations import Registration, TaxSeller


def dump_taxes(taxes: Sequence[LineTax]) -> str | None:
    """The taxes of a line; None when it bears none."""
    return orjson.dumps(taxes, default=str).decode() if taxes else None


def load_taxes(text: str | None) -> tuple[LineTax, ...]:
    """The opposite of `dump_taxes`."""
    return () if text is None else tuple(_line_tax(fields) for fields in orjson.loads(text))


@lru_cache(maxsize=1_024)
def load_seller(text: str) -> TaxSeller:
    """The seller from its JSON. All sessions of an account have the same, so it is kept at hand."""
    fields: dict[str, Any] = orjson.loads(text)
    office = fields["head_office"]
    return TaxSeller(
        head_office=None if office is None else TaxLocation(**office),
        tax_behavior=fields["tax_behavior"],
        tax_code=fields["tax_code"],
        registrations=tuple(Registration(**one) for one in fields["registrations"]),
    )


def _line_tax(fields: Mapping[str, Any]) -> LineTax:
    decision = fields["decision"]
    return LineTax(
        decision=TaxDecision(
            percentage=Decimal(decision["percentage"]),
            reason=decision["reason"],
            display_name=decision["display_name"],
            tax_type=decision["tax_type"],
            jurisdiction=Jurisdiction(**decision["jurisdiction"]),
            source=decision["source"],
        ),
        amount=fields["amount"],
        taxable_amount=fields["taxable_amount"],
        inclusive=fields["inclusive"],
        rate=fields["rate"],
    )
