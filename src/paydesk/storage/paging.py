"""Lists by cursor. Ids begin with time, so the order of ids is the order of age, newest first."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from paydesk.core.errors import NotFound
from paydesk.storage.database import Row, Transaction, Value

T = TypeVar("T")

Condition = tuple[str, Value | tuple[Value, ...]]
"""SQL with a `?`, such as `status = ?`, and its value; or with several, and as many values."""


NOTHING: Condition = ("id = ?", "")
"""Met by no row: what Paydesk has no such objects for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which part of a list is wanted: at most `limit` items, on one side of a cursor."""

    limit: int = 10
    starting_after: str | None = None
    ending_before: str | None = None


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """Part of a list, and whether more follows in the direction of reading."""

    items: list[T]
    has_more: bool


def select_page(
    tx: Transaction, select: str, conditions: Sequence[Condition], page: Page, *, key: str = "id"
) -> Listed[Row]:
    """The rows of `select` that meet every condition, newest first, one page of them."""
    backwards = page.ending_before is not None
    wanted = list(conditions)
    if page.starting_after is not None:
        wanted.append((f"{key} < ?", page.starting_after))
    if page.ending_before is not None:
        wanted.append((f"{key} > ?", page.ending_before))
    values = [value for _, given in wanted for value in _values(given)]
    numbers = itertools.count(1)
    where = re.sub(r"\?", lambda _: f"${next(numbers)}", " AND ".join(sql for sql, _ in wanted))
    order = "ASC" if backwards else "DESC"
    sql = f"{select} WHERE {where} ORDER BY {key} {order} LIMIT ${len(values) + 1}"
    rows = tx.all(sql, [*values, page.limit + 1])
    has_more = len(rows) > page.limit
    rows = rows[: page.limit]
    return Listed(rows[::-1] if backwards else rows, has_more)


def one_of(column: str, values: Sequence[Value]) -> Condition:
    """Only rows whose `column` is one of `values`; no row when there are none."""
    return f"{column} IN ({', '.join('?' * len(values)) or 'NULL'})", tuple(values)


def escaped(text: str) -> str:
    r"""Text as a LIKE pattern that means itself, with `ESCAPE '\'`."""
    return text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")


def _values(given: Value | tuple[Value, ...]) -> tuple[Value, ...]:
    return given if isinstance(given, tuple) else (given,)


def slice_page(items: Sequence[T], ids: Sequence[str], page: Page, *, noun: str) -> Listed[T]:
    """One page of a short list that is at hand whole and keeps its own order."""
    first, last = 0, len(items)
    if page.starting_after is not None:
        first = _place(ids, page.starting_after, "starting_after", noun) + 1
        last = min(len(items), first + page.limit)
        return Listed(list(items[first:last]), last < len(items))
    if page.ending_before is not None:
        last = _place(ids, page.ending_before, "ending_before", noun)
        first = max(0, last - page.limit)
        return Listed(list(items[first:last]), first > 0)
    return Listed(list(items[: page.limit]), len(items) > page.limit)


def _place(ids: Sequence[str], id: str, param: str, noun: str) -> int:
    if id not in ids:
        raise NotFound(noun, id, param=param)
    return ids.index(id)
