"""SQLite: commits that are shared, a file that is not, and a log that stays small."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import apsw
import pytest

from paydesk.core.errors import NotFound, Unavailable
from paydesk.storage import sqlite
from paydesk.storage.database import Transaction
from paydesk.storage.sqlite import DatabaseInUse, SQLite, WALUnavailable
from tests.engines import elsewhere
from tests.storage.conftest import PATIENCE_SECONDS, Gate

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[2]
PAGE_BYTES = 4096
FRAME_BYTES = PAGE_BYTES + 24
INSERT = "INSERT INTO notes (id, body) VALUES ($1, $2)"
COUNT = "SELECT count(*) FROM notes"
NOTES = "CREATE TABLE notes (id integer PRIMARY KEY, body text NOT NULL) STRICT"


@pytest.fixture
async def database(path: Path, anyio_backend: str) -> AsyncIterator[SQLite]:
    opened = SQLite(path)
    await opened.write(lambda tx: tx.run(NOTES))
    yield opened
    await opened.close()


def note(id: int, body: str = "hello") -> Callable[[Transaction], int]:
    return lambda tx: tx.run(INSERT, (id, body))


def notes(path: Path) -> int:
    """How many another program sees."""
    number: int = elsewhere("sqlite", path, COUNT)[0][0]
    return number


def file_bytes(path: Path) -> int:
    return path.stat().st_size


def log_bytes(path: Path) -> int:
    return file_bytes(path.with_name(path.name + "-wal"))


async def handed_over(database: SQLite, *stories: Callable[[Transaction], object]) -> list[
    asyncio.Task[object]
]:  # fmt: skip
    """The stories, in the queue of a writer that is busy."""
    tasks = [asyncio.create_task(database.write(story)) for story in stories]
    await asyncio.sleep(0)
    return tasks


@contextmanager
def another_program(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A Python program of its own, killed in the end if it still runs."""
    command = [sys.executable, *arguments]
    with subprocess.Popen(
        command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as program:
        try:
            yield program
        finally:
            program.kill()


# --- Commits ------------------------------------------------------------------------------------


async def test_stories_that_wait_are_committed_together(database: SQLite, path: Path) -> None:
    gate = Gate()
    held = asyncio.create_task(database.write(gate))
    await gate.reached()
    commits = database.commits
    tasks = await handed_over(database, *(note(id) for id in range(100)))
    gate.open()
    await asyncio.gather(held, *tasks)
    assert database.commits == commits + 1, "those that come while one runs join its commit"
    assert notes(path) == 100


async def test_a_commit_takes_no_more_stories_than_it_may(
    database: SQLite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "STORIES_PER_COMMIT_MAX", 10)
    gate = Gate()
    held = asyncio.create_task(database.write(gate))
    await gate.reached()
    commits = database.commits
    tasks = await handed_over(database, *(note(id) for id in range(100)))
    gate.open()
    await asyncio.gather(held, *tasks)
    assert database.commits == commits + 11, "101 stories, the one at the gate among them"


async def test_nobody_hears_of_success_before_the_shared_commit(
    database: SQLite, path: Path
) -> None:
    first, second = Gate(), Gate()
    held = asyncio.create_task(database.write(first))
    await first.reached()
    early, late = await handed_over(database, note(1), second)
    first.open()
    await second.reached()  # note 1 is written, and its neighbour goes on
    assert not early.done()
    assert notes(path) == 0
    second.open()
    await asyncio.gather(held, early, late)
    assert notes(path) == 1


async def test_a_story_sees_its_neighbours_before_it_but_not_the_ones_that_failed(
    database: SQLite,
) -> None:
    def fail(tx: Transaction) -> None:
        tx.run(INSERT, (2, "never"))
        raise NotFound("price", "price_x")

    gate = Gate()
    held = asyncio.create_task(database.write(gate))
    await gate.reached()
    tasks = await handed_over(database, note(1), fail, lambda tx: tx.one(COUNT))
    gate.open()
    await held
    done, failed, seen = await asyncio.gather(*tasks, return_exceptions=True)
    assert (done, seen) == (1, (1,))
    assert isinstance(failed, NotFound)


@pytest.mark.parametrize("ending", ["COMMIT", "ROLLBACK"])
async def test_a_story_that_ends_the_transaction_is_told_and_the_writer_goes_on(
    database: SQLite, ending: str
) -> None:
    def story(tx: Transaction) -> None:
        tx.run(ending)
        raise NotFound("price", "price_x")

    with pytest.raises(Unavailable):
        await database.write(story)
    assert await database.write(note(1)) == 1


async def test_a_full_disk_is_an_outage_and_passes(database: SQLite, path: Path) -> None:
    def fill(tx: Transaction) -> None:
        pages = tx.one("PRAGMA page_count")
        assert pages is not None
        tx.run(f"PRAGMA max_page_count = {pages[0]}")

    await database.write(fill)
    with pytest.raises(Unavailable) as refused:
        await database.write(note(1, "x" * 100_000))
    assert refused.value.status == 503
    assert isinstance(refused.value.__cause__, apsw.Error)
    await database.write(lambda tx: tx.run("PRAGMA max_page_count = 1000000"))
    assert await database.write(note(2, "x" * 100_000)) == 1
    assert notes(path) == 1


@pytest.mark.parametrize("error", [apsw.FullError, apsw.IOError, apsw.BusyError])
async def test_trouble_with_the_disk_is_an_outage_of_its_story_alone(
    database: SQLite, error: type[apsw.Error], path: Path
) -> None:
    def story(tx: Transaction) -> None:
        tx.run(INSERT, (1, "never"))
        raise error("the disk")

    trouble, stands = await asyncio.gather(
        database.write(story), database.write(note(2)), return_exceptions=True
    )
    assert isinstance(trouble, Unavailable)
    assert isinstance(trouble.__cause__, error)
    assert stands == 1
    assert notes(path) == 1


async def test_more_stories_than_the_queue_holds_are_refused(
    database: SQLite, monkeypatch: pytest.MonkeyPatch, path: Path
) -> None:
    monkeypatch.setattr(sqlite, "STORIES_WAITING_MAX", 3)
    gate = Gate()
    held = asyncio.create_task(database.write(gate))
    await gate.reached()
    tasks = await handed_over(database, *(note(id) for id in range(5)))
    gate.open()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    await held
    assert results[:3] == [1, 1, 1]
    assert [type(result) for result in results[3:]] == [Unavailable, Unavailable]
    assert notes(path) == 3


async def test_a_commit_is_flushed_to_the_disk_and_references_are_checked(
    database: SQLite,
) -> None:
    def pragma(name: str) -> Callable[[Transaction], object]:
        return lambda tx: tx.one(f"PRAGMA {name}")

    full = 2
    assert await database.write(pragma("synchronous")) == (full,)
    assert await database.write(pragma("journal_mode")) == ("wal",)
    assert await database.write(pragma("foreign_keys")) == (1,)


def test_one_engine_serves_one_event_loop_after_another(path: Path) -> None:
    database = SQLite(path)
    asyncio.run(database.write(lambda tx: tx.run(NOTES)))
    asyncio.run(database.write(note(1)))
    assert asyncio.run(database.read(lambda tx: tx.one(COUNT))) == (1,)
    asyncio.run(database.close())


def test_a_loop_that_went_away_does_not_stop_the_writer(path: Path) -> None:
    database, gate = SQLite(path), Gate()

    async def go_away() -> None:
        waiting = asyncio.create_task(database.write(gate))
        await gate.reached()
        waiting.cancel()

    asyncio.run(go_away())
    gate.open()
    assert asyncio.run(database.write(lambda tx: tx.one("SELECT 1"))) == (1,)
    asyncio.run(database.close())


# --- The log ------------------------------------------------------------------------------------


async def test_the_writer_bounds_the_log_when_the_checkpointer_does_not_keep_up(
    database: SQLite, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "CHECKPOINT_PAGES", 10**9)
    monkeypatch.setattr(sqlite, "WAL_PAGES_MAX", 200)
    longest = 0
    for start in range(0, 15_000, 600):
        stories = [note(id, "small") for id in range(start, start + 600)]
        await asyncio.gather(*map(database.write, stories))
        longest = max(longest, log_bytes(path))
    one_commit_pages = 100
    assert 200 * FRAME_BYTES < longest < (200 + one_commit_pages) * FRAME_BYTES
    assert notes(path) == 15_000


async def test_the_log_is_copied_away_from_the_writer(
    database: SQLite, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "CHECKPOINT_PAGES", 1)
    await database.write(note(1, "x" * 200 * PAGE_BYTES))
    async with asyncio.timeout(PATIENCE_SECONDS):
        while file_bytes(path) < 200 * PAGE_BYTES:
            await database.write(lambda tx: tx.one(COUNT))
    assert notes(path) == 1


async def test_a_checkpoint_that_fails_does_not_make_a_commit_look_undone(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_MS", 1)
    monkeypatch.setattr(sqlite, "WAL_PAGES_MAX", 0)
    database = SQLite(path)
    await database.write(lambda tx: tx.run(NOTES))
    reader = apsw.Connection(str(path))
    reader.execute("BEGIN")
    assert reader.execute(COUNT).get == 0  # the log can't be begun anew while this one reads
    assert await database.write(note(1)) == 1
    assert await database.write(note(2)) == 1
    reader.close()
    assert notes(path) == 2
    await database.close()


async def test_closing_leaves_one_whole_file(database: SQLite, path: Path) -> None:
    await asyncio.gather(*(database.write(note(id)) for id in range(500)))
    await database.close()
    assert sorted(file.name for file in path.parent.iterdir()) == ["paydesk.db", "paydesk.db.lock"]
    assert elsewhere("sqlite", path, "PRAGMA integrity_check") == [("ok",)]
    assert notes(path) == 500


# --- One process --------------------------------------------------------------------------------


def test_a_second_process_is_refused_and_told_why(database: SQLite, path: Path) -> None:
    with another_program("-m", "tests.storage.writer", str(path)) as second:
        printed, complaint = second.communicate(timeout=PATIENCE_SECONDS)
    assert second.returncode == 1
    assert printed == ""
    assert f"DatabaseInUse: {path} is open in another Paydesk." in complaint
    assert "--database" in complaint


def test_a_second_engine_in_one_process_is_refused_too(database: SQLite, path: Path) -> None:
    with pytest.raises(DatabaseInUse):
        SQLite(path)


def test_a_link_to_the_file_is_the_same_file(database: SQLite, path: Path) -> None:
    link = path.with_name("link.db")
    link.symlink_to(path)
    with pytest.raises(DatabaseInUse):
        SQLite(link)


async def test_a_closed_file_may_be_opened_again(database: SQLite, path: Path) -> None:
    await database.write(note(1))
    await database.close()
    again = SQLite(path)
    assert await again.read(lambda tx: tx.one(COUNT)) == (1,)
    await again.close()


async def test_a_start_that_fails_lets_go_of_the_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(tx: Transaction, *, engine: str) -> list[str]:
        raise RuntimeError("no")

    with monkeypatch.context() as broken:
        broken.setattr(sqlite, "migrate", fail)
        with pytest.raises(RuntimeError, match="no"):
            SQLite(path)
    await SQLite(path).close()


def test_a_program_that_fails_without_closing_ends(path: Path) -> None:
    program = "import sys; from paydesk.storage.sqlite import SQLite; SQLite(sys.argv[1]); 1 / 0"
    with another_program("-c", program, str(path)) as failing:
        _, complaint = failing.communicate(timeout=PATIENCE_SECONDS)
    assert failing.returncode == 1
    assert "ZeroDivisionError" in complaint


def test_an_sqlite_that_can_corrupt_its_log_is_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apsw, "sqlite_lib_version", lambda: "3.51.2")
    with pytest.raises(RuntimeError, match="newer apsw"):
        SQLite(path)


def test_a_place_without_shared_memory_is_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apsw, "Connection", partial(apsw.Connection, vfs="unix-none"))
    with pytest.raises(WALUnavailable, match="use a local disk"):
        SQLite(path)


# --- Crashes ------------------------------------------------------------------------------------


def killed_while_writing(path: Path, acknowledgements: int) -> list[int]:
    """What a writer was told is kept, until it was killed in the middle of its work."""
    with another_program("-m", "tests.storage.writer", str(path)) as writer:
        assert writer.stdout is not None
        told = [writer.stdout.readline() for _ in range(acknowledgements)]
        writer.kill()
        told += writer.stdout.readlines()
    return [int(line) for line in told if line.endswith("\n")]


@pytest.mark.crash
def test_what_was_acknowledged_survives_a_kill(path: Path) -> None:
    acknowledged: list[int] = []
    for acknowledgements in (1, 40, 200, 500):
        acknowledged += killed_while_writing(path, acknowledgements)
        kept = {
            number for (number,) in elsewhere("sqlite", path, "SELECT number FROM acknowledged")
        }
        assert elsewhere("sqlite", path, "PRAGMA integrity_check") == [("ok",)]
        assert set(acknowledged) <= kept
    assert len(acknowledged) == len(set(acknowledged)) > 700
