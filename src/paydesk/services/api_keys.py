"""API keys: an operator makes them in pairs, sees what there is, and revokes them."""

from __future__ import annotations

from dataclasses import dataclass

from paydesk.core.api_keys import PREFIXES, PUBLISHABLE, SECRET, ApiKey, digest
from paydesk.core.errors import NotFound
from paydesk.core.ids import PAGE_KEY_PREFIX
from paydesk.services.context import IdSource
from paydesk.storage import accounts, api_keys
from paydesk.storage.accounts import Account
from paydesk.storage.database import Transaction


@dataclass(frozen=True, slots=True)
class KeyPair:
    """Two new keys of one account, as they are shown once."""

    account: str
    secret: str
    publishable: str


def create(tx: Transaction, ids: IdSource, now: int, name: str, account: str | None) -> KeyPair:
    """A pair of keys for an account, or for a new one when that is None.

    Raises NotFound when there is no such account. `now` is in Unix seconds.
    """
    if account is None:
        account = ids.new("acct")
        accounts.ensure(tx, Account(account, now, ids.secret("whsec")))
    elif accounts.get(tx, account) is None:
        raise NotFound("account", account)
    made = {kind: ids.secret(prefix) for kind, prefix in PREFIXES.items()}
    for kind, key in made.items():
        api_keys.insert(
            tx,
            ApiKey(
                id=ids.new("key"), account=account, created=now, kind=kind, name=name,
                sha256=digest(key), last4=key[-4:],
            ),
        )  # fmt: skip
    return KeyPair(account, made[SECRET], made[PUBLISHABLE])


def revoke(tx: Transaction, id: str, now: int) -> None:
    """Let a key open nothing any more. Raises NotFound when none of this id does."""
    if not api_keys.revoke(tx, id, now):
        raise NotFound("key", id)


def find(tx: Transaction, key: str) -> ApiKey | None:
    """The key as it is kept, revoked or not; None when nobody made it.

    The key that Paydesk's own pages use has no row of its own: it is as good as its account.
    """
    if key.startswith(PAGE_KEY_PREFIX):
        return _page_key(tx, key)
    return api_keys.by_digest(tx, digest(key))


def _page_key(tx: Transaction, key: str) -> ApiKey | None:
    account = accounts.get(tx, key.removeprefix("pk_test_"))
    return None if account is None else ApiKey(
        id="page", account=account.id, created=account.created, kind=PUBLISHABLE,
        name="Paydesk's pages", sha256=digest(key), last4=key[-4:],
    )  # fmt: skip
