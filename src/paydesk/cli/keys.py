"""`paydesk keys`: the keys that open the API outside the sandbox."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from rich.table import Table

from paydesk.app import open_database
from paydesk.cli.console import console, fail
from paydesk.core.api_keys import ApiKey
from paydesk.core.errors import NotFound
from paydesk.services import api_keys
from paydesk.services.context import IdSource, system_clock
from paydesk.settings import Settings
from paydesk.storage import api_keys as stored
from paydesk.storage.database import DatabaseUnusable, Story, T


def create(settings: Settings, name: str, account: str | None) -> None:
    """Make a pair and show it, once."""
    ids = IdSource()
    pair = _run(settings, lambda tx: api_keys.create(tx, ids, _now(), name, account))
    out = console(markup=False)
    for label, value in (
        ("Account", pair.account),
        ("Secret key", pair.secret),
        ("Publishable key", pair.publishable),
    ):
        out.print(f"{label:<16} {value}")
    out.print("Keep them now: only their hashes are stored.")


def show(settings: Settings) -> None:
    """List what there is, without the keys themselves."""
    table = Table("Key", "Account", "Kind", "Ends with", "Name", "Made", "Revoked", box=None)
    for key in _run(settings, stored.list_all):
        table.add_row(*_cells(key))
    console(width=200).print(table)


def revoke(settings: Settings, id: str) -> None:
    """Let one key open nothing any more."""
    _run(settings, lambda tx: api_keys.revoke(tx, id, _now()))
    console(markup=False).print(f"{id} is revoked.")


def _cells(key: ApiKey) -> tuple[str, ...]:
    revoked = "" if key.revoked is None else _day(key.revoked)
    return key.id, key.account, key.kind, key.last4, key.name, _day(key.created), revoked


def _run(settings: Settings, story: Story[T]) -> T:
    """What the story gives. Ends the command when the database or the story refuses."""
    try:
        return asyncio.run(_write(settings, story))
    except (DatabaseUnusable, ValueError) as error:
        fail(str(error))
    except NotFound as error:
        fail(error.message)


async def _write(settings: Settings, story: Story[T]) -> T:
    database = open_database(settings.database)
    try:
        return await database.write(story)
    finally:
        await database.close()


def _now() -> int:
    return system_clock() // 1_000_000


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")
