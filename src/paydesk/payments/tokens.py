"""From what a buyer typed to a token: the only place of the sandbox that sees a card number.

The number is checked, found in the table of published test numbers and left behind; a number
from anywhere else is refused before anything could store it. The security code is checked and
dropped: that one was given stays on record as an `unchecked` check.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import date

from paydesk.core.cards import (
    BRANDS,
    UNKNOWN_BRAND,
    CardChecks,
    CardFacts,
    brand_of,
    require_cvc,
    require_expiry,
    require_number,
)
from paydesk.core.errors import CardError
from paydesk.core.ids import base62
from paydesk.payments.behaviours import Authentication
from paydesk.payments.cards import SandboxCard, card_named, card_with_number
from paydesk.payments.processor import CardToken

FINGERPRINT_LENGTH = 16
_DISPLAY = {
    **{brand.name: brand.display for brand in (*BRANDS, UNKNOWN_BRAND)},
    "cartes_bancaires": "cartes_bancaires",
    "eftpos_au": "eftpos_australia",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CardEntry:
    """What was typed into a card form. Its representation shows neither number nor code."""

    number: str = field(repr=False)
    exp_month: int
    exp_year: int
    cvc: str | None = field(default=None, repr=False)
    has_line1: bool = False
    has_postal_code: bool = False


def read_card(
    number: str, exp_month: int, exp_year: int, cvc: str | None, now: date
) -> SandboxCard:
    """The test card with this number, or CardError for details that no card has.

    A well-formed number that is not a published test number is declined as
    `test_mode_live_card`, in Stripe's words.
    """
    digits = require_number(number)
    require_expiry(exp_month, exp_year, now)
    if cvc is not None:
        require_cvc(cvc, brand_of(digits))
    card = card_with_number(digits)
    if card is None:
        raise CardError(
            "Your card was declined. Your request was in test mode, but used a non test card. "
            "For a list of valid test cards, visit: https://stripe.com/docs/testing.",
            code="card_declined",
            decline_code="test_mode_live_card",
        )
    return card


def token_from_entry(entry: CardEntry, *, secret: bytes, now: date) -> CardToken:
    """The token for a card as typed; CardError as `read_card`. `secret` keys the fingerprint."""
    card = read_card(entry.number, entry.exp_month, entry.exp_year, entry.cvc, now)
    checks = CardChecks(
        address_line1_check=_unchecked(entry.has_line1),
        address_postal_code_check=_unchecked(entry.has_postal_code),
        cvc_check=_unchecked(entry.cvc is not None),
    )
    year = require_expiry(entry.exp_month, entry.exp_year, now)
    return _token(card, entry.exp_month, year, checks, secret)


def token_from_name(shorthand: str, *, secret: bytes, now: date) -> CardToken | None:
    """The token for ``pm_card_visa``, ``tok_visa`` and their like; None for any other word.

    Such a card is valid for another year and comes with every detail that its row has a
    special answer for, so that the name alone brings about what it says.
    """
    card = card_named(shorthand)
    if card is None:
        return None
    answers = card.behaviour.checks
    checks = CardChecks(
        address_line1_check=_unchecked(answers.address_line1_check != "pass"),
        address_postal_code_check=_unchecked(answers.address_postal_code_check != "pass"),
        cvc_check=_unchecked(True),
    )
    return _token(card, now.month, now.year + 1, checks, secret)


def fingerprint(number: str, secret: bytes) -> str:
    """The same 16 characters for the same number and secret; the number cannot be had from it."""
    digest = hmac.digest(secret, number.encode(), hashlib.sha256)
    return base62(int.from_bytes(digest), FINGERPRINT_LENGTH)


def _unchecked(given: bool) -> str | None:
    return "unchecked" if given else None


def _token(
    card: SandboxCard, exp_month: int, exp_year: int, checks: CardChecks, secret: bytes
) -> CardToken:
    facts = CardFacts(
        brand=card.brand,
        display_brand=_DISPLAY[card.co_brand or card.brand],
        last4=card.last4,
        exp_month=exp_month,
        exp_year=exp_year,
        funding=card.funding,
        country=card.country,
        fingerprint=fingerprint(card.number, secret),
        networks=card.networks,
        three_d_secure_supported=card.behaviour.authentication is not Authentication.NOT_SUPPORTED,
        checks=checks,
    )
    return CardToken(card.reference, facts)
