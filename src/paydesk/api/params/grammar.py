"""Stripe's scalar types, for fields of pydantic models.

Every leaf of a request is text, and what text counts as an integer or a boolean is Stripe's
business, not Python's: `int("1_0")` and `bool("no")` must never be asked. A field says
``quantity: Annotated[int, Integer(minimum=0)]``; the annotation reads the text, refuses it in
Stripe's words (`problems.py`) and describes itself in a JSON schema.

An empty string asks to unset a parameter. Fields that can be unset are ``Emptyable[...]`` and then
hold None, told from "not given" by `model_fields_set`; all others refuse it.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationError,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from paydesk.api.params.problems import first_refusal, listed, problem, shortened
from paydesk.core.metadata import PAIRS_MAX

INTEGER_DIGITS_MAX = 15
"""More would not survive JavaScript's numbers."""
TEXT_CHARACTERS_MAX = 5_000
DECIMAL_PLACES_MAX = 12
METADATA_KEY_CHARACTERS_MAX = 40
METADATA_VALUE_CHARACTERS_MAX = 500
ARRAY_ITEMS_MAX = 128

_BOOLEANS = {"true": True, "false": False, "True": True, "False": False}
_INTEGER = re.compile(rf"0|-?[1-9][0-9]{{0,{INTEGER_DIGITS_MAX - 1}}}")
_DECIMAL = re.compile(r"(?:0|[1-9][0-9]{0,14})(?:\.([0-9]{1,40}))?")

Model = TypeVar("Model", bound="Params")
Value = TypeVar("Value")


class Params(BaseModel):
    """A set of parameters: unknown names are refused, and nothing changes once it is read."""

    # An error that shows its input would carry card numbers into logs.
    # Each model is built when it is first asked for: most servers never see most requests.
    model_config = ConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True, defer_build=True
    )


def validate(model: type[Model], tree: dict[str, Any]) -> Model:
    """The decoded `tree` as a `model`. Raises InvalidRequest for the first thing wrong with it."""
    try:
        return model.model_validate(tree)
    except ValidationError as error:
        raise first_refusal(error.errors(include_url=False)) from None


class Scalar(ABC):
    """One value of a request: `read` turns its text into the value or raises a problem."""

    @abstractmethod
    def read(self, value: Any) -> Any:
        """The value that the text stands for. Raises PydanticCustomError."""

    @abstractmethod
    def schema(self) -> JsonSchemaValue:
        """The JSON schema of the value."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(
        self, source: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return self.schema()


def given(value: Any, kind: str) -> str:
    """`value` if it is text with something in it; `kind` names the problem if it isn't text."""
    if not isinstance(value, str):
        raise problem(kind, value="{...}")
    if not value:
        raise problem("empty")
    return value


@dataclass(frozen=True, slots=True)
class Integer(Scalar):
    """A whole number in plain ASCII digits: no spaces, no plus, no leading zeros, no exponent."""

    minimum: int | None = None
    maximum: int | None = None
    digits_max: int = INTEGER_DIGITS_MAX

    def read(self, value: Any) -> int:
        text = given(value, "integer")
        if not _INTEGER.fullmatch(text) or len(text.lstrip("-")) > self.digits_max:
            raise problem("integer", value=shortened(text))
        number = int(text)
        if self.minimum is not None and number < self.minimum:
            raise problem("below", least=self.minimum)
        if self.maximum is not None and number > self.maximum:
            raise problem("above", most=self.maximum)
        return number

    def schema(self) -> JsonSchemaValue:
        bounds = {"minimum": self.minimum, "maximum": self.maximum}
        return {"type": "integer"} | {name: at for name, at in bounds.items() if at is not None}


@dataclass(frozen=True, slots=True)
class Boolean(Scalar):
    """``true`` or ``false``; ``True`` and ``False`` as well, which SDKs for Python once sent."""

    def read(self, value: Any) -> bool:
        text = given(value, "boolean")
        if text not in _BOOLEANS:
            raise problem("boolean", value=shortened(text))
        return _BOOLEANS[text]

    def schema(self) -> JsonSchemaValue:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class DecimalText(Scalar):
    """A non-negative decimal number, kept as its text so that no digit is lost."""

    places_max: int = DECIMAL_PLACES_MAX

    def read(self, value: Any) -> str:
        text = given(value, "decimal")
        match = _DECIMAL.fullmatch(text)
        if match is None:
            raise problem("decimal", value=shortened(text))
        if len(match[1] or "") > self.places_max:
            raise problem("decimal_long", value=shortened(text), most=self.places_max)
        return text

    def schema(self) -> JsonSchemaValue:
        return {"type": "string", "format": "decimal"}


@dataclass(frozen=True, slots=True)
class Text(Scalar):
    """Text of a limited number of characters; `visible` asks for more than white space."""

    characters_max: int = TEXT_CHARACTERS_MAX
    visible: bool = False

    def read(self, value: Any) -> str:
        text = given(value, "string")
        if len(text) > self.characters_max:
            ends = text if len(text) <= 23 else f"{text[:10]}...{text[-10:]}"
            raise problem("string_long", value=ends, most=self.characters_max)
        if self.visible and not text.strip():
            raise problem("string_blank")
        return text

    def schema(self) -> JsonSchemaValue:
        return {"type": "string", "maxLength": self.characters_max}


