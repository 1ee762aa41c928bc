"""The reference of the API, written from the URL map and the parameter models.

`python -m paydesk.api.reference` prints it; `docs/api-reference.md` is what it prints.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from paydesk.api.params.grammar import TEXT_CHARACTERS_MAX, Params
from paydesk.api.params.lists import Paging
from paydesk.api.routes import ROUTES, SANDBOX_ROUTES
from paydesk.api.routing import Route

CHOICES_SHOWN_MAX = 8

HEAD = """\
# API reference

Written from the code by `make reference`: do not edit it. Names are as they are sent; `items[]` is
a list and also takes `items[0]`, `items[1]`, ... What comes back has the shape of Stripe's object
in the request's `Stripe-Version`. Which parameters of a session are taken and ignored, and which
are refused, tells [compatibility.md](compatibility.md).

Requests carry a secret key (`Authorization: Bearer sk_test_...`); those marked *buyer* take a
publishable one as well. Bodies are forms of at most 1 MiB. Every `POST` takes an `Idempotency-Key`,
everything takes `expand[]`, and every list `limit` (1 to 100, else 10), `starting_after` and
`ending_before`. Text has at most 5,000 characters where nothing else is said, and an empty text
unsets what can be unset.
"""

Schema = Mapping[str, Any]


class Parameter(NamedTuple):
    """One line of a table."""

    name: str
    kind: str
    required: bool


def markdown() -> str:
    """The whole reference."""
    return "\n".join([HEAD, *_section("Everywhere", ROUTES), *_section(SANDBOX, SANDBOX_ROUTES)])


SANDBOX = "In the sandbox alone"


def _section(title: str, routes: Iterable[Route]) -> Iterator[str]:
    yield f"## {title}\n"
    for route in sorted(routes, key=lambda route: (_noun(route.path), route.path, route.method)):
        yield from _route(route)


def _noun(path: str) -> str:
    """What the path is about: its words, without ids."""
    return "/".join(word for word in path.split("/") if not word.startswith("{"))


def _route(route: Route) -> Iterator[str]:
    buyer = " *buyer*" if route.client else ""
    yield f"### `{route.method} {route.path}`{buyer}\n"
    told = parameters(route.params)
    if told:
        yield "| parameter | |\n| --- | --- |"
        for one in told:
            yield f"| `{one.name}`{', required' if one.required else ''} | {one.kind} |"
        yield ""


def parameters(model: type[Params]) -> list[Parameter]:
    """Every parameter that a model takes, those of an object below it; not those of all."""
    schema = model.model_json_schema()
    of_all = {f"{name}[]" if name == "expand" else name for name in Paging.model_fields}
    told = _properties(schema, schema.get("$defs", {}), "")
    return [one for one in told if one.name not in of_all]


def _properties(schema: Schema, known: Mapping[str, Schema], place: str) -> Iterator[Parameter]:
    required = schema.get("required", ())
    for name, given in schema.get("properties", {}).items():
        inner = _resolved(given, known)
        if inner in ({}, {"not": {}}):
            continue  # taken and dropped, or always refused
        full = f"{place}[{name}]" if place else name
        yield from _parameter(inner, known, full, required=name in required)


def _parameter(
    schema: Schema, known: Mapping[str, Schema], name: str, *, required: bool
) -> Iterator[Parameter]:
    if "items" in schema:
        inner = _resolved(schema["items"], known)
        most = f", at most {schema['maxItems']}" if "maxItems" in schema else ""
        yield Parameter(f"{name}[]", f"list of {_kind(inner)}{most}", required)
        yield from _properties(inner, known, f"{name}[]")
        return
    yield Parameter(name, _kind(schema), required)
    yield from _properties(schema, known, name)


def _resolved(schema: Schema, known: Mapping[str, Schema]) -> Schema:
    """What stands behind references and alternatives to null."""
    while True:
        if "$ref" in schema:
            schema = known[schema["$ref"].rpartition("/")[2]]
        elif "anyOf" in schema:
            schema = next(one for one in schema["anyOf"] if one != {"type": "null"})
        else:
            return schema


def _kind(schema: Schema) -> str:
    if "const" in schema:
        return f"only `{str(schema['const']).lower()}`"
    if "enum" in schema:
        return _choices(schema["enum"])
    if schema.get("type") == "object":
        return str(schema.get("description", "names and texts")).partition("\n")[0]
    kind = _KINDS.get((schema.get("type"), schema.get("format")), str(schema.get("type", "text")))
    limits = [
        words.format(f"{schema[key]:,}")
        for key, words in _LIMITS.items()
        if schema.get(key) not in (None, TEXT_CHARACTERS_MAX)
    ]
    return ", ".join([kind, *limits])


_KINDS: Mapping[tuple[Any, Any], str] = {
    ("string", None): "text",
    ("string", "color"): "color such as `#1a2b3c`",
    ("string", "currency"): "currency such as `eur`",
    ("string", "email"): "email address",
    ("string", "uri"): "address of a page",
    ("string", "decimal"): "decimal number",
    ("integer", None): "integer",
    ("integer", "unix-time"): "Unix time in seconds",
    ("boolean", None): "`true` or `false`",
}
_LIMITS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
}


def _choices(words: list[str]) -> str:
    shown = ", ".join(f"`{word}`" for word in words[:CHOICES_SHOWN_MAX])
    more = len(words) - CHOICES_SHOWN_MAX
    return f"one of {shown} and {more} more" if more > 0 else f"one of {shown}"


if __name__ == "__main__":
    sys.stdout.write(markdown())
