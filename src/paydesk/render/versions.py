"""API versions: one ordered list of changes, each able to turn a new answer into an older one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from paydesk.core.errors import InvalidRequest
from paydesk.render import Json

NEWEST = "2026-10-28.endive"
DEFAULT = "2026-02-25.clover"
"""For requests that name no version, and for events: the generation of names that Stripe's guides
to adjustable quantities use."""

DAHLIA = "2026-03-25.dahlia"
ENDIVE = "2026-09-30.endive"

_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(\.[a-z]+)?")


@dataclass(frozen=True, slots=True)
class Change:
    """What objects of one kind looked like before `version`."""

    version: str
    object: str
    down: Callable[[Json], None]


_OLD_UI_MODES = {"hosted_page": "hosted", "embedded_page": "embedded", "elements": "custom"}


def _old_ui_mode(session: Json) -> None:
    session["ui_mode"] = _OLD_UI_MODES[session["ui_mode"]]


def _no_allowed_types(session: Json) -> None:
    session.pop("allowed_payment_method_types", None)


CHANGES = (
    Change(ENDIVE, "checkout.session", _no_allowed_types),
    Change(DAHLIA, "checkout.session", _old_ui_mode),
)
"""Newest first."""


def check_version(version: str) -> str:
    """The version as the request names it. Raises InvalidRequest for what never was one."""
    if not _VERSION.fullmatch(version):
        raise InvalidRequest(f"Invalid Stripe API version: {version[:40]}")
    return version


def is_before(version: str, other: str) -> bool:
    """Whether `version` is older. Versions begin with their date, so text order is age."""
    return version[:10] < other[:10]


def downgrade(value: Any, version: str) -> Any:
    """Turn a rendered value, in place, into what `version` knows.

    What an event tells was frozen in the version of its own time and stays so.
    """
    changes = [change for change in CHANGES if is_before(version, change.version)]
    if changes:
        _apply(value, changes)
    return value


def _apply(value: Any, changes: list[Change]) -> None:
    if isinstance(value, list):
        for item in value:
            _apply(item, changes)
    elif isinstance(value, dict) and value.get("object") != "event":
        for change in changes:
            if value.get("object") == change.object:
                change.down(value)
        for item in value.values():
            if isinstance(item, dict | list):
                _apply(item, changes)
