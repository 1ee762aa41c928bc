"""What was measured, as tables: medians of the rounds, and ratios paired by round."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from rich import box
from rich.console import Console
from rich.table import Table

from bench import browser, deliveries
from bench.contenders import OURS, git
from bench.rounds import Book, Field, Key, Plan, Sample

GENERATOR_BUSY = 0.90
"""From this share of its core on, the load generator may have been the limit."""

QUIET = 0.05
"""Up to this share of two cores for others the machine counts as quiet."""

NONE = "-"

PAGE_BEGIN = "<!-- numbers: written by the bench -->"
PAGE_END = "<!-- end of numbers -->"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as text: its title, its head, its rows."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


def machine(plan: Plan, load_before: float) -> list[str]:
    """Where and how the numbers came to be, as lines."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    kernel = f"{platform.system()} {platform.release()}"
    changes = " with changes" if git("status", "--porcelain", "--", "src") else ""
    return [
        f"{_processor()}, {os.cpu_count()} cores, {kernel}",
        f"{python}, built by {platform.python_compiler()}",
        f"commit {git('rev-parse', '--short', 'HEAD')}{changes}",
        f"{plan.rounds} rounds of {plan.seconds:g} s; server on one core, load on another",
        f"load average before the start: {load_before:.2f}",
    ]


def grid(part: Field, plan: Plan, book: Book) -> Grid:
    """A field's table: ours, then each yardstick with the ratio of ours to it."""
    yardsticks = [one.name for one in part.contenders if one.name != OURS]
    head = ["work", "conns", "paydesk /s", "p50 ms", "p99 ms", "cpu µs"]
    for name in yardsticks:
        head += [f"{name} /s", "cpu µs", "ours ÷"]
    rows = [
        _row(book, work.name, connections, yardsticks)
        for work in part.works
        for connections in plan.connections
    ]
    return Grid(part.title, head, rows)


def deliveries_grid(book: Book, endpoints: Sequence[int], yardsticks: Sequence[str]) -> Grid:
    """The table of webhook deliveries."""
    head = ["endpoints", "paydesk /s", "cpu µs"]
    for name in yardsticks:
        head += [f"{name} /s", "ours ÷"]
    rows = []
    for count in endpoints:
        ours = book.samples[Key(deliveries.WORK, count, OURS)]
        cells = [str(count), _rate(ours), _middle([one.cpu_us for one in ours], 0)]
        for name in yardsticks:
            theirs = book.samples[Key(deliveries.WORK, count, name)]
            cells += [_rate(theirs), _ratio(ours, theirs)]
        rows.append(cells)
    return Grid("Webhook deliveries", head, rows)


def browser_grid(book: Book) -> Grid:
    """The table of what a page in a browser waits for."""
    p50, p99 = zip(*book.round_trips, strict=True)
    row = [browser.WORK, _middle(p50, 1), _middle(p99, 1)]
    return Grid("In Chromium, one change after another", ["work", "p50 ms", "p99 ms"], [row])


def remarks(book: Book) -> list[str]:
    """What a reader must know before they trust a number."""
    lines = [
        f"not run: {contender}, {work}: {reason}"
        for (contender, work), reason in book.not_run.items()
    ]
    lines += [
        f"peak memory of {name}: {mebibytes:.0f} MiB"
        for name, mebibytes in book.peak_mebibytes.items()
    ]
    if any(_is_limited(samples) for samples in book.samples.values()):
        lines.append("* the load generator's core was busy: that server may be faster than this")
    others = [one.others_share for samples in book.samples.values() for one in samples]
    if others and median(others) > QUIET:
        share = f"{median(others):.0%} of two cores in the median run, {max(others):.0%} at most"
        lines.append(f"the machine was not quiet: other programs took {share}")
    return lines


def show(console: Console, grids: Sequence[Grid]) -> None:
    """Print the tables."""
    for one in grids:
        table = Table(
            title=one.title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD
        )
        for number, name in enumerate(one.head):
            table.add_column(name, justify="left" if number == 0 else "right")
        before = ""
        for row in one.rows:
            if before not in ("", row[0]):
                table.add_section()
            table.add_row(*row)
            before = row[0]
        console.print(table)


def markdown(lines: Sequence[str], grids: Sequence[Grid], notes: Sequence[str]) -> str:
    """The same for a page."""
    parts = ["\n".join(f"- {line}" for line in lines)]
    for one in grids:
        table = [one.head, ["---"] + ["---:"] * (len(one.head) - 1), *one.rows]
        rows = "\n".join(f"| {' | '.join(cells)} |" for cells in table)
        parts.append(f"### {one.title}\n\n{rows}")
    parts.append("\n".join(f"- {note}" for note in notes))
    return "\n\n".join(parts) + "\n"


def write_page(path: Path, text: str) -> None:
    """Put the text between the page's marks, in place of what is there.

    Raises RuntimeError for a page without marks.
    """
    before, begin, rest = path.read_text(encoding="utf-8").partition(PAGE_BEGIN)
    _, end, after = rest.partition(PAGE_END)
    if not end:
        raise RuntimeError(f"{path} has no {PAGE_BEGIN} and {PAGE_END} to write between.")
    path.write_text(f"{before}{begin}\n\n{text}\n{end}{after}", encoding="utf-8")


def _row(book: Book, work: str, connections: int, yardsticks: Sequence[str]) -> list[str]:
    ours = book.samples[Key(work, connections, OURS)]
    cells = [
        work,
        str(connections),
        _rate(ours),
        _middle([one.p50_ms for one in ours], 2),
        _middle([one.p99_ms for one in ours], 2),
        _middle([one.cpu_us for one in ours], 0),
    ]
    for name in yardsticks:
        theirs = book.samples[Key(work, connections, name)]
        cells += [_rate(theirs), _middle([one.cpu_us for one in theirs], 0), _ratio(ours, theirs)]
    return cells


def _rate(samples: Sequence[Sample]) -> str:
    mark = "*" if _is_limited(samples) else ""
    return _middle([one.per_second for one in samples], 0) + mark


def _ratio(ours: Sequence[Sample], theirs: Sequence[Sample]) -> str:
    """The median of the ratios of each round, and in brackets the smallest and the largest."""
    if not ours or not theirs:
        return NONE
    ratios = [a.per_second / b.per_second for a, b in zip(ours, theirs, strict=True)]
    middle = f"{median(ratios):.2f}"
    return middle if len(ratios) == 1 else f"{middle} ({min(ratios):.2f}–{max(ratios):.2f})"


def _middle(numbers: Sequence[float], digits: int) -> str:
    return f"{median(numbers):,.{digits}f}" if numbers else NONE


def _is_limited(samples: Sequence[Sample]) -> bool:
    return bool(samples) and median(one.generator_share for one in samples) > GENERATOR_BUSY


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
