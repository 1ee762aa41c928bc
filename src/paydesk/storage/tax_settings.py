"""Tax settings and registrations of accounts: one row each, once they were changed."""

from __future__ import annotations

from paydesk.core.tax_registrations import TaxSeller
from paydesk.storage.codec import dump
from paydesk.storage.database import Transaction
from paydesk.storage.tax_codec import load_seller

GET = """
SELECT accounts.created, tax_settings.seller
FROM accounts LEFT JOIN tax_settings ON tax_settings.account = accounts.id
WHERE accounts.id = $1
"""

SAVE = """
INSERT INTO tax_settings (account, seller) VALUES ($1, $2)
ON CONFLICT (account) DO UPDATE SET seller = excluded.seller
"""


def get(tx: Transaction, account: str) -> tuple[int | None, TaxSeller | None]:
    """When the account was made (Unix seconds) and its settings; None for what is not there."""
    row = tx.one(GET, (account,))
    if row is None:
        return None, None
    created, seller = row
    return created, None if seller is None else load_seller(seller)


def save(tx: Transaction, account: str, seller: TaxSeller) -> None:
    """Write down what changed. Whoever changes it holds the account."""
    tx.run(SAVE, (account, dump(seller)))
