"""The whole application inside the test, whose errands run when the test says so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from unittest.mock import patch

from paydesk import background
from paydesk.payments.processor import Processor
from paydesk.services.confirm import RECOVERY_AFTER_SECONDS
from paydesk.services.desk import Desk
from tests.support.app import Client, Clock, running_app
from tests.support.books import Books
from tests.support.checkout import Checkout


class Till(Checkout):
    """A checkout with its clock, its books, and its errands."""

    def __init__(self, client: Client, desk: Desk, clock: Clock, books: Books) -> None:
        super().__init__(client)
        self.desk = desk
        self.clock = clock
        self.books = books

    async def recover(self) -> None:
        """Let the time pass after which nobody works on a payment or refund any more, and settle
        those.
        """
        self.clock.advance(RECOVERY_AFTER_SECONDS)
        await background.settle_payments(self.desk)
        await background.follow_payments(self.desk)
        await background.follow_refunds(self.desk)

    async def end_sessions(self) -> None:
        """Expire what is due."""
        await background.end_sessions(self.desk)


@asynccontextmanager
async def open_till(
    folder: Path,
    *,
    engine: str = "sqlite",
    processor: Callable[[Processor], Processor] = lambda sandbox: sandbox,
    clock: Clock | None = None,
    key: str = "sk_test_till",
) -> AsyncIterator[Till]:
    """Start the application on the database in `folder`; what a crash left behind is settled."""
    time = clock or Clock()
    desks: asyncio.Queue[Desk] = asyncio.Queue()

    async def only_errand(desk: Desk) -> float:
        desks.put_nowait(desk)
        return float("inf")

    with patch.object(background, "ERRANDS", (only_errand,)):
        async with running_app(
            folder, engine=engine, clock=time, processor=processor, key=key
        ) as client:
            books = Books(folder / "paydesk.db", engine)
            yield Till(client, await desks.get(), time, books)
