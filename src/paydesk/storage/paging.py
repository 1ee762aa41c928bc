"""Lists by cursor. Ids begin with time, so the order of ids is the order of age, newest first."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Generic, TypeVar

from paydesk.core.errors import NotFound
from paydesk.core.ids import first_id, without_prefix
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

    def among(self, prefix: str) -> Page:
        """The same place among ids that begin otherwise: the cursor stands at the same time."""
        after, before = self.starting_after, self.ending_before
        return Page(
            limit=self.limit,
            starting_after=None if after is None else prefix + without_prefix(after),
            ending_before=None if before is None else prefix + without_prefix(before),
        )


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
    where, values = _where(conditions, page, key)
    order = "ASC" if backwards else "DESC"
    sql = f"{select} WHERE {where} ORDER BY {key} {order} LIMIT ${len(values) + 1}"
    rows = tx.all(sql, [*values, page.limit + 1])
    has_more = len(rows) > page.limit
    rows = rows[: page.limit]
    return Listed(rows[::-1] if backwards else rows, has_more)


def select_few(
    tx: Transaction, select: str, conditions: Sequence[Condition], page: Page
) -> Listed[Row]:
    """The same where no more than a few rows meet the conditions: all are read, by their index."""
    where, values = _where(conditions, page, "id")
    return merged([Listed(tx.all(f"{select} WHERE {where}", values), False)], page)


def _where(conditions: Sequence[Condition], page: Page, key: str) -> tuple[str, list[Value]]:
    """What rows on this side of the page's cursor meet, and its values."""
    wanted = list(conditions)
    if page.starting_after is not None:
        wanted.append((f"{key} < ?", page.starting_after))
    if page.ending_before is not None:
        wanted.append((f"{key} > ?", page.ending_before))
    values = [value for _, given in wanted for value in _values(given)]
    numbers = itertools.count(1)
    sql = re.sub(r"\?", lambda _: f"${next(numbers)}", " AND ".join(sql for sql, _ in wanted))
    return sql, values


def merged(
    parts: Iterable[Listed[Row]], page: Page, *, key: Callable[[Row], str] = itemgetter(0)
) -> Listed[Row]:
    """The page of a list whose parts were read one by one, each in the order of its own index.

    No row is in two parts. `key` tells a row's place, which is its id in the first column.
    """
    read = list(parts)
    rows = sorted((row for part in read for row in part.items), key=key)
    has_more = len(rows) > page.limit or any(part.has_more for part in read)
    wanted = rows[: page.limit] if page.ending_before is not None else rows[-page.limit :]
    return Listed(wanted[::-1], has_more)


@dataclass(frozen=True, slots=True)
class Created:
    """When objects were created: from one Unix second to another, both included; None is no bound.

    They are seconds of an account whose clock is ahead of the server's by `ahead_us` now, and was
    by no more at any time before.
    """

    first: int | None = None
    last: int | None = None
    ahead_us: int = 0

    def conditions(self, prefix: str) -> list[Condition]:
        """Only rows that were created then, where ids begin with `prefix` (``evt_``) and time.

        That is the second of their creation by the server's clock: it says where to look, and the
        account's second is looked at besides.
        """
        found: list[Condition] = []
        if self.first is not None:
            start = first_id(prefix, self.first - self.ahead_us // 1_000_000)
            found += [("id >= ?", start), ("created >= ?", self.first)]
        if self.last is not None:
            found += [("id < ?", first_id(prefix, self.last + 1)), ("created <= ?", self.last)]
        return found

    def of_any_id(self) -> list[Condition]:
        """The same where ids need not begin with time, since a merchant may choose them."""
        found: list[Condition] = []
        if self.first is not None:
            found.append(("created >= ?", self.first))
        if self.last is not None:
            found.append(("created <= ?", self.last))
        return found


EVER = Created()


def begins_with(prefix: str) -> Condition:
    """Only rows whose id begins with `prefix`, which ends with an underscore."""
    return "id >= ? AND id < ?", (prefix, prefix[:-1] + chr(ord("_") + 1))


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
