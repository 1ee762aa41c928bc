"""What Stripe's published specification says, as data.

`create-session.json` and `event-types.json` are extracts of Stripe's OpenAPI description of
2026-05-27.dahlia, with what the types of stripe-python 16.1.0 (2026-10-28.endive) add to it. Both
are Stripe's, under the MIT licence that lies beside them. Nothing else here is copied.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One parameter of ``POST /v1/checkout/sessions``.

    `path` reads ``line_items[].price_data.currency``; `since` and `until` are API versions, None
    when the parameter is as old as the extract, or still there.
    """

    path: str
    type: str
    leaf: bool = False
    format: str | None = None
    enum: tuple[str, ...] = ()
    length_max: int | None = None
    emptyable: bool = False
    required: bool = False
    since: str | None = None
    until: str | None = None


@cache
def create_session_rows() -> Mapping[str, Row]:
    """Every parameter of session creation by its path, objects and arrays included."""
    rows = [_row(fields) for fields in _load("create-session.json")["parameters"]]
    return {row.path: row for row in rows}


@cache
def event_types() -> frozenset[str]:
    """The event names that a webhook endpoint may ask for, besides ``*``."""
    return frozenset(_load("event-types.json"))


def _row(fields: dict[str, Any]) -> Row:
    enum = tuple(fields.pop("enum", ()))
    return Row(enum=enum, length_max=fields.pop("maxLength", None), **fields)


def _load(name: str) -> Any:
    return json.loads(files(__name__).joinpath(name).read_bytes())


def choices(path: str) -> tuple[str, ...]:
    """The words among which the parameter of session creation at `path` is chosen."""
    return create_session_rows()[path].enum
