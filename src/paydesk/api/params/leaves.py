"""Types for the parameters that are checked by the specification alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from paydesk.api.params.formats import Color, Currency, Url
from paydesk.api.params.grammar import (
    TEXT_CHARACTERS_MAX,
    Array,
    Boolean,
    DecimalText,
    Enum,
    Integer,
    Pairs,
    Scalar,
    Text,
    Timestamp,
)
from paydesk.api.params.spec import Row

Reader = Callable[[Any], Any]

_BY_TYPE: dict[str, Scalar] = {
    "boolean": Boolean(),
    "integer": Integer(),
    "number": DecimalText(),
    "map<string>": Pairs(),
}
_BY_FORMAT: dict[str, Scalar] = {
    "currency": Currency(),
    "decimal": DecimalText(),
    "unix-time": Timestamp(),
}


def reader(row: Row) -> Reader:
    """How the value of the leaf `row` is read. The reader raises PydanticCustomError."""
    scalar = _scalar(row)
    read = _each(scalar) if row.type == "array<string>" else scalar.read
    # In the specification an empty word among the choices means that the field can be unset.
    return _or_none(read) if row.emptyable or "" in row.enum else read


def _scalar(row: Row) -> Scalar:
    if row.format is not None:
        return _BY_FORMAT[row.format]
    if row.enum:
        return Enum(tuple(word for word in row.enum if word))
    return _BY_TYPE.get(row.type) or _text(row)


def _text(row: Row) -> Scalar:
    """Text; what a page might put into HTML or CSS has a form, which the specification omits."""
    name = row.path.rpartition(".")[2]
    if name == "url":
        return Url()
    return Color() if name.endswith("_color") else Text(row.length_max or TEXT_CHARACTERS_MAX)


def _each(scalar: Scalar) -> Reader:
    return lambda value: [scalar.read(element) for element in Array().read(value)]


def _or_none(read: Reader) -> Reader:
    return lambda value: None if value == "" else read(value)
