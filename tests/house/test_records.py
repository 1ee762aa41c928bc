"""What the project writes down about itself: versions, decisions, migrations."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from tests.house.sources import ROOT

MIGRATIONS = ROOT / "src/paydesk/storage/migrations"
DECISIONS = ROOT / "docs/decisions"
DECISION_HEADINGS = ["## Context", "## Decision", "## Consequences"]
NUMBERED_SQL = re.compile(r"\d{4}_[a-z0-9]+(_[a-z0-9]+)*\.sql")
NUMBERED_PAGE = re.compile(r"\d{4}-[a-z0-9]+(-[a-z0-9]+)*\.md")
VERSION_HEADING = re.compile(
    r"^## \[(?P<version>\d+\.\d+\.\d+)\] - (\d{4}-\d{2}-\d{2}|unreleased)$", re.M
)


def names_in(folder: Path) -> list[str]:
    """The files of a folder, by name; a folder that is not there has none."""
    return sorted(path.name for path in folder.glob("*") if path.is_file())


def numbers_of(names: list[str]) -> list[int]:
    return [int(name[:4]) for name in names]


def test_the_changelog_begins_with_the_version_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    newest = VERSION_HEADING.search((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    assert newest is not None
    assert newest["version"] == project["version"]


def test_migrations_are_numbered_without_a_gap() -> None:
    names = [name for name in names_in(MIGRATIONS) if not name.endswith(".py")]
    assert names, "there is no database without a migration"
    assert [name for name in names if not NUMBERED_SQL.fullmatch(name)] == []
    assert numbers_of(names) == list(range(1, len(names) + 1))


def test_decisions_are_numbered_without_a_gap() -> None:
    names = names_in(DECISIONS)
    assert [name for name in names if not NUMBERED_PAGE.fullmatch(name)] == []
    assert numbers_of(names) == list(range(1, len(names) + 1))


def test_a_decision_says_why_what_and_what_follows() -> None:
    for name in names_in(DECISIONS):
        lines = (DECISIONS / name).read_text(encoding="utf-8").splitlines()
        assert lines[0].startswith("# "), name
        assert [line for line in lines if line in DECISION_HEADINGS] == DECISION_HEADINGS, name
