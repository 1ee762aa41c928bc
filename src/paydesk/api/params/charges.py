"""Parameters of ``/v1/charges``, which a checkout makes and others only read."""

from __future__ import annotations

from paydesk.api.params.grammar import Id
from paydesk.api.params.lists import Created, Paging


class ListCharges(Paging):
    """``GET /v1/charges``."""

    created: Created | None = None
    customer: Id | None = None
    payment_intent: Id | None = None
    transfer_group: Id | None = None
