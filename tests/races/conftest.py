"""Real servers on one database: one process on SQLite, two on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack

import pytest

from tests.engines import ENGINES
from tests.support.app import Client
from tests.support.books import Books
from tests.support.checkout import Checkout
from tests.support.server import Server, new_key

PROCESSES = {"sqlite": 1, "postgres": 2}
ANSWER_SECONDS_MAX = 30


class Counters:
    """One shop with a client at each of its servers, used in turn."""

    def __init__(self, shops: list[Checkout], books: Books) -> None:
        self.shops = shops
        self.books = books

    def __getitem__(self, number: int) -> Checkout:
        return self.shops[number % len(self.shops)]


@pytest.fixture(scope="module", params=ENGINES)
def servers(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Server]]:
    """Running servers. None of them logs an error: a race is nobody's fault."""
    engine: str = request.param
    path = tmp_path_factory.mktemp("races") / "paydesk.db"
    running: list[Server] = []
    with ExitStack() as stack:
        for _ in range(PROCESSES[engine]):
            running.append(Server(path, engine=engine).start())
            stack.callback(running[-1].stop)
        yield running
    for server in running:
        assert not [line for line in server.errors if "[error" in line or "Traceback" in line]


@pytest.fixture
async def counters(servers: list[Server], anyio_backend: str) -> AsyncIterator[Counters]:
    """A fresh account at each of the servers; the books balance at the end."""
    headers = {"Authorization": f"Bearer {new_key()}"}
    async with AsyncExitStack() as stack:
        shops = []
        for server in servers:
            client = Client(
                base_url=server.url, headers=headers, trust_env=False, timeout=ANSWER_SECONDS_MAX
            )
            shops.append(Checkout(await stack.enter_async_context(client)))
        books = Books(servers[0].database, servers[0].engine)
        yield Counters(shops, books)
        books.check()
