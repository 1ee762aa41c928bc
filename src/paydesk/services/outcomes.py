"""Writing down what the processor said about an attempt."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from paydesk.core.cards import CardChecks, CardFacts, decline_code_for_buyers
from paydesk.core.errors import Busy, CardError
from paydesk.core.payments import (
    APPROVED,
    DECLINED,
    PROCESSING,
    REQUIRES_ACTION,
    Attempt,
    Charge,
    PaymentIntent,
    PaymentMethod,
)
from paydesk.core.sepa_debit import SEPA_DEBIT
from paydesk.core.sessions import CustomerDetails, Session, complete, paid_later
from paydesk.payments.processor import (
    ActionRequired,
    Approved,
    Assessment,
    Declined,
    News,
    Outcome,
    Processing,
)
from paydesk.render.payments import charge as rendered_charge
from paydesk.render.payments import payment_intent as rendered_intent
from paydesk.render.payments import payment_method as rendered_method
from paydesk.services import payment_methods, session_customers
from paydesk.services.address_forms import tidy
from paydesk.services.context import Call
from paydesk.services.events import append
from paydesk.services.sessions import shown
from paydesk.storage import attempts, charges, mandates, payment_intents, sessions
from paydesk.storage import payment_methods as stored_methods
from paydesk.storage.database import Transaction


def record(tx: Transaction, call: Call, attempt: Attempt, outcome: Outcome) -> CardError | None:
    """Save the outcome with its events; gives back the refusal to show, if it was one.

    Raises Busy when the attempt was settled by somebody else meanwhile.
    """
    if attempt.session is not None:
        call = by_buyer(call)
    elif isinstance(outcome, ActionRequired):
        outcome = _nobody_to_ask()
    match outcome:
        case Approved():
            _move(tx, attempt, APPROVED)
            _taken(tx, call, attempt, outcome)
        case Declined():
            _move(tx, attempt, DECLINED)
            return _declined(tx, call, attempt, outcome)
        case Processing(ask_again_seconds=seconds):
            _move(tx, attempt, PROCESSING, ask_at=call.server_now + seconds)
            _taken(tx, call, attempt, outcome)
        case ActionRequired(challenge=challenge):
            _move(tx, attempt, REQUIRES_ACTION, challenge)
            _asked(tx, call, attempt)
    return None


def _nobody_to_ask() -> Declined:
    """A bare intent has no page on which its buyer could answer the bank."""
    return Declined(
        code="authentication_required",
        decline_code="authentication_required",
        message="Your card was declined. This transaction requires authentication.",
        checks=CardChecks(),
        assessment=None,
    )


def by_buyer(call: Call) -> Call:
    """The call as the cause of an event: what happens on the page is not the merchant's doing."""
    return replace(call, by_merchant=False)


def buyer_of(session: Session, billing: CustomerDetails) -> CustomerDetails:
    """Who paid, as far as they said: an address that the merchant gave can't be replaced."""
    known = session.customer_details or CustomerDetails()
    asked = session.collection
    address = billing.address or known.address
    return replace(
        known,
        email=session.fixed_email or billing.email or known.email,
        name=billing.name or known.name,
        phone=known.phone if asked.phone else billing.phone or known.phone,
        address=tidy(address) if address and asked.full_billing_address else address,
    )


def _move(
    tx: Transaction,
    attempt: Attempt,
    state: str,
    challenge: str | None = None,
    ask_at: int | None = None,
) -> None:
    challenge = challenge or attempt.challenge
    after = replace(attempt, state=state, challenge=challenge, ask_at=ask_at)
    if not attempts.move(tx, attempt, after):
        raise Busy


def _taken(tx: Transaction, call: Call, attempt: Attempt, outcome: Approved | Processing) -> None:
    """The buyer has done all that they can: the session is complete, paid at once or not yet."""
    paid = isinstance(outcome, Approved)
    intent, method, session = _load(tx, attempt)
    payment_status = "paid" if paid else "unpaid"
    done = None if session is None else _completed(tx, call, session, method, payment_status)
    if done is not None:
        intent = replace(intent, customer=done.customer)
    charge = _charge(tx, call, attempt, intent, method, outcome)
    charges.insert(tx, charge)
    after = replace(
        intent,
        amount=attempt.amount,
        amount_received=attempt.amount if paid else 0,
        status="succeeded" if paid else "processing",
        payment_method=method.id,
        latest_charge=charge.id,
        next_action=None,
        last_payment_error=None,
    )
    payment_intents.update(tx, after)
    if done is not None:
        done = sessions.update(tx, done)
    append(tx, call, f"charge.{charge.status}", rendered_charge(charge))
    append(tx, call, f"payment_intent.{after.status}", rendered_intent(after))
    if done is not None:
        payment_methods.keep_paid(tx, call, done, method)
        append(tx, call, "checkout.session.completed", shown(call, done))


