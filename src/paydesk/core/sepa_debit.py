"""SEPA Direct Debit: what is kept of a bank account, and what a payment from one may be.

`SepaDebitFacts` is all that Paydesk keeps of an account: the IBAN itself is an argument here and
nothing else. Where a bank's and a branch's code stand in it is by the country.

Sources: the IBAN registry (ISO 13616) for the places of the codes; the EPC's list of countries
that take part in SEPA; Stripe's pages on SEPA Direct Debit for the currency.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from paydesk.core.errors import InvalidRequest

CARD, SEPA_DEBIT = "card", "sepa_debit"
"""The payment methods that Paydesk takes, by Stripe's names."""

METHODS = (CARD, SEPA_DEBIT)

CURRENCY = "eur"
"""Direct debits are in euro, whatever the account's country."""

IBAN_CHARACTERS_MAX = 34
LAST_CHARACTERS = 4
_BBAN_AT = 4

CODE_LENGTHS: Mapping[str, tuple[int, int, int]] = {
    "AD": (0, 4, 4), "AT": (0, 5, 0), "BE": (0, 3, 0), "BG": (0, 4, 4), "CH": (0, 5, 0),
    "CY": (0, 3, 5), "CZ": (0, 4, 0), "DE": (0, 8, 0), "DK": (0, 4, 0), "EE": (0, 2, 0),
    "ES": (0, 4, 4), "FI": (0, 3, 0), "FR": (0, 5, 5), "GB": (0, 4, 6), "GI": (0, 4, 0),
    "GR": (0, 3, 4), "HR": (0, 7, 0), "HU": (0, 3, 4), "IE": (0, 4, 6), "IS": (0, 2, 2),
    "IT": (1, 5, 5), "LI": (0, 5, 0), "LT": (0, 5, 0), "LU": (0, 3, 0), "LV": (0, 4, 0),
    "MC": (0, 5, 5), "MT": (0, 4, 5), "NL": (0, 4, 0), "NO": (0, 4, 0), "PL": (0, 8, 0),
    "PT": (0, 4, 4), "RO": (0, 4, 0), "SE": (0, 3, 0), "SI": (0, 5, 0), "SK": (0, 4, 0),
    "SM": (1, 5, 5), "VA": (0, 3, 0),
}  # fmt: skip
"""Country -> characters of the account number before the bank's code, of that, of the branch's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SepaDebitFacts:
    """A bank account as a payment method or a charge shows it; the names are Stripe's.

    `branch_code` is empty where a country has none. `fingerprint` is the same for one IBAN.
    """

    bank_code: str
    branch_code: str
    country: str
    fingerprint: str
    last4: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate:
    """The buyer's word that their account may be debited: once, or again and again.

    `acceptance` is how they gave it, in the shape of Stripe's `customer_acceptance`. `amount`
    (minor units) and `currency` are those of the one payment; None when it covers all.
    """

    id: str
    account: str
    created: int
    payment_method: str
    acceptance: Mapping[str, Any]
    amount: int | None = None
    currency: str | None = None

    @property
    def reference(self) -> str:
        """What the bank's statement calls it: at most 35 characters (EPC AT-01)."""
        return self.id.partition("_")[2].upper()


def facts_of(iban: str, fingerprint: str) -> SepaDebitFacts:
    """What is kept of a valid IBAN without spaces, of a country in `CODE_LENGTHS`."""
    country = iban[:2]
    before, bank, branch = CODE_LENGTHS[country]
    start = _BBAN_AT + before
    return SepaDebitFacts(
        bank_code=iban[start : start + bank],
        branch_code=iban[start + bank : start + bank + branch],
        country=country,
        fingerprint=fingerprint,
        last4=iban[-LAST_CHARACTERS:],
    )


def to_record(facts: SepaDebitFacts) -> dict[str, Any]:
    """The facts as JSON values."""
    return asdict(facts)


def from_record(record: Mapping[str, Any]) -> SepaDebitFacts:
    """The facts that `to_record` wrote."""
    return SepaDebitFacts(**record)


def check_session_currency(methods: Collection[str], currency: str) -> None:
    """Refuse a session that offers direct debits in another currency."""
    if SEPA_DEBIT in methods and currency != CURRENCY:
        raise InvalidRequest(
            f"Invalid currency options `{currency}`. The payment method `{SEPA_DEBIT}` only "
            f"supports the following currencies: `{CURRENCY}`.",
            param="allowed_payment_method_types",
        )


def check_intent_currency(methods: Collection[str], currency: str) -> None:
    """The same of a payment intent, in the words that Stripe has for those."""
    if SEPA_DEBIT in methods and currency != CURRENCY:
        raise InvalidRequest(
            f"The currency provided ({currency}) is invalid for one or more payment method types "
            f"on this PaymentIntent. The payment method type {SEPA_DEBIT} only supports the "
            f"following currencies: {CURRENCY}. Either correct the provided currency, or use a "
            "different PaymentIntent to accept this payment method type.",
            param="payment_method_types",
        )


def check_allowed(method: str, allowed: Collection[str]) -> None:
    """Refuse to pay with a method that whoever is paid did not offer."""
    if method not in allowed:
        raise InvalidRequest(
            f"The PaymentMethod provided ({method}) is not allowed for this PaymentIntent. Please "
            "attach a PaymentMethod of one of the following types: "
            f"{', '.join(allowed)}. Alternatively, update the allowed payment_method_types for "
            f'this PaymentIntent to include "{method}"',
            param="payment_method",
        )
