"""Where a session's page is: hosted on its own, or embedded in a page of the merchant's."""

from __future__ import annotations

from paydesk.core.sessions import EMBEDDED, HOSTED, Session

PATHS = {HOSTED: "/c/pay", EMBEDDED: "/c/embed"}
"""By `ui_mode`. Sessions for elements have no page of ours: they are the merchant's own page."""


def page_path(session: Session) -> str:
    """The path of the session's page; its requests lie below it."""
    return f"{PATHS.get(session.ui_mode, PATHS[HOSTED])}/{session.id}"


def is_door(session: Session, path: str) -> bool:
    """Whether the session's buyers come in at this path of a request."""
    return path.startswith(f"{PATHS.get(session.ui_mode)}/")
