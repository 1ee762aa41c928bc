"""The reference says what the code does."""

from __future__ import annotations

from pathlib import Path

from paydesk.api.params.sessions import CreateSession
from paydesk.api.reference import markdown, parameters
from paydesk.api.routes import ROUTES, SANDBOX_ROUTES

REFERENCE = Path(__file__).parents[2] / "docs" / "api-reference.md"


def test_it_was_written_anew_after_the_last_change() -> None:
    assert REFERENCE.read_text() == markdown(), "run `make reference`"


def test_every_route_has_its_place() -> None:
    text = markdown()
    assert all(f"### `{one.method} {one.path}`" in text for one in (*ROUTES, *SANDBOX_ROUTES))


def test_parameters_are_told_as_they_are_sent() -> None:
    told = {one.name: one for one in parameters(CreateSession)}
    assert told["mode"].required
    assert told["line_items[]"].required
    assert told["line_items[][adjustable_quantity][minimum]"].kind == "integer, at least 0"
    assert told["line_items[][price_data][currency]"].kind == "currency such as `eur`"
    assert told["metadata"].kind == "names and texts"
    assert not told["success_url"].required
    assert "expand[]" not in told
