"""`/v1/webhook_endpoints`."""

from __future__ import annotations

from typing import Any

from paydesk.api.lists import listed, page_of
from paydesk.api.params import webhook_endpoints as params
from paydesk.render import Json
from paydesk.render.versions import check_version
from paydesk.render.webhook_endpoints import webhook_endpoint as rendered
from paydesk.render.webhook_endpoints import with_secret
from paydesk.services import webhook_endpoints
from paydesk.services.context import Call
from paydesk.storage import webhook_endpoints as stored
from paydesk.storage.database import Transaction


def create(tx: Transaction, call: Call, wanted: params.CreateWebhookEndpoint) -> Json:
    """`POST /v1/webhook_endpoints`: the only answer that shows the secret."""
    fields = wanted.model_dump(exclude_none=True, exclude={"expand", "paydesk"})
    if wanted.api_version is not None:
        check_version(wanted.api_version, param="api_version")
    return with_secret(webhook_endpoints.create(tx, call, **fields, **_own(wanted.paydesk)))


def retrieve(tx: Transaction, call: Call, wanted: Any, id: str) -> Json:
    """`GET /v1/webhook_endpoints/{webhook_endpoint}`."""
    return rendered(webhook_endpoints.get(tx, call, id))


def update(tx: Transaction, call: Call, wanted: params.UpdateWebhookEndpoint, id: str) -> Json:
    """`POST /v1/webhook_endpoints/{webhook_endpoint}`."""
    changes = wanted.model_dump(include=wanted.model_fields_set - {"expand", "paydesk"})
    return rendered(webhook_endpoints.update(tx, call, id, **changes, **_own(wanted.paydesk)))


def rotate_secret(tx: Transaction, call: Call, wanted: params.RotateSecret, id: str) -> Json:
    """`POST /v1/webhook_endpoints/{webhook_endpoint}/rotate_secret`: shows the new secret."""
    overlap_seconds = wanted.current_secret_expires_in_seconds
    return with_secret(
        webhook_endpoints.rotate_secret(tx, call, id, overlap_seconds=overlap_seconds)
    )


def delete(tx: Transaction, call: Call, wanted: Any, id: str) -> Json:
    """`DELETE /v1/webhook_endpoints/{webhook_endpoint}`."""
    webhook_endpoints.delete(tx, call, id)
    return {"id": id, "object": "webhook_endpoint", "deleted": True}


def list_all(tx: Transaction, call: Call, wanted: params.ListWebhookEndpoints) -> Json:
    """`GET /v1/webhook_endpoints`."""
    page = stored.list_page(tx, call.account, [], page_of(tx, call, wanted, webhook_endpoints.get))
    return listed("/v1/webhook_endpoints", map(rendered, page.items), page)


def _own(wanted: params.Delivery | None) -> dict[str, Any]:
    """What was said of it that Stripe has no word for."""
    return {} if wanted is None else wanted.model_dump(include=wanted.model_fields_set)
