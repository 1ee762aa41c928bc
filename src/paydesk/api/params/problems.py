"""Every way in which a parameter can be wrong: the code and the words of the answer, as one table.

The words are Stripe's where Stripe's are known. Problems travel through pydantic as errors of a
type named here, and become an `InvalidRequest` with the parameter's name in bracket form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_core import PydanticCustomError

from paydesk.api.forms import bracketed
from paydesk.core.countries import COUNTRY_UNKNOWN
from paydesk.core.errors import InvalidRequest

Path = tuple[str | int, ...]

SHOWN_CHARACTERS_MAX = 200
"""How much of a wrong value an answer repeats."""


@dataclass(frozen=True, slots=True)
class Problem:
    """`text` may hold what the problem came with, and two names in bracket form: ``{param}``, the
    parameter that is wrong, and ``{owner}``, the object that a rule among its fields belongs to.
    """

    text: str
    code: str | None = None


_UNSET = (
    "You passed an empty string for '{param}'. We assume empty values are an attempt to unset a "
    "parameter; however '{param}' cannot be unset. You should remove '{param}' from your request "
    "or supply a non-empty value."
)

PROBLEMS: Mapping[str, Problem] = {
    "missing": Problem("Missing required param: {param}.", "parameter_missing"),
    "empty": Problem(_UNSET, "parameter_invalid_empty"),
    "quantity_missing": Problem("Quantity is required. Add `quantity` to `{owner}`"),
    "price_missing": Problem(
        "You must provide either price or price_data for each line item when using prices."
    ),
    "foreign": Problem(
        "The following parameters are not supported with `ui_mode: {ui_mode}`: {choices}."
    ),
    "return_never": Problem(
        "`return_url` can't be set when `redirect_on_completion` is `never`: nobody is sent there."
    ),
    "array": Problem("Invalid array"),
    "array_gaps": Problem("Invalid array: its indexes must run from 0 without gaps."),
    "array_long": Problem("Invalid array: must have at most {most} elements."),
    "object": Problem("Invalid object"),
    "integer": Problem("Invalid integer: {value}", "parameter_invalid_integer"),
    "below": Problem(
        "This value must be greater than or equal to {least}.", "parameter_invalid_integer"
    ),
    "above": Problem(
        "This value must be less than or equal to {most}.", "parameter_invalid_integer"
    ),
    "boolean": Problem("Invalid boolean: {value}"),
    "decimal": Problem("Invalid decimal: {value}"),
    "decimal_long": Problem(
        "Invalid decimal: {value}; must contain at maximum {most} decimal places.",
    ),
    "string": Problem("Invalid string: {value}"),
    "string_long": Problem("Invalid string: {value}; must be at most {most} characters"),
    "string_blank": Problem(
        "The value of '{param}' must hold at least one character that is not a space.",
        "parameter_invalid_string_blank",
    ),
    "enum": Problem("Invalid {param}: must be one of {choices}"),
    "timestamp": Problem("Invalid timestamp: {value}; must be an integer Unix timestamp"),
    "url_scheme": Problem(
        "Invalid URL: An explicit scheme (such as https) must be provided.", "url_invalid"
    ),
    "url": Problem("Not a valid URL", "url_invalid"),
    "email": Problem("Invalid email address: {value}", "email_invalid"),
    "currency": Problem(
        "Invalid currency: {value}. Stripe currently supports these currencies: {choices}"
    ),
    "country": Problem(COUNTRY_UNKNOWN),
    "color": Problem("Invalid color: {value}; must be a hex color such as #0074d4"),
    "recurring": Problem(
        "You specified `payment` mode but passed a recurring price. Either switch to "
        "`subscription` mode or use only one-time prices."
    ),
    "card_number": Problem(
        "Sending credit card numbers directly to the Stripe API is generally unsafe. Use a test "
        "token as `card[token]`, such as `tok_visa`, or a test payment method, such as "
        "`pm_card_visa`.",
        "parameter_unsupported",
    ),
    "card_in_text": Problem(
        "The value of '{param}' looks like it holds a card number. Enter the card's number in the "
        "field for it alone.",
        "parameter_invalid_string",
    ),
    "metadata_many": Problem("You can have up to {most} metadata keys, but you passed {given}."),
    "metadata_key": Problem(
        "Metadata keys can have up to {most} characters, but you passed in a key that is {given} "
        "characters. Invalid key: {value}"
    ),
    "metadata_value": Problem(
        "Metadata values can have up to {most} characters, but you passed in a value that is "
        "{given} characters. Invalid value: {value}"
    ),
    "exclusive": Problem(
        "You may only specify one of these parameters: {choices}.", "parameters_exclusive"
    ),
    "refund_of_nothing": Problem(
        "One of the following params should be provided for this request: payment_intent or "
        "charge.",
        "parameter_missing",
    ),
    "update_nobody": Problem("`customer_update` can only be used with `customer`."),
    "other_type": Problem(
        "You may only give the details of the payment method that `type` names: {type}.",
        "parameter_unknown",
    ),
    "test_card": Problem(
        "There is no such test card. `card` is the number of a published test card, its shorthand, "
        "such as `pm_card_visa`, or what is to happen: {choices}."
    ),
    "test_iban": Problem(
        "There is no such test account. `iban` is a published test IBAN, its shorthand, such as "
        "`pm_sepaDebit_success_at`, or what is to happen: {choices}."
    ),
    "unsupported": Problem("Paydesk doesn't support `{param}` yet.", "parameter_unsupported"),
    "unsupported_value": Problem(
        "Paydesk doesn't support `{param}={value}` yet.", "parameter_unsupported"
    ),
}

_NOT_AN_OBJECT = frozenset({"model_type", "model_attributes_type", "dict_type"})
"""Pydantic's own types of error; all the others are rows of the table."""


