"""The payment intent of a session: one, whoever needs it first.

That is the buyer's first confirmation. Until API version 2022-08-01 it was the session's creation.
"""

from __future__ import annotations

from dataclasses import replace

from paydesk.core.buyers import shipping_with_phone
from paydesk.core.payments import PaymentIntent
from paydesk.core.sessions import Session
from paydesk.render.payments import payment_intent as rendered_intent
from paydesk.services.context import Call
from paydesk.services.events import append
from paydesk.storage import payment_intents
from paydesk.storage import sessions as stored_sessions
from paydesk.storage.database import Transaction


def of(tx: Transaction, call: Call, session: Session) -> PaymentIntent:
    """The session's intent, made by whoever asks for it first and kept for the later ones."""
    shipping = shipping_with_phone(session) or session.payment_intent_data.shipping
    known = payment_intents.of_session(tx, session.id)
    if known is not None and known.shipping != shipping:
        known = replace(known, shipping=shipping)
        payment_intents.update(tx, known)
    if known is not None:
        return known
    id, created = call.stamped("pi")
    data = session.payment_intent_data
    intent = PaymentIntent(
        id=id,
        account=call.account,
        created=created,
        session=session.id,
        amount=session.amount_total,
        currency=session.currency,
        payment_method_types=session.payment_method_types,
        customer=session.customer,
        client_secret=call.server.ids.secret(f"{id}_secret"),
        description=data.description,
        metadata=data.metadata,
        receipt_email=data.receipt_email,
        setup_future_usage=data.setup_future_usage,
        statement_descriptor=data.statement_descriptor,
        statement_descriptor_suffix=data.statement_descriptor_suffix,
        shipping=shipping,
    )
    payment_intents.insert(tx, intent)
    stored_sessions.update(tx, replace(session, payment_intent=id))
    append(tx, call, "payment_intent.created", rendered_intent(intent))
    return intent
