"""PostgreSQL: stories side by side, losses that are survived, outcomes that are not guessed."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from paydesk.core.errors import Busy, NotFound, Unavailable
from paydesk.storage import postgres
from paydesk.storage.database import DatabaseUnusable, Transaction
from paydesk.storage.postgres import READERS, WRITERS, Postgres, prepare
from paydesk.storage.postgres_connections import CommitUnknown, Connection
from tests.engines import database_url, elsewhere, postgres_name
from tests.storage.conftest import PATIENCE_SECONDS, Gate
from tests.support.postgres import cluster

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]

TABLE = "CREATE TABLE notes (id bigint PRIMARY KEY, body text NOT NULL)"
INSERT = "INSERT INTO notes (id, body) VALUES ($1, $2)"
BODIES = "SELECT body FROM notes ORDER BY id"
OWN_PID = "SELECT pg_backend_pid()"


@pytest.fixture
def url(path: Path) -> str:
    return database_url("postgres", path)


@pytest.fixture
async def database(url: str, anyio_backend: str) -> AsyncIterator[Postgres]:
    opened = Postgres(url)
    await opened.write(lambda tx: tx.run(TABLE))
    yield opened
    await opened.close()


def note(id: int, body: str = "hello") -> Callable[[Transaction], int]:
    return lambda tx: tx.run(INSERT, (id, body))


def number(tx: Transaction, sql: str) -> int:
    row = tx.one(sql)
    assert row is not None
    found: int = row[0]
    return found


def kill(path: Path, pid: int) -> None:
    """End one connection of the server's, and wait until it has ended."""
    sql = "SELECT pg_terminate_backend(" + str(pid) + ", 10000)"
    assert elsewhere("postgres", path, sql) == [(True,)]


def waiting_for_a_lock(path: Path) -> bool:
    sql = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    return bool(elsewhere("postgres", path, sql))


