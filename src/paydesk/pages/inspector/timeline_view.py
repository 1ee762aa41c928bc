"""A session's life as steps in the order in which they happened, and their places in a picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log1p

from paydesk.core.cards import BRANDS
from paydesk.core.deliveries import DeliveryAttempt, is_success
from paydesk.core.history import BUYER, Change, Entry, LineChange
from paydesk.core.ids import time_of
from paydesk.core.payments import (
    ABANDONED,
    APPROVED,
    DECLINED,
    PROCESSING,
    REQUIRES_ACTION,
    Charge,
)
from paydesk.core.refunds import Refund
from paydesk.core.sessions import Session
from paydesk.pages.inspector.words import Moment, duration, moment, money
from paydesk.services.inspection import Payment, Sent, SessionStory, Told

QUIET, GOOD, BAD, WAITING = "quiet", "good", "bad", "waiting"

STEPS_MAX = 300

PICTURE_WIDTH, PICTURE_MARGIN = 1000, 16

BRAND_TITLES = {brand.name: brand.title for brand in BRANDS}

TOLD = {
    "customer_details": "Buyer gave their details",
    "shipping": "Buyer gave a shipping address",
    "tax_location": "Buyer gave their place, for the tax",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that happened at a time in Unix microseconds. `tone` says whether it was good."""

    at_us: int
    title: str
    detail: str = ""
    tone: str = QUIET
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A fact as the timeline shows it. `x` is its place in the picture."""

    at: Moment
    after: str
    title: str
    detail: str
    tone: str
    url: str | None
    x: int


def timeline(story: SessionStory) -> list[Step]:
    """Everything that happened to the session, the first thing first."""
    facts = sorted(_facts(story), key=lambda fact: fact.at_us)[:STEPS_MAX]
    gaps = [after.at_us - before.at_us for before, after in pairwise(facts)]
    texts = ["", *(f"{duration(gap)} later" if gap else "" for gap in gaps)]
    return [
        Step(
            at=moment(fact.at_us),
            after=text,
            title=fact.title,
            detail=fact.detail,
            tone=fact.tone,
            url=fact.url,
            x=x,
        )
        for fact, text, x in zip(facts, texts, places(gaps), strict=True)
    ]


def places(gaps_us: Sequence[int]) -> list[int]:
    """Where the picture has the facts between which so much time went by.

    Hours and milliseconds are in one picture, so a gap is as wide as its logarithm.
    """
    widths = [1 + log1p(gap / 1_000) for gap in gaps_us]
    room = PICTURE_WIDTH - 2 * PICTURE_MARGIN
    scale = room / sum(widths) if widths else 0
    found, x = [PICTURE_MARGIN], float(PICTURE_MARGIN)
    for width in widths:
        x += width * scale
        found.append(round(x))
    return found


def _facts(story: SessionStory) -> Iterator[Fact]:
    session = story.session
    yield _created(session, story.entries)
    for entry in story.entries:
        yield from _entry(entry, session.currency)
    for payment in story.payments:
        yield from _payment(payment, story.told)
    for refund in story.refunds:
        yield _refund(refund)
    for told in story.told:
        yield from _told(told, session)


def _created(session: Session, entries: Sequence[Entry]) -> Fact:
    changes = [entry.change for entry in entries if entry.change is not None]
    total = changes[0].total[0] if changes else session.amount_total
    return Fact(
        at_us=time_of(session.id),
        title="Created",
        detail=f"for {money(total, session.currency)}",
    )


def _entry(entry: Entry, currency: str) -> Iterator[Fact]:
    at_us, change = time_of(entry.id), entry.change
    if change is None:
        yield Fact(at_us=at_us, title="Opened by the buyer")
        return
    yield from _change(change, at_us, currency)


def _change(change: Change, at_us: int, currency: str) -> Iterator[Fact]:
    """What was changed, and what that did to the sums; the last fact says the new total."""
    who = "" if change.by == BUYER else " by the merchant"
    found = [(_quantity(line) + who, line.name) for line in change.lines]
    found += [(TOLD[name], "") for name in change.told]
    if change.tax[0] != change.tax[1]:
        found.append(("Tax computed", _from_to(change.tax, currency)))
    if change.total[0] != change.total[1]:
        title, detail = found.pop() if found else ("Order changed" + who, "")
        total = f"total {_from_to(change.total, currency)}"
        found.append((title, ", ".join(filter(None, [detail, total]))))
    for title, detail in found:
        yield Fact(at_us=at_us, title=title, detail=detail)


def _from_to(amounts: tuple[int, int], currency: str) -> str:
    before, after = (money(amount, currency) for amount in amounts)
    return f"{before} to {after}"


def _quantity(line: LineChange) -> str:
    if line.before == 0:
        return f"Added {line.after}"
    if line.after == 0:
        return "Removed"
    return f"Quantity {line.before} to {line.after}"


def _payment(payment: Payment, told: Sequence[Told]) -> Iterator[Fact]:
    attempt, charge = payment.attempt, payment.charge
    amount = money(attempt.amount, attempt.currency)
    card = card_text(payment)
    yield Fact(at_us=time_of(attempt.id), title=f"Payment of {amount} tried", detail=card)
    last_us = time_of(attempt.id if charge is None else charge.id)
    if charge is not None and charge.sepa_debit is not None:
        yield Fact(at_us=last_us, title="The money is on its way", tone=WAITING)
        last_us = _end_of(charge, told) or last_us
    if attempt.state == APPROVED:
        yield Fact(at_us=last_us, title="Paid", detail=f"{amount} with {card}", tone=GOOD)
    elif attempt.state == DECLINED:
        yield Fact(at_us=last_us, title="Declined", detail=refusal_text(payment), tone=BAD)
    elif attempt.state == PROCESSING:
        return
    elif attempt.state == REQUIRES_ACTION:
        yield Fact(at_us=last_us, title="The bank asks the buyer", tone=WAITING)
    elif attempt.state == ABANDONED:
        yield Fact(at_us=last_us, title="Payment given up", detail="nothing was charged")
    else:
        yield Fact(at_us=last_us, title="Waiting for the processor", tone=WAITING)


def _end_of(charge: Charge, told: Sequence[Told]) -> int | None:
    """When the bank spoke about a charge that took its time, in Unix microseconds."""
    ends = ("charge.succeeded", "charge.failed")
    events = (each.event for each in told if each.event.object_id == charge.id)
    return next((time_of(event.id) for event in events if event.type in ends), None)


def card_text(payment: Payment) -> str:
    """What a payment is made with, as people name it."""
    method = payment.method
    if method is not None and method.sepa_debit is not None:
        account = method.sepa_debit
        return f"SEPA Direct Debit {account.country} •••• {account.last4}"
    if method is None or method.card is None:
        return "a card"
    card = method.card
    return f"{BRAND_TITLES.get(card.brand, 'Card')} •••• {card.last4}"


def refusal_text(payment: Payment) -> str:
    """Why a payment was declined, as far as its charge tells."""
    charge = payment.charge
    if charge is None:
        return "before it reached the bank"
    return f"{charge.failure_message or 'no reason given'} ({charge.failure_code})"


def _refund(refund: Refund) -> Fact:
    tone = {"succeeded": GOOD, "failed": BAD}.get(refund.status, WAITING)
    amount = money(refund.amount, refund.currency)
    return Fact(
        at_us=time_of(refund.id), title=f"Refund of {amount}", detail=refund.status, tone=tone
    )


def _told(told: Told, session: Session) -> Iterator[Fact]:
    type, at_us = told.event.type, time_of(told.event.id)
    if type == "checkout.session.expired":
        yield Fact(at_us=at_us, title="Expired")
    if type == "checkout.session.completed" and session.payment_status == "no_payment_required":
        yield Fact(at_us=at_us, title="Completed", detail="nothing to pay", tone=GOOD)
    if told.event.object_id != session.id:
        return
    url = f"/inspector/events/{told.event.id}"
    for sent in told.sent:
        for attempt in sent.attempts:
            yield _attempt(attempt, sent, told, url)


def _attempt(attempt: DeliveryAttempt, sent: Sent, told: Told, url: str) -> Fact:
    took = duration(attempt.duration_ms * 1_000)
    where = "a deleted endpoint" if sent.endpoint is None else sent.endpoint.url
    # Attempts are timed in milliseconds: rounding lets none end before what it tells of.
    ended_us = (attempt.started_at_ms + attempt.duration_ms) * 1_000
    at_us = max(ended_us, time_of(told.event.id))
    if is_success(attempt.status_code):
        title, tone = f"Delivered in {took}", GOOD
    else:
        title, tone = f"Delivery failed: {outcome_text(attempt)}", BAD
    return Fact(
        at_us=at_us, title=title, detail=f"{told.event.type} to {where}", tone=tone, url=url
    )


def outcome_text(attempt: DeliveryAttempt) -> str:
    """What an attempt brought: a status, or why there is none."""
    if attempt.status_code is not None:
        return f"HTTP {attempt.status_code}"
    return attempt.error or "no answer"
