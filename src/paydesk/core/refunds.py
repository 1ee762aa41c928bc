"""Refunds: money of one charge that goes back, in part or whole.

A refund is written before the processor is asked, under a key of ours, and its amount is set aside
on the charge, so that all refunds of a charge are never more than it took:

    pending, not answered ──the processor says──> pending ──later──> succeeded
                  │                                  └──────later──> failed
                  ├────────────────────────────> succeeded ──later──> failed
                  └────────────────────────────> failed
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from paydesk.core.payments import Charge

PENDING, SUCCEEDED, FAILED = "pending", "succeeded", "failed"

REASONS = ("duplicate", "fraudulent", "requested_by_customer")
"""Why a merchant gives money back, in Stripe's words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """Money that goes back. `amount` in minor units; `created` and `ask_at` in Unix seconds.

    `id` is also the processor's key. Until it is `answered` nobody knows what the processor made
    of it. At `ask_at` the processor is asked about it (again); None once it can't change any more.
    The request's own facts travel with it, so that whoever finishes it can store the same answer.
    """

    id: str
    account: str
    created: int
    charge: str
    payment_intent: str
    amount: int
    currency: str
    status: str = PENDING
    answered: bool = False
    ask_at: int | None
    reason: str | None = None
    failure_reason: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    request_id: str | None = None
    idempotency_key: str | None = None
    api_version: str


def set_aside(charge: Charge, amount: int) -> Charge:
    """The charge while this much of it is being refunded."""
    return _changed(charge, amount_refunding=charge.amount_refunding + amount)


def answered(charge: Charge, refund: Refund) -> Charge:
    """The charge once the processor has said what becomes of a refund that was set aside."""
    freed = charge.amount_refunding - refund.amount
    back = 0 if refund.status == FAILED else refund.amount
    return _changed(charge, amount_refunding=freed, amount_refunded=charge.amount_refunded + back)


def undone(charge: Charge, refund: Refund) -> Charge:
    """The charge once a refund that was given has failed after all."""
    return _changed(charge, amount_refunded=charge.amount_refunded - refund.amount)


def _changed(charge: Charge, **amounts: Any) -> Charge:
    """Raises ValueError for sums that no charge can have: a mistake of the caller."""
    after = replace(charge, **amounts)
    parts = (after.amount_refunded, after.amount_refunding, after.refundable)
    if min(parts) < 0:
        raise ValueError(f"{charge.id} can't have these sums: {parts}")
    return after
