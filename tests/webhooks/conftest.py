"""What the webhook tests ask for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.engines import ENGINES, open_database
from tests.webhooks.receiver import Receiver, answer, receiving
from tests.webhooks.world import StillWorld, Watched, World


@pytest.fixture(params=ENGINES)
async def database(
    request: pytest.FixtureRequest, tmp_path: Path, anyio_backend: str
) -> AsyncIterator[Watched]:
    async with open_database(request.param, tmp_path / "paydesk.db") as database:
        yield Watched(database)


@pytest.fixture
async def world(database: Watched) -> World:
    """A merchant, in real time."""
    world = World(database)
    await world.open_account()
    return world


@pytest.fixture
async def still_world(database: Watched) -> StillWorld:
    """A merchant whose time stands still until the test lets it pass."""
    world = StillWorld(database)
    await world.open_account()
    return world


@pytest.fixture
async def merchant(anyio_backend: str) -> AsyncIterator[Receiver]:
    """A server that takes every event, until the test lets it behave otherwise."""
    async with receiving(answer(200)) as merchant:
        yield merchant
