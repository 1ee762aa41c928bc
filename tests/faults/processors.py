"""A processor behind a connection that fails in every way in which one can.

A fault is given the question and may ask it, or not, before it fails.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable

from paydesk.payments.processor import (
    Authorisation,
    News,
    Outcome,
    Processor,
    RefundOutcome,
    RefundRequest,
)

Answered = Outcome | RefundOutcome | None
Ask = Callable[[], Awaitable[Answered]]
Fault = Callable[[Ask], Awaitable[Answered]]


class Connection:
    """Asks the processor; each question uses up one of the faults that wait for its kind."""

    def __init__(self, processor: Processor) -> None:
        self._processor = processor
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        self.asked: list[tuple[str, str]] = []

    def fail(self, question: str, *faults: Fault) -> None:
        """Let the next questions of this kind go wrong: `authorise`, `authenticate`, `give_up`,
        `refund`, `news`, `payment_news`.
        """
        self._faults[question].extend(faults)

    async def authorise(self, request: Authorisation) -> Outcome:
        told = await self._ask("authorise", request.key, lambda: self._processor.authorise(request))
        assert isinstance(told, Outcome)
        return told

    async def complete_authentication(self, key: str, *, authenticated: bool) -> Outcome:
        told = await self._ask(
            "authenticate",
            key,
            lambda: self._processor.complete_authentication(key, authenticated=authenticated),
        )
        assert isinstance(told, Outcome)
        return told

    async def payment_news(self, key: str) -> News:
        told = await self._ask("payment_news", key, lambda: self._processor.payment_news(key))
        assert isinstance(told, News)
        return told

    async def give_up(self, key: str) -> Outcome | None:
        told = await self._ask("give_up", key, lambda: self._processor.give_up(key))
        assert told is None or isinstance(told, Outcome)
        return told

    async def refund(self, request: RefundRequest) -> RefundOutcome:
        told = await self._ask("refund", request.key, lambda: self._processor.refund(request))
        assert isinstance(told, RefundOutcome)
        return told

    async def refund_news(self, key: str) -> RefundOutcome:
        told = await self._ask("news", key, lambda: self._processor.refund_news(key))
        assert isinstance(told, RefundOutcome)
        return told

    async def _ask(self, question: str, key: str, ask: Ask) -> Answered:
        self.asked.append((question, key))
        faults = self._faults[question]
        return await (faults.popleft()(ask) if faults else ask())


async def time_out(ask: Ask) -> Answered:
    """The question never arrived."""
    raise TimeoutError


async def time_out_after(ask: Ask) -> Answered:
    """It arrived, the answer did not."""
    await ask()
    raise TimeoutError


async def reset_after(ask: Ask) -> Answered:
    await ask()
    raise ConnectionResetError


async def break_down(ask: Ask) -> Answered:
    """The adapter itself is at fault."""
    raise ZeroDivisionError


async def say_nothing(ask: Ask) -> Answered:
    """The connection stands and nobody speaks."""
    await asyncio.Event().wait()
    return None


async def say_nothing_after(ask: Ask) -> Answered:
    await ask()
    return await say_nothing(ask)


async def repeat(ask: Ask) -> Answered:
    """The question is delivered twice, and so is the answer."""
    first, second = await ask(), await ask()
    assert first == second
    return second


class Late:
    """The question is on its way when everybody has given up waiting for it."""

    def __init__(self) -> None:
        self._ask: Ask | None = None

    async def __call__(self, ask: Ask) -> Answered:
        self._ask = ask
        raise TimeoutError

    async def arrive(self) -> Answered:
        """Now it gets there."""
        assert self._ask is not None
        return await self._ask()


class Slow:
    """The question is asked before or after a wait that the test ends."""

    def __init__(self, *, effect_first: bool) -> None:
        self._effect_first = effect_first
        self._go_on = asyncio.Event()
        self.waiting = asyncio.Event()

    async def __call__(self, ask: Ask) -> Answered:
        told = await ask() if self._effect_first else None
        self.waiting.set()
        await self._go_on.wait()
        return told if self._effect_first else await ask()

    def go_on(self) -> None:
        self._go_on.set()


NOTHING_HAPPENED: list[Fault] = [time_out, break_down, say_nothing]
"""Faults before the processor heard of the payment."""

IT_HAPPENED: list[Fault] = [time_out_after, reset_after, say_nothing_after]
"""Faults after the processor has decided."""
