"""Sending an event once more, since the merchant asks for it."""

from __future__ import annotations

import orjson

from paydesk.core.errors import InvalidRequest
from paydesk.core.events import Event
from paydesk.core.webhook_endpoints import WebhookEndpoint
from paydesk.render.versions import downgrade, is_before
from paydesk.services import events, webhook_endpoints
from paydesk.services.context import Call
from paydesk.storage import deliveries, event_payloads
from paydesk.storage import webhook_endpoints as stored_endpoints
from paydesk.storage.database import Transaction


def to_endpoint(tx: Transaction, call: Call, id: str, endpoint_id: str) -> Event:
    """The event, due at this endpoint at once, whatever became of it there before.

    The attempt is one on top of the schedule's, and the schedule goes on if it fails. Raises
    NotFound, also for an event past its 30 days, and InvalidRequest when the endpoint is disabled.
    """
    event = events.get(tx, call, id)
    endpoint = webhook_endpoints.get(tx, call, endpoint_id, param="webhook_endpoint")
    if endpoint.status != "enabled":
        raise InvalidRequest(
            f"The webhook endpoint '{endpoint.id}' is disabled. Enable it before you resend events "
            "to it.",
            param="webhook_endpoint",
        )
    now_ms = call.server_now_us // 1_000
    if not deliveries.resend(tx, event.id, endpoint.id, now_ms):
        version = _version_for(tx, event, endpoint)
        deliveries.enqueue_late(tx, call.id("whd"), event, endpoint.id, now_ms, version)
    tx.notify()
    return event


def to_everyone(tx: Transaction, call: Call, id: str) -> int:
    """The event, due at once at each enabled endpoint that listens or was to hear of it.

    Tells how many there are. Raises NotFound, and InvalidRequest when there is none.
    """
    event = events.get(tx, call, id)
    endpoints = {one.id for one in stored_endpoints.listening(tx, call.account, event.type)}
    for delivery in deliveries.of_event(tx, event.id):
        known = stored_endpoints.get(tx, call.account, delivery.endpoint)
        if known is not None and known.status == "enabled":
            endpoints.add(known.id)
    for endpoint in sorted(endpoints):
        to_endpoint(tx, call, id, endpoint)
    if not endpoints:
        raise InvalidRequest("No enabled webhook endpoint listens to this event.")
    return len(endpoints)


def _version_for(tx: Transaction, event: Event, endpoint: WebhookEndpoint) -> str | None:
    """The API version to tell it in; None for the event's own.

    Words of an older version can be made of those that were kept; words of a newer one can't.
    """
    version = endpoint.api_version
    if version is None or not is_before(version, event.api_version):
        return None
    if event_payloads.get(tx, event.id, version) is None:
        data = orjson.loads(event.data)
        downgrade(data["object"], version)
        event_payloads.insert(tx, event.id, version, orjson.dumps(data))
    return version
