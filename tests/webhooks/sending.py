"""One event, prepared for any URL, and one attempt to send it."""

from __future__ import annotations

import ssl

from paydesk.core.deliveries import Delivery
from paydesk.core.events import Event
from paydesk.core.webhook_endpoints import WebhookEndpoint
from paydesk.webhooks.addresses import PublicOnly
from paydesk.webhooks.deliver import Held, Outcome, Prepared, Sender, open_client, prepare

NOW = 1_750_000_000


def to(url: str) -> Prepared:
    event = Event(
        id="evt_1", account="acct_1", created=NOW, type="product.created",
        api_version="2025-03-31.basil", data=b'{"object":{"id":"prod_1"}}', object_id="prod_1",
        pending_webhooks=0,
    )  # fmt: skip
    endpoint = WebhookEndpoint(
        id="we_1", account="acct_1", created=NOW, url=url, secret="whsec_1",
        enabled_events=("*",), metadata={},
    )  # fmt: skip
    delivery = Delivery(
        id="whd_1", account="acct_1", event="evt_1", endpoint="we_1", due_at_ms=NOW * 1_000
    )
    return prepare(Held(delivery, event, endpoint, listeners=2), NOW)


async def send(
    url: str,
    *,
    seconds_max: float = 10,
    public_only: PublicOnly | None = None,
    certificates: ssl.SSLContext | None = None,
) -> Outcome:
    async with open_client(certificates) as client:
        sender = Sender(
            client,
            connect_seconds_max=seconds_max,
            total_seconds_max=seconds_max,
            public_only=public_only,
        )
        return await sender.send(to(url))
