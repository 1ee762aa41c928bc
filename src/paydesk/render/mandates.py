"""Mandates on the wire."""

from __future__ import annotations

from paydesk.core.sepa_debit import SEPA_DEBIT, Mandate
from paydesk.render import Json


def mandate(mandate: Mandate) -> Json:
    """A `mandate`. The page that Stripe has of each one does not exist, so its address is empty."""
    use: Json = {"type": "multi_use", "multi_use": {}}
    if mandate.amount is not None:
        once = {"amount": mandate.amount, "currency": mandate.currency}
        use = {"type": "single_use", "single_use": once}
    return {
        "id": mandate.id,
        "object": "mandate",
        "customer_acceptance": dict(mandate.acceptance),
        "livemode": False,
        "payment_method": mandate.payment_method,
        "payment_method_details": {
            "type": SEPA_DEBIT,
            SEPA_DEBIT: {"reference": mandate.reference, "url": ""},
        },
        "status": "active",
        **use,
    }
