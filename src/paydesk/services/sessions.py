"""Checkout Sessions: create, read, change by merchant or buyer, expire."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hmac import compare_digest
from urllib.parse import unquote

from paydesk.core.errors import Busy, NotFound
from paydesk.core.history import BUYER
from paydesk.core.line_items import LineItem, change_quantity
from paydesk.core.metadata import merged
from paydesk.core.payments import ABANDONED, RESERVED, PaymentIntent
from paydesk.core.sessions import (
    EXPIRED,
    ID_ENDS_AT,
    Session,
    check_open,
    effective_status,
)
from paydesk.core.sessions import (
    expire as expired,
)
from paydesk.core.totals import check_total
from paydesk.render import Json
from paydesk.render.client_sessions import client_session
from paydesk.render.payment_pages import PaymentPage, payment_page
from paydesk.render.payments import payment_intent as rendered_intent
from paydesk.render.sessions import session as rendered
from paydesk.services import buyers, payment_methods, session_customers, taxes
from paydesk.services.buyers import BuyerChanges
from paydesk.services.context import Call
from paydesk.services.events import append
from paydesk.services.history import record_change
from paydesk.storage import attempts, line_items, payment_intents, sessions
from paydesk.storage import payment_methods as stored_methods
from paydesk.storage.database import Transaction


def load(tx: Transaction, call: Call, id: str) -> Session:
    """One of the account's sessions as it was written down. Raises NotFound."""
    session = sessions.get(tx, call.account, id)
    if session is None:
        raise NotFound("checkout.session", id, param="session")
    return session


def hold(tx: Transaction, call: Call, id: str) -> Session:
    """As `load`, for a story that changes or pays the session: such stories follow each other."""
    session = sessions.hold(tx, call.account, id)
    if session is None:
        raise NotFound("checkout.session", id, param="session")
    return session


def get(tx: Transaction, call: Call, id: str) -> Session:
    """The session as it is now: its time may be over before anyone wrote that down."""
    return as_of(tx, load(tx, call, id), call.now)


def as_of(tx: Transaction, session: Session, now: int) -> Session:
    """The session with its status at `now` (Unix seconds).

    A payment in flight keeps a session open past its time: it may still complete it.
    """
    if effective_status(session, now) == session.status or _is_being_paid(tx, session):
        return session
    return replace(session, status=EXPIRED)


def require_open(tx: Transaction, session: Session, now: int) -> None:
    """Refuse to change or pay a session that has ended at `now` (Unix seconds).

    Raises InvalidRequest, or Busy while a payment in flight decides how it ends.
    """
    if effective_status(session, now) != session.status and _is_being_paid(tx, session):
        raise Busy
    check_open(session, now)


def _is_being_paid(tx: Transaction, session: Session) -> bool:
    attempt = attempts.in_flight(tx, session.id)
    return attempt is not None and attempt.state == RESERVED


def shown(call: Call, session: Session) -> Json:
    """The session as answers and events show it."""
    server = call.server
    return rendered(session, base_url=server.base_url, merchant=server.merchant)


def shown_page(call: Call, page: PaymentPage) -> Json:
    """The payment page as answers show it, and the session as Stripe.js does if that is wanted."""
    told = payment_page(page)
    if call.client_view is not None:
        merchant = call.server.merchant
        told["client_view"] = client_session(page, merchant=merchant, locale=call.client_view)
    return told


def id_of(tx: Transaction, call: Call, name: str) -> str:
    """The id of the session that a buyer's program names by its id or its client secret.

    Raises NotFound when the secret is another one.
    """
    # Pages pass secrets on in addresses, some of them escaped once more.
    # A NUL among the escapes is nobody's, and no database takes it.
    id, mark, secret = unquote(name).replace("\0", "").partition(ID_ENDS_AT)
    if mark and not opens(load(tx, call, id), f"{id}{mark}{secret}"):
        raise NotFound("checkout.session", id, param="session")
    return id


def opens(session: Session, client_secret: str) -> bool:
    """Whether that is the session's secret."""
    known = session.client_secret or ""
    return bool(known) and compare_digest(known.encode(), client_secret.encode())


