"""What every page of the inspector has around its contents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from paydesk.core.api_keys import DEMO
from paydesk.core.ids import account_id
from paydesk.pages.inspector.access import PATH
from paydesk.pages.view import Document, document

ACCOUNTS_SHOWN_MAX = 50

SAID = {
    "resent": "Sent once more: the attempt appears below.",
    "expired": "The session has expired.",
    "advanced": "The account's clock is an hour further on.",
    "paid": "Paid.",
    "left": "You have logged out.",
}
"""What a page may say of the button that led to it, by its name in the address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link; `current` when it is where the reader is."""

    url: str
    text: str
    current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """The frame of a page. `live_url` is where its script hears that something has changed."""

    document: Document
    account: str
    accounts: Sequence[Link]
    sections: Sequence[Link]
    live_url: str
    sandbox: bool
    has_login: bool
    said: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a page knows before it knows its contents: whose it is, and what to say at its top."""

    account: str
    accounts: Sequence[str]
    sandbox: bool
    has_login: bool
    said: str | None = None
    error: str | None = None


def shell(around: Around, title: str, section: str) -> Shell:
    """The frame of the page `title`, which belongs to one of the sections."""
    return Shell(
        document=document(f"{title} · Paydesk inspector", "en"),
        account=around.account,
        accounts=[
            Link(
                url=address("", account=one), text=account_text(one), current=one == around.account
            )
            for one in _listed(around)
        ],
        sections=[
            Link(url=address(path, account=around.account), text=text, current=path == section)
            for path, text in SECTIONS
        ],
        live_url=address("/live", account=around.account),
        sandbox=around.sandbox,
        has_login=around.has_login,
        said=SAID.get(around.said or ""),
        error=around.error,
    )


SECTIONS = (("", "Sessions"), ("/events", "Events"), ("/requests", "Requests"))


def address(path: str, /, **query: str | None) -> str:
    """The address of a page of the inspector, with what of the query is not None or empty."""
    given = {name: value for name, value in query.items() if value}
    return f"{PATH}{path}" + (f"?{urlencode(given)}" if given else "")


def session_url(id: str) -> str:
    """Where a session is shown."""
    return f"{PATH}/sessions/{quote(id, safe='')}"


def event_url(id: str) -> str:
    """Where an event is shown."""
    return f"{PATH}/events/{quote(id, safe='')}"


def request_url(id: str) -> str:
    """Where a request is shown."""
    return f"{PATH}/requests/{quote(id, safe='')}"


def account_text(account: str) -> str:
    """An account as the chooser names it."""
    return f"{account} (demo)" if account == account_id(DEMO.secret) else account


def _listed(around: Around) -> list[str]:
    """The accounts to choose from, the one that is shown among them."""
    found = list(dict.fromkeys(around.accounts))[:ACCOUNTS_SHOWN_MAX]
    return found if around.account in found else [around.account, *found]
