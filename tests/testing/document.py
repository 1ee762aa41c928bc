"""The examples of `docs/testing.md`, as they are printed."""

from __future__ import annotations

import re
from pathlib import Path

DOCUMENT = Path(__file__).parents[2] / "docs" / "testing.md"
NAMED = re.compile(r"`([\w.-]+\.\w+)`:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def examples() -> dict[str, str]:
    """The file that each block is to be saved as -> its text."""
    return dict(NAMED.findall(DOCUMENT.read_text(encoding="utf-8")))
