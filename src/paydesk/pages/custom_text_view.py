"""The merchant's own words to the buyer, `custom_text`: plain text, **bold** and [links](https://...).

That is all of Markdown that Stripe has here ("You can bold text or insert a link using Markdown
syntax"). The parts are placed by a template, which escapes each; what is no mark stays as it was
typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from paydesk.core.sessions import Session, TextPlace

_MARK = re.compile(
    r"\*\*(?!\s)(?P<bold>[^*]+)(?<!\s)\*\*"
    r"|\[(?P<label>[^\[\]]+)\]\((?P<url>https?://(?:[^\s()]|\([^\s()]*\))+)\)"
)
_BOLD = re.compile(r"\*\*(?!\s)([^*]+)(?<!\s)\*\*")


class Run(NamedTuple):
    """Text of one weight."""

    text: str
    bold: bool


class Piece(NamedTuple):
    """Text that leads to `url`, or nowhere."""

    runs: Sequence[Run]
    url: str | None = None


def custom_text(session: Session, place: TextPlace) -> Sequence[Piece]:
    """What the merchant says at this place of the page; nothing when they say nothing."""
    message = session.custom_text(place)
    return () if message is None else pieces(message)


def pieces(message: str) -> Sequence[Piece]:
    """The parts of a text, in its order."""
    return tuple(_pieces(message, bold=False))


def _pieces(message: str, *, bold: bool) -> Iterator[Piece]:
    end = 0
    for mark in _MARK.finditer(message):
        if mark.start() > end:
            yield Piece((Run(message[end : mark.start()], bold),))
        if mark["url"]:
            yield Piece(tuple(_runs(mark["label"], bold=bold)), mark["url"])
        else:
            yield from _pieces(mark["bold"], bold=True)
        end = mark.end()
    if end < len(message):
        yield Piece((Run(message[end:], bold),))


def _runs(label: str, *, bold: bool) -> Iterator[Run]:
    """The text of a link: every second part was between marks."""
    for index, text in enumerate(_BOLD.split(label)):
        if text:
            yield Run(text, bold or index % 2 == 1)
