"""Refunds on the wire."""

from __future__ import annotations

from paydesk.core.refunds import FAILED, PENDING, Refund
from paydesk.render import Json


def refund(refund: Refund) -> Json:
    """A `refund`."""
    shown: Json = {
        "id": refund.id,
        "object": "refund",
        "amount": refund.amount,
        "balance_transaction": None,
        "charge": refund.charge,
        "created": refund.created,
        "currency": refund.currency,
        "destination_details": {
            "card": {
                "reference_status": "pending",
                "reference_type": "acquirer_reference_number",
                "type": "refund",
            },
            "type": "card",
        },
        "metadata": dict(refund.metadata),
        "payment_intent": refund.payment_intent,
        "reason": refund.reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": refund.status,
        "transfer_reversal": None,
    }
    if refund.status == PENDING:
        shown["pending_reason"] = "processing"
    if refund.status == FAILED:
        shown["failure_reason"] = refund.failure_reason or "unknown"
    return shown
