"""What is kept of answered requests for the merchant to look at: never a card, never a secret."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from paydesk.core.redaction import redact

PARAMETERS_CHARACTERS_MAX = 2_000
ANSWER_CHARACTERS_MAX = 2_000

ROWS_KEPT_MAX = 10_000
"""Of all accounts together; the oldest go first."""

REDACTED = "[redacted]"

EARLIER = "earlier"
"""A filter of Paydesk's own, beside those of Stripe's CLI: how many earlier requests to tell."""

EARLIER_MAX = 500

CAUGHT_UP = "request_log_caught_up"
"""The type of the frame that follows the last of them."""

_STATUS = re.compile(r"([1-5])([0-9]{2}|[xX]{2})")

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


def statuses(text: str) -> range | None:
    """The statuses that somebody means by `402` or by `4xx`; None for what is neither."""
    found = _STATUS.fullmatch(text)
    if found is None:
        return None
    if found[2].isdecimal():
        return range(int(text), int(text) + 1)
    return range(int(found[1]) * 100, int(found[1]) * 100 + 100)


def earlier_wanted(filters: Mapping[str, Sequence[str]]) -> int:
    """How many requests from before are to be told first: none, unless it is asked for."""
    (text,) = filters.get(EARLIER, ())[:1] or ("0",)
    return min(int(text), EARLIER_MAX) if text.isascii() and text.isdecimal() else 0


def matches(request: LoggedRequest, filters: Mapping[str, Sequence[str]]) -> bool:
    """Whether `stripe logs tail` wants to see it. A filter that is not known lets everything in."""
    return all(_meets(request, name, words) for name, words in filters.items() if words)


def _meets(request: LoggedRequest, name: str, words: Sequence[str]) -> bool:
    wanted = {word.lower() for word in words}
    if name == "filter_request_path":
        return any(_is_path(request.path.lower(), word) for word in wanted)
    facts = _facts(request).get(name)
    return facts is None or not facts.isdisjoint(wanted)


def _facts(request: LoggedRequest) -> Mapping[str, set[str]]:
    """What a filter may say of the request to be met, in small letters."""
    hundreds = request.status // 100
    return {
        "filter_account": {"self"},
        "filter_http_method": {request.method.lower()},
        "filter_request_status": {"succeeded" if request.status < 400 else "failed"},
        "filter_source": {"api"},
        "filter_status_code": {str(request.status), f"{hundreds}xx"},
        "filter_status_code_type": {str(hundreds * 100), f"{hundreds}xx"},
    }


def _is_path(path: str, word: str) -> bool:
    """Whether it is the path, or with a `*` at its end the path's beginning."""
    return path.startswith(word[:-1]) if word.endswith("*") else path == word
