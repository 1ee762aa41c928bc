"""Stripe's published specification as the judge of answers.

The document is OpenAPI 3.0, so its schemas become JSON Schema first: `nullable` is an
alternative, and an object with named properties has no others, since a name that Stripe does not
know is a mistake of ours.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from openapi_schema_validator import OAS30Validator

DOCUMENT = Path(__file__).parents[1] / "spec" / "checkout.json"

KEYWORDS = {
    *("$ref", "additionalProperties", "anyOf", "enum", "items", "maxLength", "properties"),
    *("required", "type"),
}
"""What the schemas of answers say besides descriptions; a test holds that there is no more."""

UI_MODES_SINCE_DAHLIA = {
    "hosted": "hosted_page",
    "embedded": "embedded_page",
    "custom": "elements",
}

Json = dict[str, Any]


@cache
def document() -> Json:
    loaded: Json = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    return loaded


@cache
def schemas() -> Json:
    found: Json = document()["components"]["schemas"]
    return found


@cache
def _components() -> Json:
    return {"schemas": {name: _closed(schema) for name, schema in schemas().items()}}


def _closed(schema: Any) -> Any:
    """The schema in words that the validator takes at their value."""
    if not isinstance(schema, dict):
        return schema
    kept = {name: value for name, value in schema.items() if name in KEYWORDS}
    for name, value in kept.items():
        if name == "properties":
            kept[name] = {field: _closed(below) for field, below in value.items()}
        elif name == "anyOf":
            kept[name] = [_closed(below) for below in value]
        elif name in {"items", "additionalProperties"}:
            kept[name] = _closed(value)
    if kept.get("properties"):
        kept.setdefault("additionalProperties", False)
    return {"anyOf": [{"enum": [None]}, kept]} if schema.get("nullable") else kept


NOT_IN_THE_EXTRACT = {"tax.registration"}
"""Kinds of objects whose schemas were left out of it."""


@cache
def _operations() -> list[tuple[str, re.Pattern[str], Json]]:
    return [
        (method.upper(), re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), operation["responses"])
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    ]


def specifies(method: str, path: str) -> bool:
    """Whether there is such an operation."""
    return _responses(method, path) is not None


def _responses(method: str, path: str) -> Json | None:
    for known, pattern, responses in _operations():
        if known == method and pattern.fullmatch(path):
            return responses
    return None


def complaints(method: str, path: str, status: int, answer: Any) -> list[str]:
    """What Stripe's specification has against this answer, and against every event in it."""
    responses = _responses(method, path)
    assert responses is not None, f"{method} {path} is not specified"
    response = responses["200" if status == 200 else "default"]
    found = _errors(response["content"]["application/json"]["schema"], answer)
    for happened in _events_in(answer):
        found += event_complaints(happened["data"]["object"])
    return found


def event_complaints(value: Json) -> list[str]:
    """The same for what happened to an object, told in words older than the specification's."""
    word = value.get("ui_mode")
    renewed = value if word is None else {**value, "ui_mode": UI_MODES_SINCE_DAHLIA[word]}
    if value["object"] in NOT_IN_THE_EXTRACT:
        return []
    return _errors(schemas()[value["object"]], renewed)


def nullable_names(kind: str) -> set[str]:
    """The fields of a kind of object that are null where there is nothing to say."""
    properties: Json = schemas()[kind]["properties"]
    return {name for name, schema in properties.items() if schema.get("nullable")}


def _events_in(answer: Json) -> Iterator[Json]:
    listed = answer["data"] if answer.get("object") == "list" else [answer]
    return (value for value in listed if value.get("object") == "event")


def _errors(schema: Json, value: Any) -> list[str]:
    validator = OAS30Validator({**_closed(schema), "components": _components()})
    return [
        f"{'.'.join(map(str, error.absolute_path)) or 'answer'}: {_why(error)}"
        for error in validator.iter_errors(value)
    ]


def _why(error: Any) -> str:
    """The complaints of the alternative that fits best, instead of the whole value."""
    if not error.context:
        return str(error.message)[:300]
    within = [
        f"{'.'.join(map(str, inner.relative_path))}: {_why(inner)}" for inner in error.context
    ]
    return "; ".join(within)
