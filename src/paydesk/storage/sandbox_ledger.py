"""The sandbox processor's memory. It has transactions of its own, as another company would."""

from __future__ import annotations

from typing import Any

import orjson

from paydesk.storage.database import Database, Transaction

Record = dict[str, Any]


class SandboxLedger:
    """What was decided for each key, for ever."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, key: str) -> Record | None:
        """The record of the key."""
        return await self._database.read(lambda tx: _find(tx, key))

    async def put_if_absent(self, key: str, record: Record) -> Record:
        """Keep the record unless the key has one already; whichever is kept is returned."""
        text = orjson.dumps(record).decode()

        def story(tx: Transaction) -> Record:
            tx.run(
                "INSERT INTO sandbox_ledger (key, state, record) VALUES ($1, $2, $3)"
                " ON CONFLICT (key) DO NOTHING",
                (key, record["state"], text),
            )
            return _find(tx, key) or record

        return await self._database.write(story)

    async def replace(self, key: str, expected_state: str, record: Record) -> bool:
        """Put the record in place of one in `expected_state`; False when it is in another."""
        text = orjson.dumps(record).decode()
        sql = "UPDATE sandbox_ledger SET state = $3, record = $4 WHERE key = $1 AND state = $2"
        values = (key, expected_state, record["state"], text)
        return await self._database.write(lambda tx: tx.run(sql, values) == 1)


def _find(tx: Transaction, key: str) -> Record | None:
    row = tx.one("SELECT record FROM sandbox_ledger WHERE key = $1", (key,))
    return None if row is None else orjson.loads(row[0])
