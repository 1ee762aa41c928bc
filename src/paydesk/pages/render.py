"""Views to HTML. Escaping is on, an unknown name is an error, and no page has inline script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup

from paydesk.pages.address_view import AddressView
from paydesk.pages.challenge_view import ChallengeView
from paydesk.pages.countries import Country
from paydesk.pages.element_view import ElementView
from paydesk.pages.message_view import MessageView
from paydesk.pages.quantity_view import QuantityView
from paydesk.pages.shop_view import ShopView
from paydesk.pages.view import CheckoutView
from paydesk.pages.words import SOURCE_LANGUAGE, words_for
from paydesk.render.locales import LOCALES

ASSET_FOLDERS = (Path(__file__).parent / "static", Path(__file__).parent / "assets")
"""What /assets serves: the script and styles that `make setup` builds, and files that need none."""

ASSET_VERSION_CHARACTERS = 12

COUNTRY_LISTS_CACHED_MAX = 128
"""Rendered lists that are remembered, one for each locale and selection: 15 KB each."""


def checkout_page(view: CheckoutView) -> str:
    """The page of an open session."""
    return _render("checkout.html", view, view.words.language)


def summary_fragment(view: CheckoutView) -> str:
    """The parts of `checkout_page` that a change of the order changes, each with its id."""
    return _render("summary_fragment.html", view, view.words.language)


def quantity_page(view: QuantityView) -> str:
    """The form that changes one quantity, for browsers without scripts."""
    return _render("quantity.html", view, view.words.language)


def message_page(view: MessageView) -> str:
    """A page that only says something."""
    return _render("message.html", view, view.words.language)


def challenge_outer(view: ChallengeView) -> str:
    """The outermost document of the sandbox's bank; it frames `challenge_middle`."""
    return _render("challenge_outer.html", view, view.words.language)


def challenge_middle(view: ChallengeView) -> str:
    """The middle document; it frames `challenge_inner`."""
    return _render("challenge_middle.html", view, view.words.language)


def challenge_inner(view: ChallengeView) -> str:
    """The innermost document, with the two buttons."""
    return _render("challenge_inner.html", view, view.words.language)


def challenge_done(view: ChallengeView) -> str:
    """The answer to the buttons inside a modal: its script tells the page that it can go on."""
    return _render("challenge_done.html", view, view.words.language)


def address_fields(view: AddressView, language: str) -> str:
    """The lines of one country, empty: what the script puts in the place of another's."""
    return _render("address_form.html", view, language)


def element_page(view: ElementView) -> str:
    """One element of a merchant's own checkout page."""
    return _render("element.html", view, view.words.language)


def shop_page(view: ShopView) -> str:
    """The demo shop."""
    return _render("shop.html", view)


def inspector_page(template: str, view: object) -> str:
    """One of the inspector's pages, in English."""
    return _render(f"inspector/{template}", view)


def asset_file(name: str) -> Path | None:
    """The file that /assets/`name` serves, or None. A name is one file's, never a path."""
    if name != Path(name).name:
        return None
    candidates = (folder / name for folder in ASSET_FOLDERS)
    return next((path for path in candidates if path.is_file()), None)


def asset_url(name: str) -> str:
    """The address of an asset, with a version of its content so that it can be cached for ever."""
    return f"/assets/{name}?v={_version(name)}"


@lru_cache
def _version(name: str) -> str:
    path = asset_file(name)
    if path is None:
        return "unbuilt"
    return sha256(path.read_bytes()).hexdigest()[:ASSET_VERSION_CHARACTERS]


@lru_cache(maxsize=COUNTRY_LISTS_CACHED_MAX)
def _country_options(countries: tuple[Country, ...], selected: str) -> Markup:
    """The 250 options of the country list: most of the page's work, and nearly always the same."""
    template = _environment(SOURCE_LANGUAGE).get_template("_countries.html")
    return template.make_module({"countries": countries, "selected": selected}).__html__()


def _render(template: str, view: object, language: str = SOURCE_LANGUAGE) -> str:
    return _environment(language).get_template(template).render(view=view)


class _Parts(Extension):
    """Parts that a template includes are put into it before it is compiled, without indentation.

    Included at run time, each is looked up and given a copy of all that the page knows: for the
    twenty parts of the checkout that was a sixth of its work. How deep a line stands in a template
    is for us, not for buyers on a slow line; values keep their white space.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        loader = self.environment.loader
        assert loader is not None

        def part(match: re.Match[str]) -> str:
            text, _, _ = loader.get_source(self.environment, match[1])
            return _INCLUDED.sub(part, text).removesuffix("\n")

        return _INDENTATION.sub("", _INCLUDED.sub(part, source))


_INCLUDED = re.compile(r'{% include "(\w+\.html)" %}\n?')
"""With the end of its line, which goes with a block of a template."""

_INDENTATION = re.compile(r"^ +", re.MULTILINE)


class _FixedWords(Extension):
    """Texts without values in them, ``t("Email")``, become the reader's words at compile time.

    Most of a page is such words, and looking each up again for every buyer was most of its work.
    """

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        words: Any = self.environment.globals["t"]
        tokens = list(stream)
        while tokens:
            head = tokens[:4]
            if [token.type for token in head] == _FIXED_CALL and head[0].value == "t":
                yield Token(head[0].lineno, "string", words(head[2].value))
                del tokens[:4]
            else:
                yield tokens.pop(0)


_FIXED_CALL = ["name", "lparen", "string", "rparen"]


@lru_cache(maxsize=len(LOCALES))
def _environment(language: str) -> Environment:
    """The templates in one language."""
    environment = Environment(
        loader=PackageLoader("paydesk.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals["t"] = words_for(language)
    environment.globals["asset"] = asset_url
    environment.globals["country_options"] = _country_options
    environment.policies["json.dumps_function"] = _as_json
    environment.add_extension(_Parts)
    environment.add_extension(_FixedWords)
    return environment


def _as_json(value: object, **_: object) -> str:
    return orjson.dumps(value).decode()
