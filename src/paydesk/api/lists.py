"""What every list endpoint does the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from paydesk.api.params.lists import Paging, TimeRange
from paydesk.core.errors import NotFound
from paydesk.render import Json
from paydesk.render.lists import list_of
from paydesk.services.context import Call
from paydesk.storage.database import Transaction
from paydesk.storage.paging import Condition, Listed, Page

_BOUNDS = (("gt", ">"), ("gte", ">="), ("lt", "<"), ("lte", "<="))


def page_of(
    tx: Transaction | None,
    call: Call,
    wanted: Paging,
    load: Callable[[Transaction, Call, str], Any] | None = None,
) -> Page:
    """The page that is wanted. Raises NotFound when its cursor names nothing of the account's."""
    for param in ("starting_after", "ending_before"):
        cursor = getattr(wanted, param)
        if cursor is not None and tx is not None and load is not None:
            try:
                load(tx, call, cursor)
            except NotFound as error:
                error.param = param
                raise
    return Page(
        limit=wanted.limit,
        starting_after=wanted.starting_after,
        ending_before=wanted.ending_before,
    )


def listed(url: str, shown: Iterable[Json], page: Listed[Any]) -> Json:
    """A `list` of rendered objects."""
    return list_of(url, shown, has_more=page.has_more)


def created_conditions(created: TimeRange | None) -> list[Condition]:
    """Conditions on when an object was made, in Unix seconds."""
    if created is None:
        return []
    return [
        (f"created {operator} ?", bound)
        for name, operator in _BOUNDS
        if (bound := getattr(created, name)) is not None
    ]
