"""The seam to whoever moves the money.

The pay story asks in four steps, none of them inside a transaction of ours:

    authorise(request) ──> Approved | Declined | Processing | ActionRequired
                                                     │           │ the buyer answers the bank
    complete_authentication(key) ──> Approved | Declined ────────┘
    payment_news(key) ──> Approved | Declined | Processing
    give_up(key) ──> what was decided, or None: nothing was, and nothing ever will be

Money goes back by `refund(request)`, once for each key as well: who doesn't know whether a refund
was made asks for the same one again. `refund_news(key)` tells of one that takes its time.

A processor keeps its word about keys: the first request with a key decides, every later one is
told the same, and no key is ever charged twice. So an unknown outcome (a time-out, a crash) is
resolved by giving the key up, never by guessing. "I never heard of it" alone would not do: the
request may still be on its way, and would take money that nobody waits for any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol

from paydesk.core.cards import CardChecks, CardFacts
from paydesk.core.sepa_debit import CARD, SEPA_DEBIT, SepaDebitFacts

NO_CHECKS = CardChecks()
"""Of a payment without a card."""

KEY_LENGTH_MAX = 255
"""Characters of an idempotency key."""


@dataclass(frozen=True, slots=True)
class CardToken:
    """A card as its processor knows it. `reference` is the processor's word, never digits."""

    reference: str
    facts: CardFacts


@dataclass(frozen=True, slots=True)
class DebitToken:
    """A bank account as its processor knows it. `reference` is that one's word, never an IBAN."""

    reference: str
    facts: SepaDebitFacts


Token = CardToken | DebitToken
"""What a payment is made with."""


def type_of(token: Token) -> str:
    """The payment method that it stands for, by Stripe's name."""
    return CARD if isinstance(token, CardToken) else SEPA_DEBIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorisation:
    """One request for money: `amount` in minor units, above zero.

    `request_three_d_secure` is the merchant's wish: automatic, any or challenge.
    """

    key: str
    amount: int
    currency: str
    method: Token
    description: str | None = None
    livemode: bool = False
    request_three_d_secure: str = "automatic"

    def __post_init__(self) -> None:
        """A request that breaks these is a mistake of the caller, not of the buyer."""
        if not 0 < len(self.key) <= KEY_LENGTH_MAX:
            raise ValueError(f"A key has 1 to {KEY_LENGTH_MAX} characters.")
        if self.amount <= 0:
            raise ValueError("Only an amount above zero can be authorised.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """A charge's `outcome`: what the network and the risk rules made of it, in Stripe's words."""

    type: str
    network_status: str
    seller_message: str
    reason: str | None = None
    risk_level: str = "normal"
    risk_score: int | None = None
    advice_code: str | None = None
    network_advice_code: str | None = None
    network_decline_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreeDSecure:
    """A charge's `three_d_secure`: how the buyer was authenticated, in Stripe's words."""

    result: str
    result_reason: str | None = None
    authentication_flow: str | None = None
    electronic_commerce_indicator: str | None = None
    exemption_indicator: str | None = None
    transaction_id: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """The money is taken. `reference` is the processor's own name for the payment."""

    reference: str
    checks: CardChecks = NO_CHECKS
    assessment: Assessment
    three_d_secure: ThreeDSecure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined:
    """No money moved. `message` may be shown to the buyer.

    `assessment` is None when the payment never got as far as a charge: the buyer failed to
    prove who they are.
    """

    code: str
    message: str
    decline_code: str | None = None
    param: str | None = None
    checks: CardChecks = NO_CHECKS
    assessment: Assessment | None
    three_d_secure: ThreeDSecure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRequired:
    """The bank wants to see the buyer. `challenge` names the question; it cannot be guessed."""

    challenge: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Processing:
    """The money is on its way, as with a direct debit: days may pass until somebody knows.

    `reference` is the processor's own name for the payment, `ask_again_seconds` when to ask for
    news.
    """

    reference: str
    assessment: Assessment
    ask_again_seconds: int

    def __post_init__(self) -> None:
        """Who is asked again at once would be asked for ever."""
        if self.ask_again_seconds < 1:
            raise ValueError("News can be asked for after a second at the earliest.")


Outcome = Approved | Declined | ActionRequired | Processing

News = Approved | Declined | Processing
"""What may become of a payment that takes its time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRequest:
    """Money to give back: `amount` minor units of the payment that was made under `payment_key`."""

    key: str
    payment_key: str
    amount: int
    currency: str

    def __post_init__(self) -> None:
        """A request that breaks these is a mistake of the caller."""
        if not 0 < len(self.key) <= KEY_LENGTH_MAX:
            raise ValueError(f"A key has 1 to {KEY_LENGTH_MAX} characters.")
        if self.amount <= 0:
            raise ValueError("Only an amount above zero can be refunded.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundOutcome:
    """How a refund stands. `reference` is the processor's own name for it.

    `ask_again_seconds` is when to ask for news; None: it will not change any more.
    `failure_reason` is one of Stripe's words, for a refund that failed.
    """

    status: Literal["pending", "succeeded", "failed"]
    reference: str
    failure_reason: str | None = None
    ask_again_seconds: int | None = None

    @property
    def final(self) -> bool:
        """Whether it will not change any more."""
        return self.ask_again_seconds is None


class Processor(Protocol):
    """Who moves the money. Network failures surface as exceptions: the outcome is unknown then."""

    async def authorise(self, request: Authorisation) -> Outcome:
        """Take the money, once for each key. Raises Unavailable for a key that was given up."""

    async def complete_authentication(self, key: str, *, authenticated: bool) -> Outcome:
        """Go on after the bank's question; the first answer counts.

        Raises NotFound for a key that was never authorised.
        """

    async def payment_news(self, key: str) -> News:
        """How a payment stands that takes its time. Raises NotFound for a key that has none."""

    async def give_up(self, key: str) -> Outcome | None:
        """What was decided for the key; None when nothing was, and from now on nothing can be.

        A gateway that can't refuse a key raises until no request can be on its way any more.
        """

    async def refund(self, request: RefundRequest) -> RefundOutcome:
        """Give money back, once for each key; whoever asks again is told the same.

        Whoever asks has seen to it that all refunds of a payment are no more than it took.
        """

    async def refund_news(self, key: str) -> RefundOutcome:
        """How the refund stands now. Raises NotFound for a key that no refund has."""


Record = dict[str, Any]
"""A JSON object whose `state` names the kind of outcome."""


class Ledger(Protocol):
    """Where a processor without a memory of its own keeps its decisions, durably."""

    async def find(self, key: str) -> Record | None:
        """The record of the key."""

    async def put_if_absent(self, key: str, record: Record) -> Record:
        """Keep the record unless the key has one already; whichever is kept is returned."""

    async def replace(self, key: str, expected_state: str, record: Record) -> bool:
        """Put the record in place of one in `expected_state`; False when it is in another."""
