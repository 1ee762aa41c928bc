"""Lists on the wire."""

from __future__ import annotations

from collections.abc import Iterable

from paydesk.render import Json


def list_of(url: str, data: Iterable[Json], *, has_more: bool) -> Json:
    """A `list`; `url` is the path that gives the rest."""
    return {"object": "list", "data": list(data), "has_more": has_more, "url": url}
