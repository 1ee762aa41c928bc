"""Cards and accounts as a test names them: by what is to happen, by number, or by shorthand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from paydesk.core.cards import brand_of, plain_digits
from paydesk.payments.cards import SandboxCard, card_named, card_with_number
from paydesk.payments.debits import plain
from paydesk.payments.ibans import SandboxAccount, account_named, account_with_iban
from paydesk.payments.tokens import CardEntry

OUTCOMES: Mapping[str, str] = {
    "succeeds": "4242424242424242",
    "declined": "4000000000000002",
    "insufficient_funds": "4000000000009995",
    "lost_card": "4000000000009987",
    "stolen_card": "4000000000009979",
    "expired_card": "4000000000000069",
    "incorrect_cvc": "4000000000000127",
    "processing_error": "4000000000000119",
    "fraudulent": "4100000000000019",
    "requires_authentication": "4000000000003220",
}
"""What is to happen -> the published number that brings it about."""

IBAN_OUTCOMES: Mapping[str, str] = {
    "succeeds": "AT611904300234573201",
    "succeeds_later": "AT321904300235473204",
    "fails": "AT861904300235473202",
    "fails_later": "AT051904300235473205",
    "insufficient_funds": "AT981904300002222227",
    "exceeds_source_limit": "AT981904300000343434",
    "exceeds_weekly_limit": "AT601904300000121212",
}
"""What is to happen -> the published IBAN that brings it about."""

CVC_DIGITS = "1234"
EXPIRY_MONTH = 12


def scripted_card(word: str) -> SandboxCard | None:
    """The test card that `word` means; None when there is no such one."""
    digits = plain_digits(OUTCOMES.get(word, word))
    return card_named(word) if digits is None else card_with_number(digits)


def scripted_account(word: str) -> SandboxAccount | None:
    """The test account that `word` means; None when there is no such one."""
    return account_named(word) or account_with_iban(plain(IBAN_OUTCOMES.get(word, word)))


def typed(card: SandboxCard, today: date, *, has_line1: bool, has_postal_code: bool) -> CardEntry:
    """The card as a buyer types it into the form, valid until the end of next year."""
    return CardEntry(
        number=card.number,
        exp_month=EXPIRY_MONTH,
        exp_year=today.year + 1,
        cvc=CVC_DIGITS[: brand_of(card.number).cvc_digits],
        has_line1=has_line1,
        has_postal_code=has_postal_code,
    )
