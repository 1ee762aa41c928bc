"""Who follows which session, and word to them when it changes.

One task in each process looks at all the sessions that are followed there, together and only while
some are: soon after a commit that rings the database's bell, and a few times a second, since not
every change rings it and time alone ends a session.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass

import structlog

from paydesk.core.errors import Unavailable
from paydesk.core.sessions import OPEN, Session, effective_status
from paydesk.services.context import Clock
from paydesk.storage import sessions
from paydesk.storage.database import Database

log = structlog.get_logger("paydesk.changes")

LOOK_SECONDS = 0.4
LOOK_SECONDS_MIN = 0.05
"""However often the bell rings, so long passes between two looks."""

END = "paydesk.end"
"""In the scope of a connection: what ends its stream when the server is asked to stop."""

PAUSE_AFTER_ERROR_SECONDS = 1.0

FOLLOWERS_MAX = 2_000
"""In one process: each holds a connection open."""

FOLLOWERS_PER_SESSION_MAX = 20


@dataclass(frozen=True, slots=True)
class State:
    """How far a session has come."""

    version: int
    status: str

    @property
    def mark(self) -> str:
        """A name for it: the version, and how the session ended once it has."""
        return str(self.version) if self.status == OPEN else f"{self.version}.{self.status}"


class Follower:
    """Waits for news of one session."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.ended = False
        self._news = asyncio.Event()

    def tell(self, state: State) -> None:
        """The session is now like this."""
        if state != self.state:
            self.state = state
            self._news.set()

    def end(self) -> None:
        """There is no use in waiting any more."""
        self.ended = True
        self._news.set()

    async def news(self, within_seconds: float) -> bool:
        """Wait for a change or the end; False when neither came."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_seconds):
                await self._news.wait()
        came = self._news.is_set()
        self._news.clear()
        return came


class Changes:
    """The followers of one process."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._followers: dict[str, set[Follower]] = {}
        self._count = 0
        self._followed = asyncio.Event()
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Something was committed: look soon."""
        self._woken.set()

    def state_of(self, session: Session) -> State:
        """The session's state now."""
        return State(session.version, effective_status(session, self._now))

    @contextmanager
    def follow(self, id: str, state: State) -> Iterator[Follower]:
        """Follow the session, which the follower knows in this state. Raises Unavailable when too
        many do.
        """
        theirs = self._followers.setdefault(id, set())
        if self._count >= FOLLOWERS_MAX or len(theirs) >= FOLLOWERS_PER_SESSION_MAX:
            raise Unavailable("Too many pages follow this. Ask for the session now and then.")
        follower = Follower(state)
        theirs.add(follower)
        self._count += 1
        self._followed.set()
        try:
            yield follower
        finally:
            self._count -= 1
            theirs.discard(follower)
            if not theirs:
                del self._followers[id]
            if not self._followers:
                self._followed.clear()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Tell followers of changes, inside."""
        looking = asyncio.create_task(self._run())
        try:
            yield
        finally:
            looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking

    @property
    def _now(self) -> int:
        return self._clock() // 1_000_000

    async def _run(self) -> None:
        while True:
            await self._followed.wait()
            try:
                await self._look()
            except Exception:
                log.exception("can't look for changes")
                await asyncio.sleep(PAUSE_AFTER_ERROR_SECONDS)
            await asyncio.sleep(LOOK_SECONDS_MIN)
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._woken.wait()
            self._woken.clear()

    async def _look(self) -> None:
        ids = list(self._followers)
        found = await self._database.read(lambda tx: sessions.states(tx, ids))
        now = self._now
        for id, version, status, expires_at in found:
            over = status == OPEN and now >= expires_at
            state = State(version, "expired" if over else status)
            for follower in self._followers.get(id, ()):
                follower.tell(state)
