"""Webhook endpoints. A deleted one looks absent; its row stays, since deliveries refer to it."""

from __future__ import annotations

from dataclasses import dataclass

from paydesk.core.webhook_endpoints import OldSecret, Streak, WebhookEndpoint
from paydesk.storage.codec import dump, load
from paydesk.storage.database import Row, Transaction
from paydesk.storage.paging import Condition, Listed, Page, select_page

GIVEN = (
    "id, account, created, url, secret, status, enabled_events, api_version, description, metadata,"
    " concurrency, ordering"
)
COLUMNS = GIVEN + ", old_secrets, failing_since, failing_steadily, disabled_reason"

INSERT = f"""
INSERT INTO webhook_endpoints ({GIVEN})
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""

UPDATE = """
UPDATE webhook_endpoints
SET url = $2, status = $3, enabled_events = $4, description = $5, metadata = $6, secret = $7,
    old_secrets = $8, failing_since = $9, failing_steadily = $10, disabled_reason = $11,
    concurrency = $12, ordering = $13
WHERE id = $1 AND status <> 'deleted'
"""

SUCCEEDED = """
UPDATE webhook_endpoints SET failing_since = NULL, failing_steadily = 0
WHERE id = $1 AND failing_since IS NOT NULL
"""

COUNT_DISABLED = """
SELECT disabled_reason, count(*) FROM webhook_endpoints
WHERE disabled_reason IS NOT NULL AND status = 'disabled'
GROUP BY disabled_reason
"""

GET = f"""
SELECT {COLUMNS} FROM webhook_endpoints
WHERE id = $1 AND account = $2 AND status <> 'deleted'
"""

ENABLED = f"""
SELECT {COLUMNS} FROM webhook_endpoints
WHERE account = $1 AND status = 'enabled'
ORDER BY id
"""

AUDIENCE = f"""
SELECT {COLUMNS}, EXISTS (SELECT 1 FROM listeners WHERE account = $1 AND closed = 0)
FROM (SELECT 1) AS one
LEFT JOIN webhook_endpoints ON account = $1 AND status = 'enabled'
ORDER BY id
"""
"""One row at least, so that one statement tells both; without endpoints its id is NULL."""

COUNT_ENABLED = """
SELECT count(*) FROM webhook_endpoints WHERE account = $1 AND status = 'enabled'
"""

DELETE = """
UPDATE webhook_endpoints SET status = 'deleted'
WHERE id = $1 AND account = $2 AND status <> 'deleted'
"""


def insert(tx: Transaction, endpoint: WebhookEndpoint) -> None:
    """Write a new endpoint down."""
    tx.run(
        INSERT,
        (
            endpoint.id, endpoint.account, endpoint.created, endpoint.url, endpoint.secret,
            endpoint.status, dump(endpoint.enabled_events), endpoint.api_version,
            endpoint.description, dump(endpoint.metadata), endpoint.concurrency, endpoint.ordering,
        ),
    )  # fmt: skip


def update(tx: Transaction, endpoint: WebhookEndpoint) -> None:
    """Write down what may have changed."""
    tx.run(
        UPDATE,
        (
            endpoint.id, endpoint.url, endpoint.status, dump(endpoint.enabled_events),
            endpoint.description, dump(endpoint.metadata), endpoint.secret,
            dump([[old.secret, old.expires_at] for old in endpoint.old_secrets]),
            None if endpoint.failing is None else endpoint.failing.since,
            int(endpoint.failing is not None and endpoint.failing.steady),
            endpoint.disabled_reason, endpoint.concurrency, endpoint.ordering,
        ),
    )  # fmt: skip


def succeeded(tx: Transaction, id: str) -> None:
    """The endpoint took an event: whatever failed before is forgiven."""
    tx.run(SUCCEEDED, (id,))


def delete(tx: Transaction, account: str, id: str) -> bool:
    """Let the endpoint look absent; False when it did already."""
    return tx.run(DELETE, (id, account)) == 1


def get(tx: Transaction, account: str, id: str) -> WebhookEndpoint | None:
    """The account's endpoint with this id, or None."""
    row = tx.one(GET, (id, account))
    return None if row is None else _from_row(row)


def hold(tx: Transaction, account: str, id: str) -> WebhookEndpoint | None:
    """The account's endpoint, which nobody else changes until the transaction ends; or None."""
    row = tx.one(GET + tx.for_update, (id, account))
    return None if row is None else _from_row(row)


def list_page(
    tx: Transaction, account: str, conditions: list[Condition], page: Page
) -> Listed[WebhookEndpoint]:
    """The account's endpoints, newest first."""
    present = [("account = ?", account), ("status <> ?", "deleted")]
    select = f"SELECT {COLUMNS} FROM webhook_endpoints"
    rows = select_page(tx, select, [*present, *conditions], page)
    return Listed([_from_row(row) for row in rows.items], rows.has_more)


def count_enabled(tx: Transaction, account: str) -> int:
    """How many endpoints of the account receive events."""
    row = tx.one(COUNT_ENABLED, (account,))
    return 0 if row is None else row[0]


def count_disabled(tx: Transaction) -> dict[str, int]:
    """How many endpoints are disabled though no merchant did it, by reason."""
    return {row[0]: row[1] for row in tx.all(COUNT_DISABLED)}


@dataclass(frozen=True, slots=True)
class Audience:
    """Who may hear of an event: the endpoints that want it, and whether a CLI listens."""

    endpoints: list[WebhookEndpoint]
    cli_listens: bool


def audience(tx: Transaction, account: str, type: str) -> Audience:
    """Who is to hear of an event of this type; endpoints are enabled and the oldest first."""
    rows = tx.all(AUDIENCE, (account,))
    endpoints = [_from_row(row) for row in rows if row[0] is not None]
    wanting = [endpoint for endpoint in endpoints if endpoint.listens_to(type)]
    return Audience(wanting, cli_listens=bool(rows[0][-1]))


def listening(tx: Transaction, account: str, type: str) -> list[WebhookEndpoint]:
    """The account's enabled endpoints that want events of this type, oldest first."""
    endpoints = map(_from_row, tx.all(ENABLED, (account,)))
    return [endpoint for endpoint in endpoints if endpoint.listens_to(type)]


def _from_row(row: Row) -> WebhookEndpoint:
    return WebhookEndpoint(
        id=row[0], account=row[1], created=row[2], url=row[3], secret=row[4], status=row[5],
        enabled_events=tuple(load(row[6])), api_version=row[7], description=row[8],
        metadata=load(row[9]), concurrency=row[10], ordering=row[11],
        old_secrets=tuple(OldSecret(*old) for old in load(row[12])),
        failing=None if row[13] is None else Streak(row[13], steady=bool(row[14])),
        disabled_reason=row[15],
    )  # fmt: skip
