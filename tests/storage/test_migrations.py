"""Migrations: each runs once, what ran is remembered, and a past that is not ours is refused."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest

from paydesk.storage import migrate as migrating
from paydesk.storage.database import Row, Value
from paydesk.storage.migrate import (
    DatabaseTooNew,
    Migration,
    MigrationChanged,
    migrate,
    migrations,
)
from paydesk.storage.sqlite import SQLite
from tests.engines import elsewhere, open_database

pytestmark = pytest.mark.anyio

SHIPPED = migrations()
NEXT = Migration("9998_add_stars.sql", "CREATE TABLE stars (id text PRIMARY KEY);")
RECORD = "SELECT name, sha256 FROM schema_migrations ORDER BY name"
SCHEMA = """
SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name
"""


def ship(monkeypatch: pytest.MonkeyPatch, *files: Migration) -> None:
    """From now on the package comes with these files."""
    monkeypatch.setattr(migrating, "migrations", lambda: list(files))


async def start(engine: str, path: Path) -> None:
    """What a server does to its database on each start."""
    async with open_database(engine, path):
        pass


def record(engine: str, path: Path) -> list[tuple[Any, ...]]:
    return elsewhere(engine, path, RECORD)


def shipped_record() -> list[tuple[str, str]]:
    return [(migration.name, migration.sha256) for migration in SHIPPED]


async def test_a_fresh_database_has_run_everything_and_remembers_it(
    engine: str, path: Path
) -> None:
    await start(engine, path)
    assert record(engine, path) == shipped_record()


async def test_nothing_runs_twice(engine: str, path: Path) -> None:
    await start(engine, path)
    await start(engine, path)
    assert record(engine, path) == shipped_record()


async def test_what_is_new_runs_on_the_next_start_and_what_is_there_stays(
    engine: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_database(engine, path) as database:
        await database.write(
            lambda tx: tx.run(
                "INSERT INTO accounts (id, created, webhook_secret) VALUES ('acct_1', 1, 'whsec')"
            )
        )
    ship(monkeypatch, *SHIPPED, NEXT)
    await start(engine, path)
    assert record(engine, path) == [*shipped_record(), (NEXT.name, NEXT.sha256)]
    assert elsewhere(engine, path, "SELECT id FROM accounts") == [("acct_1",)]
    assert elsewhere(engine, path, "SELECT id FROM stars") == []


async def test_a_file_that_was_edited_after_it_ran_is_refused_and_nothing_runs(
    engine: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await start(engine, path)
    edited = Migration(SHIPPED[-1].name, SHIPPED[-1].sql + "-- and one more word\n")
    ship(monkeypatch, *SHIPPED[:-1], edited, NEXT)
    with pytest.raises(MigrationChanged, match=f"{edited.name} was edited after it had run"):
        await start(engine, path)
    assert record(engine, path) == shipped_record()


async def test_a_database_of_a_newer_version_is_refused_and_nothing_runs(
    engine: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = Migration("9999_from_the_future.sql", "CREATE TABLE planets (id text PRIMARY KEY);")
    with monkeypatch.context() as future:
        ship(future, *SHIPPED, newer)
        await start(engine, path)
    before = record(engine, path)
    ship(monkeypatch, *SHIPPED, NEXT)
    with pytest.raises(DatabaseTooNew, match=r"newer Paydesk .* 9999_from_the_future\.sql"):
        await start(engine, path)
    assert record(engine, path) == before


async def test_a_database_that_was_refused_opens_with_the_version_that_knows_it(
    engine: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as future:
        ship(future, *SHIPPED, NEXT)
        await start(engine, path)
    with pytest.raises(DatabaseTooNew):
        await start(engine, path)
    ship(monkeypatch, *SHIPPED, NEXT)
    await start(engine, path)


async def test_a_migration_that_fails_undoes_those_before_it_and_all_run_again_next_time(
    engine: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Migration("9999_break.sql", NEXT.sql)
    await start(engine, path)
    with monkeypatch.context() as mistake:
        ship(mistake, *SHIPPED, NEXT, broken)
        with pytest.raises(Exception, match="already exists"):
            await start(engine, path)
    assert record(engine, path) == shipped_record()
    ship(monkeypatch, *SHIPPED, NEXT)
    await start(engine, path)
    assert elsewhere(engine, path, "SELECT id FROM stars") == []


async def test_a_database_that_grew_step_by_step_equals_a_fresh_one(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh, grown = path.with_name("fresh.db"), path.with_name("grown.db")
    await SQLite(fresh).close()
    for count in range(len(SHIPPED) + 1):
        ship(monkeypatch, *SHIPPED[:count])
        await SQLite(grown).close()
    assert elsewhere("sqlite", grown, SCHEMA) == elsewhere("sqlite", fresh, SCHEMA)


async def test_every_table_is_strict_about_types(path: Path) -> None:
    await SQLite(path).close()
    lax = "SELECT name FROM pragma_table_list WHERE type = 'table' AND NOT strict"
    names = {name for (name,) in elsewhere("sqlite", path, lax)}
    assert names - {"sqlite_schema", "sqlite_temp_schema"} == {"schema_migrations"}


@pytest.mark.parametrize("migration", SHIPPED, ids=lambda migration: migration.name)
def test_a_file_is_written_so_that_it_can_be_cut_into_statements(migration: Migration) -> None:
    assert re.fullmatch(r"\d{4}_[a-z_]+\.sql", migration.name)
    lines = [line for line in migration.sql.splitlines() if not line.lstrip().startswith("--")]
    assert [line for line in lines if "--" in line] == [], "a comment has lines of its own"
    assert [line for line in lines if ";" in line[:-1]] == [], "a semicolon ends a statement"
    assert lines[-1].endswith(";")
    assert [line for line in lines if "DEFERR" in line.upper()] == [], (
        "a deferred check would fail the commit of other stories"
    )


class Recorder:
    """A transaction that writes down what it is asked to run."""

    for_update: ClassVar[str] = ""
    skip_locked: ClassVar[str] = ""

    def __init__(self) -> None:
        self.ran: list[str] = []

    def one(self, sql: str, parameters: Sequence[Value] = ()) -> Row | None:
        return None

    def all(self, sql: str, parameters: Sequence[Value] = ()) -> list[Row]:
        return []

    def run(self, sql: str, parameters: Sequence[Value] = ()) -> int:
        self.ran.append(sql)
        return 0

    def notify(self) -> None:
        raise AssertionError("nobody listens to a migration")


def statements(sql: str, engine: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    ship(monkeypatch, Migration("0001_first.sql", sql))
    recorder = Recorder()
    migrate(recorder, engine=engine)
    begin, _, *ran, remembered, commit = recorder.ran
    assert (begin, commit) == ("BEGIN", "COMMIT")
    assert remembered.startswith("INSERT INTO schema_migrations")
    return ran


class FullDisk(Recorder):
    """A transaction that fails in the middle of a migration."""

    def run(self, sql: str, parameters: Sequence[Value] = ()) -> int:
        super().run(sql)
        if sql.startswith("CREATE TABLE stars"):
            raise OSError("disk full")
        return 0


def test_a_migration_that_fails_is_rolled_back_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ship(monkeypatch, NEXT)
    tx = FullDisk()
    with pytest.raises(OSError, match="disk full"):
        migrate(tx, engine="sqlite")
    begin, _, *ran = tx.ran
    assert [begin, *ran] == ["BEGIN", NEXT.sql.rstrip(";"), "ROLLBACK"]


SQL = """
-- What was said; and by whom.
CREATE TABLE talks (
    id text PRIMARY KEY,
    said blob NOT NULL,
    integers integer,
    speaker text REFERENCES speakers (id) ON DELETE RESTRICT
) STRICT;

CREATE INDEX talks_by_speaker ON talks (speaker);
"""


def test_statements_run_one_by_one_and_comments_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    table, index = statements(SQL, "sqlite", monkeypatch)
    assert table.startswith("CREATE TABLE talks (")
    assert table.endswith(") STRICT")
    assert index == "CREATE INDEX talks_by_speaker ON talks (speaker)"


def test_postgresql_reads_its_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    table, _ = statements(SQL, "postgres", monkeypatch)
    assert "said bytea NOT NULL" in table
    assert "integers bigint" in table
    assert "ON DELETE RESTRICT" in table
    assert table.endswith(")")
