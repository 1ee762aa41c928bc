"""Applies the numbered files of `migrations/` that a database has not seen yet.

Files are only ever added. Each runs in a transaction of its own together with the row that records
it and the hash of its text; a file that was changed after it ran is refused.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.resources import files

from paydesk.storage.database import Transaction

CREATE_TABLE = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    name text PRIMARY KEY,
    sha256 text NOT NULL
)
"""


class MigrationChanged(RuntimeError):
    """A migration that this database has run reads differently now."""


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

    Raises MigrationChanged when a file that ran before has been edited since.
    """
    tx.run(CREATE_TABLE)
    seen = dict(tx.all("SELECT name, sha256 FROM schema_migrations"))
    ran = []
    for migration in migrations():
        if migration.name not in seen:
            _apply(tx, migration, engine)
            ran.append(migration.name)
        elif seen[migration.name] != migration.sha256:
            raise MigrationChanged(f"{migration.name} was edited after it had run.")
    return ran


def _apply(tx: Transaction, migration: Migration, engine: str) -> None:
    tx.run("BEGIN")
    try:
        for statement in _statements(migration.sql, engine):
            tx.run(statement)
        tx.run(
            "INSERT INTO schema_migrations (name, sha256) VALUES ($1, $2)",
            (migration.name, migration.sha256),
        )
    except BaseException:
        tx.run("ROLLBACK")
        raise
    tx.run("COMMIT")


def _statements(sql: str, engine: str) -> list[str]:
    """The statements in this engine's words: the files are written in SQLite's."""
    words = {"sqlite": {}, "postgres": {"STRICT": "", " blob": " bytea", " integer": " bigint"}}
    for word, other in words[engine].items():
        sql = sql.replace(word, other)
    lines = [line for line in sql.splitlines() if not line.lstrip().startswith("--")]
    return [part.strip() for part in "\n".join(lines).split(";") if part.strip()]
