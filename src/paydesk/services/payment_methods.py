"""Payment methods: made, kept for a customer, let go. What is kept of a card is never its number.

Source: Stripe's descriptions of `/v1/payment_methods` and of `saved_payment_method_options`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from paydesk.core.cards import is_expired
from paydesk.core.errors import InvalidRequest, NotFound
from paydesk.core.metadata import merged
from paydesk.core.payments import DETACHED, PaymentMethod
from paydesk.core.sepa_debit import CARD, check_allowed
from paydesk.core.sessions import Session
from paydesk.payments.processor import CardToken, DebitToken, Token
from paydesk.render.payments import payment_method as rendered
from paydesk.services import customers
from paydesk.services.context import Call
from paydesk.services.events import append
from paydesk.storage import payment_methods
from paydesk.storage.database import Transaction

OFFERED_MAX = 10
"""Saved cards that a checkout shows; the newest ones."""

# Both texts are Stripe's.
_SPENT = (
    "The provided PaymentMethod was previously used with a PaymentIntent without Customer "
    "attachment, shared with a connected account without Customer attachment, or was detached from "
    "a Customer. It may not be used again. To use a PaymentMethod multiple times, you must attach "
    "it to a Customer first."
)
_SPENT_BEFORE_ATTACHED = (
    "This PaymentMethod was previously used without being attached to a Customer or was detached "
    "from a Customer, and may not be used again."
)


def create(tx: Transaction, call: Call, token: Token, **fields: Any) -> PaymentMethod:
    """A payment method of this token, from `core.payments.PaymentMethod`'s other fields."""
    method = PaymentMethod(
        id=call.id("pm"),
        account=call.account,
        created=call.now,
        token=token.reference,
        card=token.facts if isinstance(token, CardToken) else None,
        sepa_debit=token.facts if isinstance(token, DebitToken) else None,
        **fields,
    )
    payment_methods.insert(tx, method)
    return method


def get(tx: Transaction, call: Call, id: str, *, param: str = "payment_method") -> PaymentMethod:
    """One of the account's payment methods. Raises NotFound."""
    method = payment_methods.get(tx, call.account, id)
    if method is None:
        raise NotFound("PaymentMethod", id, param=param)
    return method


def token_of(method: PaymentMethod) -> Token:
    """What the processor knows it by."""
    if method.sepa_debit is not None:
        return DebitToken(method.token, method.sepa_debit)
    if method.card is None:
        raise LookupError(f"{method.id} is neither a card nor a bank account")
    return CardToken(method.token, method.card)


def of(method: PaymentMethod, customer: str) -> PaymentMethod:
    """The payment method, if that customer has it. Raises NotFound."""
    if method.customer != customer:
        raise NotFound("PaymentMethod", method.id, param="payment_method")
    return method


def attach(tx: Transaction, call: Call, id: str, customer: str) -> PaymentMethod:
    """Keep it for this customer.

    Raises NotFound for either, InvalidRequest if another has it or it can't be used again.
    """
    customers.hold(tx, call, customer, param="customer")
    method = _hold(tx, call, id)
    if method.spent_on is not None:
        raise InvalidRequest(_SPENT_BEFORE_ATTACHED, param="payment_method")
    return _attach(tx, call, method, customer)


def detach(tx: Transaction, call: Call, id: str) -> PaymentMethod:
    """Let it go, for good: nobody pays with it any more.

    Raises NotFound, and InvalidRequest if no customer has it.
    """
    known = get(tx, call, id)
    if known.customer is not None:  # customers are held before what they have
        customers.hold(tx, call, known.customer, param="customer")
    method = _hold(tx, call, id)
    if method.customer is None:
        raise InvalidRequest(
            "The payment method you provided is not attached to a customer so detachment is "
            "impossible.",
            param="payment_method",
        )
    free = replace(method, customer=None, spent_on=DETACHED)
    payment_methods.update(tx, free)
    append(tx, call, "payment_method.detached", rendered(free), before=rendered(method))
    customers.forget_default(tx, call, method.customer, method.id)
    return free


