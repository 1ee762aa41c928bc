"""Webhook endpoints: where a merchant hears of what happened."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from paydesk.core.errors import InvalidRequest, NotFound
from paydesk.core.metadata import merged
from paydesk.core.webhook_endpoints import IN_ANY_ORDER, SECRETS_MAX, WebhookEndpoint
from paydesk.services.context import Call
from paydesk.storage import accounts, deliveries, delivery_lines, webhook_endpoints
from paydesk.storage.database import Transaction

ENABLED_ENDPOINTS_MAX = 16
"""For one account, as at Stripe. It bounds what writing an event costs."""


def create(
    tx: Transaction, call: Call, *, secret: str | None = None, **fields: Any
) -> WebhookEndpoint:
    """A new endpoint from `core.events.WebhookEndpoint`'s fields, with a signing secret of its own.

    Raises InvalidRequest when the account has as many as it may, or the URL is none for live mode.
    """
    _check_url(call, fields["url"])
    _check_room(tx, call)
    endpoint = WebhookEndpoint(
        id=call.id("we"),
        account=call.account,
        created=call.now,
        secret=secret or call.server.ids.secret("whsec"),
        **{"metadata": {}, **fields},
    )
    webhook_endpoints.insert(tx, endpoint)
    return endpoint


def get(tx: Transaction, call: Call, id: str, *, param: str = "id") -> WebhookEndpoint:
    """One of the account's endpoints. Raises NotFound, which blames `param`."""
    endpoint = webhook_endpoints.get(tx, call.account, id)
    if endpoint is None:
        raise NotFound("webhook endpoint", id, param=param)
    return endpoint


def update(
    tx: Transaction, call: Call, id: str, *, disabled: bool | None = None, **changes: Any
) -> WebhookEndpoint:
    """The endpoint with these fields changed; `metadata` is merged, None clears it.

    What waits for a disabled endpoint goes on when it is enabled again before the next attempt,
    and is given up at that attempt otherwise. What stands in line is due at once when order does
    not matter any more; otherwise it stays in its line. Raises NotFound, or InvalidRequest when the
    account has no room for another enabled one.
    """
    before = _hold(tx, call, id)
    if "url" in changes:
        _check_url(call, changes["url"])
    if "metadata" in changes:
        changes["metadata"] = merged(before.metadata, changes["metadata"])
    if disabled is not None:
        changes |= {"status": "disabled" if disabled else "enabled", "disabled_reason": None}
    if disabled is False:
        changes["failing"] = None
    endpoint = replace(before, **changes)
    if (before.status, endpoint.status) == ("disabled", "enabled"):
        _check_room(tx, call)
    webhook_endpoints.update(tx, endpoint)
    if endpoint.ordering == IN_ANY_ORDER != before.ordering:
        delivery_lines.dissolve(tx, id, call.server_now_us // 1_000)
        tx.notify()
    return endpoint


def rotate_secret(tx: Transaction, call: Call, id: str, *, overlap_seconds: int) -> WebhookEndpoint:
    """The endpoint with a new secret. The one until now signs beside it for `overlap_seconds`.

    Raises NotFound, or InvalidRequest when as many secrets sign already as may.
    """
    before = _hold(tx, call, id)
    secret = call.server.ids.secret("whsec")
    endpoint = before.with_secret(secret, call.now, overlap_seconds)
    if len(endpoint.signing_secrets(call.now)) > SECRETS_MAX:
        raise InvalidRequest(
            f"This endpoint has {SECRETS_MAX} signing secrets that have not expired. Wait until "
            "one of them has, or let the current one expire at once.",
            param="current_secret_expires_in_seconds",
        )
    webhook_endpoints.update(tx, endpoint)
    return endpoint


def delete(tx: Transaction, call: Call, id: str) -> None:
    """Let the endpoint be gone, and give up whatever waits for it. Raises NotFound."""
    if not webhook_endpoints.delete(tx, call.account, id):
        raise NotFound("webhook endpoint", id, param="id")
    deliveries.cancel_for_endpoint(tx, id)


def _hold(tx: Transaction, call: Call, id: str) -> WebhookEndpoint:
    endpoint = webhook_endpoints.hold(tx, call.account, id)
    if endpoint is None:
        raise NotFound("webhook endpoint", id, param="id")
    return endpoint


def _check_url(call: Call, url: str) -> None:
    """Where the host leads is judged when something is sent there: that may change every day."""
    if not call.server.sandbox and not url.lower().startswith("https://"):
        raise InvalidRequest(
            "Invalid URL: outside the sandbox webhooks are sent by https alone.",
            code="url_invalid",
            param="url",
        )


def _check_room(tx: Transaction, call: Call) -> None:
    accounts.hold(tx, call.account)  # two who count at once would both find room
    if webhook_endpoints.count_enabled(tx, call.account) >= ENABLED_ENDPOINTS_MAX:
        raise InvalidRequest(
            f"You have reached the maximum of {ENABLED_ENDPOINTS_MAX} test webhook endpoints."
        )
