"""From an IBAN to a token: the only place of the sandbox that sees one.

The IBAN is checked, found in the table of published test accounts and left behind; one from
anywhere else is refused before anything could store it.
"""

from __future__ import annotations

from stdnum import iban as standard
from stdnum.exceptions import ValidationError

from paydesk.core.errors import InvalidRequest
from paydesk.core.sepa_debit import CODE_LENGTHS, facts_of
from paydesk.payments.ibans import SandboxAccount, account_named, account_with_iban
from paydesk.payments.processor import DebitToken
from paydesk.payments.tokens import fingerprint

IBAN_PARAM = "payment_method_data[sepa_debit][iban]"
"""Where a page sends an IBAN."""

IBAN_INVALID = "The IBAN you provided is invalid."
TEST_IBAN_NEEDED = (
    "You must use a test bank account number in test mode. Try AT611904300234573201 or see more "
    "options at https://docs.stripe.com/testing."
)


def plain(text: str) -> str:
    """An IBAN as it is written without what stands between its groups, if it is one."""
    compact: str = standard.compact("".join(text.split()))
    return compact


def iban_problem(text: str) -> str | None:
    """What is wrong with an IBAN as it was typed; None when it is one of a country in SEPA."""
    iban = plain(text)
    try:
        standard.validate(iban, check_country=False)
    except ValidationError:
        return IBAN_INVALID
    return None if iban[:2] in CODE_LENGTHS else IBAN_INVALID


def read_iban(text: str, *, param: str) -> SandboxAccount:
    """The test account with this IBAN. InvalidRequest for what is none, or nobody's for a test."""
    problem = iban_problem(text)
    if problem is not None:
        raise InvalidRequest(problem, code="invalid_bank_account_iban", param=param)
    account = account_with_iban(plain(text))
    if account is None:
        raise InvalidRequest(TEST_IBAN_NEEDED, code="account_number_invalid", param=param)
    return account


def token_from_iban(text: str, *, secret: bytes, param: str) -> DebitToken:
    """The token for an IBAN as typed. `secret` keys the fingerprint. Raises as `read_iban`."""
    return token_of(read_iban(text, param=param), secret)


def token_from_name(shorthand: str, *, secret: bytes) -> DebitToken | None:
    """The token for ``pm_sepaDebit_success_at`` and its like; None for any other word."""
    account = account_named(shorthand)
    return None if account is None else token_of(account, secret)


def token_of(account: SandboxAccount, secret: bytes) -> DebitToken:
    """The token for a test account."""
    facts = facts_of(account.iban, fingerprint(account.iban, secret))
    return DebitToken(account.reference, facts)
