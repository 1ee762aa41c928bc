"""From a request's model to the fields of a dataclass of `core`."""

from __future__ import annotations

from typing import Any

from paydesk.storage.paging import Condition


def given(wanted: Any) -> dict[str, Any]:
    """The fields of a new object that were sent, besides how to show it."""
    fields: dict[str, Any] = wanted.model_dump(exclude_none=True, exclude={"expand"})
    return fields


def changes(wanted: Any) -> dict[str, Any]:
    """What an update changes: a field that was sent empty becomes None."""
    changed: dict[str, Any] = wanted.model_dump(include=wanted.model_fields_set - {"expand"})
    return changed


def if_given(wanted: Any, conditions: dict[str, str]) -> list[Condition]:
    """Those of the `conditions`, by the name of their parameter, whose parameter was sent."""
    return [
        (condition, int(value) if isinstance(value, bool) else value)
        for name, condition in conditions.items()
        if (value := getattr(wanted, name)) is not None
    ]
