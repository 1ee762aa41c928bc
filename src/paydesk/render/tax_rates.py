"""Tax rates of the merchant's own on the wire."""

from __future__ import annotations

from paydesk.core.manual_tax_rates import TaxRate
from paydesk.render import Json


def tax_rate(rate: TaxRate) -> Json:
    """A `tax_rate`."""
    percentage = float(rate.percentage)
    return {
        "id": rate.id,
        "object": "tax_rate",
        "active": rate.active,
        "country": rate.country,
        "created": rate.created,
        "description": rate.description,
        "display_name": rate.display_name,
        "effective_percentage": percentage,
        "flat_amount": None,
        "inclusive": rate.inclusive,
        "jurisdiction": rate.jurisdiction,
        "jurisdiction_level": None,
        "livemode": False,
        "metadata": dict(rate.metadata),
        "percentage": percentage,
        "rate_type": "percentage",
        "state": rate.state,
        "tax_type": rate.tax_type,
    }
