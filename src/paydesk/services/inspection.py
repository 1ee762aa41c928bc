"""What the inspector shows: everything that is on record about a session, an event, an account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from paydesk.core.deliveries import Delivery, DeliveryAttempt
from paydesk.core.errors import NotFound
from paydesk.core.events import Event
from paydesk.core.history import Entry
from paydesk.core.line_items import LineItem
from paydesk.core.listeners import ABSENCE_SECONDS_MAX, PRESENT_PER_ACCOUNT_MAX
from paydesk.core.payments import Attempt, Charge, PaymentIntent, PaymentMethod
from paydesk.core.refunds import Refund
from paydesk.core.sessions import Session
from paydesk.core.webhook_endpoints import WebhookEndpoint
from paydesk.services import sessions
from paydesk.services.context import Call
from paydesk.services.desk import Desk
from paydesk.storage import (
    attempts,
    charges,
    deliveries,
    events,
    inspection,
    listeners,
    payment_intents,
    payment_methods,
    refunds,
    session_history,
    webhook_endpoints,
)
from paydesk.storage import sessions as stored_sessions
from paydesk.storage.database import Transaction
from paydesk.storage.events import EventTypes
from paydesk.storage.inspection import PaymentsInHour, RemarkedRequest, TimedAttempt
from paydesk.storage.paging import Condition, Listed, Page

EVENTS_OF_SESSION_MAX = 200
REFUNDS_SHOWN_MAX = 12
ENDPOINTS_MAX = 100
SINCE_SECONDS = 24 * 3600
"""How far back the charts look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A delivery with its attempts. The endpoint is None once it was deleted."""

    delivery: Delivery
    endpoint: WebhookEndpoint | None
    attempts: Sequence[DeliveryAttempt]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An event and where it went."""

    event: Event
    sent: Sequence[Sent]


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One try to pay, with the card it was tried with, and the charge that came of it."""

    attempt: Attempt
    method: PaymentMethod | None
    charge: Charge | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionStory:
    """All that is known of one session. `cli_listens`: a CLI hears the account's events."""

    session: Session
    lines: Sequence[LineItem]
    intent: PaymentIntent | None
    entries: Sequence[Entry]
    payments: Sequence[Payment]
    refunds: Sequence[Refund]
    told: Sequence[Told]
    cli_listens: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FailingEndpoint:
    """An endpoint that does not take events, and the newest event that it did not take."""

    endpoint: WebhookEndpoint
    event: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """How an account is doing. `unheard` are completed sessions that no endpoint hears of."""

    sessions: Listed[Session]
    payments: Sequence[PaymentsInHour]
    attempts: Sequence[TimedAttempt]
    endpoints: Sequence[WebhookEndpoint]
    failing: Sequence[FailingEndpoint]
    unheard: Sequence[str]
    remarked: Sequence[RemarkedRequest]
    cli_listens: bool


def call_for_session(tx: Transaction, desk: Desk, id: str) -> Call:
    """An errand for the account that the session belongs to. Raises NotFound."""
    account = None if "\0" in id else stored_sessions.account_of(tx, id)
    if account is None:
        raise NotFound("checkout.session", id, param="session")
    return desk.call(account)


def call_for_event(tx: Transaction, desk: Desk, id: str) -> Call:
    """An errand for the account that the event belongs to. Raises NotFound."""
    account = None if "\0" in id else events.account_of(tx, id)
    if account is None:
        raise NotFound("event", id, param="id")
    return desk.call(account)


def session_story(tx: Transaction, call: Call, id: str) -> SessionStory:
    """Everything about one session. Raises NotFound."""
    page = sessions.page(tx, call, id)
    payments = _payments(tx, call, page.session)
    given_back = _refunds(tx, call, page.session)
    objects = [
        page.session.id,
        *filter(None, [page.session.payment_intent]),
        *(payment.charge.id for payment in payments if payment.charge is not None),
        *(refund.id for refund in given_back),
    ]
    happened = events.about(tx, call.account, objects, EVENTS_OF_SESSION_MAX)
    return SessionStory(
        session=page.session,
        lines=page.lines,
        intent=page.intent,
        entries=session_history.of_session(tx, id),
        payments=payments,
        refunds=given_back,
        told=[told(tx, call, event) for event in happened],
        cli_listens=_cli_listens(tx, call),
    )


