"""Files are short, finished, and name no address that a package came from."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.sources import ROOT, files_under

LINES_MAX = {"src": 400, "web": 400, "tests": 600}
CODE_SUFFIXES = {".css", ".html", ".js", ".mjs", ".py", ".sql", ".ts"}
MARK_LEFT_BEHIND = re.compile(r"\b(?:T[O]DO|F[I]XME|X[X]X|H[A]CK)\b")
"""Marks for later, spelt so that this line is not one of them."""

LOCKS = [
    "requirements.lock",
    "tests/old-stripe.lock",
    "tests/django-payments.lock",
    "package-lock.json",
]


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("folder", LINES_MAX)
def test_files_are_short(folder: str) -> None:
    lines = {
        relative(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in files_under(folder, suffixes=CODE_SUFFIXES)
    }
    too_long = {path: count for path, count in lines.items() if count > LINES_MAX[folder]}
    assert not too_long, f"more than {LINES_MAX[folder]} lines"


def test_no_mark_is_left_behind() -> None:
    marked = [
        f"{relative(path)}:{number}: {line.strip()}"
        for path in files_under("src", "web", "tests", suffixes=CODE_SUFFIXES)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if MARK_LEFT_BEHIND.search(line)
    ]
    assert not marked, "\n".join(marked)


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_name_hashes_and_no_addresses(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "sha256:" in text or '"integrity": "sha512-' in text
    assert not re.search(r'"resolved"|index-url|find-links|@ https?:', text)


def test_every_locked_python_package_has_a_hash() -> None:
    for lock in LOCKS[:-1]:
        packages = re.split(r"\n(?=\S)", (ROOT / lock).read_text(encoding="utf-8"))
        unhashed = [text for text in packages if "==" in text and "--hash=" not in text]
        assert not unhashed
