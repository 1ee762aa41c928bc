"""What an event tells in other API versions than its own, for endpoints that want those.

Frozen when it happened, like the event itself: every attempt sends the same bytes.
"""

from __future__ import annotations

from paydesk.storage.database import Transaction

INSERT = "INSERT INTO event_payloads (event, api_version, data) VALUES ($1, $2, $3)"

GET = "SELECT data FROM event_payloads WHERE event = $1 AND api_version = $2"


def insert(tx: Transaction, event: str, api_version: str, data: bytes) -> None:
    """Write one down, in the transaction that writes the event."""
    tx.run(INSERT, (event, api_version, data))


def get(tx: Transaction, event: str, api_version: str) -> bytes | None:
    """The event's `data` in this version's words, or None."""
    row = tx.one(GET, (event, api_version))
    return None if row is None else row[0]