def event_story(tx: Transaction, call: Call, id: str) -> Told:
    """One event and where it went. Raises NotFound."""
    event = events.get(tx, call.account, id)
    if event is None:
        raise NotFound("event", id, param="id")
    return told(tx, call, event)


def session_of(tx: Transaction, call: Call, event: Event) -> str | None:
    """The session that the event's object belongs to, if it belongs to one of the account's."""
    id = event.object_id
    if id.startswith("ch_"):
        charge = charges.get(tx, call.account, id)
        id = "" if charge is None else charge.payment_intent
    if id.startswith("pi_"):
        intent = payment_intents.get(tx, call.account, id)
        id = "" if intent is None or intent.session is None else intent.session
    return id if stored_sessions.account_of(tx, id) == call.account else None


def event_list(
    tx: Transaction,
    call: Call,
    conditions: list[Condition],
    page: Page,
    types: EventTypes | None,
) -> Listed[Told]:
    """The account's events with their deliveries, newest first."""
    found = events.list_page(tx, call.account, conditions, page, types=types)
    return Listed([told(tx, call, event) for event in found.items], found.has_more)


def told(tx: Transaction, call: Call, event: Event) -> Told:
    """Where the event went."""
    sent = [
        Sent(
            delivery=delivery,
            endpoint=webhook_endpoints.get(tx, call.account, delivery.endpoint),
            attempts=deliveries.attempts_of(tx, delivery.id),
        )
        for delivery in deliveries.of_event(tx, event.id)
    ]
    return Told(event=event, sent=sent)


def overview(tx: Transaction, call: Call, conditions: list[Condition], page: Page) -> Overview:
    """How the account is doing, and those of its sessions that meet the conditions."""
    since = call.now - SINCE_SECONDS
    endpoints = webhook_endpoints.list_page(tx, call.account, [], Page(limit=ENDPOINTS_MAX)).items
    in_trouble = [one for one in endpoints if one.failing is not None or one.disabled_reason]
    return Overview(
        sessions=stored_sessions.list_page(tx, call.account, conditions, page),
        payments=inspection.payments_since(tx, call.account, since),
        attempts=inspection.attempts_since(tx, call.account, since),
        endpoints=endpoints,
        failing=[
            FailingEndpoint(endpoint=one, event=inspection.last_failure(tx, one.id))
            for one in in_trouble
        ],
        unheard=inspection.unheard(tx, call.account),
        remarked=inspection.remarked(tx, call.account),
        cli_listens=_cli_listens(tx, call),
    )


def _payments(tx: Transaction, call: Call, session: Session) -> list[Payment]:
    made = attempts.of_session(tx, session.id)
    if not made:
        return []
    ours: list[Condition] = [("payment_intent = ?", made[0].payment_intent)]
    found = charges.list_page(tx, call.account, ours, Page(limit=len(made))).items
    by_key = {charge.processor_key: charge for charge in found}
    return [
        Payment(
            attempt=attempt,
            method=payment_methods.get(tx, call.account, attempt.payment_method),
            charge=by_key.get(attempt.processor_key),
        )
        for attempt in made
    ]


def _refunds(tx: Transaction, call: Call, session: Session) -> list[Refund]:
    if session.payment_intent is None:
        return []
    ours: list[Condition] = [("payment_intent = ?", session.payment_intent)]
    return refunds.list_page(tx, call.account, ours, Page(limit=REFUNDS_SHOWN_MAX)).items


def _cli_listens(tx: Transaction, call: Call) -> bool:
    since = call.now - ABSENCE_SECONDS_MAX
    present = listeners.present(tx, call.account, since, PRESENT_PER_ACCOUNT_MAX)
    return any(one.hears_events for one in present)
