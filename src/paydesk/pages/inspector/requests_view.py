"""The request log as pages: what a program asked, and what it was answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from paydesk.core.request_log import LoggedRequest
from paydesk.pages.inspector.page_views import Page
from paydesk.pages.inspector.shell_view import Around, address, request_url, shell
from paydesk.pages.inspector.tables_view import Badge
from paydesk.pages.inspector.timeline_view import BAD, GOOD
from paydesk.pages.inspector.words import Moment, moment
from paydesk.storage.paging import Listed

OUTCOMES = ("succeeded", "failed")

CUT = "Not kept: too many requests came at once."


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSearch:
    """What the log was searched for; empty where it was not."""

    account: str
    path: str = ""
    id: str = ""
    outcome: str = ""
    status: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether everything was wanted."""
        return not (self.path or self.id or self.outcome or self.status)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRow:
    """One request of the list."""

    url: str
    method: str
    path: str
    status: Badge
    took: str
    at: Moment
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestsPage(Page):
    """`/inspector/requests`."""

    search: RequestSearch
    outcomes: Sequence[str]
    rows: Sequence[RequestRow]
    older_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPage(Page):
    """`/inspector/requests/{id}`."""

    row: RequestRow
    facts: Sequence[tuple[str, str]]
    parameters: str
    answer: str


def requests_page(
    around: Around, found: Listed[LoggedRequest], search: RequestSearch
) -> RequestsPage:
    """The account's requests, newest first."""
    older = found.items[-1].id if found.has_more else None
    return RequestsPage(
        shell=shell(around, "Requests", "/requests"),
        search=search,
        outcomes=OUTCOMES,
        rows=[request_row(request) for request in found.items],
        older_url=older
        and address(
            "/requests",
            account=search.account,
            path=search.path,
            outcome=search.outcome,
            status=search.status,
            after=older,
        ),
    )


def request_page(around: Around, request: LoggedRequest) -> RequestPage:
    """One request with its parameters and its answer."""
    facts = [
        ("Request", request.id),
        ("Idempotency key", request.idempotency_key or ""),
        ("Error", (request.error or {}).get("message", "")),
        ("Parameter", (request.error or {}).get("param", "")),
        ("Without effect", ", ".join(request.ignored)),
        ("Newer API versions", request.refused_later or ""),
    ]
    return RequestPage(
        shell=shell(around, f"{request.method} {request.path}", "/requests"),
        row=request_row(request),
        facts=[fact for fact in facts if fact[1]],
        parameters=indented(request.parameters),
        answer=indented(request.answer),
    )


def request_row(request: LoggedRequest) -> RequestRow:
    """A request as a list shows it, with what was wrong with it."""
    return RequestRow(
        url=request_url(request.id),
        method=request.method,
        path=request.path,
        status=Badge(text=str(request.status), tone=GOOD if request.status < 400 else BAD),
        took=f"{request.duration_ms} ms",
        at=moment(request.created * 1_000_000),
        remark=_remark(request),
    )


def _remark(request: LoggedRequest) -> str:
    if request.error:
        return str(request.error.get("message", ""))
    ignored = f"ignored: {', '.join(request.ignored)}" if request.ignored else ""
    later = f"newer API versions: {request.refused_later}" if request.refused_later else ""
    return "; ".join(filter(None, [ignored, later]))


def indented(text: str) -> str:
    """JSON as people read it; what was cut in the middle stays as it was kept."""
    if not text:
        return CUT
    try:
        return orjson.dumps(orjson.loads(text), option=orjson.OPT_INDENT_2).decode()
    except orjson.JSONDecodeError:
        return text
