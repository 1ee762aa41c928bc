"""The files of the project as the house's tests read them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SKIPPED_FOLDERS = {"__pycache__", "node_modules", "static"}


@dataclass(frozen=True)
class Source:
    """One Python file: its path from the root of the project, and what the parser made of it."""

    path: str
    tree: ast.Module

    @property
    def is_core(self) -> bool:
        return self.path.startswith("src/paydesk/core/")

    @property
    def is_package(self) -> bool:
        return self.path.startswith("src/")


def files_under(*folders: str, suffixes: set[str]) -> Iterator[Path]:
    """Files with one of the suffixes, generated and installed ones left out, in a steady order."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in suffixes and not SKIPPED_FOLDERS & set(path.parts):
                yield path


@cache
def python_sources() -> tuple[Source, ...]:
    """Every Python file of the package and of the tests, parsed once."""
    return tuple(map(parse, files_under("src", "tests", suffixes={".py"})))


def parse(path: Path) -> Source:
    """A file as a source; a `SyntaxError` names the file."""
    name = str(path.relative_to(ROOT))
    return Source(name, ast.parse(path.read_text(encoding="utf-8"), filename=name))
