"""`/v1/payment_intents`, `/v1/charges` and `/v1/mandates`."""

from __future__ import annotations

from typing import Any

from paydesk.api.fields import if_given
from paydesk.api.lists import created_conditions, created_in, listed, page_of
from paydesk.core.errors import NotFound
from paydesk.render import Json
from paydesk.render import payments as render
from paydesk.render.mandates import mandate as rendered_mandate
from paydesk.services import mandates
from paydesk.services.context import Call
from paydesk.storage import charges, payment_intents
from paydesk.storage.database import Transaction
from paydesk.storage.paging import Condition


def retrieve_intent(tx: Transaction, call: Call, wanted: Any, id: str) -> Json:
    """`GET /v1/payment_intents/{intent}`."""
    return render.payment_intent(_intent(tx, call, id))


def list_intents(tx: Transaction, call: Call, wanted: Any) -> Json:
    """`GET /v1/payment_intents`."""
    conditions = created_conditions(call, "pi_", wanted.created) + _of_customer(wanted)
    page = payment_intents.list_page(
        tx, call.account, conditions, page_of(tx, call, wanted, _intent)
    )
    return listed("/v1/payment_intents", map(render.payment_intent, page.items), page)


def retrieve_charge(tx: Transaction, call: Call, wanted: Any, id: str) -> Json:
    """`GET /v1/charges/{charge}`."""
    return render.charge(_charge(tx, call, id))


def list_charges(tx: Transaction, call: Call, wanted: Any) -> Json:
    """`GET /v1/charges`."""
    conditions = _of_customer(wanted)
    if wanted.payment_intent is not None:
        conditions.append(("payment_intent = ?", wanted.payment_intent))
    created, cursor = created_in(call, wanted.created), page_of(tx, call, wanted, _charge)
    page = charges.list_page(tx, call.account, conditions, cursor, created)
    return listed("/v1/charges", map(render.charge, page.items), page)


def retrieve_mandate(tx: Transaction, call: Call, wanted: Any, id: str) -> Json:
    """`GET /v1/mandates/{mandate}`."""
    return rendered_mandate(mandates.get(tx, call, id))


def _intent(tx: Transaction, call: Call, id: str) -> Any:
    return _found(payment_intents.get(tx, call.account, id), "payment_intent", id, "intent")


def _charge(tx: Transaction, call: Call, id: str) -> Any:
    return _found(charges.get(tx, call.account, id), "charge", id, "id")


def _found(value: Any, noun: str, id: str, param: str) -> Any:
    if value is None:
        raise NotFound(noun, id, param=param)
    return value


def _of_customer(wanted: Any) -> list[Condition]:
    return if_given(wanted, {"customer": "customer = ?"})
