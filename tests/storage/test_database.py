"""The seam, on every engine: what a story may rely on, and what its caller may rely on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from paydesk.core.errors import NotFound, Unavailable
from paydesk.storage.database import Database, Engine, Row, Transaction
from tests.engines import CONSTRAINT_ERRORS, READ_ONLY_ERRORS, elsewhere, open_database
from tests.storage.conftest import PATIENCE_SECONDS, Gate

pytestmark = pytest.mark.anyio

WRITERS = 32
TURNS = 20

INSERT = "INSERT INTO notes (id, body) VALUES ($1, $2)"
BODIES = "SELECT body FROM notes ORDER BY id"


def note(id: int, body: str = "hello") -> Callable[[Transaction], int]:
    """A story that writes one note and gives its id."""

    def story(tx: Transaction) -> int:
        tx.run(INSERT, (id, body))
        return id

    return story


def note_then_fail(id: int, error: Exception) -> Callable[[Transaction], None]:
    def story(tx: Transaction) -> None:
        tx.run(INSERT, (id, "never"))
        raise error

    return story


def count(tx: Transaction) -> int:
    row = tx.one("SELECT count(*) FROM notes")
    assert row is not None
    number: int = row[0]
    return number


def bodies(tx: Transaction) -> list[str]:
    return [body for (body,) in tx.all(BODIES)]


async def test_a_result_comes_back_after_the_commit(
    database: Database, engine: str, path: Path
) -> None:
    assert await database.write(note(1)) == 1
    assert elsewhere(engine, path, BODIES) == [("hello",)]


async def test_nobody_sees_a_story_before_it_is_committed(
    database: Database, engine: str, path: Path
) -> None:
    def story(tx: Transaction) -> list[tuple[Any, ...]]:
        tx.run(INSERT, (1, "hello"))
        return elsewhere(engine, path, BODIES)

    assert await database.write(story) == []
    assert elsewhere(engine, path, BODIES) == [("hello",)]


async def test_a_story_sees_what_it_did_itself(database: Database) -> None:
    def story(tx: Transaction) -> list[str]:
        tx.run(INSERT, (1, "one"))
        tx.run(INSERT, (2, "two"))
        return bodies(tx)

    assert await database.write(story) == ["one", "two"]


async def test_a_story_sees_the_stories_before_it(database: Database) -> None:
    await database.write(note(1))
    assert await database.write(count) == 1
    assert await database.read(count) == 1


async def test_a_story_that_fails_leaves_nothing_and_its_error_comes_back(
    database: Database,
) -> None:
    error = NotFound("price", "price_x")
    with pytest.raises(NotFound) as raised:
        await database.write(note_then_fail(1, error))
    assert raised.value is error
    assert await database.read(count) == 0


async def test_a_story_that_fails_undoes_only_itself(database: Database) -> None:
    stories = [note(1), note_then_fail(2, ValueError("no")), note(3), note(4)]
    results = await asyncio.gather(*map(database.write, stories), return_exceptions=True)
    assert [result for result in results if not isinstance(result, ValueError)] == [1, 3, 4]
    rows = await database.read(lambda tx: tx.all("SELECT id FROM notes ORDER BY id"))
    assert [id for (id,) in rows] == [1, 3, 4]


async def test_an_iterator_that_ends_too_soon_is_an_error_like_any_other(
    database: Database,
) -> None:
    def story(tx: Transaction) -> Row:
        return next(iter(tx.all("SELECT body FROM notes WHERE id = 404")))

    failed, stands = await asyncio.gather(
        database.write(story), database.write(note(1)), return_exceptions=True
    )
    assert isinstance(failed, RuntimeError)
    assert stands == 1


@pytest.mark.parametrize(
    ("sql", "parameters"),
    [
        (INSERT, (2, "")),
        (INSERT, (2, None)),
        (INSERT, (1, "the id is taken")),
        ("INSERT INTO replies (id, note) VALUES ($1, $2)", (1, 404)),
        ("DELETE FROM notes WHERE id = $1", (1,)),
    ],
    ids=["check", "not null", "unique", "foreign key", "still referenced"],
)
async def test_a_broken_constraint_is_the_error_of_its_story_alone(
    database: Database, sql: str, parameters: tuple[Any, ...]
) -> None:
    await database.write(note(1))
    await database.write(lambda tx: tx.run("INSERT INTO replies (id, note) VALUES (9, 1)"))
    broken, stands = await asyncio.gather(
        database.write(lambda tx: tx.run(sql, parameters)),
        database.write(note(7)),
        return_exceptions=True,
    )
    assert isinstance(broken, CONSTRAINT_ERRORS)
    assert stands == 7
    assert await database.read(bodies) == ["hello", "hello"]


async def test_a_read_sees_one_moment_however_long_it_takes(
    database: Database, engine: str, path: Path
) -> None:
    await database.write(note(1))

    def story(tx: Transaction) -> tuple[int, int]:
        before = count(tx)
        elsewhere(engine, path, "INSERT INTO notes (id, body) VALUES (2, 'meanwhile')")
        return before, count(tx)

    assert await database.read(story) == (1, 1)
    assert await database.read(count) == 2


async def test_a_read_may_not_write(database: Database) -> None:
    with pytest.raises(READ_ONLY_ERRORS):
        await database.read(note(1))
    assert await database.read(count) == 0
    assert await database.write(note(1)) == 1


async def test_a_read_that_fails_does_no_harm(database: Database) -> None:
    def story(tx: Transaction) -> None:
        count(tx)
        raise NotFound("price", "price_x")

    with pytest.raises(NotFound):
        await database.read(story)
    assert await database.read(count) == 0


async def test_32_writers_at_once_lose_no_update(database: Database) -> None:
    await database.write(note(1, "0"))

    def increment(tx: Transaction) -> None:
        row = tx.one("SELECT body FROM notes WHERE id = 1" + tx.for_update)
        assert row is not None
        tx.run("UPDATE notes SET body = $1 WHERE id = 1", (str(int(row[0]) + 1),))

    async def writer() -> None:
        for _ in range(TURNS):
            await database.write(increment)

    await asyncio.gather(*(writer() for _ in range(WRITERS)))
    assert await database.read(bodies) == [str(WRITERS * TURNS)]


async def test_a_caller_who_is_cancelled_neither_loses_nor_doubles_the_write(
    database: Database, engine: str, path: Path
) -> None:
    gate = Gate()
    runs: list[int] = []

    def story(tx: Transaction) -> None:
        runs.append(1)
        tx.run(INSERT, (1, "hello"))
        gate(tx)

    waiting = asyncio.create_task(database.write(story))
    await gate.reached()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    gate.open()
    await database.close()
    async with open_database(engine, path) as again:
        assert await again.read(bodies) == ["hello"]
    assert len(runs) == 1


async def test_a_caller_who_is_cancelled_at_once_has_written_all_the_same(
    database: Database, engine: str, path: Path
) -> None:
    waiting = asyncio.create_task(database.write(note(1)))
    await asyncio.sleep(0)  # the story is handed over
    waiting.cancel()
    await database.close()
    async with open_database(engine, path) as again:
        assert await again.read(bodies) == ["hello"]


async def test_close_finishes_what_was_accepted(
    database: Database, engine: str, path: Path
) -> None:
    accepted = [asyncio.create_task(database.write(note(id))) for id in range(300)]
    await asyncio.sleep(0)  # the stories are handed over
    await database.close()
    assert await asyncio.gather(*accepted) == list(range(300))
    async with open_database(engine, path) as again:
        assert await again.read(count) == 300


async def test_a_closed_database_refuses_everything_and_may_be_closed_again(
    database: Database,
) -> None:
    await database.close()
    with pytest.raises(Unavailable):
        await database.write(note(1))
    with pytest.raises(Unavailable):
        await database.read(count)
    await database.close()


async def test_two_may_close_at_once_and_both_find_it_closed(
    database: Database, engine: str, path: Path
) -> None:
    await asyncio.gather(database.close(), database.close())
    async with open_database(engine, path) as again:
        assert await again.read(count) == 0


@pytest.mark.parametrize(
    "text", ["", "plain", "O'Brien; --", "$1 ?1 :name", "Åse 👕 日本", "two\nlines", "x" * 100_000]
)
async def test_text_comes_back_as_it_was(database: Database, text: str) -> None:
    assert await database.write(lambda tx: tx.one("SELECT CAST($1 AS text)", (text,))) == (text,)


async def test_values_come_back_as_they_were(database: Database) -> None:
    rows = [
        (1, 2**63 - 1, "one", b"\x00\xff"),
        (2, -(2**63), "", b""),
        (3, None, None, None),
    ]

    def story(tx: Transaction) -> list[tuple[Any, ...]]:
        for row in rows:
            tx.run("INSERT INTO kinds (id, whole, words, raw) VALUES ($1, $2, $3, $4)", row)
        return [tuple(row) for row in tx.all("SELECT id, whole, words, raw FROM kinds ORDER BY id")]

    assert await database.write(story) == rows


async def test_a_parameter_may_be_used_twice_and_in_any_order(database: Database) -> None:
    def story(tx: Transaction) -> Row | None:
        sql = "SELECT CAST($2 AS text), CAST($1 AS text), CAST($2 AS text)"
        return tx.one(sql, ("first", "second"))

    row = await database.read(story)
    assert row is not None
    assert tuple(row) == ("second", "first", "second")


async def test_one_all_and_run_say_what_they_found(database: Database) -> None:
    def story(tx: Transaction) -> tuple[Any, ...]:
        return (
            tx.one(BODIES),
            tx.all(BODIES),
            tx.run("DELETE FROM notes"),
            tx.run(INSERT, (1, "one")),
            tx.run(INSERT, (2, "two")),
            tx.run("UPDATE notes SET body = 'new' WHERE id IN ($1, $2, $3)", (1, 2, 3)),
            tx.run("UPDATE notes SET body = 'x' WHERE id = 404"),
            tx.one(BODIES),
        )

    assert await database.write(story) == (None, [], 0, 1, 1, 2, 0, ("new",))


async def test_whoever_listens_hears_of_a_commit_that_notifies(database: Engine) -> None:
    heard = asyncio.Event()
    database.listen(heard.set)
    await database.write(lambda tx: tx.notify())
    async with asyncio.timeout(PATIENCE_SECONDS):
        await heard.wait()


async def test_what_is_read_for_an_update_is_read_as_it_is_then(database: Database) -> None:
    await database.write(note(1, "0"))
    gate = Gate()

    def slow(tx: Transaction) -> None:
        tx.one("SELECT body FROM notes WHERE id = 1" + tx.for_update)
        gate(tx)
        tx.run("UPDATE notes SET body = 'slow' WHERE id = 1")

    def quick(tx: Transaction) -> Row | None:
        return tx.one("SELECT body FROM notes WHERE id = 1" + tx.for_update)

    holding = asyncio.create_task(database.write(slow))
    await gate.reached()
    waiting = asyncio.create_task(database.write(quick))
    await asyncio.sleep(0)  # handed over: it waits for the row, or for its turn
    gate.open()
    await holding
    assert await waiting == ("slow",)
