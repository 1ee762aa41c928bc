"""What the page asks of the buyer besides the email and the card, as a session wants it."""

from __future__ import annotations

from collections.abc import Collection as Codes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from paydesk.core.collection import NOTHING_MORE, Collection, NameCollection
from paydesk.core.sessions import Session
from paydesk.core.tax_ids import title_of, types_of
from paydesk.pages.address_view import AddressView, address_view
from paydesk.pages.countries import Country, countries
from paydesk.pages.custom_text_view import custom_text
from paydesk.pages.payment_form import FormValues
from paydesk.pages.words import Words
from paydesk.render.locales import LOCALES
from paydesk.services.phones import calling_code, example


class CallingCode(NamedTuple):
    """A country and how its numbers begin, as the list shows it: ``Germany +49``.

    `example` is a number as it is dialled there.
    """

    country: str
    text: str
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NameView:
    """A name apart from the card's."""

    id: str
    label: str
    autocomplete: str
    value: str
    required: bool


class TaxIdType(NamedTuple):
    """A kind of tax id, and the countries whose businesses may have one."""

    type: str
    title: str
    countries: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessView:
    """What a business says of its taxes. `asks_name`: nothing else asks for the business's name.

    `required`: the buyer is not asked whether they are a business.
    """

    types: Sequence[TaxIdType]
    type: str
    asks_name: bool
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedView:
    """The further parts of the form; None and an empty list for those that it has not."""

    calling_codes: Sequence[CallingCode] = ()
    phone_example: str = ""
    names: Sequence[NameView] = ()
    shipping: AddressView | None = None
    billing: AddressView | None = None
    business: BusinessView | None = None


NOTHING_ASKED = AskedView()


def asked_view(session: Session, values: FormValues, words: Words, locale: str) -> AskedView:
    """What this session asks, with what is known filled in."""
    asked = session.collection
    if asked is NOTHING_MORE:
        return NOTHING_ASKED
    shipping = billing = None
    if asked.shipping:
        form = address_view(
            "shipping",
            values.shipping,
            words,
            locale,
            countries=countries_among(locale, asked.shipping_countries),
            name=values.shipping_name,
        )
        shipping = replace(form, text=custom_text(session, "shipping_address"))
    if asked.full_billing_address:
        all_countries = countries(locale)
        billing = address_view("billing", values.billing, words, locale, countries=all_countries)
    return AskedView(
        calling_codes=calling_codes(locale) if asked.phone else (),
        phone_example=example(values.phone_country) if asked.phone else "",
        names=[*_names(session, values, words)],
        shipping=shipping,
        billing=billing,
        business=_business(asked, values) if asked.wants_tax_ids else None,
    )


def countries_among(locale: str, codes: Codes[str]) -> tuple[Country, ...]:
    """Those of the countries, in the order of their names."""
    return tuple(country for country in countries(locale) if country.code in codes)


@lru_cache(maxsize=len(LOCALES))
def calling_codes(locale: str) -> tuple[CallingCode, ...]:
    """Every country that can be called, in the order of its name.

    Some share a code, so each is named.
    """
    known = ((country, calling_code(country.code)) for country in countries(locale))
    return tuple(
        CallingCode(country.code, f"{country.name} +{code}", example(country.code))
        for country, code in known
        if code
    )


@lru_cache(maxsize=1)
def tax_id_types() -> tuple[TaxIdType, ...]:
    """Every kind that a country has, in the order of its name."""
    countries_of: dict[str, list[str]] = {}
    for country in sorted(country.code for country in countries("en")):
        for type in types_of(country):
            countries_of.setdefault(type, []).append(country)
    kinds = (TaxIdType(type, title_of(type), " ".join(of)) for type, of in countries_of.items())
    return tuple(sorted(kinds, key=lambda kind: kind.title))


def _business(asked: Collection, values: FormValues) -> BusinessView:
    """The kind of tax id follows the country until one was typed."""
    usual = next(iter(types_of(values.billing_address.country or "")), values.tax_id_type)
    return BusinessView(
        types=tax_id_types(),
        type=values.tax_id_type if values.tax_id else usual,
        asks_name=not asked.wants_business_name,
        required=asked.requires_tax_id,
    )


def _names(session: Session, values: FormValues, words: Words) -> Iterator[NameView]:
    person, business = session.collection.individual_name, session.collection.business_name
    if person is not None and person.enabled:
        yield NameView(
            id="individualName",
            label=_label(words("Full name"), person, words),
            autocomplete="name",
            value=values.individual_name,
            required=person.required,
        )
    if business is not None and business.enabled:
        yield NameView(
            id="businessName",
            label=_label(words("Business name"), business, words),
            autocomplete="organization",
            value=values.business_name,
            required=business.required,
        )


def _label(label: str, name: NameCollection, words: Words) -> str:
    return label if name.required else words("{label} (optional)", label=label)
