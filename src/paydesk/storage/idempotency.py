"""The first answer to each idempotency key, kept in the commit of its effect."""

from __future__ import annotations

from dataclasses import dataclass

from paydesk.storage.database import Transaction

RETENTION_SECONDS = 24 * 3600
KEY_LENGTH_MAX = 255

BUYERS_MARK = "publishable "
"""Keeps apart the keys that buyers think of: none of them is taken when the merchant needs it."""

INSERT = """
INSERT INTO idempotency_keys (account, key, created, endpoint, fingerprint, request_id)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (account, key) DO NOTHING
"""

FIND = """
SELECT endpoint, fingerprint, request_id, status, body
FROM idempotency_keys
WHERE account = $1 AND key = $2
"""

FINISH = """
UPDATE idempotency_keys SET status = $3, body = $4
WHERE account = $1 AND key = $2 AND status IS NULL
"""

OLD = "SELECT account, key FROM idempotency_keys WHERE created < $1 ORDER BY created LIMIT $2"


@dataclass(frozen=True, slots=True)
class Saved:
    """What is known of a key; `status` None while its first request is being answered."""

    endpoint: str
    fingerprint: str
    request_id: str
    status: int | None
    body: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A request's key; `fingerprint` is a hash of the request's parameters.

    One that came with a publishable key begins with `BUYERS_MARK`.
    """

    account: str
    key: str
    created: int
    endpoint: str
    fingerprint: str
    request_id: str

    @property
    def as_sent(self) -> str:
        """The key as the request brought it."""
        return self.key.removeprefix(BUYERS_MARK)


def begin(tx: Transaction, key: Key) -> Saved | None:
    """Take the key for this request, or tell what is known of it already."""
    taken = tx.run(
        INSERT,
        (key.account, key.key, key.created, key.endpoint, key.fingerprint, key.request_id),
    )
    if taken:
        return None
    row = tx.one(FIND, (key.account, key.key))
    return None if row is None else Saved(*row)


def finish(tx: Transaction, account: str, key: str, status: int, body: bytes) -> None:
    """Keep the answer, unless the key has one: what was told once stays so."""
    tx.run(FINISH, (account, key, status, body))


def release(tx: Transaction, account: str, key: str) -> None:
    """Forget a key whose request came to nothing, so that it may be sent again."""
    tx.run(
        "DELETE FROM idempotency_keys WHERE account = $1 AND key = $2 AND status IS NULL",
        (account, key),
    )


def forget_older(tx: Transaction, created_before: int, limit: int) -> int:
    """Drop some keys past their retention, which start afresh then; tell how many."""
    forget = "DELETE FROM idempotency_keys WHERE (account, key) IN (" + OLD + tx.skip_locked + ")"
    return tx.run(forget, (created_before, limit))
