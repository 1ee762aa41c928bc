"""Events on the wire. Their data was rendered when they happened and is never rendered again."""

from __future__ import annotations

from typing import Any

import orjson

from paydesk.core.events import Event
from paydesk.render import Json


def event(event: Event) -> Json:
    """An `event` for an API answer."""
    return _envelope(event, orjson.loads(event.data))


def body(event: Event) -> bytes:
    """What endpoints receive: the same bytes on every attempt, `data` as it was frozen."""
    return orjson.dumps(_envelope(event, orjson.Fragment(event.data)))


def _envelope(event: Event, data: Any) -> Json:
    return {
        "id": event.id,
        "object": "event",
        "api_version": event.api_version,
        "created": event.created,
        "data": data,
        "livemode": False,
        "pending_webhooks": event.pending_webhooks,
        "request": {"id": event.request_id, "idempotency_key": event.idempotency_key},
        "type": event.type,
    }
