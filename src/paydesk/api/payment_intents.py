"""`/v1/payment_intents`, as far as a merchant makes them without a session."""

from __future__ import annotations

from typing import Any

from paydesk.api.expand import expand_what_can_be, require_expandable
from paydesk.api.params import payment_intents as params
from paydesk.api.payment_methods import named_token
from paydesk.api.people import merchants_shipping
from paydesk.core.payments import PaymentIntent
from paydesk.core.sepa_debit import CARD
from paydesk.render import Json
from paydesk.render.payments import payment_intent as rendered
from paydesk.services import payment_intents
from paydesk.services.answers import Answer, answer, once
from paydesk.services.context import Call
from paydesk.services.desk import Desk
from paydesk.services.payment_intents import Show, Wanted
from paydesk.storage.database import Transaction
from paydesk.storage.idempotency import Key


async def create(desk: Desk, call: Call, wanted: params.CreateIntent, key: Key | None) -> Answer:
    """`POST /v1/payment_intents`, and with `confirm` its payment."""
    token = named_token(desk, call, wanted.payment_method)
    asked = Wanted(
        fields={
            "amount": wanted.amount,
            "currency": wanted.currency,
            "payment_method_types": wanted.payment_method_types or (CARD,),
            "customer": wanted.customer,
            "description": wanted.description,
            "metadata": wanted.metadata or {},
            "receipt_email": wanted.receipt_email,
            "statement_descriptor": wanted.statement_descriptor,
            "statement_descriptor_suffix": wanted.statement_descriptor_suffix,
            "shipping": merchants_shipping(wanted.shipping),
        },
        payment_method=None if token else wanted.payment_method,
        token=token,
        acceptance=_acceptance(wanted.mandate_data),
    )
    show = _showing(call, wanted.expand)
    if wanted.confirm:
        return await desk.cashier.confirm_intent(call, asked, key, show)

    def story(tx: Transaction) -> Answer:
        return answer(show(tx, payment_intents.create(tx, call, asked)), call.version)

    return await desk.database.write(lambda tx: once(tx, key, lambda: story(tx)))


async def confirm(
    desk: Desk, call: Call, wanted: params.ConfirmIntent, key: Key | None, id: str
) -> Answer:
    """`POST /v1/payment_intents/{intent}/confirm`."""
    token = named_token(desk, call, wanted.payment_method)
    asked = Wanted(
        id=id,
        payment_method=None if token else wanted.payment_method,
        token=token,
        acceptance=_acceptance(wanted.mandate_data),
    )
    return await desk.cashier.confirm_intent(call, asked, key, _showing(call, wanted.expand))


def cancel(tx: Transaction, call: Call, wanted: Any, id: str) -> Json:
    """`POST /v1/payment_intents/{intent}/cancel`."""
    return rendered(payment_intents.cancel(tx, call, id))


def _acceptance(given: params.MandateData | None) -> dict[str, Any] | None:
    """How the buyer accepted the mandate, as a mandate shows it."""
    if given is None:
        return None
    told = given.customer_acceptance
    shown = told.model_dump(include={"type", "accepted_at", "online"}, exclude_none=True)
    return shown | ({"offline": {}} if told.type == "offline" else {})


def _showing(call: Call, wanted: tuple[str, ...]) -> Show:
    require_expandable("payment_intent", wanted)

    def show(tx: Transaction, intent: PaymentIntent) -> Json:
        return expand_what_can_be(tx, call, rendered(intent), wanted)

    return show
