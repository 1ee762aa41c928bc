"""Webhook endpoints on the wire."""

from __future__ import annotations

from paydesk.core.events import WebhookEndpoint
from paydesk.render import Json


def webhook_endpoint(endpoint: WebhookEndpoint) -> Json:
    """A `webhook_endpoint`, without its secret."""
    return {
        "id": endpoint.id,
        "object": "webhook_endpoint",
        "api_version": endpoint.api_version,
        "application": None,
        "created": endpoint.created,
        "description": endpoint.description,
        "enabled_events": list(endpoint.enabled_events),
        "livemode": False,
        "metadata": dict(endpoint.metadata),
        "status": endpoint.status,
        "url": endpoint.url,
    }


def with_secret(endpoint: WebhookEndpoint) -> Json:
    """The same with its signing secret: shown once, when it is made."""
    return {**webhook_endpoint(endpoint), "secret": endpoint.secret}
