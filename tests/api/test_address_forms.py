"""How addresses are written, by country: lines, order, names and what is wrong."""

from __future__ import annotations

import pytest

from paydesk.core.sessions import Address
from paydesk.services.address_forms import address_form, problems_of, tidy
from paydesk.services.phones import calling_code, e164

SHAPES = {
    # Universal Postal Union, postal addressing systems: the lines of each country, in order.
    ("US", "en"): "line1* line2 city* state* postal_code*",
    ("CA", "en"): "line1* line2 city* state* postal_code*",
    ("GB", "en"): "line1* line2 city* postal_code*",
    ("DE", "de"): "line1* line2 postal_code* city*",
    ("FR", "fr"): "line1* line2 postal_code* city*",
    ("JP", "ja"): "postal_code* state* line1* line2",
    ("JP", "en"): "line1* line2 state* postal_code*",
    ("BR", "pt"): "line1* line2 city* state* postal_code*",
    ("IN", "en"): "line1* line2 city* postal_code* state*",
    ("AE", "en"): "line1* line2 state*",
    ("HK", "en"): "line1* line2 city state*",
    ("HK", "zh-HK"): "state* city line1* line2",
    ("IE", "en"): "line1* line2 city* state postal_code",
    ("AU", "en"): "line1* line2 city* state* postal_code*",
    ("SG", "en"): "line1* line2 postal_code*",
    ("AQ", "en"): "line1* line2 city*",
}


@pytest.mark.parametrize(("country", "locale"), SHAPES)
def test_the_lines_of_a_country(country: str, locale: str) -> None:
    fields = address_form(country, locale).fields
    shape = " ".join(f"{field.part}{'*' if field.required else ''}" for field in fields)
    assert shape == SHAPES[country, locale]


def test_lines_have_the_names_of_their_country() -> None:
    def names(country: str) -> list[str]:
        return [field.label for field in address_form(country).fields[2:]]

    assert names("US") == ["City", "State", "ZIP"]
    assert names("IE") == ["City", "County", "Eircode"]
    assert names("AE") == ["Emirate"]
    assert names("IN") == ["City", "PIN code", "State"]
    assert names("AU") == ["Suburb", "State", "Postal code"]


def test_states_are_named_for_the_reader() -> None:
    def first(country: str, locale: str) -> str:
        fields = {field.part: field for field in address_form(country, locale).fields}
        return fields["state"].choices[0].label

    assert first("JP", "ja") == "北海道"
    assert first("JP", "en") == "Aichi"
    assert first("HK", "zh-HK") == "九龍"
    labels = {choice.value: choice.label for choice in address_form("CA", "fr").fields[3].choices}
    assert labels["BC"] == "Colombie-Britannique"


GOOD = Address(country="US", line1="1 Main St", city="Springfield", state="IL", postal_code="62701")


def test_a_complete_address() -> None:
    assert problems_of(GOOD) == {}
    assert (
        problems_of(tidy(Address(country="GB", line1="1", city="B", postal_code="sw1a 1aa"))) == {}
    )


WRONG: list[tuple[dict[str, str], dict[str, str]]] = [
    ({"country": "US"}, dict.fromkeys(("line1", "city", "state", "postal_code"), "required")),
    (
        {"country": "DE", "line1": "a", "city": "b", "postal_code": "1011"},
        {"postal_code": "invalid"},
    ),
    (
        {"country": "GB", "line1": "a", "city": "b", "postal_code": "GIR 0AAA"},
        {"postal_code": "invalid"},
    ),
    ({"country": "HK", "line1": "a", "state": "Macau"}, {"state": "invalid"}),
    ({"country": "XX", "line1": "a"}, {"city": "required"}),
]


@pytest.mark.parametrize(("fields", "problems"), WRONG)
def test_what_is_wrong(fields: dict[str, str], problems: dict[str, str]) -> None:
    assert problems_of(Address(**fields)) == problems


def test_a_state_by_any_of_its_names() -> None:
    def state(country: str, name: str) -> str | None:
        return tidy(Address(country=country, state=name)).state

    assert state("US", "california") == state("US", "CA") == "CA"
    assert state("JP", "Tokyo") == state("JP", "東京都") == "東京都"
    assert state("CA", "Colombie-Britannique") == "BC"
    assert state("IN", "KA") == "Karnataka"
    assert state("US", "Bavaria") == "Bavaria"
    assert state("DE", "Bayern") == "Bayern"


@pytest.mark.parametrize(
    ("typed", "country", "number"),
    [
        ("(201) 555-0123", "US", "+12015550123"),
        ("+44 7911 123456", None, "+447911123456"),
        ("030 901820", "DE", "+4930901820"),
        ("+1 201 555 0123", "DE", "+12015550123"),
        ("201 555 0123", None, None),
        ("12", "US", None),
        ("4242424242424242", "US", None),
        ("1" * 51, "US", None),
        ("call me", "US", None),
    ],
)
def test_phone_numbers(typed: str, country: str | None, number: str | None) -> None:
    assert e164(typed, country) == number


def test_calling_codes() -> None:
    assert (calling_code("DE"), calling_code("US"), calling_code("AQ")) == (49, 1, None)
