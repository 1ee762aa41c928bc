"""`docs/compatibility.md` says what the code does, and the code covers all that Stripe has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest

from paydesk.api.params.compatibility import parameters, rewritten
from paydesk.api.params.grammar import Params
from paydesk.api.params.rules import ACTS, bracket_name, rule_for
from paydesk.api.params.sessions import CreateSession
from paydesk.api.params.spec import create_session_rows

DOCUMENT = Path(__file__).parents[2] / "docs" / "compatibility.md"
LEAVES_AT_2026_05_27 = 304
LEAVES_AT_2026_10_28 = 323


def leaf_paths(model: type[Params], prefix: str = "") -> Iterator[str]:
    """Every leaf of `model` in the notation of the specification."""
    for name, field in model.model_fields.items():
        path = f"{prefix}{name}{'[]' if _is_list(field.annotation) else ''}"
        below = _model_in(field.annotation)
        yield from [path] if below is None else leaf_paths(below, f"{path}.")


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) is tuple or any(map(_is_list, get_args(annotation)))


def _model_in(annotation: Any) -> type[Params] | None:
    if isinstance(annotation, type) and issubclass(annotation, Params):
        return annotation
    found = (_model_in(part) for part in get_args(annotation))
    return next((model for model in found if model is not None), None)


def test_the_document_is_what_the_code_says() -> None:
    document = DOCUMENT.read_text(encoding="utf-8")
    assert document == rewritten(document), "run `make reference`"


def test_what_acts_are_exactly_the_fields_of_the_model() -> None:
    acting = {
        row.path
        for row in create_session_rows().values()
        if row.leaf and rule_for(row.path) is ACTS
    }
    assert acting == set(leaf_paths(CreateSession))


def test_the_whole_specification_is_there() -> None:
    leaves = [row for row in create_session_rows().values() if row.leaf]
    assert sum(row.since is None for row in leaves) == LEAVES_AT_2026_05_27
    assert sum(row.until is None for row in leaves) == LEAVES_AT_2026_10_28


def test_every_parameter_has_one_row() -> None:
    rows = re.findall(r"^\| `([^`]+)`", parameters(), re.MULTILINE)
    leaves = [bracket_name(row.path) for row in create_session_rows().values() if row.leaf]
    assert sorted(rows) == sorted(leaves)
    assert len(rows) == len(set(rows))


def test_a_document_without_the_markers_is_not_touched() -> None:
    with pytest.raises(ValueError, match="generated from here"):
        rewritten("# Compatibility")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("mode", "mode"),
        ("expand[]", "expand[]"),
        ("line_items[].price_data.currency", "line_items[][price_data][currency]"),
        ("custom_fields[].dropdown.options[].label", "custom_fields[][dropdown][options][][label]"),
    ],
)
def test_names_are_in_brackets(path: str, name: str) -> None:
    assert bracket_name(path) == name