@dataclass(frozen=True, slots=True)
class Enum(Scalar):
    """One of a few words. `unsupported` are Stripe's words that Paydesk can't honour yet."""

    choices: Sequence[str]
    unsupported: frozenset[str] = frozenset()

    def read(self, value: Any) -> str:
        text = given(value, "string")
        if text not in self.choices:
            raise problem("enum", choices=listed(self.choices))
        if text in self.unsupported:
            raise problem("unsupported_value", value=text)
        return text

    def schema(self) -> JsonSchemaValue:
        return {"enum": [word for word in self.choices if word not in self.unsupported]}


@dataclass(frozen=True, slots=True)
class Timestamp(Scalar):
    """Unix time in seconds."""

    def read(self, value: Any) -> int:
        text = given(value, "timestamp")
        if not _INTEGER.fullmatch(text) or text.startswith("-") or len(text) > 11:
            raise problem("timestamp", value=shortened(text))
        return int(text)

    def schema(self) -> JsonSchemaValue:
        return {"type": "integer", "format": "unix-time"}


@dataclass(frozen=True, slots=True)
class Array:
    """A list, sent as ``name[]``, or as ``name[0]``, ``name[1]``, ... without gaps."""

    items_max: int = ARRAY_ITEMS_MAX

    def read(self, value: Any) -> list[Any]:
        """The elements in their order. Raises a problem for anything that isn't a list."""
        if value == "":
            raise problem("empty")
        items = numbered(value) if isinstance(value, dict) else value
        if not isinstance(items, list):
            raise problem("array")
        if len(items) > self.items_max:
            raise problem("array_long", most=self.items_max)
        return items

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.read, handler(source))


_INDEX = re.compile(r"0|[1-9][0-9]{0,2}")


def numbered(tree: dict[str, Any]) -> list[Any]:
    """The values of ``{"0": ..., "1": ...}`` in the order of their numbers."""
    if not all(_INDEX.fullmatch(key) for key in tree):
        raise problem("array")
    if len(tree) > ARRAY_ITEMS_MAX:
        raise problem("array_long", most=ARRAY_ITEMS_MAX)
    items = [tree.get(str(index)) for index in range(len(tree))]
    if None in items:
        raise problem("array_gaps")
    return items


@dataclass(frozen=True, slots=True)
class Pairs(Scalar):
    """Metadata: up to 50 pairs of text. `keeps_empty` leaves "" in, which unsets that key."""

    keeps_empty: bool = False

    def read(self, value: Any) -> dict[str, str]:
        if value == "":
            raise problem("empty")
        if not isinstance(value, dict):
            raise problem("object")
        if len(value) > PAIRS_MAX:
            raise problem("metadata_many", most=PAIRS_MAX, given=len(value))
        for key, text in value.items():
            _check_pair(key, text)
        return {key: text for key, text in value.items() if text or self.keeps_empty}

    def schema(self) -> JsonSchemaValue:
        value = {"type": "string", "maxLength": METADATA_VALUE_CHARACTERS_MAX}
        return {"type": "object", "additionalProperties": value}


def _check_pair(key: str, text: Any) -> None:
    if len(key) > METADATA_KEY_CHARACTERS_MAX:
        raise problem(
            "metadata_key", most=METADATA_KEY_CHARACTERS_MAX, given=len(key), value=shortened(key)
        )
    if not isinstance(text, str):
        raise problem("string", value="{...}", at=(key,))
    if len(text) > METADATA_VALUE_CHARACTERS_MAX:
        raise problem(
            "metadata_value",
            most=METADATA_VALUE_CHARACTERS_MAX,
            given=len(text),
            value=shortened(text),
            at=(key,),
        )


def _empty_to_none(value: Any, handler: Any) -> Any:
    return None if value == "" else handler(value)


class _CanBeEmpty:
    """Reads "" as None before the field's own type sees it."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_wrap_validator_function(_empty_to_none, handler(source))


Emptyable = Annotated[Value | None, _CanBeEmpty()]
"""A field that an empty string unsets."""

Metadata = Annotated[dict[str, str], Pairs()]
"""On creation: empty values are as good as none."""
MetadataChanges = Annotated[dict[str, str], Pairs(keeps_empty=True)]
"""On update: an empty value unsets its key."""


class Unsupported(Scalar):
    """A parameter of Stripe's that Paydesk can't honour yet, so it refuses it in any form."""

    def read(self, value: Any) -> None:
        """Never a value."""
        raise problem("unsupported")

    def schema(self) -> JsonSchemaValue:
        return {"not": {}}


class Off(Scalar):
    """A switch that Paydesk does not have: ``false`` asks for nothing, ``true`` is refused."""

    def read(self, value: Any) -> None:
        """Never a value."""
        if Boolean().read(value):
            raise problem("unsupported_value", value=value)

    def schema(self) -> JsonSchemaValue:
        return {"const": False}


class Note(Scalar):
    """What a client tells about itself and nothing depends on: taken in any shape, and dropped."""

    def read(self, value: Any) -> None:
        """Never a value."""

    def schema(self) -> JsonSchemaValue:
        return {}


NotYet = Annotated[None, Unsupported()]
Noted = Annotated[None, Note()]
NotOn = Annotated[None, Off()]

Id = Annotated[str, Text()]
Whole = Annotated[int, Integer(minimum=0)]
Flag = Annotated[bool, Boolean()]
Decimal = Annotated[str, DecimalText()]
UnixTime = Annotated[int, Timestamp()]
Expand = Annotated[tuple[Id, ...], Array()]
