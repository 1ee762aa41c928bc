"""Saying what happened: the event and its deliveries, in the transaction of their cause."""

from __future__ import annotations

from paydesk.core.errors import NotFound
from paydesk.core.events import RETENTION_SECONDS, Event
from paydesk.render import Json
from paydesk.render.events import frozen, frozen_for
from paydesk.render.known_versions import NEWEST
from paydesk.render.versions import DEFAULT
from paydesk.services.context import Call
from paydesk.storage import deliveries, event_payloads, events, webhook_endpoints
from paydesk.storage.database import Transaction
from paydesk.storage.events import EventTypes
from paydesk.storage.paging import Condition, Created, Listed, Page


def append(
    tx: Transaction, call: Call, type: str, object: Json, *, before: Json | None = None
) -> Event:
    """Write down that `type` happened to `object`, and queue it for every endpoint that listens.

    The object is frozen as it is now; with `before`, what it was, the event tells the difference.
    An event names the request that caused it only when the merchant made that request; what the
    buyer did carries none.
    """
    audience = webhook_endpoints.audience(tx, call.account, type)
    listening = audience.endpoints
    versions = {one.api_version for one in listening if one.api_version} - {DEFAULT}
    if audience.cli_listens:
        versions.add(NEWEST)
    others = frozen_for(versions, object, before) if versions else {}
    id, created = call.stamped("evt")
    event = Event(
        id=id,
        account=call.account,
        created=created,
        type=type,
        api_version=DEFAULT,
        data=frozen(object, before, DEFAULT),
        object_id=object["id"] if "id" in object else object["object"],
        request_id=call.request_id if call.by_merchant else None,
        idempotency_key=call.idempotency_key if call.by_merchant else None,
        pending_webhooks=len(listening),
    )
    events.insert(tx, event)
    for version, data in others.items():
        event_payloads.insert(tx, event.id, version, data)
    due_at_ms = call.server_now_us // 1_000 + call.server.disorders.delay_ms(call.account)
    deliveries.enqueue(tx, event, listening, due_at_ms, call.server.ids.new)
    return event


def get(tx: Transaction, call: Call, id: str) -> Event:
    """One of the account's events. Raises NotFound, also for one past its 30 days."""
    event = events.get(tx, call.account, id)
    if event is None or event.created < call.now - RETENTION_SECONDS:
        raise NotFound("event", id, param="id")
    return event


def list_page(
    tx: Transaction,
    call: Call,
    conditions: list[Condition],
    page: Page,
    *,
    types: EventTypes | None = None,
) -> Listed[Event]:
    """The account's events of the last 30 days, newest first: of these types, or of all."""
    recent = Created(first=call.now - RETENTION_SECONDS, ahead_us=call.ahead_us)
    wanted = [*conditions, *recent.conditions("evt_")]
    return events.list_page(tx, call.account, wanted, page, types=types)
