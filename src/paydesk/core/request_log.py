"""What is kept of answered requests for the merchant to look at: never a card, never a secret."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from paydesk.core.redaction import redact

PARAMETERS_CHARACTERS_MAX = 2_000
ANSWER_CHARACTERS_MAX = 2_000

ROWS_KEPT_MAX = 10_000
"""Of all accounts together; the oldest go first."""

REDACTED = "[redacted]"

_PRIVATE_NAMES = frozenset({"cvc", "exp_month", "exp_year", "iban", "number"})
"""Parameters that hold what nobody may read again, wherever they stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedRequest:
    """One request. `parameters` and `answer` are JSON as text, redacted and cut; empty under load.

    `error` holds the fields of the error it was answered with. `created` is Unix seconds.
    `ignored` are parameters that had no effect, `refused_later` is what the newest API version
    would say against the request.
    """

    id: str
    account: str | None
    created: int
    method: str
    path: str
    status: int
    duration_ms: int
    idempotency_key: str | None = None
    parameters: str = ""
    answer: str = ""
    error: Mapping[str, Any] | None = None
    ignored: Sequence[str] = ()
    refused_later: str | None = None


def without_private(value: Any) -> Any:
    """Parameters without what is private by its name."""
    if isinstance(value, Mapping):
        return {
            name: REDACTED if _is_private(name) else without_private(inner)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [without_private(inner) for inner in value]
    return value


def _is_private(name: str) -> bool:
    """Whether what stands under this name is; a name that is a card's number tells of worse."""
    return name in _PRIVATE_NAMES or redact(name) != name


def redacted(text: str, characters_max: int) -> str:
    """Text without secrets and numbers like a card's, no longer than this."""
    shown = redact(text[: 2 * characters_max])
    return shown if len(shown) <= characters_max else shown[: characters_max - 1] + "…"


def matches(request: LoggedRequest, filters: Mapping[str, Sequence[str]]) -> bool:
    """Whether `stripe logs tail` wants to see it. A filter that is not known lets everything in."""
    facts = {
        "filter_http_method": request.method,
        "filter_request_path": request.path,
        "filter_request_status": "SUCCEEDED" if request.status < 400 else "FAILED",
        "filter_status_code": str(request.status),
        "filter_status_code_type": str(request.status // 100 * 100),
        "filter_source": "API",
    }
    return all(
        facts[name].lower() in {word.lower() for word in words}
        for name, words in filters.items()
        if words and name in facts
    )
