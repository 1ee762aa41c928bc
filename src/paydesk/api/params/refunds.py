"""Parameters of ``/v1/refunds``."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import model_validator

from paydesk.api.params.formats import CurrencyCode, Mail
from paydesk.api.params.grammar import (
    Emptyable,
    Enum,
    Expand,
    Id,
    Integer,
    Metadata,
    MetadataChanges,
    NotOn,
    NotYet,
    Params,
)
from paydesk.api.params.lists import Created, Paging
from paydesk.api.params.problems import problem
from paydesk.core.refunds import REASONS

AMOUNT_DIGITS_MAX = 12


class CreateRefund(Params):
    """``POST /v1/refunds``: of a charge, or of the charge that paid an intent."""

    charge: Id | None = None
    payment_intent: Id | None = None
    amount: Annotated[int, Integer(minimum=1, digits_max=AMOUNT_DIGITS_MAX)] | None = None
    currency: CurrencyCode | None = None
    reason: Annotated[str, Enum(REASONS)] | None = None
    metadata: Emptyable[Metadata] = None
    instructions_email: Mail | None = None
    customer: NotYet = None
    origin: NotYet = None
    refund_application_fee: NotOn = None
    reverse_transfer: NotOn = None
    expand: Expand = ()

    @model_validator(mode="after")
    def _of_one_payment(self) -> Self:
        if self.charge is None and self.payment_intent is None:
            raise problem("refund_of_nothing")
        if self.charge is not None and self.payment_intent is not None:
            raise problem("exclusive", choices="charge, payment_intent", at=("payment_intent",))
        return self


class UpdateRefund(Params):
    """``POST /v1/refunds/{refund}``."""

    metadata: Emptyable[MetadataChanges] = None
    expand: Expand = ()


class ListRefunds(Paging):
    """``GET /v1/refunds``."""

    charge: Id | None = None
    payment_intent: Id | None = None
    created: Created | None = None
