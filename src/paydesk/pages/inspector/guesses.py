"""How often the password is guessed: too seldom to find it, and nobody locks anybody else out.

Strangers are told apart by their addresses, and all of them together have a limit, since addresses
are cheap. Who has logged in with this browser before, or sits at this machine, is not counted among
them: whatever strangers do, operators get in.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

FAILURES_MAX = 10
"""Of one visitor."""

STRANGERS_FAILURES_MAX = 60
"""Of all strangers together: that is some thirty million guesses a year."""

FAILURES_WITHIN_SECONDS = 60
"""In one process. Beyond that no password of theirs is looked at."""

KNOWN_FAILURES_KEPT_MAX = 1_000

IPV6_SITE_BITS = 64
"""Whoever has one address of such a network has them all."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who guesses: a stranger's address, or a known browser."""

    name: str
    known: bool = False


def stranger_at(address: str | None) -> Visitor:
    """Somebody of whom only the address is known."""
    try:
        ip = ip_address(address or "")
    except ValueError:
        return Visitor("nowhere")
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is not None:
        return Visitor(str(ip.ipv4_mapped))
    if isinstance(ip, IPv6Address):
        return Visitor(str(ip_network((ip, IPV6_SITE_BITS), strict=False)))
    return Visitor(str(ip))


class Guesses:
    """Wrong passwords of the last minute. What is kept is bounded by what is allowed."""

    def __init__(self) -> None:
        self._strangers: deque[tuple[int, str]] = deque(maxlen=STRANGERS_FAILURES_MAX)
        self._known: deque[tuple[int, str]] = deque(maxlen=KNOWN_FAILURES_KEPT_MAX)

    def note(self, visitor: Visitor, now: int) -> None:
        """They were wrong. `now` is Unix seconds."""
        self._of(visitor).append((now, visitor.name))

    def are_too_many(self, visitor: Visitor, now: int) -> bool:
        """Whether they have to wait. `now` is Unix seconds."""
        failures = [name for at, name in self._of(visitor) if now - at < FAILURES_WITHIN_SECONDS]
        if not visitor.known and len(failures) >= STRANGERS_FAILURES_MAX:
            return True
        return failures.count(visitor.name) >= FAILURES_MAX

    def _of(self, visitor: Visitor) -> deque[tuple[int, str]]:
        return self._known if visitor.known else self._strangers
