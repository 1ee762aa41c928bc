"""`/v1/refunds`."""

from __future__ import annotations

from typing import Any

from paydesk.api.expand import expand_what_can_be, require_expandable
from paydesk.api.fields import if_given
from paydesk.api.lists import created_conditions, listed, page_of
from paydesk.api.params import refunds as params
from paydesk.api.params.lists import Paging
from paydesk.core.errors import NotFound
from paydesk.core.refunds import Refund
from paydesk.render import Json
from paydesk.render.refunds import refund as rendered
from paydesk.services import refunds
from paydesk.services.answers import Answer
from paydesk.services.context import Call
from paydesk.services.desk import Desk
from paydesk.services.refunds import Wanted
from paydesk.storage import charges
from paydesk.storage import refunds as stored
from paydesk.storage.database import Transaction
from paydesk.storage.idempotency import Key
from paydesk.storage.paging import Condition

URL = "/v1/refunds"


async def create(desk: Desk, call: Call, wanted: params.CreateRefund, key: Key | None) -> Answer:
    """`POST /v1/refunds`."""
    require_expandable("refund", wanted.expand)

    def show(tx: Transaction, refund: Refund) -> Json:
        return expand_what_can_be(tx, call, rendered(refund), wanted.expand)

    asked = Wanted(
        charge=wanted.charge,
        payment_intent=wanted.payment_intent,
        amount=wanted.amount,
        currency=wanted.currency,
        reason=wanted.reason,
        metadata=wanted.metadata or {},
    )
    return await desk.refunder.refund(call, asked, key, show)


def retrieve(tx: Transaction, call: Call, wanted: Any, id: str) -> Json:
    """`GET /v1/refunds/{refund}`."""
    return rendered(refunds.get(tx, call, id))


def update(tx: Transaction, call: Call, wanted: params.UpdateRefund, id: str) -> Json:
    """`POST /v1/refunds/{refund}`."""
    if "metadata" not in wanted.model_fields_set:
        return rendered(refunds.get(tx, call, id))
    return rendered(refunds.update(tx, call, id, wanted.metadata))


def cancel(tx: Transaction, call: Call, wanted: Any, id: str) -> Json:
    """`POST /v1/refunds/{refund}/cancel`."""
    return rendered(refunds.cancel(tx, call, id))


def list_all(tx: Transaction, call: Call, wanted: params.ListRefunds) -> Json:
    """`GET /v1/refunds`."""
    conditions = created_conditions(call, "re_", wanted.created)
    conditions += if_given(wanted, {"charge": "charge = ?", "payment_intent": "payment_intent = ?"})
    return _list(tx, call, wanted, URL, conditions)


def list_of_charge(tx: Transaction, call: Call, wanted: Paging, charge: str) -> Json:
    """`GET /v1/charges/{charge}/refunds`."""
    if charges.get(tx, call.account, charge) is None:
        raise NotFound("charge", charge, param="charge")
    url = f"/v1/charges/{charge}/refunds"
    return _list(tx, call, wanted, url, [("charge = ?", charge)])


def _list(
    tx: Transaction, call: Call, wanted: Paging, url: str, conditions: list[Condition]
) -> Json:
    page = stored.list_page(tx, call.account, conditions, page_of(tx, call, wanted, refunds.get))
    return listed(url, map(rendered, page.items), page)