def update(tx: Transaction, call: Call, id: str, changes: dict[str, Any]) -> PaymentMethod:
    """The payment method with these fields changed; `metadata` is merged, None clears it."""
    before = _hold(tx, call, id)
    if "metadata" in changes:
        changes["metadata"] = merged(before.metadata, changes["metadata"])
    after = replace(before, **changes)
    if after != before:
        payment_methods.update(tx, after)
        append(tx, call, "payment_method.updated", rendered(after), before=rendered(before))
    return after


def for_session(tx: Transaction, call: Call, session: Session, id: str | None) -> PaymentMethod:
    """What a buyer may pay with: nobody's yet, or the session's customer's.

    Raises NotFound, and InvalidRequest when none is named, or one that the session doesn't offer.
    """
    if id is None:
        raise InvalidRequest(
            "Missing required param: payment_method.",
            code="parameter_missing",
            param="payment_method",
        )
    method = get(tx, call, id)
    if method.customer is not None and method.customer != session.customer:
        raise NotFound("PaymentMethod", id, param="payment_method")
    check_allowed(method.type, session.payment_method_types)
    return method


def check_usable(method: PaymentMethod) -> None:
    """Refuse one that was used, or let go, and that no customer keeps. Raises InvalidRequest."""
    if method.spent_on is not None:
        raise InvalidRequest(_SPENT, param="payment_method")


def spend(tx: Transaction, method: PaymentMethod, attempt: str) -> None:
    """Use it up for this attempt, unless a customer keeps it. Raises InvalidRequest."""
    check_usable(method)
    if method.customer is None and not payment_methods.spend(tx, method.id, attempt):
        raise InvalidRequest(_SPENT, param="payment_method")


def offered(tx: Transaction, session: Session, now: int) -> Sequence[PaymentMethod]:
    """The saved cards that the session's buyer may pay with, newest first. `now`: Unix seconds."""
    if session.customer is None or CARD not in session.payment_method_types:
        return ()
    today = datetime.fromtimestamp(now, UTC).date()
    found = payment_methods.of_customer(tx, session.customer)
    shown = [
        method
        for method in found
        if method.allow_redisplay in session.redisplay_filters
        and method.card is not None
        and not is_expired(method.card.exp_month, method.card.exp_year, today)
    ]
    return shown[:OFFERED_MAX]


def keep_paid(tx: Transaction, call: Call, session: Session, method: PaymentMethod) -> None:
    """Keep the card that paid for the session's customer, if that was agreed on.

    A customer who was deleted while they paid keeps nothing.
    """
    if session.customer is None or not agreed_to_keep(session, method):
        return
    if not customers.is_there(tx, call, session.customer):
        return
    held = payment_methods.hold(tx, call.account, method.id)
    if held is not None and held.customer is None:  # it has paid: nothing may fail any more
        _attach(tx, call, held, session.customer)


def agreed_to_keep(session: Session, method: PaymentMethod) -> bool:
    """Whether the merchant keeps every card that pays, or the buyer wants this one kept."""
    return session.saves_every_card or (
        session.offers_saving and method.allow_redisplay == "always"
    )


def redisplay_of(session: Session, *, save: bool) -> str:
    """The `allow_redisplay` of a new card that pays: `save` is the buyer's own wish.

    Raises InvalidRequest for a wish that the session does not offer.
    """
    if save and not session.offers_saving:
        raise InvalidRequest(
            "This Checkout Session does not offer to save payment methods.",
            param="save_payment_method",
        )
    if save:
        return "always"
    return "limited" if session.saves_every_card else "unspecified"


def _hold(tx: Transaction, call: Call, id: str) -> PaymentMethod:
    method = payment_methods.hold(tx, call.account, id)
    if method is None:
        raise NotFound("PaymentMethod", id, param="payment_method")
    return method


def _attach(tx: Transaction, call: Call, method: PaymentMethod, customer: str) -> PaymentMethod:
    if method.customer == customer:
        return method
    if method.customer is not None:
        raise InvalidRequest(
            "The payment method you provided has already been attached to a customer.",
            param="payment_method",
        )
    kept = replace(method, customer=customer, spent_on=None)
    payment_methods.update(tx, kept)
    append(tx, call, "payment_method.attached", rendered(kept))
    return kept
