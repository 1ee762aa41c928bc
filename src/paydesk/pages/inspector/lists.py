"""What a reader asks a list for, as conditions of the storage."""

from __future__ import annotations

from starlette.requests import Request

from paydesk.core.ids import account_id
from paydesk.core.request_log import statuses
from paydesk.pages.inspector.page_views import STATUSES, Search
from paydesk.pages.inspector.requests_view import OUTCOMES, RequestSearch
from paydesk.storage import events, request_logs
from paydesk.storage.events import EventTypes
from paydesk.storage.paging import NOTHING, Condition, Page

ROWS_MAX = 25
QUERY_CHARACTERS_MAX = 320
"""As long as an email address may be; longer than any id."""


def text_of(request: Request, name: str) -> str:
    """A field of the query, tidied: without NUL, which no database takes, and not too long."""
    return request.query_params.get(name, "").replace("\0", "").strip()[:QUERY_CHARACTERS_MAX]


def page_of(request: Request) -> Page:
    """The part of a list that is asked for."""
    return Page(limit=ROWS_MAX, starting_after=text_of(request, "after") or None)


def search_of(request: Request, account: str) -> Search:
    """What sessions are searched for. A status that there is not is none."""
    status = text_of(request, "status")
    return Search(
        account=account,
        query=text_of(request, "query"),
        status=status if status in STATUSES else "",
    )


def session_conditions(search: Search) -> list[Condition]:
    """Sessions that meet a search: with this status, id, payment or buyer's email."""
    found: list[Condition] = []
    if search.status:
        found.append(("status = ?", search.status))
    if search.query.startswith("pi_"):
        found.append(("payment_intent = ?", search.query))
    elif search.query.startswith("cs_"):
        found.append(("id = ?", search.query))
    elif search.query:
        found.append(("buyer_email = ?", search.query))
    return found


def event_conditions(request: Request) -> list[Condition]:
    """All events, or only those that some endpoint has not taken."""
    undelivered = text_of(request, "only") == "undelivered"
    return [events.delivered(success=False)] if undelivered else []


def event_types(request: Request) -> EventTypes | None:
    """The type of event that is wanted; None for all."""
    type = text_of(request, "type")
    return EventTypes((type,)) if type else None


def request_search_of(request: Request, account: str) -> RequestSearch:
    """What the request log is searched for."""
    outcome = text_of(request, "outcome")
    return RequestSearch(
        account=account,
        path=text_of(request, "path"),
        id=text_of(request, "id"),
        outcome=outcome if outcome in OUTCOMES else "",
        status=text_of(request, "status"),
    )


def request_conditions(search: RequestSearch) -> list[Condition]:
    """Requests that meet a search."""
    found: list[Condition] = []
    if search.path:
        found.append(request_logs.under(search.path))
    if search.id:
        found.append(("id = ?", search.id))
    if search.status:
        wanted = statuses(search.status)
        found.append(NOTHING if wanted is None else request_logs.answered_with(wanted))
    if search.outcome:
        found.append(("status >= ?" if search.outcome == "failed" else "status < ?", 400))
    return found


def account_of_key(key: str) -> str | None:
    """The sandbox account that a key belongs to, or None for what is no test key."""
    try:
        return account_id(key.strip())
    except ValueError:
        return None
