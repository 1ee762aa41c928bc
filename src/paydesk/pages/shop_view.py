"""The demo shop at `/`: what a merchant's first minute with Paydesk looks like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from paydesk.pages.view import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopProduct:
    """One product on the shelf; `rule_text` says what a buyer may do with its quantity."""

    name: str
    image_url: str
    price_text: str
    rule_text: str
    parameter_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """The same request in one language."""

    id: str
    label: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopView:
    """Everything on the demo page, which is its own success page: `paid_session` came back.

    The keys are made to be read: they are the sandbox's.
    """

    document: Document
    base_url: str
    secret_key: str
    publishable_key: str
    webhook_secret: str
    products: Sequence[ShopProduct]
    snippets: Sequence[Snippet]
    forward_command: str
    paid_session: str | None = None
