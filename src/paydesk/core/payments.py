"""Payment methods, intents, charges, and the attempt that ties a payment together.

An attempt is the record of one try to take money. It is written before the processor is asked,
under a key of ours, so that a crash at any moment leaves something to look up:

    reserved ──approved───────> approved
       │  └───declined────────> declined
       │  └───never arrived───> abandoned
       ├─asks the buyer──> requires_action ──buyer done──> reserved
       │                         └───buyer moved on──> abandoned
       └─takes its time──> processing ──approved──> approved
                                └────declined────> declined
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from paydesk.core.cards import CardFacts
from paydesk.core.sepa_debit import CARD, SEPA_DEBIT, SepaDebitFacts
from paydesk.core.sessions import CustomerDetails, Shipping

RESERVED, REQUIRES_ACTION, PROCESSING = "reserved", "requires_action", "processing"
APPROVED, DECLINED, ABANDONED = "approved", "declined", "abandoned"

DETACHED = "detached"

ATTEMPTS_MAX = 30
"""Tries to pay one session or intent; card testers get no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentMethod:
    """A card or a bank account as everyone but its processor may know it: one of the two is given.

    `token` is what the processor knows it by. `allow_redisplay` says whether a checkout may offer
    it again: always, limited, unspecified. `spent_on` is the attempt that used it up while no
    customer had it, or `DETACHED`: who only knows its id pays nothing more with it.
    """

    id: str
    account: str
    created: int
    token: str
    card: CardFacts | None = None
    sepa_debit: SepaDebitFacts | None = None
    customer: str | None = None
    allow_redisplay: str = "unspecified"
    billing: CustomerDetails = field(default_factory=CustomerDetails)
    metadata: Mapping[str, str] = field(default_factory=dict)
    spent_on: str | None = None

    @property
    def type(self) -> str:
        """By Stripe's name."""
        return CARD if self.sepa_debit is None else SEPA_DEBIT


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentIntent:
    """One payment. Amounts in minor units.

    That of a session is made when its buyer first confirms; one that the merchant makes by itself
    has no session.
    """

    id: str
    account: str
    created: int
    session: str | None = None
    amount: int
    currency: str
    payment_method_types: tuple[str, ...] = (CARD,)
    client_secret: str
    customer: str | None = None
    setup_future_usage: str | None = None
    status: str = "requires_payment_method"
    amount_received: int = 0
    payment_method: str | None = None
    latest_charge: str | None = None
    last_payment_error: Mapping[str, Any] | None = None
    next_action: Mapping[str, Any] | None = None
    description: str | None = None
    receipt_email: str | None = None
    statement_descriptor: str | None = None
    statement_descriptor_suffix: str | None = None
    shipping: Shipping | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    canceled_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """Money taken, on its way or refused, by one attempt. Amounts in minor units.

    `processor_key` is the attempt's. `amount_refunding` is set aside for refunds that the processor
    has not answered yet.
    """

    id: str
    account: str
    created: int
    payment_intent: str
    payment_method: str
    amount: int
    currency: str
    status: str
    processor_key: str
    customer: str | None = None
    amount_refunded: int = 0
    amount_refunding: int = 0
    card: CardFacts | None = None
    sepa_debit: SepaDebitFacts | None = None
    mandate: str | None = None
    billing: CustomerDetails
    outcome: Mapping[str, Any]
    failure_code: str | None = None
    failure_message: str | None = None
    description: str | None = None
    receipt_email: str | None = None
    statement_descriptor: str | None = None
    statement_descriptor_suffix: str | None = None
    three_d_secure: Mapping[str, Any] | None = None
    shipping: Shipping | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def refundable(self) -> int:
        """What can still be given back."""
        taken = self.amount if self.status == "succeeded" else 0
        return taken - self.amount_refunded - self.amount_refunding


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try to pay. `processor_key` is what the processor is asked under, once and for ever.

    `created` (Unix seconds) is when it was last reserved. `ask_at` (likewise) is when the processor
    is to be asked what became of a payment that takes its time. `authenticated` is the buyer's
    answer to the bank's `challenge`, kept before the processor hears it. The request's own facts
    travel with it, so that whoever finishes the payment, the request or a recovery after a crash,
    can store the same answer.
    """

    id: str
    account: str
    created: int
    session: str | None
    payment_intent: str
    payment_method: str
    amount: int
    currency: str
    processor_key: str
    state: str = RESERVED
    ask_at: int | None = None
    challenge: str | None = None
    authenticated: bool | None = None
    request_id: str | None = None
    idempotency_key: str | None = None
    api_version: str
