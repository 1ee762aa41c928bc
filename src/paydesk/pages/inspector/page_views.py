"""The pages of the inspector as strings, put together from their parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from paydesk.core.sepa_debit import CARD, SEPA_DEBIT
from paydesk.core.sessions import ELEMENTS, OPEN, Session, effective_status
from paydesk.pages.doors import page_path
from paydesk.pages.inspector.charts import Chart, deliveries_chart, payments_chart
from paydesk.pages.inspector.shell_view import (
    Around,
    Link,
    Shell,
    account_text,
    address,
    request_url,
    shell,
)
from paydesk.pages.inspector.tables_view import (
    Badge,
    EventRow,
    LineRow,
    PaymentRow,
    SentRow,
    SessionRow,
    event_row,
    line_row,
    payment_row,
    sent_row,
    session_row,
    status_badge,
)
from paydesk.pages.inspector.timeline_view import Step, timeline
from paydesk.pages.inspector.warnings_view import Notice, account_warnings, session_warnings
from paydesk.pages.inspector.words import Moment, moment, money, short
from paydesk.pages.view import Document, document
from paydesk.render.events import event as rendered_event
from paydesk.services.inspection import Overview, SessionStory, Told
from paydesk.storage.paging import Listed

STATUSES = ("open", "complete", "expired")


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What a list was searched for; empty where it was not."""

    account: str
    query: str = ""
    status: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether everything was wanted."""
        return not (self.query or self.status)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What every page has."""

    shell: Shell

    @property
    def document(self) -> Document:
        """Its head."""
        return self.shell.document


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewPage(Page):
    """`/inspector`."""

    warnings: Sequence[Notice]
    charts: Sequence[Chart]
    search: Search
    statuses: Sequence[str]
    rows: Sequence[SessionRow]
    older_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPage(Page):
    """`/inspector/sessions/{id}`. `page_url` is the buyer's page, while there is one."""

    warnings: Sequence[Notice]
    id: str
    status: Badge
    total: str
    sums: Sequence[tuple[str, str]]
    facts: Sequence[tuple[str, str]]
    page_url: str | None
    steps: Sequence[Step]
    lines: Sequence[LineRow]
    payments: Sequence[PaymentRow]
    events: Sequence[EventRow]
    can_act: bool
    cards: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsPage(Page):
    """`/inspector/events`."""

    rows: Sequence[EventRow]
    filters: Sequence[Link]
    older_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPage(Page):
    """`/inspector/events/{id}`: where an event went, and what it says."""

    row: EventRow
    at: Moment
    sent: Sequence[SentRow]
    payload: str
    about_url: str | None
    request_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginPage:
    """The operator's login, and pages that only say something."""

    document: Document
    heading: str
    text: str
    asks: bool = False
    error: str | None = None


CARDS = (
    ("succeeds", "Pay with a test card"),
    ("declined", "Decline"),
    ("insufficient_funds", "Decline for lack of funds"),
    ("requires_authentication", "Pay through the bank's question"),
)
"""What a button lets happen, as the test helpers name it, and what it says."""

DEBITS = (
    ("debit_succeeds", "Pay by direct debit"),
    ("debit_fails", "Pay by direct debit that fails"),
)
"""The same of sessions that offer one."""


def overview_page(around: Around, found: Overview, search: Search, now: int) -> OverviewPage:
    """How the account is doing at `now`, in Unix seconds."""
    rows = [session_row(session, now) for session in found.sessions.items]
    return OverviewPage(
        shell=shell(around, "Sessions", ""),
        warnings=list(account_warnings(found)),
        charts=[payments_chart(found.payments, now), deliveries_chart(found.attempts)],
        search=search,
        statuses=STATUSES,
        rows=rows,
        older_url=address(
            "", account=search.account, query=search.query, status=search.status, after=rows[-1].id
        )
        if found.sessions.has_more
        else None,
    )


def stand_ins(session: Session) -> Sequence[tuple[str, str]]:
    """The ways in which a button may pay the session."""
    methods = session.payment_method_types
    cards, debits = CARD in methods, SEPA_DEBIT in methods
    return (*(CARDS if cards else ()), *(DEBITS if debits else ()))


