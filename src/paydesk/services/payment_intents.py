"""Payment intents that a merchant makes by itself, without a session: made, reserved, recorded.

The question between the last two is the pay story's (`confirm.py`), and so is what follows a crash.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from paydesk.core.errors import Busy, InvalidRequest, NotFound
from paydesk.core.payments import ATTEMPTS_MAX, RESERVED, Attempt, PaymentIntent, PaymentMethod
from paydesk.core.sepa_debit import check_allowed, check_intent_currency
from paydesk.core.sessions import CustomerDetails
from paydesk.core.totals import check_charge
from paydesk.payments.processor import Authorisation, Outcome, Token
from paydesk.render import Json
from paydesk.render.payments import payment_intent as rendered
from paydesk.services import answers, customers, mandates, outcomes, payment_methods
from paydesk.services.answers import Answer
from paydesk.services.context import Call
from paydesk.services.events import append
from paydesk.storage import attempts, payment_intents
from paydesk.storage.database import Transaction
from paydesk.storage.idempotency import Key

TO_PAY = ("requires_payment_method", "requires_confirmation")
"""The states in which an intent can be confirmed or canceled."""

Show = Callable[[Transaction, PaymentIntent], Json]
"""The intent as its request wants it shown."""


@dataclass(frozen=True, slots=True)
class Reserved:
    """What the processor is to be asked, and for whom."""

    attempt: Attempt
    method: Token
    description: str | None

    @property
    def question(self) -> Authorisation:
        """The request for the money."""
        return Authorisation(
            key=self.attempt.processor_key,
            amount=self.attempt.amount,
            currency=self.attempt.currency,
            method=self.method,
            description=self.description,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A merchant's wish to be paid: an intent that is there, by its id, or the fields of a new one.

    What pays is a stored payment method's id, or a test card or account. `acceptance` is how the
    buyer has agreed to be debited, in the shape of Stripe's `customer_acceptance`.
    """

    id: str | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    payment_method: str | None = None
    token: Token | None = None
    acceptance: Mapping[str, Any] | None = None


def shown(tx: Transaction, intent: PaymentIntent) -> Json:
    """The intent as it is when nobody wants more."""
    return rendered(intent)


def create(tx: Transaction, call: Call, wanted: Wanted) -> PaymentIntent:
    """A new intent, to be confirmed later if it knows how it is paid.

    Raises InvalidRequest for an amount that can't be charged, NotFound for an unknown customer or
    payment method.
    """
    fields = wanted.fields
    check_charge(fields["amount"], fields["currency"], param="amount")
    check_intent_currency(fields["payment_method_types"], fields["currency"])
    if fields.get("customer") is not None:
        customers.get_active(tx, call, fields["customer"])
    method = None
    if wanted.token is not None or wanted.payment_method is not None:
        method = _method(tx, call, wanted, fields.get("customer"))
        check_allowed(method.type, fields["payment_method_types"])
    id, created = call.stamped("pi")
    intent = PaymentIntent(
        id=id,
        account=call.account,
        created=created,
        client_secret=call.server.ids.secret(f"{id}_secret"),
        status="requires_payment_method" if method is None else "requires_confirmation",
        payment_method=None if method is None else method.id,
        **fields,
    )
    payment_intents.insert(tx, intent)
    append(tx, call, "payment_intent.created", rendered(intent))
    return intent


def reserve(tx: Transaction, call: Call, wanted: Wanted, key: Key | None) -> Reserved | Answer:
    """The first transaction of a payment: an attempt to ask the processor about.

    Raises InvalidRequest for an intent that can't be paid (any more), Busy while it is being paid.
    """
    known = None if key is None else answers.begin(tx, key)
    if known is not None:
        return known
    intent = create(tx, call, wanted) if wanted.id is None else hold(tx, call, wanted.id)
    _check_to_pay(tx, intent, "confirm")
    tries = attempts.count_of_intent(tx, intent.id)
    if tries >= ATTEMPTS_MAX:
        raise InvalidRequest("This PaymentIntent has been tried too often.", code="rate_limit")
    method = _method_of(tx, call, wanted, intent)
    check_allowed(method.type, intent.payment_method_types)
    id = call.id("attempt")
    payment_methods.spend(tx, method, id)
    _take_mandate(tx, call, wanted, intent, method)
    attempt = Attempt(
        id=id,
        account=call.account,
        created=call.server_now,
        session=None,
        payment_intent=intent.id,
        payment_method=method.id,
        amount=intent.amount,
        currency=intent.currency,
        processor_key=f"{intent.id}:{tries + 1}",
        request_id=call.request_id,
        idempotency_key=call.idempotency_key,
        api_version=call.version,
    )
    payment_intents.update(tx, replace(intent, status="processing", payment_method=method.id))
    attempts.insert(tx, attempt)
    return Reserved(attempt, payment_methods.token_of(method), intent.description)


