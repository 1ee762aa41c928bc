"""`paydesk backup`."""

from __future__ import annotations

from pathlib import Path

import apsw
from rich.progress import Progress

from paydesk.cli.console import console, fail
from paydesk.settings import SQLITE, Settings

PAGES_PER_STEP = 2_000


def backup(settings: Settings, target: Path) -> None:
    """Copy the database as it is at one moment into a new file, while the server goes on."""
    if not settings.database.startswith(SQLITE):
        fail("Use pg_dump for PostgreSQL: docs/deploying.md shows how.")
    source = Path(settings.database.removeprefix(SQLITE))
    problem = _problem(source, target)
    if problem is not None:
        fail(problem)
    out = console(stderr=True, markup=False)
    with Progress(console=out, transient=True) as progress:
        pages = copy(source, target, progress)
    out.print(f"{target}: {pages} pages, checked. Open it with --database sqlite:///{target}")


def copy(source: Path, target: Path, progress: Progress) -> int:
    """Copy, check the copy, and only then let it have its name; gives back its pages."""
    unfinished = target.with_name(target.name + ".unfinished")
    unfinished.unlink(missing_ok=True)
    original = apsw.Connection(str(source), flags=apsw.SQLITE_OPEN_READONLY)
    copied = apsw.Connection(str(unfinished))
    try:
        pages = _copy_pages(original, copied, progress)
        check = copied.execute("PRAGMA integrity_check").fetchone()
        if check != ("ok",):
            raise apsw.CorruptError(f"the copy is damaged: {check}")
    finally:
        copied.close()
        original.close()
    unfinished.rename(target)
    return pages


def _copy_pages(original: apsw.Connection, copied: apsw.Connection, progress: Progress) -> int:
    task = progress.add_task("Copying", total=None)
    # One read transaction for the whole copy: later writes can't make it begin again.
    original.execute("BEGIN")
    original.execute("SELECT count(*) FROM sqlite_schema").fetchall()
    with copied.backup("main", original, "main") as steps:
        while not steps.done:
            steps.step(PAGES_PER_STEP)
            progress.update(
                task, total=steps.page_count, completed=steps.page_count - steps.remaining
            )
        pages: int = steps.page_count
    return pages


def _problem(source: Path, target: Path) -> str | None:
    if not source.is_file():
        return f"There is no database at {source}."
    if target.exists():
        return f"{target} exists already, and a backup overwrites nothing."
    return None
