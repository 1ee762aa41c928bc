"""API keys that an operator made, found by their hash."""

from __future__ import annotations

from paydesk.core.api_keys import ApiKey
from paydesk.storage.database import Row, Transaction

COLUMNS = "id, account, created, kind, name, sha256, last4, revoked"

INSERT = f"INSERT INTO api_keys ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"

BY_DIGEST = f"SELECT {COLUMNS} FROM api_keys WHERE sha256 = $1"

LIST = f"SELECT {COLUMNS} FROM api_keys WHERE id > '' ORDER BY id"

REVOKE = "UPDATE api_keys SET revoked = $2 WHERE id = $1 AND revoked IS NULL"


def insert(tx: Transaction, key: ApiKey) -> None:
    """Write a new key down."""
    tx.run(
        INSERT,
        (
            key.id, key.account, key.created, key.kind, key.name, key.sha256, key.last4,
            key.revoked,
        ),
    )  # fmt: skip


def by_digest(tx: Transaction, sha256: str) -> ApiKey | None:
    """The key with this hash, revoked or not; or None."""
    row = tx.one(BY_DIGEST, (sha256,))
    return None if row is None else _from_row(row)


def list_all(tx: Transaction) -> list[ApiKey]:
    """Every key of every account, the oldest first."""
    return [_from_row(row) for row in tx.all(LIST)]


def revoke(tx: Transaction, id: str, now: int) -> bool:
    """Let the key open nothing any more; False when there is none of this id that does."""
    return tx.run(REVOKE, (id, now)) == 1


def _from_row(row: Row) -> ApiKey:
    return ApiKey(
        id=row[0], account=row[1], created=row[2], kind=row[3], name=row[4], sha256=row[5],
        last4=row[6], revoked=row[7],
    )  # fmt: skip