def page(tx: Transaction, call: Call, id: str) -> PaymentPage:
    """What the buyer's page shows. Raises NotFound."""
    return _page_of(tx, call, get(tx, call, id))


def _page_of(tx: Transaction, call: Call, session: Session) -> PaymentPage:
    lines = line_items.of_session(tx, session.id)
    return PaymentPage(
        session=session,
        lines=lines,
        intent=_intent_of(tx, session),
        saved=payment_methods.offered(tx, session, call.now),
        known_shipping=session_customers.known_shipping(tx, session),
    )


def _intent_of(tx: Transaction, session: Session) -> PaymentIntent | None:
    return payment_intents.of_session(tx, session.id) if session.payment_intent else None


def update_metadata(
    tx: Transaction, call: Call, id: str, metadata: dict[str, str] | None
) -> Session:
    """The session with these changes to its metadata."""
    session = hold(tx, call, id)
    updated = sessions.update(tx, replace(session, metadata=merged(session.metadata, metadata)))
    return as_of(tx, updated, call.now)


def update_by_buyer(tx: Transaction, call: Call, id: str, changes: BuyerChanges) -> PaymentPage:
    """The page after the buyer changed something; totals and tax are made anew.

    Raises InvalidRequest when the rules refuse, Busy while a payment is in flight. A payment that
    waits for the buyer's bank is given up: it was for another order.
    """
    before = _page_of(tx, call, as_of(tx, hold(tx, call, id), call.now))
    require_open(tx, before.session, call.now)
    lines = before.lines
    if changes.line_item is not None and changes.quantity is not None:
        lines = change_quantity(
            lines,
            changes.line_item,
            changes.quantity,
            param=changes.quantity_param,
            line_param=changes.line_param,
        )
    session = buyers.with_changes(before.session, changes)
    session, lines = taxes.reprice(session, lines, call)
    if (session, lines) == (before.session, before.lines):
        return before
    blamed = None if changes.quantity is None else changes.quantity_param
    check_total(session.amount_total, session.currency, param=blamed)
    give_up_challenge(tx, session)
    saved = save(tx, session, before.lines, lines)
    record_change(tx, call, BUYER, (before.session, before.lines), (saved, lines))
    return replace(before, session=saved, lines=lines, intent=_intent_of(tx, saved))


def expire(tx: Transaction, call: Call, id: str) -> Session:
    """The session, closed for good. Raises InvalidRequest unless it is open, Busy while a payment
    is in flight.
    """
    session = hold(tx, call, id)
    expired(as_of(tx, session, call.now))
    return close(tx, call, session)


def close(tx: Transaction, call: Call, session: Session) -> Session:
    """Expire a session that is open on record, cancel its payment and say so."""
    give_up_challenge(tx, session)
    done = sessions.update(tx, expired(session))
    _cancel_intent(tx, call, done)
    append(tx, call, "checkout.session.expired", shown(call, done))
    return done


def save(
    tx: Transaction, session: Session, before: Sequence[LineItem], after: Sequence[LineItem]
) -> Session:
    """Write down a change of a session and its lines."""
    line_items.save_changes(tx, session.id, before, after)
    return sessions.update(tx, session)


def give_up_challenge(tx: Transaction, session: Session) -> None:
    """Drop a payment that waits for the buyer's bank. Raises Busy when one is being made."""
    attempt = attempts.in_flight(tx, session.id)
    if attempt is None:
        return
    if attempt.state == RESERVED or not attempts.move(
        tx, attempt, replace(attempt, state=ABANDONED)
    ):
        raise Busy
    stored_methods.give_back(tx, attempt.payment_method, attempt.id)
    intent = payment_intents.of_session(tx, session.id)
    if intent is not None:
        payment_intents.update(
            tx, replace(intent, status="requires_payment_method", next_action=None)
        )


def _cancel_intent(tx: Transaction, call: Call, session: Session) -> None:
    if session.payment_intent is None:
        return
    intent = payment_intents.of_session(tx, session.id)
    if intent is None:
        return
    canceled = replace(intent, status="canceled", canceled_at=call.now, next_action=None)
    payment_intents.update(tx, canceled)
    append(tx, call, "payment_intent.canceled", rendered_intent(canceled))
