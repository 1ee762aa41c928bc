"""A `stripe` CLI that listens: what it is told, and what it has answered.

Each event is told twice, once as the account's version has it and once as the newest has it, since
the CLI forwards one of the two and doesn't say which. It acknowledges both at once, and answers
once more when the merchant's handler has answered. Until then an event counts as not told, and a
CLI that comes back hears it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

WEBHOOKS, REQUEST_LOGS = "webhooks", "request_logs"
FEATURES = (WEBHOOKS, REQUEST_LOGS)
"""What a listener may ask for. Thin events are a third thing, which Paydesk does not have."""

DEFAULT_SHAPE, NEWEST_SHAPE = "default", "latest"
SHAPES = (DEFAULT_SHAPE, NEWEST_SHAPE)

SESSIONS_PATH = "/v1/stripecli/sessions"
"""Where one begins. Such requests are not told to those who follow the log: each would begin with
its own."""

SOCKET_PROTOCOL = "stripecli-devproxy-v1"

UNKNOWN_LISTENER = "Unknown WebSocket ID."
"""The words by which the CLI knows that it needs a new session."""

ABSENCE_SECONDS_MAX = 5 * 60
"""A listener that went without a word keeps its place for so long."""

KEPT_SECONDS = 24 * 3600
"""A listener that nobody has seen for so long is forgotten."""

PRESENT_PER_ACCOUNT_MAX = 50

OVERLAP_SECONDS = 10
"""Events get their id before they are committed, and the machines that share a database have
clocks of their own: so late may one appear among older ones."""

HANDLER_SECONDS_MAX = 35.0
"""The CLI gives a handler 30 seconds and says nothing when it gave up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """One `stripe listen` or `stripe logs tail`; times are Unix seconds.

    Its id is all that opens its socket. Events up to the id `cursor` need no telling any more.
    `closed` says that it took its leave.
    """

    id: str
    account: str
    created: int
    seen: int
    device: str
    forwards_to: str
    features: tuple[str, ...]
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    cursor: str
    closed: bool = False

    @property
    def hears_events(self) -> bool:
        """Whether it wants events, and not request logs."""
        return WEBHOOKS in self.features


def conversation(name: str, shape: str) -> str:
    """What a frame is called; the CLI sends it back. `name` is an event's id or a resend's."""
    return f"{name}.{shape}"


class Telling:
    """What one connection has told and what was answered. Times are seconds of any steady clock."""

    def __init__(self, *, forwards: bool) -> None:
        self._forwards = forwards
        self._unheard: dict[str, set[str]] = {}
        self._at_handler: dict[str, float] = {}
        self._done: set[str] = set()

    @property
    def unheard(self) -> int:
        """How many are on their way to the CLI."""
        return len(self._unheard)

    @property
    def under_way(self) -> frozenset[str]:
        """Everything that was told here and is not yet on record as done."""
        return frozenset((*self._unheard, *self._at_handler, *self._done))

    def told(self, name: str) -> None:
        """Both shapes were sent."""
        self._unheard[name] = set(SHAPES)

    def heard(self, called: str, now: float) -> None:
        """The CLI has acknowledged the frame of this name."""
        name, _, shape = called.rpartition(".")
        shapes = self._unheard.get(name)
        if shapes is None:
            return
        shapes.discard(shape)
        if not shapes:
            del self._unheard[name]
            if self._forwards:
                self._at_handler[name] = now + HANDLER_SECONDS_MAX
            else:
                self._done.add(name)

    def handled(self, called: str) -> None:
        """The merchant's handler has answered, whatever it said."""
        name = called.rpartition(".")[0]
        if self._at_handler.pop(name, None) is not None:
            self._done.add(name)
        elif name in self._unheard:
            # One shape is enough: the other one is not forwarded.
            del self._unheard[name]
            self._done.add(name)

    def take_done(self, now: float) -> list[str]:
        """What is done since this was last asked."""
        over = [name for name, deadline in self._at_handler.items() if deadline <= now]
        for name in over:
            del self._at_handler[name]
        done = [*self._done, *over]
        self._done.clear()
        return done
