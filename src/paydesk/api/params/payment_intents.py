"""Parameters of ``/v1/payment_intents``, which a checkout makes and others only read."""

from __future__ import annotations

from paydesk.api.params.grammar import Id
from paydesk.api.params.lists import Created, Paging


class ListPaymentIntents(Paging):
    """``GET /v1/payment_intents``."""

    created: Created | None = None
    customer: Id | None = None
    customer_account: Id | None = None
