"""Parameters of ``/v1/payment_intents`` and ``/v1/charges``: a checkout makes them, others read."""

from __future__ import annotations

from paydesk.api.params.grammar import Id
from paydesk.api.params.lists import Created, Paging


class ListPaymentIntents(Paging):
    """``GET /v1/payment_intents``."""

    created: Created | None = None
    customer: Id | None = None
    customer_account: Id | None = None


class ListCharges(Paging):
    """``GET /v1/charges``."""

    created: Created | None = None
    customer: Id | None = None
    payment_intent: Id | None = None
    transfer_group: Id | None = None
