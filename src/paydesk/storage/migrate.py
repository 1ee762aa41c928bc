"""Applies the numbered files of `migrations/` that a database has not seen yet.

Files are only ever added. Those that are missing run in one transaction, each with the row that
records it and the hash of its text: if one fails, the database is still the older version's. Before
anything runs, a database is refused that has run a file which was changed since, or one which this
version does not have: it is a newer version's.

A semicolon ends a statement and stands inside none; a comment has lines of its own. What one engine
alone is to do stands below a comment `-- on sqlite:` or `-- on postgres:`, up to `-- on both:`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from paydesk.storage.database import DatabaseUnusable, Transaction

CREATE_TABLE = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    name text PRIMARY KEY,
    sha256 text NOT NULL
)
"""

WORDS: Mapping[str, Mapping[str, str]] = {
    "sqlite": {},
    "postgres": {
        "STRICT": "",
        "blob": "bytea",
        "integer": "bigint",
        "text": 'text COLLATE "C"',
    },
}
"""For each engine: a word of SQLite's, and what it says instead.

SQLite compares text as bytes. So must every engine: the order of ids is the order of age.
"""

_FOR_ONE = re.compile(r"-- on (sqlite|postgres|both):")


class MigrationChanged(DatabaseUnusable):
    """A migration that this database has run reads differently now."""


class DatabaseTooNew(DatabaseUnusable):
    """A newer Paydesk has changed this database in a way that this one does not know."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: `NNNN_what_it_does.sql`."""

    name: str
    sql: str

    @property
    def sha256(self) -> str:
        """What the record says of its text."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def migrations() -> list[Migration]:
    """Every migration that ships with the package, in order."""
    folder = files("paydesk.storage") / "migrations"
    return [
        Migration(entry.name, entry.read_text(encoding="utf-8"))
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".sql")
    ]


def migrate(tx: Transaction, *, engine: str) -> list[str]:
    """Bring the database up to date and tell which migrations ran.

    Raises MigrationChanged when a file that ran before has been edited since, DatabaseTooNew when
    one that ran is not among ours. Whoever calls it sees to it that nobody else does meanwhile.
    """
    tx.run("BEGIN")
    try:
        names = _run_missing(tx, engine)
    except BaseException:
        tx.run("ROLLBACK")
        raise
    tx.run("COMMIT")
    return names


def _run_missing(tx: Transaction, engine: str) -> list[str]:
    for statement in statements_of(CREATE_TABLE, engine):
        tx.run(statement)
    ran: dict[str, str] = dict(tx.all("SELECT name, sha256 FROM schema_migrations"))
    ours = migrations()
    _check_ran(ran, ours)
    missing = [migration for migration in ours if migration.name not in ran]
    for migration in missing:
        _apply(tx, migration, engine)
    return [migration.name for migration in missing]


def _check_ran(ran: Mapping[str, str], ours: Sequence[Migration]) -> None:
    """Refuse a database whose past is not ours. `ran` maps names to hashes."""
    hashes = {migration.name: migration.sha256 for migration in ours}
    for name, sha256 in sorted(ran.items()):
        if name not in hashes:
            raise DatabaseTooNew(
                f"A newer Paydesk has used this database: it has run {name}, which this version "
                "does not know. Start that version or a newer one, or restore a backup."
            )
        if hashes[name] != sha256:
            raise MigrationChanged(f"{name} was edited after it had run.")


def _apply(tx: Transaction, migration: Migration, engine: str) -> None:
    for statement in statements_of(migration.sql, engine):
        tx.run(statement)
    tx.run(
        "INSERT INTO schema_migrations (name, sha256) VALUES ($1, $2)",
        (migration.name, migration.sha256),
    )


def statements_of(sql: str, engine: str) -> list[str]:
    """The statements in this engine's words: the files are written in SQLite's."""
    sql = _part_for(engine, sql)
    for word, other in WORDS[engine].items():
        sql = re.sub(rf"\b{word}\b", other, sql)
    lines = [line for line in sql.splitlines() if not line.lstrip().startswith("--")]
    return [part.strip() for part in "\n".join(lines).split(";") if part.strip()]


def _part_for(engine: str, sql: str) -> str:
    """The text without what is for the other engine alone."""
    lines, whose = [], "both"
    for line in sql.splitlines():
        if mark := _FOR_ONE.fullmatch(line):
            whose = mark[1]
        elif whose in ("both", engine):
            lines.append(line)
    return "\n".join(lines)
