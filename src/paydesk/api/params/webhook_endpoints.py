"""Parameters of ``/v1/webhook_endpoints``."""

from __future__ import annotations

from typing import Annotated

from paydesk.api.params.formats import Web
from paydesk.api.params.grammar import (
    Array,
    Emptyable,
    Enum,
    Expand,
    Flag,
    Id,
    Metadata,
    MetadataChanges,
    NotOn,
    Params,
)
from paydesk.api.params.lists import Paging
from paydesk.api.params.spec import event_types

ENABLED_EVENTS_MAX = 300
EVERY_EVENT = "*"

EventType = Annotated[str, Enum((EVERY_EVENT, *sorted(event_types())))]
EnabledEvents = Annotated[tuple[EventType, ...], Array(ENABLED_EVENTS_MAX)]


class CreateWebhookEndpoint(Params):
    """``POST /v1/webhook_endpoints``."""

    url: Web
    enabled_events: EnabledEvents
    api_version: Id | None = None
    description: Emptyable[Id] = None
    metadata: Emptyable[Metadata] = None
    connect: NotOn = None
    expand: Expand = ()


class UpdateWebhookEndpoint(Params):
    """``POST /v1/webhook_endpoints/{webhook_endpoint}``."""

    url: Web | None = None
    enabled_events: EnabledEvents | None = None
    description: Emptyable[Id] = None
    metadata: Emptyable[MetadataChanges] = None
    disabled: Flag | None = None
    expand: Expand = ()


class ListWebhookEndpoints(Paging):
    """``GET /v1/webhook_endpoints``."""