def problem(kind: str, **context: Any) -> PydanticCustomError:
    """The error to raise inside a type; `at` moves it to a field below, as a tuple."""
    return PydanticCustomError(kind, "{kind}", {"kind": kind, **context})


def refuse(kind: str, path: Path, context: Mapping[str, Any]) -> InvalidRequest:
    """The answer for a problem of this `kind` at `path`."""
    row = PROBLEMS[kind]
    param = bracketed((*path, *context.get("at", ())))
    text = row.text.format_map({"param": param, "owner": bracketed(path), **context})
    return InvalidRequest(text, code=row.code, param=param or None)


def refuse_unknown(paths: Sequence[Path]) -> InvalidRequest:
    """The answer for names that are nobody's parameter."""
    names = [bracketed(path) for path in paths]
    noun = "parameter" if len(names) == 1 else "parameters"
    text = f"Received unknown {noun}: {', '.join(names)}"
    return InvalidRequest(shortened(text, 1_000), code="parameter_unknown", param=names[0])


def refuse_custom(error: PydanticCustomError, path: Path) -> InvalidRequest:
    """The answer for an error that a scalar type raised outside a model."""
    return refuse(error.type, path, error.context or {})


def first_refusal(errors: Sequence[Mapping[str, Any]]) -> InvalidRequest:
    """The one answer for all of pydantic's errors: unknown names first, then missing ones."""
    unknown = [error["loc"] for error in errors if error["type"] == "extra_forbidden"]
    if unknown:
        return refuse_unknown(unknown)
    missing = [error for error in errors if error["type"] == "missing"]
    error = (missing or errors)[0]
    return refuse(_kind(error), error["loc"], error.get("ctx") or {})


def _kind(error: Mapping[str, Any]) -> str:
    if error["type"] in _NOT_AN_OBJECT:
        return "empty" if error["input"] == "" else "object"
    return str(error["type"])


def shortened(text: str, most: int = SHOWN_CHARACTERS_MAX) -> str:
    """`text` for an answer, its tail cut off when it is very long."""
    return text if len(text) <= most else f"{text[: most - 3]}..."


def listed(choices: Sequence[str]) -> str:
    """The choices as Stripe's answers list them: ``a, b, or c``."""
    if len(choices) < 3:
        return " or ".join(choices)
    return f"{', '.join(choices[:-1])}, or {choices[-1]}"
