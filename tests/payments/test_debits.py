"""The table of test IBANs, and how the sandbox debits them."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from paydesk.core.errors import IdempotencyMismatch, InvalidRequest, NotFound
from paydesk.core.sepa_debit import facts_of
from paydesk.payments.debits import iban_problem, token_from_iban, token_from_name, token_of
from paydesk.payments.ibans import ACCOUNTS, COURSES, LATER_SECONDS, SandboxAccount
from paydesk.payments.processor import (
    Approved,
    Authorisation,
    Declined,
    Processing,
    RefundRequest,
)
from paydesk.payments.sandbox import SandboxProcessor


def debit(account: SandboxAccount, secret: bytes, key: str = "pay-1") -> Authorisation:
    return Authorisation(key=key, amount=2000, currency="eur", method=token_of(account, secret))


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda account: account.reference)
def test_every_account_does_as_its_row_says(
    account: SandboxAccount, processor: SandboxProcessor, secret: bytes
) -> None:
    async def story() -> None:
        asked = debit(account, secret)
        first = await processor.authorise(asked)
        assert isinstance(first, Processing)
        assert (first.ask_again_seconds >= LATER_SECONDS) == ("Delayed" in account.course.name)
        assert await processor.authorise(asked) == first
        last = await processor.payment_news(asked.key)
        assert isinstance(last, Declined if account.course.decline else Approved)
        assert await processor.payment_news(asked.key) == last
        assert await processor.give_up(asked.key) == last

    asyncio.run(story())


def test_the_table_is_a_rectangle_but_for_italy() -> None:
    names = Counter(account.course.name for account in ACCOUNTS)
    assert names == {course.name: 19 + (course.name in ("success", "failed")) for course in COURSES}
    assert all(iban_problem(account.iban) is None for account in ACCOUNTS)
    assert len({account.iban for account in ACCOUNTS}) == len(ACCOUNTS)


def test_debits_that_race_are_told_the_same(processor: SandboxProcessor, secret: bytes) -> None:
    async def story() -> None:
        asked = debit(ACCOUNTS[0], secret)
        assert len(set(await asyncio.gather(*(processor.authorise(asked) for _ in range(8))))) == 1
        news = await asyncio.gather(*(processor.payment_news(asked.key) for _ in range(8)))
        assert len(set(news)) == 1
        with pytest.raises(IdempotencyMismatch):
            await processor.authorise(debit(ACCOUNTS[1], secret))

    asyncio.run(story())


def test_there_is_no_news_of_what_takes_no_time(processor: SandboxProcessor, secret: bytes) -> None:
    async def story() -> None:
        for key in ("never-heard-of", "given-up"):
            await processor.give_up("given-up")
            with pytest.raises(NotFound):
                await processor.payment_news(key)

    asyncio.run(story())


def test_money_goes_back_once_it_has_arrived(processor: SandboxProcessor, secret: bytes) -> None:
    async def story() -> None:
        asked = debit(ACCOUNTS[0], secret)
        await processor.authorise(asked)
        back = RefundRequest(key="re_1", payment_key=asked.key, amount=500, currency="eur")
        with pytest.raises(NotFound):
            await processor.refund(back)
        await processor.payment_news(asked.key)
        assert (await processor.refund(back)).status == "succeeded"

    asyncio.run(story())


@pytest.mark.parametrize(
    ("iban", "bank_code", "branch_code"),
    [  # Each country's example in the IBAN registry.
        ("AT611904300234573201", "19043", ""),
        ("DE89370400440532013000", "37040044", ""),
        ("ES9121000418450200051332", "2100", "0418"),
        ("FR1420041010050500013M02606", "20041", "01005"),
        ("GB29NWBK60161331926819", "NWBK", "601613"),
        ("IT60X0542811101000000123456", "05428", "11101"),
        ("MT84MALT011000012345MTLCAST001S", "MALT", "01100"),
        ("NL91ABNA0417164300", "ABNA", ""),
    ],
)
def test_codes_stand_where_the_country_has_them(
    iban: str, bank_code: str, branch_code: str
) -> None:
    facts = facts_of(iban, "fingerprint")
    assert (facts.bank_code, facts.branch_code) == (bank_code, branch_code)
    assert (facts.country, facts.last4) == (iban[:2], iban[-4:])


def test_an_iban_may_be_typed_with_spaces(secret: bytes) -> None:
    typed = token_from_iban(" at61 1904 3002 3457 3201 ", secret=secret, param="iban")
    assert typed == token_from_name("pm_sepaDebit_success_at", secret=secret)
    assert typed.facts.fingerprint != token_of(ACCOUNTS[1], secret).facts.fingerprint
    assert token_from_name("pm_card_visa", secret=secret) is None


@pytest.mark.parametrize(
    ("iban", "code"),
    [
        ("", "invalid_bank_account_iban"),
        ("AT611904300234573202", "invalid_bank_account_iban"),
        ("SA0380000000608010167519", "invalid_bank_account_iban"),
        ("DE02120300000000202051", "account_number_invalid"),
    ],
)
def test_ibans_that_are_refused(iban: str, code: str, secret: bytes) -> None:
    with pytest.raises(InvalidRequest) as caught:
        token_from_iban(iban, secret=secret, param="sepa_debit[iban]")
    assert (caught.value.code, caught.value.param) == (code, "sepa_debit[iban]")
    assert not iban or iban not in caught.value.message
