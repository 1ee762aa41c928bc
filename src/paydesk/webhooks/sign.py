"""Stripe's webhook signature: the receiver learns who sent a body, and when."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable


def signature_header(body: bytes, secrets: Iterable[str], timestamp: int) -> str:
    """The `Stripe-Signature` of a body sent at `timestamp`, in Unix seconds.

    One `v1` per secret, so that while a secret is being replaced receivers may know either. The
    time is signed with the body: receivers refuse what is older than five minutes.
    """
    signed = b"%d.%b" % (timestamp, body)
    signatures = [f"v1={_hmac_sha256(secret, signed)}" for secret in secrets]
    return ",".join([f"t={timestamp}", *signatures])


def _hmac_sha256(secret: str, signed: bytes) -> str:
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
