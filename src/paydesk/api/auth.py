"""Who is asking: API keys, as Basic user name or Bearer token.

In the sandbox every well-formed test key is an account of its own: `sk_test_X` and `pk_test_X`
belong together, and nobody else's objects are visible to either. `keyring.py` knows the others.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from paydesk.core.api_keys import PUBLISHABLE, SECRET
from paydesk.core.errors import Forbidden, Unauthenticated
from paydesk.core.ids import account_id

_KEY = re.compile(r"(?P<kind>[sp])k_test_[0-9A-Za-z_]{3,247}")

_NO_KEY = (
    "You did not provide an API key. You need to provide your API key in the Authorization header, "
    "using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See "
    "https://stripe.com/docs/api#authentication for details, or we can help at "
    "https://support.stripe.com/."
)

_PUBLISHABLE_REFUSED = (
    "This API call cannot be made with a publishable API key. Please use a secret API key. You can "
    "find a list of your API keys at https://dashboard.stripe.com/account/apikeys."
)


@dataclass(frozen=True, slots=True)
class Caller:
    """The account behind a key, and what kind of key it was."""

    account: str
    kind: str


def given_key(authorization: str | None) -> str:
    """The key in an Authorization header. Raises Unauthenticated when there is none."""
    key = _key(authorization or "")
    if not key:
        raise Unauthenticated(_NO_KEY)
    return key


def caller_by_form(key: str) -> Caller:
    """Whom a test key would belong to in the sandbox. Raises Unauthenticated for other keys."""
    match = _KEY.fullmatch(key)
    if match is None:
        raise Unauthenticated(f"Invalid API Key provided: {masked(key)}")
    return Caller(account_id(key), SECRET if match["kind"] == "s" else PUBLISHABLE)


def require_secret(caller: Caller) -> None:
    """Raise Forbidden for a key that browsers may know."""
    if caller.kind != SECRET:
        raise Forbidden(_PUBLISHABLE_REFUSED, code="secret_key_required")


def masked(key: str) -> str:
    """A key as an answer may show it: its kind and its last four characters."""
    shown = key[:200]
    head = match[0] if (match := re.match(r"[a-z]{2,4}_(test|live)_", shown)) else ""
    if len(shown) < len(head) + 8:
        return head + "*" * (len(shown) - len(head))
    return head + "*" * (len(shown) - len(head) - 4) + shown[-4:]


def _key(authorization: str) -> str:
    scheme, _, value = authorization.strip().partition(" ")
    value = value.strip()
    if scheme.lower() == "bearer":
        return value
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[0]
        except ValueError:  # of base64 or of UTF-8
            raise Unauthenticated(_NO_KEY) from None
    return ""