def session_page(around: Around, story: SessionStory, now: int) -> SessionPage:
    """Everything about one session at `now`, in Unix seconds."""
    session = story.session
    is_open = effective_status(session, now) == OPEN
    return SessionPage(
        shell=shell(around, f"Session {short(session.id)}", ""),
        warnings=list(session_warnings(story)),
        id=session.id,
        status=status_badge(session, now, story.payments),
        total=money(session.amount_total, session.currency),
        sums=[
            ("Subtotal", money(session.amount_subtotal, session.currency)),
            ("Tax", money(session.amount_tax, session.currency)),
            ("Total", money(session.amount_total, session.currency)),
        ],
        facts=list(_facts(story)),
        page_url=page_path(session) if session.ui_mode != ELEMENTS else None,
        steps=timeline(story),
        lines=[line_row(line) for line in story.lines],
        payments=[payment_row(payment) for payment in story.payments],
        events=[event_row(told) for told in story.told],
        can_act=around.sandbox and is_open,
        cards=stand_ins(session),
    )


def events_page(
    around: Around, found: Listed[Told], *, account: str, undelivered: bool
) -> EventsPage:
    """The account's events, newest first."""
    rows = [event_row(told) for told in found.items]
    only = "undelivered" if undelivered else None
    return EventsPage(
        shell=shell(around, "Events", "/events"),
        rows=rows,
        filters=[
            Link(url=address("/events", account=account), text="All", current=not undelivered),
            Link(
                url=address("/events", account=account, only="undelivered"),
                text="Not delivered",
                current=undelivered,
            ),
        ],
        older_url=address("/events", account=account, only=only, after=rows[-1].id)
        if found.has_more
        else None,
    )


def event_page(around: Around, told: Told, about: str | None, now_us: int) -> EventPage:
    """One event. `about` is the page of the session that it is about, if it is about one."""
    row = event_row(told)
    return EventPage(
        shell=shell(around, told.event.type, "/events"),
        row=row,
        at=moment(told.event.created * 1_000_000),
        sent=[sent_row(sent, now_us) for sent in told.sent],
        payload=payload_text(told),
        about_url=about,
        request_url=told.event.request_id and request_url(told.event.request_id),
    )


def login_page(*, error: str | None = None) -> LoginPage:
    """Asks for the password."""
    return LoginPage(
        document=document("Log in · Paydesk inspector", "en"),
        heading="Log in",
        text="The inspector shows every order and every webhook of this server.",
        asks=True,
        error=error,
    )


def message_page(heading: str, text: str) -> LoginPage:
    """Says something."""
    return LoginPage(document=document(heading, "en"), heading=heading, text=text)


def payload_text(told: Told) -> str:
    """The event as endpoints get it, indented. Client secrets open payments and are left out."""
    payload = _without_secrets(rendered_event(told.event))
    return orjson.dumps(payload, option=orjson.OPT_INDENT_2).decode()


def _without_secrets(value: object) -> object:
    if isinstance(value, dict):
        return {
            name: "(not shown)" if name == "client_secret" and each else _without_secrets(each)
            for name, each in value.items()
        }
    return [_without_secrets(each) for each in value] if isinstance(value, list) else value


def _facts(story: SessionStory) -> list[tuple[str, str]]:
    session = story.session
    details = session.customer_details
    email = session.customer_email if details is None else details.email
    expires = moment(session.expires_at * 1_000_000)
    facts = [
        ("Account", account_text(session.account)),
        ("Shown as", session.ui_mode.replace("_", " ")),
        ("Email", email or ""),
        ("Customer", session.customer or ""),
        ("Payment intent", session.payment_intent or ""),
        ("Your reference", session.client_reference_id or ""),
        ("Ends", f"{expires.day}, {expires.text[:8]} UTC"),
        *((f"metadata[{name}]", value) for name, value in session.metadata.items()),
    ]
    return [fact for fact in facts if fact[1]]
