"""Stories on their way to an engine's threads, and word on its way back to the event loops."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from paydesk.storage.database import Story

SHUTTING_DOWN = "The server is shutting down. Nothing was done."
OVERLOADED = "The server has more to do than it can. Nothing was done."


class Waiting:
    """A story, and who waits for it."""

    __slots__ = ("error", "future", "loop", "result", "story")

    def __init__(self, story: Story[Any], loop: asyncio.AbstractEventLoop) -> None:
        self.story = story
        self.loop = loop
        self.future: asyncio.Future[Any] = loop.create_future()
        self.result: Any = None
        self.error: BaseException | None = None

    def answer(self) -> None:
        """Let the result out, on the loop that waits for it, unless nobody waits any more."""
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(_fit_for_a_future(self.error))
        else:
            self.future.set_result(self.result)


def answer_all(batch: Iterable[Waiting]) -> None:
    """Wake each loop once, however many of its stories are done."""
    by_loop: dict[asyncio.AbstractEventLoop, list[Waiting]] = {}
    for waiting in batch:
        by_loop.setdefault(waiting.loop, []).append(waiting)
    for loop, theirs in by_loop.items():
        with suppress(RuntimeError):  # the loop has closed: nobody waits any more
            loop.call_soon_threadsafe(_answer_each, theirs)


class Listeners:
    """Who wants to hear of commits, each on a loop of their own. Any thread may call them."""

    def __init__(self) -> None:
        self._all: list[tuple[asyncio.AbstractEventLoop, Callable[[], None]]] = []

    def add(self, heard: Callable[[], None]) -> None:
        """Call `heard` from now on, on the running loop."""
        self._all.append((asyncio.get_running_loop(), heard))

    def call(self) -> None:
        """Call everyone, soon."""
        for loop, heard in self._all:
            with suppress(RuntimeError):  # the loop has closed: nobody listens any more
                loop.call_soon_threadsafe(heard)


def _answer_each(batch: list[Waiting]) -> None:
    for waiting in batch:
        waiting.answer()


def _fit_for_a_future(error: BaseException) -> BaseException:
    """A future refuses StopIteration, as a generator does."""
    if not isinstance(error, StopIteration):
        return error
    told = RuntimeError("the story raised StopIteration")
    told.__cause__ = error
    return told
