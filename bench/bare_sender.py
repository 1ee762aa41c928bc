"""The ceiling of deliveries: the same HTTP client, as many in flight, and a durable row for each.

There is no queue, no claim, no signature and no schedule: what is left between this and Paydesk's
worker is the worker's own.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import uvloop

from paydesk.storage.database import Transaction
from paydesk.storage.sqlite import SQLite
from paydesk.webhooks.deliver import open_client

ROW = bytes(500)
"""About what an attempt, its delivery and its event's counter are together."""

HEADERS = {
    "Content-Type": "application/json; charset=utf-8",
    "User-Agent": "Paydesk",
    "Stripe-Signature": f"t=1234567890,v1={'0' * 64}",
    "Accept": "*/*",
    "Accept-Encoding": "identity",
    "Connection": "close",
}
POST_SECONDS_MAX = 15.0


@dataclass(frozen=True, slots=True)
class Options:
    """What the program was started with: `url` is that of endpoint 0."""

    body: Path
    database: Path
    url: str
    total: int
    endpoints: int
    in_flight: int


def options() -> Options:
    """From the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("body", type=Path)
    parser.add_argument("database", type=Path)
    parser.add_argument("url")
    for name in ("total", "endpoints", "in_flight"):
        parser.add_argument(name, type=int)
    return Options(**vars(parser.parse_args()))


async def main() -> None:
    """Send them all, then end."""
    given = options()
    database = SQLite(given.database)
    await database.write(_create_table)
    numbers = iter(range(given.total))
    async with open_client() as client, asyncio.TaskGroup() as senders:
        for _ in range(given.in_flight):
            senders.create_task(_send(given, client, database, numbers))
    await database.close()


async def _send(
    given: Options, client: httpx.AsyncClient, database: SQLite, numbers: Iterator[int]
) -> None:
    base = given.url.rpartition("/")[0]
    head, _, tail = given.body.read_bytes().partition(b'"id":"evt_')
    rest = tail.partition(b'"')[2]
    for number in numbers:
        body = b'%s"id":"evt_%032d"%s' % (head, number, rest)
        url = f"{base}/{number % given.endpoints}"
        answer = await client.post(url, content=body, headers=HEADERS, timeout=POST_SECONDS_MAX)
        answer.raise_for_status()
        await database.write(_insert)


def _create_table(tx: Transaction) -> None:
    tx.run("CREATE TABLE bare_attempts (id integer PRIMARY KEY, data blob NOT NULL)")


def _insert(tx: Transaction) -> None:
    tx.run("INSERT INTO bare_attempts (data) VALUES ($1)", (ROW,))


if __name__ == "__main__":
    uvloop.run(main())
