"""Which pages may have a frame of ours: never every page, and never one that the buyer can't trust.

A session's frames may stand in pages of its `return_url`'s origin, of the origins that the operator
names and, in the sandbox, of this machine. Browsers hold it by `frame-ancestors`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from paydesk.core.sessions import Session

LOOPBACK_HOSTS = ("127.0.0.1", "localhost")

ORIGIN_CHARACTERS_MAX = 300

_HOST = re.compile(r"[a-z0-9.-]+")
"""Nothing that ends a source in a policy, and begins another one. No IPv6 address: a policy can't
name one, and browsers drop a source that tries."""


@dataclass(frozen=True, slots=True)
class Framing:
    """Whose pages may have frames, besides those of a session's own `return_url`.

    `origins` are the operator's, like `https://shop.example`. `loopback` lets in every page of this
    machine, whatever its port: a sandbox's shops are there, and a live one's are not.
    """

    origins: tuple[str, ...] = ()
    loopback: bool = False

    def allows(self, session: Session, origin: str) -> bool:
        """Whether a page of `origin` may show this session's frames."""
        if len(origin) > ORIGIN_CHARACTERS_MAX or origin_of(origin) != origin:
            return False
        if self.loopback and urlsplit(origin).hostname in LOOPBACK_HOSTS:
            return True
        return origin in (*self.origins, origin_of(session.return_url or ""))

    def sources(self, session: Session) -> str:
        """All of them, and ourselves, as the sources of `frame-ancestors`."""
        hosts = LOOPBACK_HOSTS if self.loopback else ()
        loopback = [f"{scheme}://{host}:*" for host in hosts for scheme in ("http", "https")]
        merchant = origin_of(session.return_url or "")
        return " ".join(filter(None, ["'self'", merchant, *self.origins, *loopback]))


def origin_of(url: str) -> str | None:
    """`https://shop.example:8443` of a web address, or None for one that no policy can name."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host):
        return None
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, usual) else "")
