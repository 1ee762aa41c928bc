"""`python -m bench.scale`: do reads and memory stay flat when a database grows?

Fills one database through the API until it has `--sessions` sessions, watching the server's memory
and the file, then asks the same of it and of a database with a thousand sessions, in turn.
"""

from __future__ import annotations

import random
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Annotated, NamedTuple

import apsw
import typer

from bench.contenders import database_of, snapshot, start_paydesk
from bench.load import Ask, drive, run_loop
from bench.servers import Server, choose_cores, on_core
from bench.shop import Shop
from bench.works import SEED_BODY, SESSION, SESSIONS, in_turn, same
from paydesk.core.ids import time_of

FEW = 1_000
FILL_CONNECTIONS = 32
FILL_SECONDS = 20.0
"""How long is filled between two looks at the server."""
ASK_SECONDS = 1.0
ROUNDS = 5
KNOWN_SESSIONS = 2_000
"""Sessions from all over the database that `retrieve` chooses from."""


class Look(NamedTuple):
    """The server after a stretch of filling."""

    seconds: float
    sessions: int
    per_second: float
    memory_mebibytes: float
    file_mebibytes: float


@dataclass(slots=True)
class Shelf:
    """A server on a database of its own."""

    server: Server
    database: Path
    looks: list[Look] = field(default_factory=list)

    @property
    def shop(self) -> Shop:
        """A merchant there."""
        return Shop(self.server.port)

    def fill(self, sessions: int) -> None:
        """Create sessions until there are that many."""
        create = same(Ask(self.shop.post(SESSIONS, SEED_BODY), SESSION))
        began, made = monotonic(), 0
        while sessions - made > FEW:
            run = run_loop(
                drive(self.server.port, create, connections=FILL_CONNECTIONS, seconds=FILL_SECONDS)
            )
            made += run.sent
            self._look(monotonic() - began, made, run.per_second)
        if made < sessions:
            self.shop.create_many(SESSIONS, SEED_BODY, sessions - made)

    def _look(self, seconds: float, sessions: int, per_second: float) -> None:
        memory, file = memory_of(self.server), self.mebibytes()
        self.looks.append(Look(seconds, sessions, per_second, memory, file))
        typer.echo(
            f"  {seconds:5.0f} s  {sessions:>9,} sessions  {per_second:6,.0f}/s"
            f"  memory {memory:5.0f} MiB  file {file:7,.0f} MiB"
        )

    def mebibytes(self) -> float:
        """The size of the database file."""
        return self.database.stat().st_size / 1024**2

    def middle_of(self, table: str) -> str:
        """The id of a row that is older than half of them."""
        reader = apsw.Connection(str(self.database), flags=apsw.SQLITE_OPEN_READONLY)
        find = f"SELECT id FROM {table} WHERE rowid >= (SELECT max(rowid) / 2 FROM {table}) LIMIT 1"
        found: str = next(reader.execute(find))[0]
        return found

    def known(self) -> list[str]:
        """Some sessions' ids, old and new."""
        reader = apsw.Connection(str(self.database), flags=apsw.SQLITE_OPEN_READONLY)
        first, last = next(reader.execute("SELECT min(rowid), max(rowid) FROM sessions"))
        chance = random.Random(1)
        rows = {chance.randint(first, last) for _ in range(KNOWN_SESSIONS)}
        find = "SELECT id FROM sessions WHERE rowid = ?"
        return [id for row in rows for (id,) in reader.execute(find, (row,))]


def second_of(id: str) -> int:
    """The Unix second that an id begins with."""
    return time_of(id) // 1_000_000


