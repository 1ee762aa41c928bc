"""Parameters of ``/v1/stripecli/sessions`` and of sending an event again: the CLI's own words.

Not in Stripe's published specification; these are the fields that the CLI sends.
"""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from pydantic import field_validator

from paydesk.api.params.grammar import Array, Emptyable, Id, Noted, Params, Text
from paydesk.api.params.problems import problem

DEVICE_CHARACTERS_MAX = 200
URL_CHARACTERS_MAX = 2_000
FEATURES_MAX = 10
FILTERS_MAX = 20
FILTER_VALUES_MAX = 100

Address = Annotated[str, Text(URL_CHARACTERS_MAX)]


class CreateListener(Params):
    """``POST /v1/stripecli/sessions``. `filters` is a JSON object of lists of words."""

    device_name: Emptyable[Annotated[str, Text(DEVICE_CHARACTERS_MAX)]] = None
    websocket_features: Annotated[tuple[Id, ...], Array(FEATURES_MAX)] = ("webhooks",)
    forward_to_url: Emptyable[Address] = None
    forward_connect_to_url: Noted = None
    forward_thin_to_url: Noted = None
    forward_thin_connect_to_url: Noted = None
    filters: dict[str, tuple[str, ...]] | None = None

    @field_validator("filters", mode="before")
    @classmethod
    def _read(cls, text: Any) -> dict[str, tuple[str, ...]]:
        try:
            value = orjson.loads(text)
        except (orjson.JSONDecodeError, TypeError):
            raise problem("object") from None
        if not isinstance(value, dict) or len(value) > FILTERS_MAX:
            raise problem("object")
        return {name: _words(words) for name, words in value.items()}


def _words(value: Any) -> tuple[str, ...]:
    words = value if isinstance(value, list) else [value]
    if len(words) > FILTER_VALUES_MAX:
        raise problem("array_long", most=FILTER_VALUES_MAX)
    return tuple(str(word) for word in words)