async def until(fact: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await asyncio.to_thread(fact):
            continue


@asynccontextmanager
async def every_writer_busy(database: Postgres) -> AsyncIterator[None]:
    """No story is begun inside; afterwards all that were handed over are."""
    gates = [Gate() for _ in range(WRITERS)]
    writing = [asyncio.create_task(database.write(gate)) for gate in gates]
    for gate in gates:
        await gate.reached()
    yield
    await asyncio.sleep(0)  # let the stories be handed over
    for gate in gates:
        gate.open()
    await asyncio.gather(*writing)


class Runs:
    """A story that counts how often it was begun, and does something else the first time."""

    def __init__(self, first: Callable[[Transaction], Any], then: Callable[[Transaction], Any]):
        self.count = 0
        self._first, self._then = first, then

    def __call__(self, tx: Transaction) -> Any:
        self.count += 1
        return self._then(tx) if self.count > 1 else self._first(tx)


# --- Side by side -------------------------------------------------------------------------------


async def test_stories_run_side_by_side(database: Postgres) -> None:
    together = threading.Barrier(WRITERS, timeout=PATIENCE_SECONDS)
    await asyncio.gather(*(database.write(lambda tx: together.wait()) for _ in range(WRITERS)))


async def test_reads_do_not_wait_for_writes(database: Postgres) -> None:
    async with every_writer_busy(database):
        assert await database.read(lambda tx: tx.all(BODIES)) == []


async def test_a_row_that_is_held_too_long_is_busy(database: Postgres) -> None:
    await database.write(note(1))
    gate = Gate()

    def hold(tx: Transaction) -> None:
        tx.one("SELECT body FROM notes WHERE id = 1" + tx.for_update)
        gate(tx)

    def want(tx: Transaction) -> None:
        tx.run("SET LOCAL lock_timeout = 10")
        tx.one("SELECT body FROM notes WHERE id = 1" + tx.for_update)

    holding = asyncio.create_task(database.write(hold))
    await gate.reached()
    with pytest.raises(Busy) as refused:
        await database.write(want)
    assert refused.value.status == 429
    gate.open()
    await holding
    await database.write(want)


async def test_rows_that_others_hold_are_passed_over(database: Postgres) -> None:
    await asyncio.gather(*(database.write(note(id)) for id in (1, 2, 3)))
    gate = Gate()

    def hold(tx: Transaction) -> None:
        tx.one("SELECT id FROM notes WHERE id = 2" + tx.for_update)
        gate(tx)

    holding = asyncio.create_task(database.write(hold))
    await gate.reached()
    free = "SELECT id FROM notes ORDER BY id LIMIT 2"
    assert await database.write(lambda tx: tx.all(free + tx.skip_locked)) == [(1,), (3,)]
    gate.open()
    await holding


async def test_a_deadlock_is_told_to_nobody(database: Postgres, path: Path) -> None:
    elsewhere("postgres", path, f"ALTER DATABASE {postgres_name(path)} SET deadlock_timeout = 10")
    await asyncio.gather(*(database.write(note(id, "")) for id in (1, 2)))
    both = threading.Barrier(2, timeout=PATIENCE_SECONDS)
    met: list[int] = []

    def story(first: int, second: int) -> Callable[[Transaction], None]:
        def update(tx: Transaction) -> None:
            add = "UPDATE notes SET body = body || 'x' WHERE id = $1"
            tx.run(add, (first,))
            if len(met) < 2:
                met.append(first)
                both.wait()
            tx.run(add, (second,))

        return update

    await asyncio.gather(database.write(story(1, 2)), database.write(story(2, 1)))
    assert await database.read(lambda tx: tx.all(BODIES)) == [("xx",), ("xx",)]


async def test_a_lost_race_for_a_unique_row_is_run_again(database: Postgres, path: Path) -> None:
    gate = Gate()

    def look_and_insert(tx: Transaction) -> str:
        known = tx.one("SELECT body FROM notes WHERE id = 1")
        if known is not None:
            return f"found {known[0]}"
        tx.run(INSERT, (1, "mine"))
        return "made"

    def slowly(tx: Transaction) -> None:
        tx.run(INSERT, (1, "theirs"))
        gate(tx)

    slow = asyncio.create_task(database.write(slowly))
    await gate.reached()
    second = asyncio.create_task(database.write(look_and_insert))
    await until(lambda: waiting_for_a_lock(path))
    gate.open()
    await slow
    assert await second == "found theirs"


async def test_integers_of_every_size_share_a_prepared_statement(database: Postgres) -> None:
    def story(tx: Transaction) -> int:
        for id in (1, 2**15, 2**31, 2**62):
            tx.run(INSERT, (id, "x"))
        return number(
            tx, "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'INSERT%'"
        )

    assert await database.write(story) == 1


async def test_a_story_that_fails_does_not_cost_the_others_their_statements(
    database: Postgres, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setattr(postgres, "WRITERS", 1)
    alone = Postgres(url)
    count = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'INSERT%'"

    def fail(tx: Transaction) -> None:
        tx.run(INSERT, (1, "x"))
        raise NotFound("price", "price_x")

    with pytest.raises(NotFound):
        await alone.write(fail)
    assert await alone.write(lambda tx: number(tx, count)) == 1
    await alone.close()


async def test_one_process_has_a_known_number_of_connections(
    database: Postgres, path: Path
) -> None:
    await asyncio.gather(*(database.write(note(id)) for id in range(100)))
    await asyncio.gather(*(database.read(lambda tx: tx.all(BODIES)) for _ in range(100)))
    open_now = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'paydesk'"
    ((count,),) = elsewhere("postgres", path, f"{open_now} AND datname = current_database()")
    assert 3 <= count <= WRITERS + READERS + 1


# --- Losses -------------------------------------------------------------------------------------


async def test_a_connection_lost_in_the_middle_is_replaced_and_the_story_told_once(
    database: Postgres, path: Path
) -> None:
    def die(tx: Transaction) -> None:
        tx.run(INSERT, (1, "lost"))
        kill(path, number(tx, OWN_PID))
        tx.run(INSERT, (2, "lost"))

    story = Runs(first=die, then=note(1, "kept"))
    assert await database.write(story) == 1
    assert story.count == 2
    assert elsewhere("postgres", path, BODIES) == [("kept",)]


async def test_connections_lost_at_rest_are_replaced(database: Postgres, path: Path) -> None:
    await asyncio.gather(*(database.write(note(id)) for id in range(50)))
    elsewhere(
        "postgres",
        path,
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
        " WHERE application_name = 'paydesk' AND datname = current_database()",
    )
    assert await database.write(note(50)) == 1
    assert await database.read(lambda tx: number(tx, "SELECT count(*) FROM notes")) == 51


async def test_a_read_whose_connection_is_lost_reads_again(database: Postgres, path: Path) -> None:
    def die(tx: Transaction) -> None:
        kill(path, number(tx, OWN_PID))
        tx.all(BODIES)

    story = Runs(first=die, then=lambda tx: tx.all(BODIES))
    assert await database.read(story) == []
    assert story.count == 2


SLOW_COMMIT = """
CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_sleep(60); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON notes DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.body = 'slow') EXECUTE FUNCTION linger();
"""


async def test_a_commit_without_an_answer_is_not_guessed(database: Postgres, path: Path) -> None:
    elsewhere("postgres", path, SLOW_COMMIT)
    pids: list[int] = []

    def story(tx: Transaction) -> None:
        pids.append(number(tx, OWN_PID))
        tx.run(INSERT, (1, "slow"))

    waiting = asyncio.create_task(database.write(story))
    sleeping = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
    await until(lambda: bool(elsewhere("postgres", path, sleeping)))
    kill(path, pids[0])
    with pytest.raises(Unavailable, match="It may have been done or not") as unknown:
        await waiting
    assert unknown.value.status == 503
    assert len(pids) == 1, "the story was not run again"
    assert await database.write(note(2)) == 1


async def test_a_commit_that_was_made_but_not_told_is_not_made_again(
    database: Postgres, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Connection, "_commit", _commit_and_fall_silent)
    with pytest.raises(Unavailable, match="It may have been done or not"):
        await database.write(note(1))
    monkeypatch.undo()
    assert elsewhere("postgres", path, BODIES) == [("hello",)]


async def test_a_crash_of_the_server_is_survived(database: Postgres, path: Path) -> None:
    assert await database.write(note(1)) == 1
    await asyncio.to_thread(cluster().crash)
    assert await database.write(note(2)) == 1
    assert await database.read(lambda tx: len(tx.all(BODIES))) == 2


async def test_without_a_server_stories_are_refused_and_closing_ends(
    path: Path, anyio_backend: str
) -> None:
    url = database_url("postgres", path)
    database = Postgres(url)
    ran: list[int] = []
    cluster().drop(postgres_name(path))
    with pytest.raises(Unavailable, match="Nothing was done"):
        await database.write(lambda tx: ran.append(1))
    with pytest.raises(Unavailable):
        await database.read(lambda tx: ran.append(1))
    assert ran == []
    await database.close()


# --- Mistakes and limits ------------------------------------------------------------------------


async def test_a_story_that_goes_on_after_an_error_is_not_believed(
    database: Postgres, path: Path
) -> None:
    def careless(tx: Transaction) -> str:
        tx.run(INSERT, (1, "one"))
        with pytest.raises(psycopg.IntegrityError):
            tx.run(INSERT, (1, "again"))
        return "all is well"

    with pytest.raises(RuntimeError, match="went on after an error"):
        await database.write(careless)
    assert elsewhere("postgres", path, BODIES) == []


@pytest.mark.parametrize("setting", ["statement_timeout", "idle_in_transaction_session_timeout"])
async def test_what_takes_too_long_is_an_outage(database: Postgres, setting: str) -> None:
    def story(tx: Transaction) -> None:
        tx.run(f"SET LOCAL {setting} = 10")
        if setting != "statement_timeout":
            threading.Event().wait(0.1)
        tx.one("SELECT pg_sleep(10)")

    with pytest.raises(Unavailable, match="Nothing was done"):
        await database.write(story)
    assert await database.write(note(1)) == 1


async def test_a_story_that_has_waited_too_long_is_refused(
    database: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with every_writer_busy(database):
        late = asyncio.create_task(database.write(note(1)))
        monkeypatch.setattr(postgres, "WAITING_SECONDS_MAX", 0.0)
    with pytest.raises(Unavailable):
        await late


async def test_more_stories_than_the_queue_holds_are_refused(
    database: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with every_writer_busy(database):
        monkeypatch.setattr(postgres, "STORIES_WAITING_MAX", 3)
        tasks = [asyncio.create_task(database.write(note(id))) for id in range(5)]
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert results[:3] == [1, 1, 1]
    assert [type(result) for result in results[3:]] == [Unavailable, Unavailable]


async def test_a_commit_is_on_disk_whatever_the_servers_default(
    path: Path, anyio_backend: str
) -> None:
    url = database_url("postgres", path)
    alter = f"ALTER DATABASE {postgres_name(path)} SET synchronous_commit = off"
    elsewhere("postgres", path, alter)
    database = Postgres(url)
    show = "SELECT current_setting('synchronous_commit')"
    assert await database.write(lambda tx: tx.one(show)) == ("on",)
    await database.close()


# --- Many processes -----------------------------------------------------------------------------


async def test_other_processes_hear_of_a_commit_that_notifies(database: Postgres, url: str) -> None:
    other, heard = Postgres(url), asyncio.Event()
    other.listen(heard.set)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not heard.is_set():  # until it listens: then every commit is heard
            await database.write(lambda tx: tx.notify())
        heard.clear()
        await database.write(lambda tx: tx.notify())
        await heard.wait()
    await other.close()


async def test_after_a_loss_it_listens_again(database: Postgres, url: str) -> None:
    other, heard = Postgres(url), asyncio.Event()
    other.listen(heard.set)
    await asyncio.to_thread(cluster().crash)
    async with asyncio.timeout(PATIENCE_SECONDS):
        await heard.wait()
        heard.clear()
        await database.write(lambda tx: tx.notify())
        await heard.wait()
    await other.close()


def test_many_processes_that_start_at_once_migrate_once() -> None:
    name = "paydesk_crowd"
    cluster().make(name, "TEMPLATE template0")
    url = cluster().url(name)
    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(prepare, [url] * 8))
    assert cluster().run(name, "SELECT count(*) > 0 FROM schema_migrations") == [(True,)]
    cluster().drop(name)


def test_ids_are_ordered_as_bytes_whatever_the_databases_language() -> None:
    name = "paydesk_english"
    options = "TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'"
    cluster().make(name, options)
    prepare(cluster().url(name))
    columns = "INSERT INTO accounts (id, created, webhook_secret) VALUES"
    cluster().run(name, f"{columns} ('b', 1, ''), ('A', 1, ''), ('a', 1, ''), ('B', 1, '')")
    order = "SELECT id FROM accounts ORDER BY id"
    assert cluster().run(name, order) == [("A",), ("B",), ("a",), ("b",)]
    assert cluster().run(name, "SELECT 'b' < 'B'") == [(True,)], "the language has its own order"
    unordered = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = 'public' AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'
    """
    assert cluster().run(name, unordered) == []
    cluster().drop(name)


# --- Opening ------------------------------------------------------------------------------------


def test_a_database_that_does_not_keep_unicode_is_refused() -> None:
    name = "paydesk_latin"
    cluster().make(name, "TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    with pytest.raises(DatabaseUnusable, match="LATIN1"):
        Postgres(cluster().url(name))
    cluster().drop(name)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://postgres:hunter2@/nowhere?host=/nonexistent",
        "postgresql://postgres:hunter2@localhost:1/nowhere",
        "postgresql://postgres:hunter2@/nowhere?no_such_option=1",
        "postgresql://[",
    ],
)
def test_what_cannot_be_opened_is_told_without_the_password(url: str) -> None:
    with pytest.raises(DatabaseUnusable, match="Can't open the PostgreSQL database") as refused:
        Postgres(url)
    assert "hunter2" not in str(refused.value)


async def test_its_name_has_no_password(path: Path, anyio_backend: str) -> None:
    url = database_url("postgres", path).replace("postgres@", "postgres:hunter2@")
    database = Postgres(url)
    assert "hunter2" not in database.name
    assert database.name.startswith(f"PostgreSQL: {postgres_name(path)} at ")
    await database.close()


def _commit_and_fall_silent(lost: Connection, connection: psycopg.Connection[Any]) -> None:
    connection.pgconn.exec_(b"COMMIT")
    lost.close()
    raise CommitUnknown
