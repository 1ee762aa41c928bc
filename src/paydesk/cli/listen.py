"""`paydesk listen`: the events of an account, shown and carried to a handler that is at work here.

An event is acknowledged when its turn has come, and answered for when the handler has answered.
Whatever ends in between, this program, the server or the line, the server tells the event again.
"""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from paydesk.cli.client import Merchant, Refusal
from paydesk.cli.console import fail, note
from paydesk.cli.forwarding import EVERY_EVENT, Carried, Forwarder, Route, open_forwarder
from paydesk.cli.line import CALL_AGAIN, GOODBYE, Frame, Line, Wish
from paydesk.cli.screen import Screen
from paydesk.cli.stopping import stop_when_told
from paydesk.core.listeners import WEBHOOKS
from paydesk.webhooks.deliver import Unreachable

AT_HANDLER_MAX = 8
"""Events that the handler has before it at one time."""

WAITING_MAX = 200
"""Events that wait for their turn; the server sends fewer before it hears of them."""

REMEMBERED_MAX = 1_000
"""Events that are done and not carried again, should the server not know of it."""

FINISH_SECONDS_MAX = 5.0
"""How long events under way may take once the command is asked to stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which events, in which words, where to, and how they are shown."""

    routes: Sequence[Route] = ()
    forwards_to: str = ""
    types: Sequence[str] = (EVERY_EVENT,)
    latest: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    verified: bool = True
    as_json: bool = False

    def wants(self, type: str) -> bool:
        """Whether events of this type are shown and carried."""
        return EVERY_EVENT in self.types or type in self.types


def listen(merchant: Merchant, choice: Choice) -> None:
    """Listen until told to stop. Ends the command when the server refuses us."""
    line = Line(merchant, Wish(feature=WEBHOOKS, forwards_to=choice.forwards_to), note)
    try:
        asyncio.run(_listen(line, choice))
    except Refusal as error:
        fail(str(error))


async def _listen(line: Line, choice: Choice) -> None:
    stop = stop_when_told()
    session = line.session
    version = session.latest_version if choice.latest else session.default_version
    note(
        f"Ready! You are using Stripe API Version [{version}]. Your webhook signing secret is "
        f"{session.secret} (^C to quit)"
    )
    async with open_forwarder(choice.routes, choice.headers, verified=choice.verified) as forwarder:
        await Listener(line, forwarder, choice, Screen(as_json=choice.as_json)).run(stop)


@dataclass(frozen=True, slots=True)
class Told:
    """An event as one frame tells it, in one of its two shapes."""

    frame: Frame
    event: Frame

    @property
    def name(self) -> str:
        """What the frame is called; its answers carry the name."""
        return str(self.frame["webhook_conversation_id"])

    @property
    def type(self) -> str:
        """The event's."""
        return str(self.event["type"])

    @property
    def is_newest(self) -> bool:
        """Whether this is the shape of the newest API version."""
        return self.frame["endpoint"]["api_version"] is not None

    def acknowledgement(self) -> dict[str, Any]:
        """That we have it."""
        return self._answer(type="event_ack", event_id=self.event["id"])

    def response(self, carried: Carried, status: int, answer: str) -> dict[str, Any]:
        """What a handler said to it."""
        return self._answer(
            type="webhook_response",
            forward_url=carried.url,
            status=status,
            http_headers={},
            body=answer,
            notification_id=self.event["id"],
        )

    def _answer(self, **fields: Any) -> dict[str, Any]:
        called = {name: self.frame[name] for name in ("webhook_conversation_id", "webhook_id")}
        return fields | called


class Listener:
    """The events of one line, each in its turn."""

    def __init__(self, line: Line, forwarder: Forwarder, choice: Choice, screen: Screen) -> None:
        self._line = line
        self._forwarder = forwarder
        self._choice = choice
        self._screen = screen
        self._waiting: asyncio.Queue[Told] = asyncio.Queue(WAITING_MAX)
        self._under_way: set[str] = set()
        self._done: OrderedDict[str, list[dict[str, Any]]] = OrderedDict()

    async def run(self, stop: asyncio.Event) -> None:
        """Listen until `stop`, then let the handler finish. Raises Refusal."""
        reading = asyncio.create_task(self._line.run(self._take))
        workers = [asyncio.create_task(self._work()) for _ in range(AT_HANDLER_MAX)]
        stopping = asyncio.create_task(stop.wait())
        tasks = [reading, stopping, *workers]
        try:
            ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            reading.cancel()
            finished = await self._finish()
            await self._line.hang_up(GOODBYE if finished else CALL_AGAIN)
            for task in ended:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _finish(self) -> bool:
        """Let what is at the handler come to an end; whether nothing is left undone."""
        left = 0
        while not self._waiting.empty():
            self._waiting.get_nowait()
            self._waiting.task_done()
            left += 1
        if self._under_way:
            note("Stopping as soon as your handler has answered (^C to quit at once)")
        try:
            async with asyncio.timeout(FINISH_SECONDS_MAX):
                await self._waiting.join()
        except TimeoutError:
            return False
        return left == 0

    async def _take(self, frame: Frame) -> None:
        """What the server tells: put it in line, unless it is done, at work, or not wanted."""
        told = _read(frame)
        if told is None or told.name in self._under_way:
            return
        if told.name in self._done:
            await self._answer(told)
        elif told.is_newest != self._choice.latest or not self._choice.wants(told.type):
            await self._line.say(**told.acknowledgement())
        else:
            self._under_way.add(told.name)
            await self._waiting.put(told)

    async def _work(self) -> None:
        while True:
            told = await self._waiting.get()
            try:
                await self._line.say(**told.acknowledgement())
                self._screen.event(told.event, str(told.frame["event_payload"]))
                await self._carry(told)
            finally:
                self._under_way.discard(told.name)
                self._waiting.task_done()

    async def _carry(self, told: Told) -> None:
        """To the handlers. One that can't be reached leaves the event open, should we end here."""
        answers = []
        carried = await self._forwarder.carry(told.type, told.frame)
        for one in carried:
            if isinstance(one.outcome, Unreachable):
                self._screen.failure(told.event, one.url, one.outcome.reason)
            else:
                self._screen.answer(told.event, one.url, one.outcome.status)
                answers.append(told.response(one, one.outcome.status, one.outcome.answer))
        if len(answers) == len(carried):
            self._remember(told.name, answers)
        await self._answer(told)

    async def _answer(self, told: Told) -> None:
        """Say what was answered, or once more that we have it: the line may be another one now."""
        for answer in self._done.get(told.name) or [told.acknowledgement()]:
            await self._line.say(**answer)

    def _remember(self, name: str, answers: list[dict[str, Any]]) -> None:
        self._done[name] = answers
        if len(self._done) > REMEMBERED_MAX:
            self._done.popitem(last=False)


def _read(frame: Frame) -> Told | None:
    """The event that a frame tells, if it tells one that we understand."""
    if frame.get("type") != "webhook_event":
        return None
    try:
        event = json.loads(frame["event_payload"])
        told = Told(frame, {"id": event["id"], "type": event["type"]})
        return told if told.name and isinstance(told.is_newest, bool) else None
    except (ValueError, LookupError, TypeError):
        return None