def record_news(tx: Transaction, call: Call, attempt: Attempt, news: News) -> None:
    """Save what became of a payment that was on its way, with its events.

    Raises Busy when somebody else has done so meanwhile.
    """
    call = by_buyer(call)
    match news:
        case Processing(ask_again_seconds=seconds):
            attempts.postpone(tx, attempt, call.server_now + seconds)
        case Approved():
            _move(tx, attempt, APPROVED)
            _arrived(tx, call, attempt, news)
        case Declined():
            _move(tx, attempt, DECLINED)
            _failed_later(tx, call, attempt, news)


def _arrived(tx: Transaction, call: Call, attempt: Attempt, outcome: Approved) -> None:
    intent, _, session = _load(tx, attempt)
    charge = replace(
        _pending_charge(tx, intent), status="succeeded", outcome=_told(outcome.assessment)
    )
    charges.update_end(tx, charge)
    paid = replace(intent, amount_received=attempt.amount, status="succeeded")
    payment_intents.update(tx, paid)
    append(tx, call, "charge.succeeded", rendered_charge(charge))
    append(tx, call, "payment_intent.succeeded", rendered_intent(paid))
    if session is not None:
        done = sessions.update(tx, paid_later(session))
        append(tx, call, "checkout.session.async_payment_succeeded", shown(call, done))


def _failed_later(tx: Transaction, call: Call, attempt: Attempt, outcome: Declined) -> None:
    """The session stays complete and unpaid: what becomes of the order is the merchant's to say."""
    intent, method, session = _load(tx, attempt)
    charge = replace(
        _pending_charge(tx, intent),
        status="failed",
        failure_code=outcome.code,
        failure_message=outcome.message,
        outcome=_told(outcome.assessment),
    )
    charges.update_end(tx, charge)
    error = _card_error(outcome, charge, intent)
    failed = replace(
        intent,
        status="requires_payment_method",
        payment_method=None,
        last_payment_error=_last_payment_error(error, method),
    )
    payment_intents.update(tx, failed)
    append(tx, call, "charge.failed", rendered_charge(charge))
    append(tx, call, "payment_intent.payment_failed", rendered_intent(failed))
    if session is not None:
        append(tx, call, "checkout.session.async_payment_failed", shown(call, session))


def _pending_charge(tx: Transaction, intent: PaymentIntent) -> Charge:
    charge = intent.latest_charge and charges.hold(tx, intent.account, intent.latest_charge)
    if not charge:
        raise LookupError(f"{intent.id} is processing and has no charge")
    return charge


def _completed(
    tx: Transaction, call: Call, session: Session, method: PaymentMethod, payment_status: str
) -> Session:
    """The session once the buyer has paid, as far as they can, and its customer with it."""
    details = buyer_of(session, method.billing)
    done = replace(complete(session, payment_status=payment_status), customer_details=details)
    keep = payment_methods.agreed_to_keep(session, method)
    return session_customers.settle(tx, call, done, keep=keep)


def _declined(tx: Transaction, call: Call, attempt: Attempt, outcome: Declined) -> CardError:
    intent, method, _ = _load(tx, attempt)
    charge = None
    if outcome.assessment is not None:
        charge = _charge(tx, call, attempt, intent, method, outcome)
        charges.insert(tx, charge)
        append(tx, call, "charge.failed", rendered_charge(charge))
    error = _card_error(outcome, charge, intent)
    failed = replace(
        intent,
        amount=attempt.amount,
        status="requires_payment_method",
        payment_method=None,
        latest_charge=intent.latest_charge if charge is None else charge.id,
        last_payment_error=_last_payment_error(error, method),
        next_action=None,
    )
    payment_intents.update(tx, failed)
    append(tx, call, "payment_intent.payment_failed", rendered_intent(failed))
    return _for_buyer(error)


