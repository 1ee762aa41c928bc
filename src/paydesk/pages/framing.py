"""Which pages may have a frame of ours: never every page, and never one that the buyer can't trust.

A session's frames may stand in pages of its `return_url`'s origin, of the origins that the operator
configured and, in the sandbox, of this machine. Browsers hold it by `frame-ancestors`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from paydesk.core.sessions import Session

LOOPBACK_HOSTS = ("127.0.0.1", "localhost")

ORIGIN_CHARACTERS_MAX = 300

_HOST = re.compile(r"[a-z0-9.:-]+")
"""Nothing that ends a source in a policy, and begins another one."""


def may_frame(session: Session, origin: str, configured: Sequence[str] = ()) -> bool:
    """Whether a page of `origin` (`https://shop.example`) may show this session's frames."""
    if len(origin) > ORIGIN_CHARACTERS_MAX or origin_of(origin) != origin:
        return False
    if urlsplit(origin).hostname in LOOPBACK_HOSTS:
        return True
    return origin in (*configured, origin_of(session.return_url or ""))


def framers(session: Session, configured: Sequence[str] = ()) -> str:
    """All of them, and ourselves, as the sources of `frame-ancestors`."""
    loopback = [f"{scheme}://{host}:*" for host in LOOPBACK_HOSTS for scheme in ("http", "https")]
    merchant = origin_of(session.return_url or "")
    return " ".join(filter(None, ["'self'", merchant, *configured, *loopback]))


def origin_of(url: str) -> str | None:
    """`https://shop.example:8443` of a web address, or None for anything else."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    name = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(name):
        return None
    host = f"[{name}]" if ":" in name else name
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, usual) else "")
