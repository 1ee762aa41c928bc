"""What a migration does to what is there already."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from paydesk.core.tax_registrations import sandbox_seller
from paydesk.storage import accounts, sessions
from paydesk.storage.codec import dump
from paydesk.storage.database import Transaction
from paydesk.storage.migrate import migrations, statements_of
from tests.core.build import a_session
from tests.engines import open_database

pytestmark = pytest.mark.anyio


async def test_the_seller_moves_out_of_a_sessions_settings(engine: str, path: Path) -> None:
    session, seller = a_session(), sandbox_seller("acct_1", since=7)

    def as_it_was(tx: Transaction) -> None:
        accounts.ensure(tx, accounts.Account("acct_1", 1, "whsec"))
        sessions.insert(tx, session)
        before = dump({"success_url": "https://example.com/", "tax_seller": seller})
        tx.run("UPDATE sessions SET settings = $1", (before,))

    def change(tx: Transaction) -> None:
        (migration,) = [one for one in migrations() if "seller_of_a_session" in one.name]
        for statement in statements_of(migration.sql, engine):
            if statement.startswith("UPDATE"):
                tx.run(statement)

    async with open_database(engine, path) as database:
        await database.write(as_it_was)
        await database.write(change)
        row = await database.read(lambda tx: tx.one("SELECT settings FROM sessions"))
        found = await database.read(lambda tx: sessions.get(tx, "acct_1", session.id))
    assert row is not None
    assert json.loads(row[0]) == {"success_url": "https://example.com/"}
    assert found is not None
    assert found.tax_seller == seller
