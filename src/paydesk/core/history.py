"""What happened to a session that no event tells: its page was opened, its order was changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from paydesk.core.line_items import LineItem
from paydesk.core.sessions import Session

BUYER, MERCHANT = "buyer", "merchant"

ENTRIES_MAX = 200
"""Changes of one session that are kept; the first ones stay, later ones are not written down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChange:
    """A line's quantity before and after; 0 where the order had no such line."""

    name: str
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What `by` changed of an order. Amounts are in minor units, pairs are before and after.

    `told` are names of what the buyer said of themselves: their values are the session's.
    """

    by: str
    lines: tuple[LineChange, ...]
    tax: tuple[int, int]
    total: tuple[int, int]
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row of a session's history. Without a change it says that the page was opened."""

    id: str
    session: str
    change: Change | None = None


def change_between(
    by: str,
    before: tuple[Session, Sequence[LineItem]],
    after: tuple[Session, Sequence[LineItem]],
) -> Change:
    """How two pictures of one session differ."""
    (old, old_lines), (new, new_lines) = before, after
    told = ("customer_details", "shipping", "tax_location")
    return Change(
        by=by,
        lines=_line_changes(old_lines, new_lines),
        tax=(old.amount_tax, new.amount_tax),
        total=(old.amount_total, new.amount_total),
        told=tuple(name for name in told if getattr(old, name) != getattr(new, name)),
    )


def _line_changes(before: Sequence[LineItem], after: Sequence[LineItem]) -> tuple[LineChange, ...]:
    old = {line.id: line.quantity for line in before}
    new = {line.id: line.quantity for line in after}
    names: Mapping[str, str] = {line.id: line.product.name for line in (*before, *after)}
    return tuple(
        LineChange(name=name, before=old.get(id, 0), after=new.get(id, 0))
        for id, name in names.items()
        if old.get(id, 0) != new.get(id, 0)
    )
