"""`/v1/test_helpers`: a test stands in for a buyer, or for time. The sandbox alone has these."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from paydesk.api.expand import expand_what_can_be, require_expandable
from paydesk.api.params import test_helpers as params
from paydesk.api.people import details_of, told_of
from paydesk.core.deliveries import Disorder
from paydesk.core.errors import InvalidRequest
from paydesk.core.sessions import Session
from paydesk.render import Json
from paydesk.services import sessions, test_clocks, test_helpers
from paydesk.services.answers import Answer, answer
from paydesk.services.context import Call
from paydesk.services.desk import Desk
from paydesk.services.test_helpers import Purchase
from paydesk.storage.database import Transaction
from paydesk.storage.idempotency import Key


async def pay(
    desk: Desk, call: Call, wanted: params.PayForBuyer, key: Key | None, id: str
) -> Answer:
    """`POST /v1/test_helpers/checkout/sessions/{session}/pay`."""
    require_expandable("checkout.session", wanted.expand)

    def show(tx: Transaction, session: Session) -> Answer:
        shown = expand_what_can_be(tx, call, sessions.shown(call, session), wanted.expand)
        return answer(shown, call.version)

    billing = details_of(wanted.billing_details)
    purchase = Purchase(
        session=id,
        card=wanted.card,
        account=wanted.iban,
        quantities=wanted.quantities,
        authenticated=wanted.authentication == "passed",
        told=told_of(wanted),
        billing=replace(billing, email=wanted.email or billing.email),
    )
    return await test_helpers.pay(desk, call, purchase, key, show)


def expire(tx: Transaction, call: Call, wanted: params.ExpireByTime, id: str) -> Json:
    """`POST /v1/test_helpers/checkout/sessions/{session}/expire`."""
    return sessions.shown(call, test_helpers.expire(tx, call, id))


async def advance_clock(
    desk: Desk, call: Call, wanted: params.AdvanceClock, key: Key | None
) -> Answer:
    """`POST /v1/test_helpers/clock/advance`."""
    seconds = wanted.seconds if wanted.to is None else wanted.to - call.now
    if not seconds or seconds < 0:
        raise InvalidRequest("A clock goes forwards only: name a time to come.", param="to")
    return await test_clocks.advance(desk, call, seconds, key)


def retrieve_clock(tx: Transaction, call: Call, wanted: Any) -> Json:
    """`GET /v1/test_helpers/clock`."""
    return test_clocks.shown(call)


async def disturb_webhooks(
    desk: Desk, call: Call, wanted: params.DisturbWebhooks, key: Key | None
) -> Answer:
    """`POST /v1/test_helpers/webhooks`."""
    return await test_clocks.disturb(desk, call, Disorder(**wanted.model_dump()), key)
