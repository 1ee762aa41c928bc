from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from paydesk.pages.words import CATALOGS, Words, words_for
from paydesk.render.locales import LOCALES
from tests.pages.texts import texts

PATHS = sorted(CATALOGS.glob("*.po"))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_translation_has_every_text_and_no_other(path: Path) -> None:
    with path.open("rb") as file:
        catalog = read_po(file, abort_invalid=True)
    translated = {message.id for message in catalog if message.id and message.string}
    assert translated == texts()


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_translation_fills_in_the_same_values(path: Path) -> None:
    words = words_for(path.stem)
    for english in texts():
        names = sorted(re.findall(r"\{\w*\}", english))
        assert sorted(re.findall(r"\{\w*\}", words(english))) == names, english


def test_there_are_translations() -> None:
    assert {path.stem for path in PATHS} <= set(LOCALES)
    assert len(PATHS) >= 7


@pytest.mark.parametrize(
    ("locale", "language", "pay"),
    [
        ("de", "de", "Bezahlen"),
        ("fr-CA", "fr", "Payer"),
        ("pt-BR", "pt", "Pagar"),
        ("en", "en", "Pay"),
        ("en-GB", "en-GB", "Pay"),
        ("ko", "en", "Pay"),
    ],
)
def test_a_locale_speaks_its_language_or_english_and_says_which(
    locale: str, language: str, pay: str
) -> None:
    words = words_for(locale)
    assert (words.language, words("Pay")) == (language, pay)


def test_values_are_filled_in_as_they_are() -> None:
    assert Words()("Pay {merchant}", merchant="{total} & {0}") == "Pay {total} & {0}"
    assert Words()("{not a name}") == "{not a name}"
