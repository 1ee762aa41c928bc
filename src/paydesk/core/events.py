"""What happened, as the merchant's webhook handler reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

RETENTION_SECONDS = 30 * 24 * 3600
"""How long `GET /v1/events` shows an event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One fact, written in the transaction of its cause.

    `data` is the JSON of `{"object": ..., "previous_attributes": ...}`, frozen byte for byte in
    the shape of `api_version`; every attempt at every endpoint sends the same bytes.
    """

    id: str
    account: str
    created: int
    type: str
    api_version: str
    data: bytes
    object_id: str
    request_id: str | None = None
    idempotency_key: str | None = None
    pending_webhooks: int = 0


def previous_attributes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What the fields that differ were before, down to single pairs; None for what is new.

    Both are an object as it is rendered.
    """
    return {
        name: _previous(before.get(name), after.get(name))
        for name in {**before, **after}
        if before.get(name) != after.get(name)
    }


def _previous(before: Any, after: Any) -> Any:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return previous_attributes(before, after)
    return before
