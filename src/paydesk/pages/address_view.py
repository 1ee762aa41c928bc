"""An address form as the buyer sees it: the lines of one country, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from paydesk.core.sessions import Address
from paydesk.pages.countries import Country
from paydesk.pages.custom_text_view import Piece
from paydesk.pages.words import Words
from paydesk.services.address_forms import (
    LABELS,
    Choice,
    Field,
    Part,
    Problem,
    address_form,
    problems_of,
    tidy,
)
from paydesk.services.buyers import POSTAL_CODE_INVALID, STATE_UNKNOWN

Purpose = Literal["shipping", "billing"]
PURPOSES: tuple[Purpose, ...] = ("shipping", "billing")

_IDS: Mapping[Part, str] = {
    "line1": "AddressLine1",
    "line2": "AddressLine2",
    "city": "Locality",
    "state": "AdministrativeArea",
    "postal_code": "PostalCode",
}
_FIELD_ENDS: Mapping[str, str] = {
    **{str(part): id for part, id in _IDS.items()},
    "country": "Country",
    "name": "Name",
}

_AUTOCOMPLETE: Mapping[Part, str] = {
    "line1": "address-line1",
    "line2": "address-line2",
    "city": "address-level2",
    "state": "address-level1",
    "postal_code": "postal-code",
}

FIELD_TEXTS = (*LABELS, POSTAL_CODE_INVALID, STATE_UNKNOWN)
"""What the forms of all countries say, in English."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """One field. `pattern` is for the script to check."""

    id: str
    name: str
    label: str
    autocomplete: str
    value: str
    required: bool
    numeric: bool = False
    choices: Sequence[Choice] = ()
    pattern: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressView:
    """A whole address form. Each of `rows` has one field, or two that stand side by side."""

    purpose: Purpose
    country: str
    rows: Sequence[Sequence[FieldView]]
    countries: Sequence[Country] = ()
    name: str | None = None
    """What is typed as a name; None where the form asks for none."""
    alone: bool = False
    text: Sequence[Piece] = ()
    """What the merchant says about it."""

    def name_of(self, part: str) -> str:
        """What the field is called in the form: `shippingName`, or `name` in a form of its own."""
        return _field_name(self.purpose, part, alone=self.alone)

    @property
    def error_ids(self) -> Sequence[str]:
        """The fields that messages may be about, whatever country is chosen."""
        named = [] if self.name is None else [f"{self.purpose}Name"]
        parts = (field_id(self.purpose, part) for part in _IDS)
        return (*named, f"{self.purpose}Country", *parts)


def address_view(
    purpose: Purpose,
    address: Address,
    words: Words,
    locale: str,
    *,
    countries: Sequence[Country] = (),
    name: str | None = None,
    alone: bool = False,
) -> AddressView:
    """The form of the address's country with what is known filled in.

    `alone`: nothing else is in its document, so its fields are named without their purpose.
    """
    country = address.country or ""
    address = tidy(address)
    views = [
        _field_view(purpose, field, getattr(address, field.part), words, alone=alone)
        for field in address_form(country, locale).fields
    ]
    return AddressView(
        purpose=purpose,
        country=country,
        rows=_rows(views),
        countries=countries,
        name=name,
        alone=alone,
    )


def field_id(purpose: Purpose, part: str) -> str:
    """The id and name of a field: `shippingAddressLine1`, `billingCountry`, `shippingName`."""
    return purpose + _FIELD_ENDS[part]


def address_of(text: Mapping[str, str], purpose: Purpose) -> Address:
    """The address in the fields of a submitted form; what is empty is None."""
    fields = {part: text.get(purpose + id) or None for part, id in _IDS.items()}
    country = text.get(f"{purpose}Country", "").upper() or None
    return tidy(Address(country=country, **fields))


def address_errors(address: Address, purpose: Purpose, required: str) -> dict[str, str]:
    """What is wrong, in English, by the id of the field."""
    if address.country is None:
        return {field_id(purpose, "country"): required}
    return {
        field_id(purpose, part): _message(part, problem, required)
        for part, problem in problems_of(address).items()
    }


def _message(part: Part, problem: Problem, required: str) -> str:
    if problem == "required":
        return required
    return POSTAL_CODE_INVALID if part == "postal_code" else STATE_UNKNOWN


def _field_name(purpose: Purpose, part: str, *, alone: bool) -> str:
    end = _FIELD_ENDS[part]
    return end[0].lower() + end[1:] if alone else purpose + end


def _field_view(
    purpose: Purpose, field: Field, value: str | None, words: Words, *, alone: bool
) -> FieldView:
    return FieldView(
        id=field_id(purpose, field.part),
        name=_field_name(purpose, field.part, alone=alone),
        label=words(field.label),
        autocomplete=f"{purpose} {_AUTOCOMPLETE[field.part]}",
        value=value or "",
        required=field.required,
        numeric=field.pattern is not None and _is_numeric(field.pattern),
        choices=field.choices,
        pattern=field.pattern,
    )


def _is_numeric(pattern: str) -> bool:
    """Whether a postal code can be typed with digits alone."""
    return any(re.fullmatch(pattern, "1" * length) for length in range(3, 11))


def _rows(fields: Sequence[FieldView]) -> Sequence[Sequence[FieldView]]:
    """Street lines have a row each; of what stands between them, short things share one."""
    rows: list[Sequence[FieldView]] = []
    together: list[FieldView] = []
    for field in fields:
        if "AddressLine" in field.id:
            rows += _paired(together)
            rows.append([field])
            together = []
        else:
            together.append(field)
    return (*rows, *_paired(together))


def _paired(fields: Sequence[FieldView]) -> Sequence[Sequence[FieldView]]:
    """At most two side by side. Of three, a list at the end has the row to itself."""
    if len(fields) < 3:
        return [fields] if fields else []
    if fields[-1].choices:
        return [fields[:2], *_paired(fields[2:])]
    return [fields[:1], *_paired(fields[1:])]
