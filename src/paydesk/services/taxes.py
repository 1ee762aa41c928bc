"""The tax of a session, made anew whenever something that it depends on has changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from paydesk.core.line_items import LineItem
from paydesk.core.sessions import Session, with_totals
from paydesk.core.tax import TaxDecision, TaxProvider, exclusive_tax, inclusive_tax
from paydesk.core.totals import TaxOf, no_tax, recalculate
from paydesk.services.context import Call

NEEDS_LOCATION, KNOWN = "requires_location_inputs", "complete"


def reprice(
    session: Session, lines: Sequence[LineItem], call: Call
) -> tuple[Session, tuple[LineItem, ...]]:
    """The session and its lines with the tax and every sum made anew.

    For whoever has changed a quantity or a line, or what `session.tax_buyer` shows: the address,
    the tax ids, the exemption. Nothing is saved.
    """
    status, tax_of = _rule(session, call.server.tax, call.now)
    priced, totals = recalculate(lines, tax_of)
    return with_totals(replace(session, tax_status=status), totals), priced


def _rule(session: Session, provider: TaxProvider, now: int) -> tuple[str | None, TaxOf]:
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


def decision_for(
    session: Session, provider: TaxProvider, line: LineItem, now: int
) -> TaxDecision | None:
    """Why the line bears the tax that it does; None while none is known. `now` in Unix seconds.

    After its end a session is asked about its last day, since rates have dates.
    """
    if session.tax_location is None or session.tax_status != KNOWN:
        return None
    day = datetime.fromtimestamp(min(now, session.expires_at), UTC).date()
    return provider.rate_for(session.tax_location, tax_code=line.product.tax_code, on=day)
