"""The words of the pages, in the reader's language.

English is written where it is used and is the key; `translations/<language>.po` holds the others.
A text that a language lacks is shown in English.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from babel.messages.pofile import read_po

CATALOGS = Path(__file__).parent / "translations"
SOURCE_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of one language; call it with the English text."""

    language: str = SOURCE_LANGUAGE
    texts: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, english: str, /, **values: object) -> str:
        """The text with its ``{names}`` filled in from `values`."""
        text = self.texts.get(english, english)
        return text.format_map(values) if values else text


@lru_cache
def words_for(locale: str) -> Words:
    """The words for one of `locales.LOCALES`: its own, else its language's, else English."""
    for language in (locale, locale.partition("-")[0]):
        path = CATALOGS / f"{language}.po"
        if path.exists():
            return Words(language, _texts(path))
    return Words(SOURCE_LANGUAGE if locale.partition("-")[0] != SOURCE_LANGUAGE else locale)


def _texts(path: Path) -> dict[str, str]:
    with path.open("rb") as file:
        catalog = read_po(file, locale=path.stem.replace("-", "_"), abort_invalid=True)
    return {
        message.id: message.string
        for message in catalog
        if isinstance(message.id, str) and isinstance(message.string, str)
        if message.id and message.string
    }
