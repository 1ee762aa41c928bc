"""One account, its endpoints, and things that happen to it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any

from paydesk.core.deliveries import PENDING, Delivery, DeliveryAttempt
from paydesk.core.events import Event
from paydesk.core.tax_standard import StandardRates
from paydesk.core.webhook_endpoints import WebhookEndpoint
from paydesk.services import events, webhook_endpoints
from paydesk.services.context import Call, Clock, IdSource, Server, system_clock
from paydesk.storage import accounts, deliveries
from paydesk.storage.accounts import Account
from paydesk.storage.database import Database, Story, T, Transaction
from paydesk.webhooks.deliver import open_client
from paydesk.webhooks.schedule import Schedule
from paydesk.webhooks.worker import DEFAULT_LIMITS, DeliveryWorker, Limits

ACCOUNT = "acct_1merchant"
SECRET = "whsec_thisistheaccountsownsecret12345678"

AT_ONCE: Schedule = (0, 0.001, 0.002, 0.003, 0.004, 0.005, 0.006)
"""As many attempts as a sandbox makes, milliseconds apart."""


class Watched:
    """A database whose writes can be waited for, and made to fail."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._changed = asyncio.Condition()
        self.fail_next: list[Exception] = []

    async def read(self, story: Story[T]) -> T:
        return await self._database.read(story)

    async def write(self, story: Story[T]) -> T:
        if self.fail_next:
            raise self.fail_next.pop(0)
        result = await self._database.write(story)
        async with self._changed:
            self._changed.notify_all()
        return result

    async def close(self) -> None:
        await self._database.close()

    async def until(self, fact: Story[bool]) -> None:
        """Wait until a story sees that it is so; it looks after every write."""
        async with self._changed:
            while not await self._database.read(fact):
                await self._changed.wait()


class World:
    def __init__(self, database: Watched, clock: Clock = system_clock) -> None:
        self.database = database
        self.clock = clock
        self.server = Server(
            base_url="http://127.0.0.1:12111", tax=StandardRates(), ids=IdSource(clock)
        )

    @property
    def call(self) -> Call:
        return Call(server=self.server, account=ACCOUNT, now_us=self.clock())

    async def open_account(self) -> None:
        account = Account(ACCOUNT, self.clock() // 1_000_000, SECRET)
        await self.database.write(lambda tx: accounts.ensure(tx, account))

    async def listen(self, url: str, *types: str, **options: Any) -> WebhookEndpoint:
        """A new endpoint for these types, or for all."""
        wanted = types or ("*",)
        return await self.database.write(
            lambda tx: webhook_endpoints.create(
                tx, self.call, url=url, enabled_events=wanted, **options
            )
        )

    async def happen(
        self, count: int = 1, type: str = "product.created", objects: int | None = None
    ) -> list[Event]:
        """So many events, written with their deliveries in one transaction.

        They happen to so many objects in turn, or each to another one.
        """

        def story(tx: Transaction) -> list[Event]:
            return [
                events.append(tx, self.call, type, {"id": f"prod_{number}", "object": "product"})
                for number in (each % (objects or count) for each in range(count))
            ]

        return await self.database.write(story)

    async def deliveries(self, happened: Sequence[Event]) -> list[Delivery]:
        return await self.database.read(
            lambda tx: [one for event in happened for one in deliveries.of_event(tx, event.id)]
        )

    async def attempts(self, delivery: Delivery) -> list[DeliveryAttempt]:
        return await self.database.read(lambda tx: deliveries.attempts_of(tx, delivery.id))

    async def attempted(self, event: Event, count: int = 1) -> Delivery:
        """Wait until the event's only delivery has so many attempts on record."""

        def fact(tx: Transaction) -> bool:
            (delivery,) = deliveries.of_event(tx, event.id)
            return delivery.attempts >= count

        await self.database.until(fact)
        (delivery,) = await self.deliveries([event])
        return delivery

    async def settled(self, happened: Sequence[Event]) -> list[Delivery]:
        """Wait until no delivery of these events is pending."""

        def over(tx: Transaction) -> bool:
            return all(
                delivery.state != PENDING
                for event in happened
                for delivery in deliveries.of_event(tx, event.id)
            )

        await self.database.until(over)
        return await self.deliveries(happened)

    @contextlib.asynccontextmanager
    async def working(
        self, schedule: Schedule = AT_ONCE, limits: Limits = DEFAULT_LIMITS, **options: Any
    ) -> AsyncIterator[DeliveryWorker]:
        """A worker that runs until the end of the block."""
        async with open_client() as client:
            worker = DeliveryWorker(
                self.database, client, clock=self.clock, schedule=schedule, limits=limits, **options
            )
            running = asyncio.create_task(worker.run())
            try:
                yield worker
            finally:
                await worker.stop()
                await running


class StillWorld(World):
    """A world whose time stands still until the test lets it pass."""

    def __init__(self, database: Watched) -> None:
        self.now_us = 1_750_000_000_000_000
        super().__init__(database, lambda: self.now_us)

    @property
    def now_ms(self) -> int:
        return self.now_us // 1_000

    def pass_ms(self, duration_ms: int) -> None:
        self.now_us += duration_ms * 1_000
