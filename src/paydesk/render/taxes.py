"""What tax a line bears, on the wire. The rates of automatic tax can't be looked up."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from paydesk.core.ids import base62
from paydesk.core.sessions import Session
from paydesk.core.tax import LineTax, TaxDecision
from paydesk.render import Json

RATE_ID_LENGTH = 24


def line_tax(session: Session, tax: LineTax, rate: Json | None = None) -> Json:
    """One of the `taxes` of an `item`; `rate` is the merchant's own `tax_rate`, if it is one."""
    return {
        "amount": tax.amount,
        "rate": rate or automatic_rate(session, tax.decision, inclusive=tax.inclusive),
        "taxability_reason": tax.decision.reason,
        "taxable_amount": tax.taxable_amount,
    }


def breakdown(taxes: Sequence[Json]) -> Json:
    """The `breakdown` of a session's `total_details`: the taxes of its lines, summed up by rate."""
    by_rate: dict[str, Json] = {}
    for tax in taxes:
        known = by_rate.setdefault(tax["rate"]["id"], {**tax, "amount": 0, "taxable_amount": 0})
        known["amount"] += tax["amount"]
        known["taxable_amount"] += tax["taxable_amount"]
    return {"discounts": [], "taxes": list(by_rate.values())}


def automatic_rate(session: Session, decision: TaxDecision, *, inclusive: bool) -> Json:
    """The `tax_rate` that stands for a decision of this session's."""
    place = decision.jurisdiction
    percentage = float(decision.percentage)
    return {
        "id": _rate_id(session, decision, inclusive),
        "object": "tax_rate",
        "active": False,
        "country": place.country,
        "created": session.created,
        "description": None,
        "display_name": decision.display_name,
        "effective_percentage": percentage,
        "flat_amount": None,
        "inclusive": inclusive,
        "jurisdiction": place.name,
        "jurisdiction_level": place.level,
        "livemode": False,
        "metadata": {},
        "percentage": percentage,
        "rate_type": "percentage",
        "state": place.state,
        "tax_type": decision.tax_type,
    }


def _rate_id(session: Session, decision: TaxDecision, inclusive: bool) -> str:
    """The same for the same rate in the same session, since nothing else is kept of it."""
    facts = (session.id, decision.jurisdiction, decision.percentage, decision.reason, inclusive)
    digest = hashlib.sha256(repr(facts).encode()).digest()
    return f"txr_{base62(int.from_bytes(digest), RATE_ID_LENGTH)}"
