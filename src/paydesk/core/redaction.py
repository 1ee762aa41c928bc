"""What nobody may read in a log: keys, secrets, and numbers like a card's."""

from __future__ import annotations

import re

_SECRETS = re.compile(
    r"\b((?:sk|rk|pk)_(?:test|live)_|whsec_|cs_(?:test|live)_|pi_\w+_secret_)[0-9A-Za-z_%]{4,}"
)
_BETWEEN_DIGITS = r"(?:[ +-]|%20|%2[BbDd])?"
"""What people and browsers write between the groups of a card number, in an address too."""

_LONG_NUMBER = re.compile(
    rf"(?<![0-9A-Za-z])(?:[0-9]{_BETWEEN_DIGITS}){{12,18}}[0-9](?![0-9A-Za-z])"
)

_SECRET_CHARACTERS_MIN = 10
"""The shortest text that has something to hide: a mark such as `whsec_` and four characters."""


def redact(text: str) -> str:
    """The text without keys, secrets, session ids (they open a page) and card-like numbers."""
    if len(text) < _SECRET_CHARACTERS_MIN:
        return text
    return _LONG_NUMBER.sub("[number]", _SECRETS.sub(r"\1…", text))
