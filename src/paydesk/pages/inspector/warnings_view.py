"""What a merchant should know before it costs them an order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from paydesk.core.sessions import COMPLETE
from paydesk.core.webhook_endpoints import GONE, IN_ANY_ORDER
from paydesk.pages.inspector.shell_view import event_url, request_url, session_url
from paydesk.pages.inspector.words import moment
from paydesk.services.inspection import FailingEndpoint, Overview, SessionStory
from paydesk.storage.inspection import COMPLETIONS_LOOKED_AT, RemarkedRequest

REMARKS_MAX = 5
"""Of these kinds of warnings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One sentence, and where to look."""

    text: str
    url: str | None = None
    link_text: str = ""


def account_warnings(overview: Overview) -> Iterator[Notice]:
    """What is wrong with how the account hears of its payments."""
    for failing in overview.failing:
        yield _failing(failing)
    enabled = [one for one in overview.endpoints if one.status == "enabled"]
    if not enabled and not overview.cli_listens:
        yield Notice(
            text="Nobody listens: this account has no enabled webhook endpoint, and no CLI that "
            "forwards its events."
        )
    if overview.unheard and not overview.cli_listens:
        count = len(overview.unheard)
        sessions = "session" if count == 1 else "sessions"
        yield Notice(
            text=f"{count} completed {sessions} of the last {COMPLETIONS_LOOKED_AT} had no webhook "
            "endpoint to hear of it.",
            url=session_url(overview.unheard[0]),
            link_text="Open the newest",
        )
    yield from _remarks(overview.remarked)


def session_warnings(story: SessionStory) -> Iterator[Notice]:
    """What is wrong with how the merchant heard of this session."""
    completed = [one for one in story.told if one.event.type == "checkout.session.completed"]
    unheard = any(not one.sent for one in completed)
    if story.session.status == COMPLETE and unheard and not story.cli_listens:
        yield Notice(text="This session was completed, and no webhook endpoint listened.")


def _remarks(remarked: Sequence[RemarkedRequest]) -> Iterator[Notice]:
    """Each thing that the latest requests have in common is said once, with the newest of them."""
    said: set[str] = set()
    for request in remarked:
        texts = [f"A request had a parameter without effect: {name}." for name in request.ignored]
        if request.refused_later is not None:
            texts.append(f"Newer API versions refuse a request of yours: {request.refused_later}")
        for text in texts:
            if text not in said and len(said) < REMARKS_MAX:
                said.add(text)
                yield Notice(text=text, url=request_url(request.id), link_text="See it")


def _failing(failing: FailingEndpoint) -> Notice:
    endpoint = failing.endpoint
    if endpoint.disabled_reason == GONE:
        text = f"{endpoint.url} answered 410 Gone and is disabled."
    elif endpoint.disabled_reason is not None:
        text = f"{endpoint.url} only failed for five days and is disabled."
    else:
        since = moment((endpoint.failing.since if endpoint.failing else 0) * 1_000_000)
        text = f"{endpoint.url} has been failing since {since.text[:8]} UTC on {since.day}."
        if endpoint.ordering != IN_ANY_ORDER:
            text += " It wants its events in order, so later ones wait."
    if failing.event is None:
        return Notice(text=text)
    return Notice(text=text, url=event_url(failing.event), link_text="See why")
