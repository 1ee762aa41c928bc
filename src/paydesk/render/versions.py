"""API versions: one ordered list of changes. Each turns an old request up and a new answer down.

Behind it there is only today's API. What is new without taking anything away (a parameter, a field)
is there in every version, as at Stripe; so are both words for one front door, `embedded` and
`embedded_page`, since neither can be mistaken for something else.

Source: Stripe's changelog of API versions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from paydesk.core.errors import InvalidRequest
from paydesk.render import Json
from paydesk.render.known_versions import is_version

DEFAULT = "2026-02-25.clover"
"""For requests that name no version, and for events: the generation of names that Stripe's guides
to adjustable quantities use."""

DAHLIA = "2026-03-25.dahlia"
ENDIVE = "2026-09-30.endive"
BASIL = "2025-03-31.basil"
AUGUST_2022 = "2022-08-01"

NEW_SESSION = "POST /v1/checkout/sessions"

Names = dict[str, str]
"""What the request called a parameter, by what it is called today: `line_items[0][price]`."""

Up = Callable[[Json], Names]
"""Turns a request's parameters, in place, into those of `version`, and tells what it renamed."""

Down = Callable[[Json], None]
"""Turns an object of `version`, in place, into what it was before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What `version` changed about the answers that have `object`, or about `request`."""

    version: str
    object: str = ""
    down: Down | None = None
    request: str = ""
    up: Up | None = None


_OLD_UI_MODES = {"hosted_page": "hosted", "embedded_page": "embedded", "elements": "custom"}


def _old_ui_mode(session: Json) -> None:
    session["ui_mode"] = _OLD_UI_MODES[session["ui_mode"]]


def _no_allowed_types(session: Json) -> None:
    session.pop("allowed_payment_method_types", None)


def _old_shipping_details(session: Json) -> None:
    collected = session["collected_information"] or {}
    session["shipping_details"] = collected.get("shipping_details")


def _types_are_allowed_types(tree: Json) -> Names:
    """`payment_method_types` was what `allowed_payment_method_types` is."""
    old, new = "payment_method_types", "allowed_payment_method_types"
    if old not in tree or new in tree:
        return {}
    tree[new] = tree.pop(old)
    return {new: old, **{f"{new}[{at}]": f"{old}[{at}]" for at, _ in _elements(tree[new])}}


def _buyers_become_customers(tree: Json) -> Names:
    """A payment by nobody known made a customer, asked or not."""
    if tree.get("mode") == "payment" and not {"customer", "customer_creation"} & tree.keys():
        tree["customer_creation"] = "always"
    return {}


_IN_PRICE_DATA = {
    "currency": ("currency",),
    "amount": ("unit_amount",),
    "name": ("product_data", "name"),
    "description": ("product_data", "description"),
    "images": ("product_data", "images"),
}
"""What a line said of its price by itself, and where it says so since."""


def _lines_have_prices(tree: Json) -> Names:
    """A line had its own `name`, `amount` and `currency` where it has `price_data` now."""
    names: Names = {}
    for index, line in _elements(tree.get("line_items")):
        if not isinstance(line, dict) or {"price", "price_data"} & line.keys():
            continue
        place = f"line_items[{index}]"
        for old, path in _IN_PRICE_DATA.items():
            if old in line:
                _put(line.setdefault("price_data", {}), path, line.pop(old))
                within = "".join(f"[{name}]" for name in path)
                names[f"{place}[price_data]{within}"] = f"{place}[{old}]"
    return names


def _elements(value: Any) -> Iterator[tuple[Any, Any]]:
    """A list as it was sent, with or without its indexes."""
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from enumerate(value)


def _put(tree: Json, path: tuple[str, ...], value: Any) -> None:
    *above, last = path
    for name in above:
        tree = tree.setdefault(name, {})
    tree[last] = value


SESSION = "checkout.session"

CHANGES = (
    Change(
        version=ENDIVE,
        object=SESSION, down=_no_allowed_types,
        request=NEW_SESSION, up=_types_are_allowed_types,
    ),
    Change(version=DAHLIA, object=SESSION, down=_old_ui_mode),
    Change(version=BASIL, object=SESSION, down=_old_shipping_details),
    Change(version=AUGUST_2022, request=NEW_SESSION, up=_buyers_become_customers),
    Change(version=AUGUST_2022, request=NEW_SESSION, up=_lines_have_prices),
)  # fmt: skip
"""Newest first."""

AS_THEY_ARE: Mapping[str, str] = {}


def check_version(version: str, param: str | None = None) -> str:
    """The version as the request names it. Raises InvalidRequest for what never was one."""
    if not is_version(version):
        raise InvalidRequest(f"Invalid Stripe API version: {version[:40]}", param=param)
    return version


def is_before(version: str, other: str) -> bool:
    """Whether `version` is older. Versions begin with their date, so text order is age."""
    return version[:10] < other[:10]


def upgrade(tree: Json, request: str, version: str) -> Mapping[str, str]:
    """Turn a request's parameters, in place, into today's, and tell the names that have changed.

    `request` is its method and its route's path. The names are for errors: they name what was sent.
    """
    ups = _ups_since(version, request)
    if not ups:
        return AS_THEY_ARE
    names: Names = {}
    for up in ups:
        names |= up(tree)
    return names


def downgrade(value: Json, version: str) -> Json:
    """Turn a rendered object, or a list of them, in place, into what `version` knows.

    Sessions stand alone or in lists, never inside other objects. What an event tells was frozen in
    the version of its own time and stays so.
    """
    downs = _downs_since(version)
    if downs:
        for item in value["data"] if value.get("object") == "list" else (value,):
            for down in downs.get(item.get("object", ""), ()):
                down(item)
    return value


@lru_cache(maxsize=256)
def _downs_since(version: str) -> Mapping[str, list[Down]]:
    """By kind of object, the newest change first."""
    downs: dict[str, list[Down]] = {}
    for change in CHANGES:
        if change.down is not None and is_before(version, change.version):
            downs.setdefault(change.object, []).append(change.down)
    return downs


@lru_cache(maxsize=1_024)
def _ups_since(version: str, request: str) -> list[Up]:
    """The oldest change first."""
    return [
        change.up
        for change in reversed(CHANGES)
        if change.up is not None
        and change.request == request
        and is_before(version, change.version)
    ]
