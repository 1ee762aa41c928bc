"""The table of `docs/compatibility.md`: every parameter of session creation and its state.

`make reference` writes it anew between the file's markers; a test fails when the file and the code
disagree.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from paydesk.api.params.rules import Rule, State, bracket_name, rule_for
from paydesk.api.params.spec import Row, create_session_rows

BEGIN, END = "<!-- parameters: generated from here -->", "<!-- parameters: to here -->"

HARMLESS_SHOWN_MAX = 3
"""With more harmless values than that, the others are named."""

_HEADINGS: dict[State, str] = {
    "acts": "Parameters that act",
    "ignored": "Parameters that are ignored",
    "refused": "Parameters that are refused",
}


def rewritten(document: str) -> str:
    """The document with its generated part as the code has it. Raises ValueError without one."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"the document needs the lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{parameters()}\n{END}{after}"


def parameters() -> str:
    """The generated part: how many parameters are in each state, then each of them."""
    leaves = [row for row in create_session_rows().values() if row.leaf]
    count = Counter(rule_for(row.path).state for row in leaves)
    summary = (
        f"Of {len(leaves)} parameters, {count['acts']} act, {count['ignored']} are ignored and "
        f"{count['refused']} are refused."
    )
    lines = [summary, ""]
    for state in _HEADINGS:
        lines += _section(state, [row for row in leaves if rule_for(row.path).state == state])
    return "\n".join(lines)


def _section(state: State, rows: list[Row]) -> list[str]:
    explained = state != "acts"
    header = ["| parameter | type | why |", "| --- | --- | --- |"]
    if not explained:
        header = ["| parameter | type |", "| --- | --- |"]
    return [f"### {_HEADINGS[state]}", "", *header, *(_line(row, explained) for row in rows), ""]


def _line(row: Row, explained: bool) -> str:
    rule = rule_for(row.path)
    cells = [f"`{bracket_name(row.path)}`{_versions(row)}", f"`{row.format or row.type}`"]
    if explained:
        cells.append(rule.reason + _exceptions(rule, row))
    return f"| {' | '.join(cells)} |"


def _versions(row: Row) -> str:
    notes = [f"since {row.since}" if row.since else "", f"until {row.until}" if row.until else ""]
    shown = ", ".join(filter(None, notes))
    return f" ({shown})" if shown else ""


def _exceptions(rule: Rule, row: Row) -> str:
    """Which values of a refused parameter are taken all the same."""
    values = rule.harmless.intersection(row.enum) if row.enum else rule.harmless
    if not values:
        return ""
    if len(values) <= HARMLESS_SHOWN_MAX:
        return f" {_words(values)} is taken."
    return f" Anything but {_words(set(row.enum) - values)} is taken."


def _words(values: set[str] | frozenset[str]) -> str:
    return " or ".join(f"`{value}`" for value in sorted(values))


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(rewritten(path.read_text()))
