"""`/v1/events`."""

from __future__ import annotations

from typing import Any

from paydesk.api.lists import created_conditions, listed, page_of
from paydesk.api.params.events import ListEvents, RetryEvent
from paydesk.core.errors import NotFound
from paydesk.render import Json
from paydesk.render.events import event as rendered
from paydesk.services import events, listeners, resends
from paydesk.services.context import Call
from paydesk.storage import events as stored
from paydesk.storage.database import Transaction


def retrieve(tx: Transaction, call: Call, wanted: Any, id: str) -> Json:
    """`GET /v1/events/{id}`."""
    return rendered(events.get(tx, call, id))


def retry(tx: Transaction, call: Call, wanted: RetryEvent, id: str) -> Json:
    """`POST /v1/events/{id}/retry`: to one endpoint, or to the CLIs that listen."""
    if wanted.account not in (None, call.account):
        raise NotFound("account", wanted.account or "", param="account")
    if wanted.webhook_endpoint is None:
        return rendered(listeners.resend(tx, call, id))
    return rendered(resends.to_endpoint(tx, call, id, wanted.webhook_endpoint))


def list_all(tx: Transaction, call: Call, wanted: ListEvents) -> Json:
    """`GET /v1/events`."""
    conditions = created_conditions(call, "evt_", wanted.created)
    if wanted.delivery_success is not None:
        conditions.append(stored.delivered(success=wanted.delivery_success))
    cursor = page_of(tx, call, wanted, events.get)
    page = events.list_page(tx, call, conditions, cursor, types=_types(wanted))
    return listed("/v1/events", map(rendered, page.items), page)


def _types(wanted: ListEvents) -> stored.EventTypes | None:
    if wanted.type is not None:
        return stored.EventTypes((wanted.type,))
    return stored.EventTypes(wanted.types) if wanted.types else None
