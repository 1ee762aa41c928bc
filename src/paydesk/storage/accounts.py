"""Merchants. In the sandbox an account comes to be when its key is first used to write."""

from __future__ import annotations

from dataclasses import dataclass

from paydesk.storage.database import Transaction

GET = "SELECT id, created, webhook_secret FROM accounts WHERE id = $1"


@dataclass(frozen=True, slots=True)
class Account:
    """One merchant; `webhook_secret` signs what is forwarded without an endpoint of its own."""

    id: str
    created: int
    webhook_secret: str


def ensure(tx: Transaction, account: Account) -> None:
    """Write the account down unless it is known."""
    tx.run(
        "INSERT INTO accounts (id, created, webhook_secret) VALUES ($1, $2, $3)"
        " ON CONFLICT (id) DO NOTHING",
        (account.id, account.created, account.webhook_secret),
    )


def get(tx: Transaction, id: str) -> Account | None:
    """The account with this id, or None."""
    row = tx.one(GET, (id,))
    return None if row is None else Account(*row)


def hold(tx: Transaction, id: str) -> Account | None:
    """The account, held until the transaction ends by whoever counts or changes what it has."""
    row = tx.one(GET + tx.for_update, (id,))
    return None if row is None else Account(*row)
