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
    Integer,
    Metadata,
    MetadataChanges,
    NotOn,
    Params,
)
from paydesk.api.params.lists import Paging
from paydesk.api.params.spec import event_types
from paydesk.core.webhook_endpoints import CONCURRENCY_MAX, ORDERINGS, OVERLAP_SECONDS_MAX

ENABLED_EVENTS_MAX = 300
EVERY_EVENT = "*"

Overlap = Annotated[int, Integer(minimum=0, maximum=OVERLAP_SECONDS_MAX)]
Concurrency = Annotated[int, Integer(minimum=1, maximum=CONCURRENCY_MAX)]
EventType = Annotated[str, Enum((EVERY_EVENT, *sorted(event_types())))]
EnabledEvents = Annotated[tuple[EventType, ...], Array(ENABLED_EVENTS_MAX)]


class Delivery(Params):
    """``paydesk``: what Stripe has no word for, so SDKs send it as an extra parameter."""

    concurrency: Emptyable[Concurrency] = None
    ordering: Annotated[str, Enum(ORDERINGS)] | None = None


class CreateWebhookEndpoint(Params):
    """``POST /v1/webhook_endpoints``."""

    url: Web
    enabled_events: EnabledEvents
    api_version: Id | None = None
    description: Emptyable[Id] = None
    metadata: Emptyable[Metadata] = None
    connect: NotOn = None
    paydesk: Delivery | None = None
    expand: Expand = ()


class UpdateWebhookEndpoint(Params):
    """``POST /v1/webhook_endpoints/{webhook_endpoint}``."""

    url: Web | None = None
    enabled_events: EnabledEvents | None = None
    description: Emptyable[Id] = None
    metadata: Emptyable[MetadataChanges] = None
    disabled: Flag | None = None
    paydesk: Delivery | None = None
    expand: Expand = ()


class RotateSecret(Params):
    """``POST /v1/webhook_endpoints/{webhook_endpoint}/rotate_secret``, which Stripe offers in its
    Dashboard only: the current secret goes on signing beside the new one for so long.
    """

    current_secret_expires_in_seconds: Overlap = OVERLAP_SECONDS_MAX
    expand: Expand = ()


class ListWebhookEndpoints(Paging):
    """``GET /v1/webhook_endpoints``."""
