"""The ceilings are what they say: the same bytes come back, the same rows are written."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import apsw
import httpx
import pytest
from starlette.types import ASGIApp

from bench import exchanges
from bench.bare import create_app
from bench.exchanges import Exchange
from bench.peers.install import LOCKS
from bench.raw import Raw
from bench.works import Confirm, Create, Get, Update, Work
from paydesk.storage.sqlite import SQLite
from tests.support.server import Server

WRITES = Exchange(
    name="create",
    path="/0",
    request="POST /0 HTTP/1.1\r\n\r\n",
    expect="",
    headers=[("content-type", "application/json"), ("content-length", "7"), ("request-id", "r")],
    body='{"a":1}',
    transactions=[[("sessions", 700), ("line_items", 3)], [("sessions", 0)]],
)
READS = Exchange(
    name="page",
    path="/1",
    request="GET /1 HTTP/1.1\r\n\r\n",
    expect="",
    headers=[("content-type", "text/html; charset=utf-8"), ("content-length", "5")],
    body="<p>ü",
    transactions=[],
)


def sizes(database: Path, table: str) -> list[int]:
    with contextlib.closing(apsw.Connection(str(database))) as connection:
        return [size for (size,) in connection.execute("SELECT length(data) FROM " + table)]


def client_of(app: ASGIApp) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://ceiling")


@pytest.mark.anyio
async def test_the_bare_server_writes_the_rows_and_answers_the_bytes(tmp_path: Path) -> None:
    database = tmp_path / "bare.db"
    engine = SQLite(database)
    app = create_app([WRITES, READS], engine)
    async with app.router.lifespan_context(app), client_of(app) as client:
        commits = engine.commits
        for _ in range(2):
            answer = await client.post(WRITES.path, content=b"a=1")
            assert answer.text == WRITES.body
            assert list(answer.headers.items()) == list(WRITES.headers)
        assert engine.commits - commits == 2 * len(WRITES.transactions)
        page = await client.get(READS.path)
        assert page.text == READS.body
        assert list(page.headers.items()) == list(READS.headers)
        assert sizes(database, "bare_sessions") == [700, 0] * 2
        assert sizes(database, "bare_line_items") == [3, 3]


@pytest.mark.anyio
async def test_the_raw_server_answers_the_bytes() -> None:
    async with client_of(Raw([WRITES, READS])) as client:
        answer = await client.post(WRITES.path, content=b"a=1")
        page = await client.get(READS.path)
    assert (answer.text, page.text) == (WRITES.body, READS.body)
    assert list(answer.headers.items()) == list(WRITES.headers)


def tables(transactions: Sequence[Sequence[exchanges.Row]]) -> Counter[str]:
    return Counter(table for rows in transactions for table, _ in rows)


def test_exchanges_are_what_a_paydesk_says_and_writes(own_server: Server, tmp_path: Path) -> None:
    works: list[Work] = [
        Create("create"),
        Create("with key", keys=True),
        Update(),
        Confirm(sessions=2),
        Get("page", "/c/pay/{id}", b"</html>", public=True),
    ]
    taken = exchanges.take(works, own_server.port, own_server.database)
    create, with_key, update, confirm, page = taken
    assert tables(create.transactions)["sessions"] == 1
    assert tables(create.transactions)["line_items"] == 2
    assert tables(with_key.transactions) == tables(create.transactions) + Counter(
        idempotency_keys=1
    )
    assert 1 <= tables(update.transactions)["line_items"] <= 2
    assert len(confirm.transactions) == 2
    assert tables(confirm.transactions)["events"] >= 3
    assert page.transactions == []
    assert create.request.startswith("POST /0 HTTP/1.1\r\n")
    assert '"object":"checkout.session"' in create.body
    assert dict(page.headers)["content-type"] == "text/html; charset=utf-8"
    exchanges.save(taken, tmp_path / "exchanges.json")
    assert [one.ask for one in exchanges.load(tmp_path / "exchanges.json")] == [
        one.ask for one in taken
    ]


@pytest.mark.parametrize("lock", ["package-lock.json", "build.lock", "localstripe.lock"])
def test_the_locks_of_the_peers_name_hashes_and_no_addresses(lock: str) -> None:
    text = (LOCKS / lock).read_text(encoding="utf-8")
    assert "sha256:" in text or '"integrity": "sha512-' in text
    assert not re.search(r'"resolved"|index-url|find-links|@ https?:', text)


@pytest.mark.parametrize("lock", ["build.lock", "localstripe.lock"])
def test_every_locked_python_package_has_a_hash(lock: str) -> None:
    packages = re.split(r"\n(?=\S)", (LOCKS / lock).read_text(encoding="utf-8"))
    assert not [text for text in packages if "==" in text and "--hash=" not in text]
