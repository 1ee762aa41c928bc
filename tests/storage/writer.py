"""A program that writes numbered notes and prints each number once it is told that it is kept.

    python -m tests.storage.writer DATABASE

It goes on until it is killed.
"""

from __future__ import annotations

import asyncio
import sys
from itertools import count

from paydesk.storage.database import Transaction
from paydesk.storage.sqlite import SQLite

WRITERS = 8
TABLE = "CREATE TABLE IF NOT EXISTS acknowledged (number integer PRIMARY KEY) STRICT"


async def write_for_ever(database: SQLite, numbers: count[int]) -> None:
    for number in numbers:

        def story(tx: Transaction, number: int = number) -> None:
            tx.run("INSERT INTO acknowledged (number) VALUES ($1)", (number,))

        await database.write(story)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


async def main(path: str) -> None:
    database = SQLite(path)
    await database.write(lambda tx: tx.run(TABLE))
    row = await database.read(
        lambda tx: tx.one("SELECT coalesce(max(number), 0) FROM acknowledged")
    )
    assert row is not None
    numbers = count(row[0] + 1)
    await asyncio.gather(*(write_for_ever(database, numbers) for _ in range(WRITERS)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
