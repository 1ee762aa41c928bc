"""API keys: the sandbox's own pair, and those that an operator made.

What is kept of the latter opens nothing: a hash and the last four characters. A key has 190 random
bits, so that a plain SHA-256 of it can't be turned back.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from paydesk.core.ids import account_id

SECRET, PUBLISHABLE = "secret", "publishable"

PREFIXES = {SECRET: "sk_test", PUBLISHABLE: "pk_test"}
"""There is no processor that moves money yet, so every key is one for tests."""

NAME_CHARACTERS_MAX = 100


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one sandbox account."""

    secret: str
    publishable: str

    @property
    def account(self) -> str:
        """The account that both belong to."""
        return account_id(self.secret)


DEMO = Keys("sk_test_paydesk", "pk_test_paydesk")
"""Those that a newcomer has before they made anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """One key of an account. `created` and `revoked` are Unix seconds; `sha256` is in hex."""

    id: str
    account: str
    created: int
    kind: str
    name: str
    sha256: str
    last4: str
    revoked: int | None = None


def digest(key: str) -> str:
    """What is kept of a key, and looked up by."""
    return hashlib.sha256(key.encode()).hexdigest()
