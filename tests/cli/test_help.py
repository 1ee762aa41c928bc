"""Help that teaches, and colours only where somebody sees them."""

from __future__ import annotations

import os
import pty
import re
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from paydesk.cli.commands import app
from tests.support.server import Server
from tests.support.terminal import PAYDESK

PATIENCE_SECONDS = 30


def commands(group: Any, *above: str) -> Iterator[tuple[str, ...]]:
    """The words of each command."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, *above, name)
        else:
            yield (*above, name)


@pytest.mark.parametrize("words", [(), *commands(typer.main.get_command(app))], ids=" ".join)
def test_the_help_of_each_command_ends_with_an_example(words: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(app, [*words, "--help"])
    assert shown.exit_code == 0
    last = [line.strip() for line in shown.output.splitlines() if line.strip()][-1]
    assert re.match(" ".join([r"\$ paydesk", *words]), last)


def in_terminal(*arguments: str, **environment: str) -> str:
    """What a command shows in a terminal."""
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb", 0) as screen:
        with os.fdopen(theirs, "wb", 0) as terminal:
            command = subprocess.Popen(
                [*PAYDESK, *arguments],
                stdout=terminal,
                stderr=terminal,
                env={**os.environ, "TERM": "xterm-256color", **environment},
            )
        shown = b""
        with suppress(OSError):  # which is how a terminal that nobody writes to any more ends
            while part := screen.read(65_536):
                shown += part
    assert command.wait(PATIENCE_SECONDS) == 0, shown
    return shown.decode()


@pytest.mark.parametrize(("no_color", "styled"), [("", True), ("1", False)])
def test_colours_are_for_terminals_that_want_them(
    server: Server, key: str, no_color: str, styled: bool
) -> None:
    asked = ("trigger", "product.created", "--url", server.url, "--key", key)
    shown = in_terminal(*asked, NO_COLOR=no_color)
    assert "product.created has happened." in shown
    assert ("\x1b[" in shown) is styled
