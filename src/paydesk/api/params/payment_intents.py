"""Parameters of ``/v1/payment_intents`` and ``/v1/charges``."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import model_validator

from paydesk.api.params.formats import CurrencyCode, Mail, WebOrApp
from paydesk.api.params.grammar import (
    Array,
    Enum,
    Expand,
    Flag,
    Id,
    Integer,
    Metadata,
    Noted,
    NotYet,
    Params,
    Text,
    UnixTime,
)
from paydesk.api.params.lists import Created, Paging
from paydesk.api.params.payment_methods import MethodType
from paydesk.api.params.prices import UNIT_AMOUNT_DIGITS_MAX
from paydesk.api.params.problems import problem
from paydesk.api.params.products import Descriptor
from paydesk.api.params.sessions import GivenShipping

IP_ADDRESS_CHARACTERS_MAX = 45
USER_AGENT_CHARACTERS_MAX = 1_000


class OnlineAcceptance(Params):
    """Where the buyer was when they accepted the mandate."""

    ip_address: Annotated[str, Text(IP_ADDRESS_CHARACTERS_MAX)]
    user_agent: Annotated[str, Text(USER_AGENT_CHARACTERS_MAX)]


class CustomerAcceptance(Params):
    """How, and when the buyer accepted it (Unix seconds)."""

    type: Annotated[str, Enum(("offline", "online"))]
    accepted_at: UnixTime | None = None
    offline: Noted = None
    online: OnlineAcceptance | None = None

    @model_validator(mode="after")
    def _as_it_says(self) -> Self:
        if (self.type == "online") is not (self.online is not None):
            kind = "missing" if self.online is None else "other_type"
            raise problem(kind, at=("online",), type=self.type)
        return self


class MandateData(Params):
    """The buyer's word that their account may be debited."""

    customer_acceptance: CustomerAcceptance


class ConfirmIntent(Params):
    """``POST /v1/payment_intents/{intent}/confirm``."""

    payment_method: Id | None = None
    payment_method_types: Annotated[tuple[MethodType, ...], Array()] | None = None
    return_url: WebOrApp | None = None
    off_session: Noted = None
    error_on_requires_action: Noted = None
    use_stripe_sdk: Noted = None
    mandate: NotYet = None
    mandate_data: MandateData | None = None
    payment_method_data: NotYet = None
    payment_method_options: NotYet = None
    receipt_email: Mail | None = None
    setup_future_usage: NotYet = None
    shipping: GivenShipping | None = None
    expand: Expand = ()


class AutomaticMethods(Params):
    """Cards are the ones that are offered, so there is nothing to choose."""

    enabled: Flag
    allow_redirects: Noted = None


class CreateIntent(Params):
    """``POST /v1/payment_intents``: `amount` in minor units."""

    amount: Annotated[int, Integer(minimum=1, digits_max=UNIT_AMOUNT_DIGITS_MAX)]
    currency: CurrencyCode
    confirm: Flag | None = None
    payment_method: Id | None = None
    payment_method_types: Annotated[tuple[MethodType, ...], Array()] | None = None
    automatic_payment_methods: AutomaticMethods | None = None
    capture_method: (
        Annotated[
            str,
            Enum(("automatic", "automatic_async", "manual"), unsupported=frozenset({"manual"})),
        ]
        | None
    ) = None
    confirmation_method: Annotated[str, Enum(("automatic", "manual"))] | None = None
    customer: Id | None = None
    description: Annotated[str, Text(1_000)] | None = None
    metadata: Metadata | None = None
    receipt_email: Mail | None = None
    return_url: WebOrApp | None = None
    off_session: Noted = None
    error_on_requires_action: Noted = None
    use_stripe_sdk: Noted = None
    shipping: GivenShipping | None = None
    statement_descriptor: Descriptor | None = None
    statement_descriptor_suffix: Descriptor | None = None
    application_fee_amount: NotYet = None
    customer_account: NotYet = None
    mandate: NotYet = None
    mandate_data: MandateData | None = None
    on_behalf_of: NotYet = None
    payment_method_configuration: NotYet = None
    payment_method_data: NotYet = None
    payment_method_options: NotYet = None
    setup_future_usage: NotYet = None
    transfer_data: NotYet = None
    transfer_group: NotYet = None
    expand: Expand = ()


class CancelIntent(Params):
    """``POST /v1/payment_intents/{intent}/cancel``."""

    cancellation_reason: Noted = None
    expand: Expand = ()


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
