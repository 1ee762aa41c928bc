from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from paydesk.pages.countries import choose_country, countries
from paydesk.render.locales import LOCALES, choose_locale, locale_data


@pytest.mark.parametrize("locale", LOCALES)
def test_every_locale_of_the_api_is_known_to_babel_and_has_countries(locale: str) -> None:
    names = {country.code: country.name for country in countries(locale)}
    assert locale_data(locale).text_direction in ("ltr", "rtl")
    assert len(names) > 240
    assert all(names[code] for code in ("US", "CA", "GB", "DE", "JP", "XK"))


@pytest.mark.parametrize(
    ("wanted", "accept_language", "chosen"),
    [
        ("de", "fr", "de"),
        ("auto", "fr;q=0.5, it", "it"),
        (None, "", "en"),
        (None, "en-US,en;q=0.9", "en"),
        (None, "en-AU", "en-GB"),
        (None, "de-AT", "de"),
        (None, "pt-PT", "pt"),
        (None, "pt-BR", "pt-BR"),
        (None, "es-MX", "es-419"),
        (None, "es-ES", "es"),
        (None, "zh-Hant-TW", "zh-TW"),
        (None, "zh-Hans-CN", "zh"),
        (None, "no", "nb"),
        (None, "hi", "hi-IN"),
        (None, "tlh, ar;q=0.9, sv;q=0.1", "sv"),
        (None, "de;q=0, it;q=0.1", "it"),
        (None, "de;q=nonsense", "en"),
        (None, "*", "en"),
        ("xx", "", "en"),
    ],
)
def test_the_session_decides_then_the_browser(
    wanted: str | None, accept_language: str, chosen: str
) -> None:
    assert choose_locale(wanted, accept_language) == chosen


@pytest.mark.parametrize(
    ("locale", "accept_language", "country"),
    [
        ("en", "en-US,en", "US"),
        ("en-GB", "en-AU", "AU"),
        ("de", "de-AT,de;q=0.9", "AT"),
        ("de", "de", "DE"),
        ("ja", "", "JP"),
        ("es-419", "es-MX", "MX"),
        ("zh-TW", "zh-Hant-TW", "TW"),
        ("en", "*", "US"),
    ],
)
def test_the_country_that_is_preselected(locale: str, accept_language: str, country: str) -> None:
    assert choose_country(locale, accept_language) == country


@given(st.text(max_size=60))
@example("-00")
def test_any_header_gives_a_locale_and_a_country_of_the_list(accept_language: str) -> None:
    locale = choose_locale(None, accept_language)
    assert locale in LOCALES
    assert choose_country(locale, accept_language) in {each.code for each in countries(locale)}
