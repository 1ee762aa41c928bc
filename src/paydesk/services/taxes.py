"""Which tax rule holds for a session right now."""

from __future__ import annotations

from datetime import UTC, datetime

from paydesk.core.line_items import LineItem
from paydesk.core.sessions import Session
from paydesk.core.tax import TaxProvider, exclusive_tax, inclusive_tax
from paydesk.core.totals import TaxOf, no_tax

NEEDS_LOCATION, KNOWN = "requires_location_inputs", "complete"


def rule(session: Session, provider: TaxProvider, now: int) -> tuple[str | None, TaxOf]:
    """The `automatic_tax.status` and the tax of a line, as far as the buyer's place is known.

    `now` is in Unix seconds: rates have dates.
    """
    if not session.automatic_tax:
        return None, no_tax
    location = session.tax_location
    today = datetime.fromtimestamp(now, UTC).date()
    if location is None or provider.rate_for(location, tax_code=None, on=today) is None:
        return NEEDS_LOCATION, no_tax

    def tax_of(line: LineItem, taxable: int) -> int:
        decision = provider.rate_for(location, tax_code=line.product.tax_code, on=today)
        if decision is None:
            return 0
        formula = inclusive_tax if line.price.tax_inclusive else exclusive_tax
        return formula(taxable, decision.percentage)

    return KNOWN, tax_of
