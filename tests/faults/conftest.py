"""A till whose processor can fail."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from paydesk.payments.processor import Processor
from paydesk.services import collect, confirm, refunds
from tests.faults.processors import Connection, Fault
from tests.support.app import Clock
from tests.support.till import Till, open_till

PATIENCE_SECONDS = 0.5
"""Long enough for every answer that comes, and short enough to wait for one that does not."""


TEST_SECONDS_MAX = 60


class FaultyTill(Till):
    """`processor` is the connection that the test may break."""

    processor: Connection


@asynccontextmanager
async def faulty_till(
    folder: Path,
    *,
    engine: str = "sqlite",
    clock: Clock | None = None,
    at_start: Fault | None = None,
) -> AsyncIterator[FaultyTill]:
    """A till whose processor fails in this way when it is asked about what a crash left behind."""
    made: list[Connection] = []

    def connect(sandbox: Processor) -> Processor:
        made.append(Connection(sandbox))
        if at_start is not None:
            made[0].fail("give_up", at_start)
        return made[0]

    async with open_till(folder, engine=engine, processor=connect, clock=clock) as opened:
        faulty = FaultyTill(opened.client, opened.desk, opened.clock, opened.books)
        faulty.processor = made[0]
        yield faulty


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait long for the processor."""
    for story in (collect, confirm, refunds):
        monkeypatch.setattr(story, "ASK_SECONDS_MAX", PATIENCE_SECONDS)


@pytest.fixture
def patient(impatient: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test says when the processor answers, however long everything else takes."""
    for story in (collect, confirm, refunds):
        monkeypatch.setattr(story, "ASK_SECONDS_MAX", TEST_SECONDS_MAX)


@pytest.fixture
async def till(
    request: pytest.FixtureRequest, tmp_path: Path, anyio_backend: str, impatient: None
) -> AsyncIterator[FaultyTill]:
    """A till whose books balance at the end, on the engine that the test may name."""
    engine: str = getattr(request, "param", "sqlite")
    async with faulty_till(tmp_path, engine=engine) as opened:
        yield opened
        opened.books.check()