def reads(shelf: Shelf) -> dict[str, Sequence[Ask]]:
    """What is asked of both databases."""
    get, known = shelf.shop.get, shelf.known()
    session, price, event = [shelf.middle_of(each) for each in ("sessions", "prices", "events")]
    before = f"created[lte]={second_of(session)}"
    then = f"created[gte]={second_of(session)}&{before}"
    lists = {
        "list 10": f"{SESSIONS}?limit=10",
        "list 10, status": f"{SESSIONS}?limit=10&status=open",
        "list 10, no such status": f"{SESSIONS}?limit=10&status=complete",
        "list 10, nobody's email": f"{SESSIONS}?limit=10&customer_details[email]=no@one.example",
        "list 10, no such payment": f"{SESSIONS}?limit=10&payment_intent=pi_none",
        "list 10, after an old one": f"{SESSIONS}?limit=10&starting_after={session}",
        "list 10, of one second": f"{SESSIONS}?limit=10&{then}",
        "list 10, up to a second": f"{SESSIONS}?limit=10&{before}",
        "products 10": "/v1/products?limit=10",
        "products 10, to be shipped": "/v1/products?limit=10&shippable=true",
        "products 10, of a URL": "/v1/products?limit=10&url=https://none.example",
        "prices 10": "/v1/prices?limit=10",
        "prices 10, after an old one": f"/v1/prices?limit=10&starting_after={price}",
        "prices 10, up to a second": f"/v1/prices?limit=10&{before}",
        "prices 10, in euros": "/v1/prices?limit=10&currency=eur",
        "prices 10, recurring": "/v1/prices?limit=10&type=recurring",
        "prices 10, of a lookup key": "/v1/prices?limit=10&lookup_keys[]=none",
        "prices 10, of a product": "/v1/prices?limit=10&product=prod_none",
        "prices 10, active": "/v1/prices?limit=10&active=true",
        "events 10": "/v1/events?limit=10",
        "events 10, after an old one": f"/v1/events?limit=10&starting_after={event}",
        "events 10, of a type": "/v1/events?limit=10&type=price.created",
        "events 10, of rare types": "/v1/events?limit=10&types[]=charge.failed&types[]=ping",
        "events 10, of a pattern": "/v1/events?limit=10&type=charge.*",
        "events 10, undelivered": "/v1/events?limit=10&delivery_success=false",
        "events 10, up to a second": f"/v1/events?limit=10&{before}",
    }
    asks = {name: [Ask(get(path), b'"object":"list"')] for name, path in lists.items()}
    return {
        "retrieve": [Ask(get(f"{SESSIONS}/{id}"), SESSION) for id in known],
        "line items": [Ask(get(f"{SESSIONS}/{id}/line_items"), b'"data":[{') for id in known],
        **asks,
    }


def memory_of(server: Server) -> float:
    """What the server's process holds now, in MiB."""
    status = Path(f"/proc/{server.process.pid}/status").read_text(encoding="utf-8")
    held = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(held.split()[1]) / 1024


def compare(small: Shelf, large: Shelf) -> None:
    """The median time of each read on both, asked in turn."""
    wanted = {shelf.server.port: reads(shelf) for shelf in (small, large)}
    for name in wanted[small.server.port]:
        times: dict[int, list[float]] = {port: [] for port in wanted}
        for _ in range(ROUNDS):
            for port, asked in wanted.items():
                requests = in_turn(list(asked[name]))
                run = run_loop(drive(port, requests, connections=1, seconds=ASK_SECONDS))
                times[port].append(run.percentile_ms(0.5))
        few, many = (statistics.median(times[shelf.server.port]) for shelf in (small, large))
        ratios = [b / a for a, b in zip(*times.values(), strict=True)]
        typer.echo(f"  {name:26} {few:6.3f} ms  {many:6.3f} ms  {statistics.median(ratios):5.2f}x")


def main(
    sessions: Annotated[int, typer.Option(help="How many the large database gets.")] = 1_000_000,
) -> None:
    """Measure whether reads and memory stay flat as a database grows."""
    cores = choose_cores()
    with (
        tempfile.TemporaryDirectory(prefix="paydesk-scale-") as name,
        on_core(cores.load),
    ):
        folder = Path(name)
        source = snapshot(folder / "source")
        shelves = []
        try:
            for size in (FEW, sessions):
                home = folder / str(size)
                home.mkdir()
                shelf = Shelf(start_paydesk(home, cores.server, source), database_of(home))
                shelves.append(shelf)
                typer.echo(f"filling with {size:,} sessions of two lines")
                shelf.fill(size)
            last = shelves[-1].looks[-1]
            each = last.file_mebibytes * 1024 / last.sessions
            typer.echo(f"{each:.1f} KiB of file for each session with its lines, prices and events")
            typer.echo(f"median time of a read with {FEW:,} and with {last.sessions:,} sessions")
            compare(*shelves)
        finally:
            for shelf in shelves:
                shelf.server.stop()


if __name__ == "__main__":
    typer.run(main)
