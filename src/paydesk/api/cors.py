"""Which requests other sites' pages may send: those of a buyer's browser, and nothing else.

Every origin may: what a request can do is decided by the publishable key and the session's secret
that it carries. Nothing rides on cookies, so credentials are not allowed.
"""

from __future__ import annotations

from collections.abc import Sequence

Headers = list[tuple[bytes, bytes]]

PREFLIGHT_SECONDS = 7_200
"""How long a browser may remember the answer; Chromium remembers no longer."""

_HEADERS = b"authorization, content-type, idempotency-key, stripe-version"

SHARED: Headers = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"request-id"),
]
"""What an answer on a client's route carries."""


def preflight(methods: Sequence[str]) -> Headers:
    """The answer to a browser that asks before it sends one of `methods` of a client's route."""
    return [
        *SHARED,
        (b"access-control-allow-methods", ", ".join(sorted(methods)).encode()),
        (b"access-control-allow-headers", _HEADERS),
        (b"access-control-max-age", str(PREFLIGHT_SECONDS).encode()),
        (b"content-length", b"0"),
    ]
