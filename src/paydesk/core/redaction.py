"""What nobody may read in a log: keys, secrets, and numbers like a card's."""

from __future__ import annotations

import re

_SECRETS = re.compile(
    r"\b((?:sk|rk|pk)_(?:test|live)_|whsec_|cs_(?:test|live)_|pi_\w+_secret_)[0-9A-Za-z_%]{4,}"
)
_MARKS = ("_test_", "_live_", "whsec_", "_secret_")
"""Every secret has one of these in it; to look for them is much quicker than `_SECRETS`."""

_BETWEEN_DIGITS = r"(?:[ +._/-]|%20|%2[BbDdEeFf]|%C2%A0)?"
"""What people and browsers write between the groups of a card number, in an address too."""

_LONG_NUMBER = re.compile(rf"(?<![0-9])(?:[0-9]{_BETWEEN_DIGITS}){{12,}}[0-9]")
_LONG_NUMBER_OF_ANY_SCRIPT = re.compile(r"(?<!\d)(?:\d[^\w\"{}\[\]:,]{0,3}){12,}\d")
"""The same for text beyond ASCII: other digits, other spaces and hyphens; not what joins values."""

_SECRET_CHARACTERS_MIN = 10
"""The shortest text that has something to hide: a mark such as `whsec_` and four characters."""


def redact(text: str) -> str:
    """The text without keys, secrets, session ids (they open a page) and card-like numbers."""
    if len(text) < _SECRET_CHARACTERS_MIN:
        return text
    if any(mark in text for mark in _MARKS):
        text = _SECRETS.sub(r"\1…", text)
    pattern = _LONG_NUMBER if text.isascii() else _LONG_NUMBER_OF_ANY_SCRIPT
    return pattern.sub("[number]", text)
