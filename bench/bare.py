"""The bare ceiling: the same uvicorn, Starlette and SQLite engine, the same bytes, and no logic.

A request's body is read, as many rows of the same size as Paydesk writes for it are committed as
durably (or one row with the answer is read by its key), and the answer is given back. Nothing is
parsed, checked, decided or rendered: what is left between this and Paydesk is Paydesk's own.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench import exchanges
from bench.exchanges import Exchange, Row
from bench.serving import options, serve
from paydesk.storage.database import Story, Transaction
from paydesk.storage.sqlite import SQLite

Endpoint = Callable[[Request], Awaitable[Response]]


def create_app(taken: Sequence[Exchange], database: SQLite) -> Starlette:
    """An application with one route for each exchange."""

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await database.write(lambda tx: _create_tables(tx, taken))
        yield
        await database.close()

    routes = [
        Route(one.path, _endpoint(one, number, database), methods=["GET", "POST"])
        for number, one in enumerate(taken)
    ]
    return Starlette(routes=routes, lifespan=lifespan)


def _create_tables(tx: Transaction, taken: Sequence[Exchange]) -> None:
    kinds = {kind for one in taken for rows in one.transactions for kind, _ in rows}
    for kind in sorted(kinds):
        tx.run(f"CREATE TABLE bare_{kind} (id integer PRIMARY KEY, data blob NOT NULL)")
    tx.run("CREATE TABLE bare_answers (id integer PRIMARY KEY, data blob NOT NULL)")
    for number, one in enumerate(taken):
        tx.run("INSERT INTO bare_answers VALUES ($1, $2)", (number, one.body.encode()))


def _endpoint(one: Exchange, number: int, database: SQLite) -> Endpoint:
    body = one.body.encode()
    headers = dict(one.headers)
    stories = [_insert(rows) for rows in one.transactions]

    async def read(request: Request) -> Response:
        return Response(await database.read(lambda tx: _find(tx, number)), headers=headers)

    async def write(request: Request) -> Response:
        await request.body()
        for story in stories:
            await database.write(story)
        return Response(body, headers=headers)

    return write if stories else read


def _find(tx: Transaction, number: int) -> bytes:
    row = tx.one("SELECT data FROM bare_answers WHERE id = $1", (number,))
    assert row is not None
    found: bytes = row[0]
    return found


def _insert(rows: Sequence[Row]) -> Story[None]:
    """A story that writes these rows, whatever is in them."""
    ready = [
        (
            f"INSERT INTO bare_{kind} (data) VALUES ($1)",
            (bytes(range(256)) * (size // 256 + 1))[:size],
        )
        for kind, size in rows
    ]

    def story(tx: Transaction) -> None:
        for sql, data in ready:
            tx.run(sql, (data,))

    return story


def main() -> None:
    """Serve until told to stop."""
    given = options()
    serve(create_app(exchanges.load(given.exchanges), SQLite(given.database)), given.port)


if __name__ == "__main__":
    main()
