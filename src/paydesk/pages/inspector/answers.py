"""What goes out: pages that nobody else can frame, read or keep."""

from __future__ import annotations

from starlette.responses import Response

from paydesk.pages import render
from paydesk.pages.http import page


def drawn(template: str, view: object, status: int = 200) -> Response:
    """A page of the inspector."""
    return private(page(render.inspector_page(template, view), status))


def private(answer: Response) -> Response:
    """The answer, closed to pages of other origins, also to those that only embed it."""
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    # A page that tells nobody where it leads from sends its own forms from the origin "null".
    answer.headers["Referrer-Policy"] = "same-origin"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
