"""`/v1/payment_intents`, `/v1/charges` and `/v1/payment_methods`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from paydesk.api.expand import expand
from paydesk.api.fields import if_given
from paydesk.api.lists import created_conditions, listed, page_of
from paydesk.api.params import payment_methods as params
from paydesk.api.people import details_of
from paydesk.core.errors import InvalidRequest, NotFound
from paydesk.core.payments import PaymentMethod
from paydesk.payments.processor import CardToken
from paydesk.payments.tokens import token_from_name
from paydesk.render import Json
from paydesk.render import payments as render
from paydesk.services.answers import Answer, answer, once
from paydesk.services.context import Call
from paydesk.services.desk import Desk
from paydesk.storage import charges, payment_intents, payment_methods
from paydesk.storage.database import Transaction
from paydesk.storage.idempotency import Key
from paydesk.storage.paging import NOTHING, Condition


def retrieve_intent(tx: Transaction, call: Call, wanted: Any, id: str) -> Json:
    """`GET /v1/payment_intents/{intent}`."""
    return render.payment_intent(_intent(tx, call, id))


def list_intents(tx: Transaction, call: Call, wanted: Any) -> Json:
    """`GET /v1/payment_intents`."""
    conditions = _shared_conditions(wanted)
    page = payment_intents.list_page(
        tx, call.account, conditions, page_of(tx, call, wanted, _intent)
    )
    return listed("/v1/payment_intents", map(render.payment_intent, page.items), page)


def retrieve_charge(tx: Transaction, call: Call, wanted: Any, id: str) -> Json:
    """`GET /v1/charges/{charge}`."""
    return render.charge(_charge(tx, call, id))


def list_charges(tx: Transaction, call: Call, wanted: Any) -> Json:
    """`GET /v1/charges`."""
    conditions = _shared_conditions(wanted)
    if wanted.payment_intent is not None:
        conditions.append(("payment_intent = ?", wanted.payment_intent))
    page = charges.list_page(tx, call.account, conditions, page_of(tx, call, wanted, _charge))
    return listed("/v1/charges", map(render.charge, page.items), page)


def retrieve_method(tx: Transaction, call: Call, wanted: Any, id: str) -> Json:
    """`GET /v1/payment_methods/{payment_method}`."""
    return render.payment_method(_method(tx, call, id))


def list_methods(tx: Transaction, call: Call, wanted: params.ListPaymentMethods) -> Json:
    """`GET /v1/payment_methods`: all are cards of no customer."""
    conditions: list[Condition] = []
    if wanted.customer or wanted.customer_account or wanted.type not in (None, "card"):
        conditions.append(NOTHING)
    if wanted.allow_redisplay not in (None, "unspecified"):
        conditions.append(NOTHING)
    page = payment_methods.list_page(
        tx, call.account, conditions, page_of(tx, call, wanted, _method)
    )
    return listed("/v1/payment_methods", map(render.payment_method, page.items), page)


async def create_method(
    desk: Desk, call: Call, wanted: params.CreatePaymentMethod, key: Key | None
) -> Answer:
    """`POST /v1/payment_methods`: from a test token, never from a card number."""
    card = named_card(desk, call, wanted.card.token, param="card[token]")
    billing = details_of(wanted.billing_details)

    def story(tx: Transaction) -> Answer:
        method = new_method(call, card, billing=billing, metadata=wanted.metadata or {})
        payment_methods.insert(tx, method)
        shown = expand(tx, call, render.payment_method(method), wanted.expand)
        return answer(shown, call.version)

    return await desk.database.write(lambda tx: once(tx, key, lambda: story(tx)))


def new_method(call: Call, card: CardToken, **fields: Any) -> PaymentMethod:
    """A payment method of this card."""
    return PaymentMethod(
        id=call.id("pm"),
        account=call.account,
        created=call.now,
        token=card.reference,
        card=card.facts,
        **fields,
    )


def named_card(desk: Desk, call: Call, name: str, *, param: str) -> CardToken:
    """The test card behind `tok_visa` or `pm_card_visa`. Raises InvalidRequest for another name."""
    today = datetime.fromtimestamp(call.now, UTC).date()
    card = token_from_name(name, secret=desk.card_secret, now=today)
    if card is None:
        raise InvalidRequest(f"No such token: '{name[:100]}'", code="resource_missing", param=param)
    return card


def _intent(tx: Transaction, call: Call, id: str) -> Any:
    return _found(payment_intents.get(tx, call.account, id), "payment_intent", id, "intent")


def _charge(tx: Transaction, call: Call, id: str) -> Any:
    return _found(charges.get(tx, call.account, id), "charge", id, "id")


def _method(tx: Transaction, call: Call, id: str) -> PaymentMethod:
    method = payment_methods.get(tx, call.account, id)
    if method is None:
        raise NotFound("PaymentMethod", id, param="payment_method")
    return method


def _found(value: Any, noun: str, id: str, param: str) -> Any:
    if value is None:
        raise NotFound(noun, id, param=param)
    return value


def _shared_conditions(wanted: Any) -> list[Condition]:
    """Conditions that both lists share."""
    return created_conditions(wanted.created) + if_given(wanted, {"customer": "customer = ?"})
