"""Which language and number format a buyer is shown.

The list is the API's `locale` enum; `auto` and nothing at all follow the browser.
"""

from __future__ import annotations

from functools import lru_cache

from babel import Locale

LOCALES = tuple(
    "bg cs da de el en en-GB es es-419 et fi fil fr fr-CA hi-IN hr hu id it ja ko lt lv ms mt nb "
    "nl pl pt pt-BR ro ru sk sl sv th tr vi zh zh-HK zh-TW".split()
)
DEFAULT_LOCALE = "en"

LANGUAGE_RANGES_MAX = 20
"""Entries of an Accept-Language header that are looked at."""

_SPELLED_OTHERWISE = {"no": "nb", "nn": "nb", "iw": "he", "zh-hant": "zh-TW", "zh-mo": "zh-HK"}


def choose_locale(wanted: str | None, accept_language: str) -> str:
    """One of LOCALES: the session's own `locale`, or the browser's first that we know."""
    if wanted in LOCALES:
        return wanted
    for tag in accepted(accept_language):
        found = _nearest(tag)
        if found is not None:
            return found
    return DEFAULT_LOCALE


@lru_cache(maxsize=len(LOCALES))
def locale_data(locale: str) -> Locale:
    """Babel's data for one of LOCALES."""
    return Locale.parse(locale, sep="-")


def accepted(accept_language: str) -> list[str]:
    """The language tags of an Accept-Language header, most wanted first, in lower case."""
    ranked = []
    for entry in accept_language.lower().split(",")[:LANGUAGE_RANGES_MAX]:
        tag, _, weight = entry.strip().partition(";")
        ranked.append((_quality(weight), tag.strip()))
    ranked.sort(key=lambda pair: -pair[0])
    return [tag for quality, tag in ranked if tag and quality > 0]


def _quality(weight: str) -> float:
    name, _, value = weight.replace(" ", "").partition("=")
    if name != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def _nearest(tag: str) -> str | None:
    """The locale for a browser's tag: de-AT -> de, en-AU -> en-GB (which names foreign money)."""
    known = {locale.lower(): locale for locale in LOCALES}
    language, _, region = tag.partition("-")
    if language == "en" and region not in ("", "us"):
        return "en-GB"
    if language == "es" and region not in ("", "es"):
        return "es-419"
    for candidate in (tag, tag.rpartition("-")[0], language):
        spelled = _SPELLED_OTHERWISE.get(candidate, candidate).lower()
        if spelled in known:
            return known[spelled]
    return next((locale for locale in LOCALES if locale.split("-")[0] == language), None)
