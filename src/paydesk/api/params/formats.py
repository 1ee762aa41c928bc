"""Texts with a format of their own: URLs, email addresses, currencies, countries, colours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import SplitResult, urlsplit

from pydantic.json_schema import JsonSchemaValue

from paydesk.api.params.grammar import TEXT_CHARACTERS_MAX, Array, Scalar, Text, given
from paydesk.api.params.problems import problem, shortened
from paydesk.core.cards import holds_card_number
from paydesk.core.countries import country_code
from paydesk.core.money import CURRENCIES

IMAGES_MAX = 8
EMAIL_CHARACTERS_MAX = 512
E164_DIGITS_MAX = 15

_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_UNSAFE_IN_URL = re.compile(r"[\s\x00-\x1f\x7f\\]")
"""White space and control characters would split a header; browsers read a backslash as a slash."""

_SCHEMES_THAT_BROWSERS_RUN = frozenset({"javascript", "data", "vbscript", "blob", "file"})


@dataclass(frozen=True, slots=True)
class Url(Scalar):
    """An absolute http or https URL with a host and without credentials.

    `apps_too` allows an app's own scheme, such as ``stripesdk://payment_return_url``.
    """

    characters_max: int = TEXT_CHARACTERS_MAX
    apps_too: bool = False

    def read(self, value: Any) -> str:
        """The URL as it was given."""
        text = Text(self.characters_max).read(value)
        if not _SCHEME.match(text):
            raise problem("url_scheme")
        parts = None if _UNSAFE_IN_URL.search(text) else _split(text)
        if parts is None or not parts.hostname or "@" in parts.netloc:
            raise problem("url")
        if parts.scheme not in {"http", "https"} and not self._is_apps(parts.scheme):
            raise problem("url")
        return text

    def _is_apps(self, scheme: str) -> bool:
        return self.apps_too and scheme not in _SCHEMES_THAT_BROWSERS_RUN

    def schema(self) -> JsonSchemaValue:
        return {"type": "string", "format": "uri", "maxLength": self.characters_max}


def _split(text: str) -> SplitResult | None:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    return None if port == 0 else parts


@dataclass(frozen=True, slots=True)
class Email(Scalar):
    """An email address by its form; whether it can be reached is nobody's business here."""

    def read(self, value: Any) -> str:
        """The address as it was given."""
        text = Text(EMAIL_CHARACTERS_MAX).read(value)
        from email_validator import EmailNotValidError, validate_email

        try:
            # Test suites use names that can't be reached on purpose, such as `.test`.
            checked = validate_email(
                text,
                check_deliverability=False,
                globally_deliverable=False,
                test_environment=True,
            )
        except EmailNotValidError:
            raise problem("email", value=shortened(text)) from None
        if "." not in checked.domain:
            raise problem("email", value=shortened(text))
        if holds_card_number(text):
            raise problem("card_in_text")
        return text

    def schema(self) -> JsonSchemaValue:
        return {"type": "string", "format": "email", "maxLength": EMAIL_CHARACTERS_MAX}


@dataclass(frozen=True, slots=True)
class PersonText(Scalar):
    """A name or a line of an address, without a card number: it is kept, and shown to others."""

    characters_max: int

    def read(self, value: Any) -> str:
        """The text as it was given."""
        text = Text(self.characters_max).read(value)
        if holds_card_number(text):
            raise problem("card_in_text")
        return text

    def schema(self) -> JsonSchemaValue:
        return {"type": "string", "maxLength": self.characters_max}


class PhoneText(PersonText):
    """A phone number as it was typed. With its country's code it may look like a card's number."""

    def read(self, value: Any) -> str:
        text = Text(self.characters_max).read(value)
        digits = re.sub(r"[^0-9]", "", text)
        international = text.lstrip().startswith("+") and len(digits) <= E164_DIGITS_MAX
        if not international and holds_card_number(text):
            raise problem("card_in_text")
        return text


@dataclass(frozen=True, slots=True)
class Currency(Scalar):
    """A three-letter ISO code in either case, lowercase once read."""

    def read(self, value: Any) -> str:
        """The lowercase code."""
        text = given(value, "string")
        code = text.lower()
        if code not in CURRENCIES:
            choices = ", ".join(sorted(CURRENCIES)[:12])
            raise problem("currency", value=shortened(text), choices=f"{choices}, ...")
        return code

    def schema(self) -> JsonSchemaValue:
        return {"type": "string", "format": "currency"}


@dataclass(frozen=True, slots=True)
class Country(Scalar):
    """The two-letter code of a country in either case, uppercase once read."""

    def read(self, value: Any) -> str:
        """The uppercase code."""
        text = given(value, "string")
        code = country_code(text)
        if code is None:
            raise problem("country", value=shortened(text))
        return code

    def schema(self) -> JsonSchemaValue:
        return {"type": "string", "minLength": 2, "maxLength": 2}


@dataclass(frozen=True, slots=True)
class Color(Scalar):
    """A colour in hexadecimal digits: ``#0074d4``."""

    def read(self, value: Any) -> str:
        text = given(value, "string")
        if not re.fullmatch(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})", text):
            raise problem("color", value=shortened(text))
        return text

    def schema(self) -> JsonSchemaValue:
        return {"type": "string", "format": "color"}


Web = Annotated[str, Url()]
WebOrApp = Annotated[str, Url(apps_too=True)]
Mail = Annotated[str, Email()]
CurrencyCode = Annotated[str, Currency()]
CountryCode = Annotated[str, Country()]
Images = Annotated[tuple[Web, ...], Array(IMAGES_MAX)]
