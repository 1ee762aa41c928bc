"""What our server answers to each work, and what it writes for it: what the ceilings give back.

Taken from a running Paydesk before the measurement. The rows that a request wrote are those that
differ between two pictures of its database, so nothing of the server needs to take part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import apsw
import orjson

from bench.load import Ask, Failed, body_of, collect, run_loop
from bench.shop import Shop
from bench.works import Work

NUMBER_BYTES = 8
"""What a number counts for in the size of a row."""

Row = tuple[str, int]
"""The table that it is in, and its size in bytes."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request of a work, as the ceilings answer it: `path` is theirs.

    `transactions` are the rows of each commit; there are none for a read.
    """

    name: str
    path: str
    request: str
    expect: str
    headers: Sequence[tuple[str, str]]
    body: str
    transactions: Sequence[Sequence[Row]]

    @property
    def ask(self) -> Ask:
        """The request as the load generator sends it."""
        return Ask(self.request.encode(), self.expect.encode())

    def __str__(self) -> str:
        """What it weighs, in a line."""
        answer = f"{self.name}: answers {len(self.body.encode()):,} bytes"
        rows = [size for transaction in self.transactions for _, size in transaction]
        commits = (
            "one commit" if len(self.transactions) == 1 else f"{len(self.transactions)} commits"
        )
        written = f"writes {len(rows)} rows of {sum(rows):,} bytes in {commits}"
        return f"{answer}, {written if rows else 'writes nothing'}"


def take(works: Sequence[Work], port: int, database: Path) -> list[Exchange]:
    """One exchange of each work with our own server. Raises Failed when it answers wrongly."""
    return [_take_one(work, number, port, database) for number, work in enumerate(works)]


def save(exchanges: Sequence[Exchange], path: Path) -> None:
    """Write them down for the processes of the ceilings."""
    path.write_bytes(orjson.dumps([asdict(exchange) for exchange in exchanges]))


def load(path: Path) -> list[Exchange]:
    """Read what `save` wrote."""
    return [Exchange(**fields) for fields in orjson.loads(path.read_bytes())]


def _take_one(work: Work, number: int, port: int, database: Path) -> Exchange:
    asks = work.prepare(Shop(port), connections=1)(0)
    run_loop(collect(port, [next(asks)]))  # whatever happens once has happened
    before = _rows(database)
    ask = next(asks)
    answer = run_loop(collect(port, [ask]))[0]
    written = sorted((_rows(database) - before).elements())
    if bool(written) != bool(work.writes):
        raise Failed(f"{work.name} wrote {len(written)} rows in {work.writes} transactions")
    path = f"/{number}"
    return Exchange(
        name=work.name,
        path=path,
        request=_with_path(ask.request, path).decode(),
        expect=ask.expect.decode(),
        headers=_headers(answer),
        body=body_of(answer).decode(),
        transactions=[
            [(table, size) for table, size, _ in written[first :: work.writes]]
            for first in range(work.writes)
        ],
    )


def _rows(database: Path) -> Counter[tuple[str, int, tuple[object, ...]]]:
    """Every row: its table, its size, its values. The request log is written beside the requests,
    of many at once and some time later: none of them waits for it.
    """
    connection = apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        tables = connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'request_logs'"
        ).fetchall()
        return Counter(
            (str(table), sum(map(_size, row)), tuple(row))
            for (table,) in tables
            for row in connection.execute(f'SELECT * FROM "{table}"')
        )
    finally:
        connection.close()


def _size(value: object) -> int:
    if isinstance(value, str):
        return len(value.encode())
    if isinstance(value, bytes):
        return len(value)
    return 0 if value is None else NUMBER_BYTES


def _with_path(request: bytes, path: str) -> bytes:
    method, _, rest = request.split(b" ", 2)
    return b" ".join((method, path.encode(), rest))


def _headers(answer: bytes) -> list[tuple[str, str]]:
    lines = answer.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]
    return [
        (name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)
    ]
