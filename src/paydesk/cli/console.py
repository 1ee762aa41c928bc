"""What commands say: what was asked for on standard output, everything else on standard error."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from rich.console import Console

REFUSED, MISUSED = 1, 2
"""Exit codes: what was asked for can't be had, or can't be meant."""


def console(*, stderr: bool = False, markup: bool = True, width: int | None = None) -> Console:
    """Whole lines, or a table so wide, with styles only in a terminal and without NO_COLOR."""
    plain = bool(os.environ.get("NO_COLOR"))
    return Console(
        stderr=stderr,
        markup=markup,
        highlight=False,
        soft_wrap=width is None,
        width=width,
        color_system=None if plain else "auto",
    )


def note(sentence: str) -> None:
    """Tell the operator how it goes, on standard error."""
    console(stderr=True, markup=False).print(sentence)


def complain(sentence: str) -> None:
    """Tell the operator, on standard error."""
    console(stderr=True, markup=False).print(f"paydesk: {sentence}")


def fail(sentence: str, code: int = REFUSED) -> NoReturn:
    """Tell the operator what is wrong, and end with an exit code."""
    complain(sentence)
    sys.exit(code)
