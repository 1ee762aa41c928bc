"""How the webhooks of accounts are to be late, shuffled and repeated."""

from __future__ import annotations

from paydesk.core.deliveries import Disorder
from paydesk.storage.database import Transaction

SAVE = """
INSERT INTO webhook_disorder (account, copies, delay_ms, shuffle_ms) VALUES ($1, $2, $3, $4)
ON CONFLICT (account) DO UPDATE SET copies = $2, delay_ms = $3, shuffle_ms = $4
"""

ALL = "SELECT account, copies, delay_ms, shuffle_ms FROM webhook_disorder"


def save(tx: Transaction, account: str, disorder: Disorder) -> None:
    """Write the account's wish down, over the one before."""
    tx.run(SAVE, (account, disorder.copies, disorder.delay_ms, disorder.shuffle_ms))
    tx.notify()


def read_all(tx: Transaction) -> dict[str, Disorder]:
    """Every account's wish."""
    return {account: Disorder(*wish) for account, *wish in tx.all(ALL)}