def _take_mandate(
    tx: Transaction, call: Call, wanted: Wanted, intent: PaymentIntent, method: PaymentMethod
) -> None:
    """Write down that the buyer agreed. Raises InvalidRequest when nothing says so."""
    if method.sepa_debit is None:
        return
    if wanted.acceptance is None and not mandates.reusable(tx, method):
        raise InvalidRequest(
            "When confirming a PaymentIntent with a sepa_debit PaymentMethod, mandate_data is "
            "required.",
            code="parameter_missing",
            param="mandate_data",
        )
    mandates.accept(tx, call, method, intent, wanted.acceptance or {})


def record(tx: Transaction, call: Call, attempt: Attempt, outcome: Outcome, show: Show) -> Answer:
    """The last transaction: the intent as it is now, or the refusal of its card.

    Raises Busy when somebody else has recorded the attempt.
    """
    hold(tx, call, attempt.payment_intent)
    refused = outcomes.record(tx, call, attempt, outcome)
    if refused is not None:
        return answers.refusal(refused)
    return answers.answer(show(tx, hold(tx, call, attempt.payment_intent)), call.version)


def release(tx: Transaction, attempt: Attempt) -> None:
    """Nothing came of the attempt: the intent can be confirmed again."""
    intent = payment_intents.get(tx, attempt.account, attempt.payment_intent)
    if intent is not None and intent.status == "processing":
        payment_intents.update(tx, replace(intent, status="requires_confirmation"))


def cancel(tx: Transaction, call: Call, id: str) -> PaymentIntent:
    """The intent, which nobody can pay any more. Raises InvalidRequest for a session's."""
    intent = hold(tx, call, id)
    if intent.session is not None:
        raise InvalidRequest(
            "This PaymentIntent belongs to a Checkout Session: expire the session instead.",
            code="payment_intent_unexpected_state",
        )
    _check_to_pay(tx, intent, "cancel")
    canceled = replace(intent, status="canceled", canceled_at=call.now)
    payment_intents.update(tx, canceled)
    append(tx, call, "payment_intent.canceled", rendered(canceled))
    return canceled


def hold(tx: Transaction, call: Call, id: str) -> PaymentIntent:
    """One of the account's intents; nobody else pays or cancels it meanwhile. Raises NotFound."""
    intent = payment_intents.hold(tx, call.account, id)
    if intent is None:
        raise NotFound("payment_intent", id, param="intent")
    return intent


def _check_to_pay(tx: Transaction, intent: PaymentIntent, what: str) -> None:
    if intent.session is None and intent.status == "processing":
        attempt = attempts.in_flight_of_intent(tx, intent.id)
        if attempt is None or attempt.state == RESERVED:
            raise Busy
    if intent.session is not None or intent.status not in TO_PAY:
        raise InvalidRequest(
            f"You cannot {what} this PaymentIntent because it has a status of {intent.status}"
            + ("." if intent.session is None else " and belongs to a Checkout Session."),
            code="payment_intent_unexpected_state",
        )


def _method_of(tx: Transaction, call: Call, wanted: Wanted, intent: PaymentIntent) -> PaymentMethod:
    """How the intent is to be paid; one that was just made knows it already."""
    given = wanted.token is not None or wanted.payment_method is not None
    if wanted.id is not None and given:
        return _method(tx, call, wanted, intent.customer)
    if intent.payment_method is None:
        raise InvalidRequest(
            "Missing required param: payment_method.",
            code="parameter_missing",
            param="payment_method",
        )
    return _usable(payment_methods.get(tx, call, intent.payment_method), intent.customer)


def _method(tx: Transaction, call: Call, wanted: Wanted, customer: str | None) -> PaymentMethod:
    """A new one of a test card, or a stored one that is nobody's or the intent's customer's."""
    if wanted.token is not None:
        return payment_methods.create(tx, call, wanted.token, billing=CustomerDetails())
    return _usable(payment_methods.get(tx, call, wanted.payment_method or ""), customer)


def _usable(method: PaymentMethod, customer: str | None) -> PaymentMethod:
    """The method, unless it is another customer's, or used up: it may have become so meanwhile."""
    payment_methods.check_usable(method)
    if method.customer not in (None, customer):
        raise InvalidRequest(
            "The provided PaymentMethod cannot be used with this PaymentIntent: it belongs to "
            "another Customer.",
            param="payment_method",
        )
    return method
