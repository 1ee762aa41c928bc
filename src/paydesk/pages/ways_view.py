"""The ways to pay that the form offers: saved cards, a new card, a direct debit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from paydesk.core.payments import PaymentMethod
from paydesk.core.sepa_debit import CARD, SEPA_DEBIT
from paydesk.core.sessions import Session
from paydesk.pages.payment_form import NEW_CARD, NEW_DEBIT
from paydesk.pages.saved_cards_view import saved_cards
from paydesk.pages.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One choice. `value` is what the form sends, `method` the kind of payment method, `detail`
    stands at its end, `id` is the script's name for it, `test_id` that of automated buyers.
    """

    value: str
    title: str
    method: str = CARD
    detail: str = ""
    id: str = ""
    test_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaysView:
    """What may be paid with; `choices` is empty where there is nothing to choose.

    `mandate` is what the buyer agrees to who pays by direct debit.
    """

    choices: Sequence[Way] = ()
    chosen: str = NEW_CARD
    cards: bool = True
    debits: bool = False
    saved: bool = False
    mandate: str = ""

    @property
    def only_new_card(self) -> str:
        """The attribute of what is asked about a new card alone."""
        return self._only_if("newCard")

    @property
    def only_debit(self) -> str:
        """The attribute of what is asked about a debit alone."""
        return self._only_if("newDebit")

    @property
    def only_new(self) -> str:
        """The attribute of what is known of a saved card already."""
        return self._only_if("newCard newDebit" if self.debits else "newCard")

    def _only_if(self, ids: str) -> str:
        return f' data-only-if="{ids}"' if self.choices else ""


CARDS_ALONE = WaysView()


def ways_view(
    session: Session,
    merchant: str,
    words: Words,
    saved: Sequence[PaymentMethod] = (),
    chosen: str | None = None,
) -> WaysView:
    """The ways in the merchant's order. The first one is chosen, the newest saved card before a new
    one, until the buyer has said something else.
    """
    methods = session.payment_method_types
    choices = [way for name in methods for way in _ways(name, saved, words)]
    values = [way.value for way in choices]
    return WaysView(
        choices=choices if len(choices) > 1 else (),
        chosen=chosen if chosen in values else values[0],
        cards=CARD in methods,
        debits=SEPA_DEBIT in methods,
        saved=bool(saved),
        mandate=mandate_text(merchant, words) if SEPA_DEBIT in methods else "",
    )


def _ways(name: str, saved: Sequence[PaymentMethod], words: Words) -> list[Way]:
    if name == SEPA_DEBIT:
        title = words("SEPA Direct Debit")
        test_id = "sepa_debit-accordion-item-button"
        return [
            Way(value=NEW_DEBIT, title=title, method=SEPA_DEBIT, id="newDebit", test_id=test_id)
        ]
    known = [
        Way(value=card.id, title=card.title, detail=card.expiry, test_id="saved-card")
        for card in saved_cards(saved, words)
    ]
    title = words("New card") if known else words("Card")
    new = Way(value=NEW_CARD, title=title, id="newCard", test_id="card-accordion-item-button")
    return [*known, new]


def mandate_text(merchant: str, words: Words) -> str:
    """What the buyer agrees to. Source: the SEPA Core Direct Debit Rulebook, on mandates."""
    return words(
        "By giving your IBAN and confirming this payment, you authorise {merchant} and its payment "
        "service provider to send instructions to your bank to debit your account, and your bank "
        "to debit your account in accordance with those instructions. You are entitled to a refund "
        "from your bank under the terms and conditions of your agreement with it; a refund must be "
        "claimed within 8 weeks from the date on which your account was debited.",
        merchant=merchant,
    )
