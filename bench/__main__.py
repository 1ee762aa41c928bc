"""`python -m bench`: Paydesk beside its yardsticks, in one run."""

from __future__ import annotations

import signal
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench.load import Failed
from bench.match import Match
from bench.rounds import Book, Plan
from bench.servers import NotRun, choose_cores

FULL = Plan(rounds=5, seconds=1.5, connections=(1, 8, 16, 64), deliveries=1_600)
QUICK = Plan(rounds=2, seconds=0.5, connections=(1, 16), deliveries=320)
WIDTH = 210
"""Of the tables, where the output is not a terminal."""


def main(
    seconds: Annotated[float | None, typer.Option(help="How long each run takes.")] = None,
    rounds: Annotated[int | None, typer.Option(help="How often everything is measured.")] = None,
    only: Annotated[
        list[str] | None, typer.Option(help="Works whose name contains this; may be repeated.")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="A glance, not a result.")] = False,
    against: Annotated[
        str | None, typer.Option(help="A revision of git to measure beside this tree.")
    ] = None,
    page: Annotated[
        Path | None,
        typer.Option(help="Put the tables into this page of Markdown, between its marks."),
    ] = None,
) -> None:
    """Measure Paydesk beside its yardsticks: bench/README.md says how to read it."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)
    plan = QUICK if quick else FULL
    plan = replace(plan, seconds=seconds or plan.seconds, rounds=rounds or plan.rounds)
    try:
        with tempfile.TemporaryDirectory(prefix="paydesk-bench-") as folder:
            match = Match(plan, only or (), choose_cores(), Path(folder), console, Book())
            match.run(against, page)
    except (Failed, NotRun, RuntimeError) as error:
        console.print(f"The bench failed, so there is no result: {error}", markup=False)
        raise typer.Exit(1) from None


if __name__ == "__main__":
    typer.run(main)
