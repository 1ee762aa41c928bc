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
from paydesk.storage.paging import EVER, Condition, Created, Listed, Page


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


def created_in(call: Call, created: TimeRange | None) -> Created:
    """The seconds that a range holds, by the account's clock."""
    if created is None:
        return EVER
    firsts = [created.gte, None if created.gt is None else created.gt + 1]
    lasts = [created.lte, None if created.lt is None else created.lt - 1]
    return Created(
        first=max((first for first in firsts if first is not None), default=None),
        last=min((last for last in lasts if last is not None), default=None),
        ahead_us=call.ahead_us,
    )


def created_conditions(call: Call, prefix: str, created: TimeRange | None) -> list[Condition]:
    """Conditions on when an object was made whose id begins with `prefix`, such as ``evt_``."""
    return created_in(call, created).conditions(prefix)
