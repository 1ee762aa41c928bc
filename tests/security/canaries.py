"""Card numbers and secrets that must turn up nowhere, and a search that finds them in any dress."""

from __future__ import annotations

import re
from pathlib import Path

from paydesk.core.cards import passes_luhn
from paydesk.payments.cards import TABLE, card_with_number

REAL_LOOKING = ["4539578763621486", "5425233430109903", "374245455400126", "6250941006528599"]
"""Numbers as banks give them out: well-formed, and none of the published test numbers."""

DRESSES = ["{0}{1}{2}{3}", "{0} {1} {2} {3}", "{0}-{1}-{2}-{3}", " {0}{1}{2}{3} "]

CODES = ["canary-cvc-83917", "83917-canary-cvc"]
"""Security codes that nothing else in a file can look like."""

SEPARATORS = rb"(?:[ +.,_/-]|%20|%2B|&nbsp;|\\u0020|\n)*"
"""What may stand between the digits of a number in a file, a form or an address."""

assert all(passes_luhn(number) and not card_with_number(number) for number in REAL_LOOKING)


def dressed(number: str) -> list[str]:
    """The number as people write it."""
    parts = (number[:4], number[4:8], number[8:12], number[12:])
    return [dress.format(*parts) for dress in DRESSES]


def number_pattern(number: str) -> re.Pattern[bytes]:
    return re.compile(SEPARATORS.join(digit.encode() for digit in number))


def text_pattern(text: str) -> re.Pattern[bytes]:
    return re.compile(re.escape(text.encode()))


NUMBERS = [*REAL_LOOKING, *(card.number for card in TABLE)]
PATTERNS = [*map(number_pattern, NUMBERS), *map(text_pattern, CODES)]


def found_in(content: bytes, patterns: list[re.Pattern[bytes]]) -> list[bytes]:
    """Where one of the patterns occurs, with what stands around it."""
    return [
        content[max(0, match.start() - 60) : match.end() + 20]
        for pattern in patterns
        for match in pattern.finditer(content)
    ]


def everything_in(folder: Path) -> dict[str, bytes]:
    """The bytes of every file there: the database, its log, its index."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
