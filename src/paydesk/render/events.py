"""Events on the wire. Their data was rendered when they happened and is never rendered again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from paydesk.core.events import Event, previous_attributes
from paydesk.render import Json
from paydesk.render.versions import downgrade


def event(event: Event) -> Json:
    """An `event` for an API answer."""
    return _envelope(event, orjson.loads(event.data))


def frozen(object: Json, before: Json | None, version: str) -> bytes:
    """An event's `data` in the words of `version`; what is given is changed into them.

    `object` is as it is now and `before` as it was, both rendered in today's words.
    """
    data: Json = {"object": downgrade(object, version)}
    if before is not None:
        data["previous_attributes"] = previous_attributes(downgrade(before, version), object)
    return orjson.dumps(data)


def frozen_for(versions: Iterable[str], object: Json, before: Json | None) -> dict[str, bytes]:
    """The same for several versions; what is given stays as it is."""
    now, then = orjson.dumps(object), orjson.dumps(before)
    return {version: frozen(orjson.loads(now), orjson.loads(then), version) for version in versions}


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
