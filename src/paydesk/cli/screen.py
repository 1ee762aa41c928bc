"""What `paydesk listen` and `paydesk logs` show, line by line, in the words of Stripe's CLI."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from rich.text import Text

from paydesk.cli.console import console


class Screen:
    """Events on standard output; with `as_json` as JSON, one a line, and all else beside it."""

    def __init__(self, *, as_json: bool = False) -> None:
        self._as_json = as_json
        self._out = console(markup=False)
        self._beside = console(stderr=True, markup=False) if as_json else self._out

    def event(self, event: Mapping[str, Any], payload: str) -> None:
        """One that has come."""
        if self._as_json:
            self._out.print(payload)
        else:
            type = (str(event["type"]), "bold")
            self._out.print(Text.assemble(f"{now()}   --> ", type, f" [{event['id']}]"))

    def answer(self, event: Mapping[str, Any], url: str, status: int) -> None:
        """What a handler said to it."""
        shown = (f"[{status}]", style_of(status))
        self._beside.print(Text.assemble(f"{now()}  <--  ", shown, f" POST {url} [{event['id']}]"))

    def failure(self, event: Mapping[str, Any], url: str, reason: str) -> None:
        """Why it did not reach a handler."""
        shown = ("[ERROR]", "bold red")
        told = f" Failed to POST to {url}: {reason} [{event['id']}]"
        self._beside.print(Text.assemble(f"{now()}            ", shown, told))

    def request(self, request: Mapping[str, Any], payload: str) -> None:
        """One that was answered, and what was wrong with it."""
        if self._as_json:
            return self._out.print(payload)
        when = datetime.fromtimestamp(request["created_at"], UTC)
        shown = (f"[{request['status']}]", style_of(request["status"]))
        told = f" {request['method']} {request['url']} [{request['request_id']}]"
        problem = (request.get("error") or {}).get("message", "")
        return self._out.print(
            Text.assemble(f"{_here(when)} ", shown, told, f" {problem}".rstrip())
        )


def now() -> str:
    """The time here, as logs have it."""
    return _here(datetime.now(UTC))


def _here(when: datetime) -> str:
    return when.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def style_of(status: int) -> str:
    """The colour of an HTTP status."""
    return "green" if status < 300 else "yellow" if status < 400 else "red"
