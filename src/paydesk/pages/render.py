"""Views to HTML. Escaping is on, an unknown name is an error, and no page has inline script."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from paydesk.pages.challenge_view import ChallengeView
from paydesk.pages.message_view import MessageView
from paydesk.pages.quantity_view import QuantityView
from paydesk.pages.shop_view import ShopView
from paydesk.pages.view import CheckoutView

STATIC = Path(__file__).parent / "static"
"""What is served under /assets; the script and styles in it are built by `make setup`."""

ASSET_VERSION_CHARACTERS = 12


def checkout_page(view: CheckoutView) -> str:
    """The page of an open session."""
    return _render("checkout.html", view=view)


def summary_fragment(view: CheckoutView) -> str:
    """The parts of `checkout_page` that a change of the order changes, each with its id."""
    return _render("summary_fragment.html", view=view)


def quantity_page(view: QuantityView) -> str:
    """The form that changes one quantity, for browsers without scripts."""
    return _render("quantity.html", view=view)


def message_page(view: MessageView) -> str:
    """A page that only says something."""
    return _render("message.html", view=view)


def challenge_outer(view: ChallengeView) -> str:
    """The outermost document of the sandbox's bank; it frames `challenge_middle`."""
    return _render("challenge_outer.html", view=view)


def challenge_middle(view: ChallengeView) -> str:
    """The middle document; it frames `challenge_inner`."""
    return _render("challenge_middle.html", view=view)


def challenge_inner(view: ChallengeView) -> str:
    """The innermost document, with the two buttons."""
    return _render("challenge_inner.html", view=view)


def challenge_done(view: ChallengeView) -> str:
    """The answer to the buttons inside a modal: its script tells the page that it can go on."""
    return _render("challenge_done.html", view=view)


def shop_page(view: ShopView) -> str:
    """The demo shop."""
    return _render("shop.html", view=view)


def asset_url(name: str) -> str:
    """The address of a file in STATIC, with a version so that it can be cached for ever."""
    return f"/assets/{name}?v={_version(name)}"


@lru_cache
def _version(name: str) -> str:
    path = STATIC / name
    if not path.exists():
        return "unbuilt"
    return sha256(path.read_bytes()).hexdigest()[:ASSET_VERSION_CHARACTERS]


def _render(template: str, **context: object) -> str:
    return _environment().get_template(template).render(**context)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("paydesk.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals["asset"] = asset_url
    return environment
