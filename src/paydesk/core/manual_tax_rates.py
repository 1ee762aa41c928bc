"""Tax rates that a merchant makes and puts on lines by hand, instead of automatic tax."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from paydesk.core.errors import InvalidRequest
from paydesk.core.tax import Jurisdiction, JurisdictionLevel, LineTax, TaxDecision, TaxType

PERCENTAGE_MAX = 100
PERCENTAGE_PLACES_MAX = 4

RATES_PER_LINE_MAX = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxRate:
    """One rate. What it takes never changes; whether it is `active`, and its names, may."""

    id: str
    account: str
    created: int
    display_name: str
    percentage: Decimal
    inclusive: bool
    active: bool = True
    description: str | None = None
    country: str | None = None
    state: str | None = None
    jurisdiction: str | None = None
    tax_type: TaxType | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


def chosen(rates: Sequence[TaxRate], *, param: str) -> tuple[LineTax, ...]:
    """The taxes of a line that is to bear these rates; totals give them their amounts.

    `param` names the rates in the request. Raises InvalidRequest for an inactive rate, one that is
    named twice, and for rates that are partly inside the price and partly on top.
    """
    for number, rate in enumerate(rates):
        if not rate.active:
            raise InvalidRequest(
                f"The tax rate {rate.id} is inactive. Only active tax rates can be used.",
                param=f"{param}[{number}]",
            )
    if len({rate.id for rate in rates}) < len(rates):
        raise InvalidRequest("A tax rate can be used once on a line item.", param=param)
    if len({rate.inclusive for rate in rates}) > 1:
        raise InvalidRequest(
            "The tax rates of a line item must be either all inclusive or all exclusive.",
            param=param,
        )
    return tuple(LineTax(_decision(rate), 0, 0, rate.inclusive, rate.id) for rate in rates)


def _decision(rate: TaxRate) -> TaxDecision:
    name = rate.jurisdiction or rate.display_name
    level: JurisdictionLevel = "country" if rate.state is None else "state"
    return TaxDecision(
        percentage=rate.percentage,
        reason=None,
        display_name=rate.display_name,
        tax_type=rate.tax_type,
        jurisdiction=Jurisdiction(name, level, rate.country or "", rate.state),
        source="The merchant",
    )
