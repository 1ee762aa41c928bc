"""The cards that a returning customer may pay with, as the form shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from paydesk.core.cards import BRANDS, UNKNOWN_BRAND, CardFacts
from paydesk.core.payments import PaymentMethod
from paydesk.pages.words import Words

_TITLES = {brand.name: brand.title for brand in (*BRANDS, UNKNOWN_BRAND)}


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedCard:
    """One saved card. `expiry` is written as on the card."""

    id: str
    brand: str
    title: str
    expiry: str


def saved_cards(methods: Sequence[PaymentMethod], words: Words) -> tuple[SavedCard, ...]:
    """The cards in the order in which they are offered."""
    return tuple(
        _saved_card(method.id, card, words)
        for method in methods
        if (card := method.card) is not None
    )


def _saved_card(id: str, card: CardFacts, words: Words) -> SavedCard:
    brand = _TITLES.get(card.brand, UNKNOWN_BRAND.title)
    return SavedCard(
        id=id,
        brand=card.brand,
        title=words("{brand} ending in {last4}", brand=brand, last4=card.last4),
        expiry=f"{card.exp_month:02} / {card.exp_year % 100:02}",
    )
