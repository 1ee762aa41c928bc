"""Rows: sessions, line items, payments, events with their deliveries and attempts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from paydesk.core.deliveries import (
    FAILED,
    PENDING,
    SUCCEEDED,
    Delivery,
    DeliveryAttempt,
    is_success,
)
from paydesk.core.ids import time_of
from paydesk.core.line_items import LineItem
from paydesk.core.payments import APPROVED, DECLINED
from paydesk.core.sessions import COMPLETE, OPEN, Session, effective_status
from paydesk.core.webhook_endpoints import BY_ENDPOINT, BY_OBJECT, IN_ANY_ORDER, WebhookEndpoint
from paydesk.pages.inspector.shell_view import event_url, session_url
from paydesk.pages.inspector.timeline_view import (
    BAD,
    GOOD,
    QUIET,
    WAITING,
    card_text,
    outcome_text,
    refusal_text,
)
from paydesk.pages.inspector.words import Moment, duration, moment, money, short
from paydesk.services.inspection import Payment, Sent, Told

IN_WORDS = {
    IN_ANY_ORDER: "",
    BY_OBJECT: "the events of each object in order",
    BY_ENDPOINT: "all events in order",
}

ANSWER_CHARACTERS_MAX = 4_000
"""Of what an endpoint answered; deliveries keep no more than a few thousand bytes anyway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """A state in one word; `tone` says whether it is a good one."""

    text: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """One session of a list."""

    url: str
    id: str
    short_id: str
    created: Moment
    status: Badge
    total: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """One line of the order. `rule` says within which bounds the buyer may change it."""

    name: str
    quantity: int
    unit: str
    tax: str
    total: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRow:
    """One try to pay."""

    at: Moment
    card: str
    amount: str
    outcome: Badge
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRow:
    """One request to an endpoint, and what it answered."""

    number: int
    at: Moment
    took: str
    outcome: Badge
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentRow:
    """An event on its way to one endpoint, and the `terms` on which that takes events.

    `next` says when it is tried again.
    """

    endpoint: str
    terms: str
    state: Badge
    next: str
    attempts: Sequence[AttemptRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One event. `state` sums its deliveries up."""

    url: str
    id: str
    short_id: str
    type: str
    at: Moment
    state: Badge
    detail: str


def session_row(session: Session, now: int) -> SessionRow:
    """A session as a list shows it at `now`, in Unix seconds."""
    details = session.customer_details
    email = session.customer_email if details is None else details.email
    return SessionRow(
        url=session_url(session.id),
        id=session.id,
        short_id=short(session.id),
        created=moment(time_of(session.id)),
        status=status_badge(session, now),
        total=money(session.amount_total, session.currency),
        email=email or "",
    )


def status_badge(session: Session, now: int, payments: Sequence[Payment] = ()) -> Badge:
    """What a session is at `now`, in Unix seconds.

    Whether the bank has refused a debit only those know who say its `payments`, oldest first.
    """
    status = effective_status(session, now)
    if status == COMPLETE and session.payment_status == "unpaid":
        refused = bool(payments) and payments[-1].attempt.state == DECLINED
        return Badge(text="failed", tone=BAD) if refused else Badge(text="unpaid", tone=WAITING)
    if status == COMPLETE:
        return Badge(text="paid" if session.payment_status == "paid" else "complete", tone=GOOD)
    return Badge(text=status, tone=WAITING if status == OPEN else QUIET)


def line_row(line: LineItem) -> LineRow:
    """A line as the merchant made it and the buyer has it."""
    currency = line.price.currency
    adjustable = line.adjustable_quantity
    rule = "fixed"
    if adjustable is not None and adjustable.enabled:
        rule = f"{adjustable.floor} to {adjustable.ceiling}"
    return LineRow(
        name=line.product.name,
        quantity=line.quantity,
        unit=money(line.price.unit_amount, currency),
        tax=money(line.amount_tax, currency),
        total=money(line.amount_total, currency),
        rule=rule,
    )


def payment_row(payment: Payment) -> PaymentRow:
    """A try to pay, with why it was declined."""
    state = payment.attempt.state
    tone = {APPROVED: GOOD, DECLINED: BAD}.get(state, WAITING)
    return PaymentRow(
        at=moment(time_of(payment.attempt.id)),
        card=card_text(payment),
        amount=money(payment.attempt.amount, payment.attempt.currency),
        outcome=Badge(text=state.replace("_", " "), tone=tone),
        detail=refusal_text(payment) if state == DECLINED else "",
    )


def event_row(told: Told) -> EventRow:
    """An event as a list shows it: its worst delivery speaks for it."""
    state, detail = _summary(told.sent)
    return EventRow(
        url=event_url(told.event.id),
        id=told.event.id,
        short_id=short(told.event.id),
        type=told.event.type,
        at=moment(time_of(told.event.id)),
        state=state,
        detail=detail,
    )


def sent_row(sent: Sent, now_us: int) -> SentRow:
    """One delivery with every attempt, the newest first."""
    return SentRow(
        endpoint="deleted endpoint" if sent.endpoint is None else sent.endpoint.url,
        terms="" if sent.endpoint is None else terms(sent.endpoint),
        state=_delivery_badge(sent),
        next=_next_attempt(sent.delivery, now_us),
        attempts=[_attempt_row(attempt) for attempt in reversed(sent.attempts)],
    )


def terms(endpoint: WebhookEndpoint) -> str:
    """What an endpoint has asked for besides its events."""
    asked = [IN_WORDS[endpoint.ordering]]
    if endpoint.concurrency is not None:
        asked.append(f"{endpoint.concurrency} at a time")
    return ", ".join(filter(None, asked))


def _next_attempt(delivery: Delivery, now_us: int) -> str:
    if delivery.state != PENDING:
        return ""
    if delivery.is_behind:
        return "waits for the event before it"
    wait_us = delivery.due_at_ms * 1_000 - now_us
    return f"next attempt in {duration(wait_us)}" if wait_us > 0 else "due now"


def _attempt_row(attempt: DeliveryAttempt) -> AttemptRow:
    return AttemptRow(
        number=attempt.number,
        at=moment(attempt.started_at_ms * 1_000),
        took=duration(attempt.duration_ms * 1_000),
        outcome=Badge(
            text=outcome_text(attempt), tone=GOOD if is_success(attempt.status_code) else BAD
        ),
        answer=attempt.answer[:ANSWER_CHARACTERS_MAX],
    )


def _summary(sent: Sequence[Sent]) -> tuple[Badge, str]:
    if not sent:
        return Badge(text="no endpoint", tone=QUIET), ""
    worst = min(sent, key=lambda each: _URGENCY.index(_delivery_badge(each).tone))
    last = worst.attempts[-1] if worst.attempts else None
    took = "" if last is None else duration(last.duration_ms * 1_000)
    if last is None or is_success(last.status_code):
        return _delivery_badge(worst), took and f"in {took}"
    return _delivery_badge(worst), outcome_text(last)


_URGENCY = (BAD, WAITING, QUIET, GOOD)


def _delivery_badge(sent: Sent) -> Badge:
    state = sent.delivery.state
    if state == SUCCEEDED:
        return Badge(text="delivered", tone=GOOD)
    if state == PENDING and sent.attempts:
        return Badge(text="failing", tone=BAD)
    if state == PENDING:
        return Badge(text="on its way", tone=WAITING)
    return Badge(
        text="failed" if state == FAILED else state, tone=BAD if state == FAILED else QUIET
    )
