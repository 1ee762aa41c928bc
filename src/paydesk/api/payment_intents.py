"""`/v1/payment_intents`, as far as a merchant makes them without a session."""

from __future__ import annotations

from typing import Any

from paydesk.api.expand import expand_what_can_be, require_expandable
from paydesk.api.params import payment_intents as params
from paydesk.api.payment_methods import named_card
from paydesk.api.people import merchants_shipping
from paydesk.core.payments import PaymentIntent
from paydesk.payments.processor import CardToken
from paydesk.render import Json
from paydesk.render.payments import payment_intent as rendered
from paydesk.services import payment_intents
from paydesk.services.answers import Answer, answer, once
from paydesk.services.context import Call
from paydesk.services.desk import Desk
from paydesk.services.payment_intents import Show, Wanted
from paydesk.storage.database import Transaction
from paydesk.storage.idempotency import Key

TEST_CARDS = "pm_card_"
"""How the names of test cards begin that stand for payment methods."""


async def create(desk: Desk, call: Call, wanted: params.CreateIntent, key: Key | None) -> Answer:
    """`POST /v1/payment_intents`, and with `confirm` its payment."""
    card = _card(desk, call, wanted.payment_method)
    asked = Wanted(
        fields={
            "amount": wanted.amount,
            "currency": wanted.currency,
            "customer": wanted.customer,
            "description": wanted.description,
            "metadata": wanted.metadata or {},
            "receipt_email": wanted.receipt_email,
            "statement_descriptor": wanted.statement_descriptor,
            "statement_descriptor_suffix": wanted.statement_descriptor_suffix,
            "shipping": merchants_shipping(wanted.shipping),
        },
        payment_method=None if card else wanted.payment_method,
        card=card,
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
    card = _card(desk, call, wanted.payment_method)
    method = None if card else wanted.payment_method
    asked = Wanted(id=id, payment_method=method, card=card)
    return await desk.cashier.confirm_intent(call, asked, key, _showing(call, wanted.expand))


def cancel(tx: Transaction, call: Call, wanted: Any, id: str) -> Json:
    """`POST /v1/payment_intents/{intent}/cancel`."""
    return rendered(payment_intents.cancel(tx, call, id))


def _card(desk: Desk, call: Call, name: str | None) -> CardToken | None:
    """The test card of a name such as `pm_card_visa`; None for a payment method's id."""
    if name is None or not name.startswith(TEST_CARDS):
        return None
    return named_card(desk, call, name, param="payment_method")


def _showing(call: Call, wanted: tuple[str, ...]) -> Show:
    require_expandable("payment_intent", wanted)

    def show(tx: Transaction, intent: PaymentIntent) -> Json:
        return expand_what_can_be(tx, call, rendered(intent), wanted)

    return show
