"""Finding a route by the segments of its path, however many routes there are."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from paydesk.api.params.grammar import Params
from paydesk.api.unsupported import is_stripes
from paydesk.core.errors import PaydeskError
from paydesk.services.answers import Answer

_ANY = "{}"

SEARCH = "search"
"""The one word that Stripe has where an id could stand."""

Story = Callable[..., dict[str, Any]]
"""`story(tx, call, params, *ids)` gives the rendered object; it runs in one transaction."""

Errand = Callable[..., Awaitable[Answer]]
"""`errand(desk, call, params, key, *ids)` for what does not fit into one transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One line of the URL map.

    `client` routes are open to publishable keys too. `read` turns decoded parameters into what the
    story is given, and names those that Paydesk ignores; without it they are `params` as they are.
    """

    method: str
    path: str
    params: type[Params]
    story: Story | None = None
    errand: Errand | None = None
    client: bool = False
    read: Callable[[dict[str, Any]], tuple[Any, list[str]]] | None = None


@dataclass(slots=True)
class _Node:
    children: dict[str, _Node] = field(default_factory=dict)
    routes: dict[str, Route] = field(default_factory=dict)


class UnknownUrl(PaydeskError):
    """No route has this method and path."""

    status = 404
    type = "invalid_request_error"


class Router:
    """The URL map as a tree of segments: `find` costs the depth of a path, not the number of
    routes.
    """

    def __init__(self, routes: Iterable[Route]) -> None:
        self._root = _Node()
        for route in routes:
            node = self._root
            for segment in _segments(route.path):
                name = _ANY if segment.startswith("{") else segment
                node = node.children.setdefault(name, _Node())
            node.routes[route.method] = route

    def find(self, method: str, path: str) -> tuple[Route, list[str]]:
        """The route of a path as it was sent, and the ids in it. Raises UnknownUrl."""
        node, ids = self._walk(path)
        if node is None or method not in node.routes:
            raise _unknown(method, path)
        return node.routes[method], ids

    def client_methods(self, path: str) -> list[str]:
        """The methods with which a buyer's browser may come to a path as it was sent."""
        node, _ = self._walk(path)
        return [] if node is None else [each.method for each in node.routes.values() if each.client]

    def _walk(self, path: str) -> tuple[_Node | None, list[str]]:
        node, ids = self._root, []
        for segment in _segments(path):
            child = node.children.get(segment)
            if child is None and _may_be_an_id(segment):
                child = node.children.get(_ANY)
                ids.append(unquote(segment))
            if child is None:
                return None, ids
            node = child
        return node, ids


def _may_be_an_id(segment: str) -> bool:
    """Nothing, and a NUL, which no database keeps in a text, are nobody's id."""
    return segment not in ("", SEARCH) and "%00" not in segment


def _segments(path: str) -> list[str]:
    return path[1:].split("/")


def _unknown(method: str, path: str) -> UnknownUrl:
    if is_stripes(_segments(path)):
        return UnknownUrl(
            f"Paydesk doesn't support {method} {path[:200]} yet. docs/compatibility.md lists what "
            "it does support.",
            code="endpoint_unsupported",
        )
    return UnknownUrl(
        f"Unrecognized request URL ({method}: {path[:200]}). If you are trying to list objects, "
        "remove the trailing slash. If you are trying to retrieve an object, make sure you passed "
        "a valid (non-empty) identifier in your code. Please see https://stripe.com/docs or we "
        "can help at https://support.stripe.com/."
    )
