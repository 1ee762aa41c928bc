"""Webhook endpoints on the wire."""

from __future__ import annotations

from paydesk.core.webhook_endpoints import IN_ANY_ORDER, WebhookEndpoint
from paydesk.render import Json


def webhook_endpoint(endpoint: WebhookEndpoint) -> Json:
    """A `webhook_endpoint`, without its secret.

    One that was disabled without the merchant says why, as Stripe's event destinations do. What
    Stripe has no word for is shown where it was asked for.
    """
    shown: Json = {
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
    if endpoint.disabled_reason is not None:
        shown["status_details"] = {"disabled": {"reason": endpoint.disabled_reason}}
    if endpoint.concurrency is not None or endpoint.ordering != IN_ANY_ORDER:
        own = {"concurrency": endpoint.concurrency, "ordering": endpoint.ordering}
        shown["paydesk"] = own
    return shown


def with_secret(endpoint: WebhookEndpoint) -> Json:
    """The same with its signing secret: shown once, when it is made."""
    return {**webhook_endpoint(endpoint), "secret": endpoint.secret}
