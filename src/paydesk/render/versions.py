"""API versions: one ordered list of changes, each able to turn a new answer into an older one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from paydesk.core.errors import InvalidRequest
from paydesk.render import Json

NEWEST = "2026-10-28.endive"
DEFAULT = "2026-02-25.clover"
"""For requests that name no version, and for events: the generation of names that Stripe's guides
to adjustable quantities use."""

DAHLIA = "2026-03-25.dahlia"
ENDIVE = "2026-09-30.endive"
BASIL = "2025-03-31.basil"

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


def _old_shipping_details(session: Json) -> None:
    collected = session["collected_information"] or {}
    session["shipping_details"] = collected.get("shipping_details")


CHANGES = (
    Change(ENDIVE, "checkout.session", _no_allowed_types),
    Change(DAHLIA, "checkout.session", _old_ui_mode),
    Change(BASIL, "checkout.session", _old_shipping_details),
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


def downgrade(value: Json, version: str) -> Json:
    """Turn a rendered object, or a list of them, in place, into what `version` knows.

    Sessions stand alone or in lists, never inside other objects. What an event tells was frozen in
    the version of its own time and stays so.
    """
    changes = _changes_since(version)
    if changes:
        for item in value["data"] if value.get("object") == "list" else (value,):
            for change in changes:
                if item.get("object") == change.object:
                    change.down(item)
    return value


@lru_cache(maxsize=256)
def _changes_since(version: str) -> tuple[Change, ...]:
    return tuple(change for change in CHANGES if is_before(version, change.version))