def _asked(tx: Transaction, call: Call, attempt: Attempt) -> None:
    """The bank wants to see the buyer: the page sends them there."""
    intent, method, _ = _load(tx, attempt)
    url = f"{call.server.base_url}/sandbox/3ds/{attempt.id}"
    waiting = replace(
        intent,
        amount=attempt.amount,
        status="requires_action",
        payment_method=method.id,
        next_action={
            "type": "redirect_to_url",
            "redirect_to_url": {"return_url": None, "url": url},
        },
    )
    payment_intents.update(tx, waiting)
    append(tx, call, "payment_intent.requires_action", rendered_intent(waiting))


def _load(tx: Transaction, attempt: Attempt) -> tuple[PaymentIntent, PaymentMethod, Session | None]:
    intent = payment_intents.get(tx, attempt.account, attempt.payment_intent)
    method = stored_methods.get(tx, attempt.account, attempt.payment_method)
    session = attempt.session and sessions.get(tx, attempt.account, attempt.session)
    if intent is None or method is None or (attempt.session and not session):
        raise LookupError(f"{attempt.id} points to rows that are gone")
    return intent, method, session or None


_CHARGE_STATUS = {Approved: "succeeded", Declined: "failed", Processing: "pending"}


def _charge(
    tx: Transaction,
    call: Call,
    attempt: Attempt,
    intent: PaymentIntent,
    method: PaymentMethod,
    outcome: Approved | Declined | Processing,
) -> Charge:
    declined = outcome if isinstance(outcome, Declined) else None
    debited = method.type == SEPA_DEBIT
    mandate = mandates.latest(tx, method.id) if debited else None
    secure = None if isinstance(outcome, Processing) else outcome.three_d_secure
    id, created = call.stamped("py" if debited else "ch")
    return Charge(
        id=id,
        account=attempt.account,
        created=created,
        payment_intent=intent.id,
        payment_method=method.id,
        amount=attempt.amount,
        currency=attempt.currency,
        processor_key=attempt.processor_key,
        customer=intent.customer,
        status=_CHARGE_STATUS[type(outcome)],
        card=_checked(method.card, outcome),
        sepa_debit=method.sepa_debit,
        mandate=None if mandate is None else mandate.id,
        billing=method.billing,
        outcome=_told(outcome.assessment),
        three_d_secure=None if secure is None else asdict(secure),
        failure_code=None if declined is None else declined.code,
        failure_message=None if declined is None else declined.message,
        description=intent.description,
        receipt_email=intent.receipt_email,
        statement_descriptor=intent.statement_descriptor,
        statement_descriptor_suffix=intent.statement_descriptor_suffix,
        shipping=intent.shipping,
        metadata=intent.metadata,
    )


def _told(assessment: Assessment | None) -> dict[str, Any]:
    """A charge's `outcome`. Where no risk was measured there is no score, not one that is null."""
    told = {} if assessment is None else asdict(assessment)
    return {name: value for name, value in told.items() if (name, value) != ("risk_score", None)}


def _checked(card: CardFacts | None, outcome: Approved | Declined | Processing) -> CardFacts | None:
    if card is None or isinstance(outcome, Processing):
        return card
    return replace(card, checks=outcome.checks)


def _card_error(outcome: Declined, charge: Charge | None, intent: PaymentIntent) -> CardError:
    return CardError(
        outcome.message,
        code=outcome.code,
        decline_code=outcome.decline_code,
        param=outcome.param,
        charge=None if charge is None else charge.id,
        payment_intent=intent.id,
    )


def _for_buyer(error: CardError) -> CardError:
    """The refusal as the buyer's client is told; the merchant reads the rest on the intent."""
    return CardError(
        error.message,
        code=error.code or "card_declined",
        decline_code=decline_code_for_buyers(error.decline_code),
        param=error.param,
        charge=error.charge,
        payment_intent=error.payment_intent,
    )


def _last_payment_error(error: CardError, method: PaymentMethod) -> dict[str, Any]:
    fields = {
        "charge": error.charge,
        "code": error.code,
        "decline_code": error.decline_code,
        "message": error.message,
        "param": error.param,
        "payment_method": rendered_method(method),
        "type": "card_error" if error.charge else "invalid_request_error",
    }
    return {name: value for name, value in fields.items() if value is not None}
