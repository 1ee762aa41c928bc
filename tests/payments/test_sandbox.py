"""The promises about keys: one decision each, however often and from wherever it is asked for."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable
from datetime import date

import pytest

from paydesk.core.errors import IdempotencyMismatch, InvalidRequest, NotFound, Unavailable
from paydesk.payments.processor import (
    KEY_LENGTH_MAX,
    ActionRequired,
    Approved,
    Authorisation,
    CardToken,
    Declined,
    Ledger,
    News,
    Outcome,
    Processor,
    RefundOutcome,
    RefundRequest,
)
from paydesk.payments.records import outcome_from_record, outcome_to_record
from paydesk.payments.sandbox import SandboxProcessor
from paydesk.payments.tokens import token_from_name

TODAY = date(2026, 7, 15)
TOGETHER = 32


def card(name: str, secret: bytes) -> CardToken:
    token = token_from_name(name, secret=secret, now=TODAY)
    assert token is not None
    return token


@pytest.fixture
def visa(secret: bytes) -> Authorisation:
    token = card("pm_card_visa", secret)
    return Authorisation(key="pay-1", amount=1999, currency="usd", method=token)


@pytest.fixture
def asking(secret: bytes) -> Authorisation:
    token = card("pm_card_threeDSecure2Required", secret)
    return Authorisation(key="pay-1", amount=1999, currency="usd", method=token)


async def at_once(act: Callable[[int], Awaitable[Outcome]]) -> list[Outcome]:
    return await asyncio.gather(*(act(number) for number in range(TOGETHER)))


def test_requests_that_race_for_a_key_share_one_charge(
    processor: SandboxProcessor, visa: Authorisation
) -> None:
    outcomes = asyncio.run(at_once(lambda _: processor.authorise(visa)))
    assert len(outcomes) == TOGETHER
    assert all(isinstance(outcome, Approved) for outcome in outcomes)
    assert all(outcome == outcomes[0] for outcome in outcomes)


def test_different_keys_are_different_charges(
    processor: SandboxProcessor, visa: Authorisation
) -> None:
    def pay(number: int) -> Awaitable[Outcome]:
        return processor.authorise(dataclasses.replace(visa, key=f"pay-{number}"))

    outcomes = asyncio.run(at_once(pay))
    assert len({repr(outcome) for outcome in outcomes}) == TOGETHER


def test_a_key_is_not_lent_to_another_payment(
    processor: SandboxProcessor, visa: Authorisation, asking: Authorisation, secret: bytes
) -> None:
    async def story() -> None:
        await processor.authorise(visa)
        for other in (
            dataclasses.replace(visa, amount=2000),
            dataclasses.replace(visa, currency="eur"),
            dataclasses.replace(visa, method=card("pm_card_mastercard", secret)),
            asking,
        ):
            with pytest.raises(IdempotencyMismatch):
                await processor.authorise(other)

    asyncio.run(story())


def test_giving_up_tells_what_was_decided(processor: SandboxProcessor, visa: Authorisation) -> None:
    async def story() -> None:
        outcome = await processor.authorise(visa)
        assert await processor.give_up("pay-1") == outcome
        assert await processor.give_up("pay-1") == outcome
        assert await processor.authorise(visa) == outcome

    asyncio.run(story())


def test_a_key_that_was_given_up_is_never_charged(
    processor: SandboxProcessor, visa: Authorisation
) -> None:
    async def story() -> None:
        assert await processor.give_up("pay-1") is None
        with pytest.raises(Unavailable):
            await processor.authorise(visa)
        with pytest.raises(NotFound):
            await processor.complete_authentication("pay-1", authenticated=True)
        assert await processor.give_up("pay-1") is None

    asyncio.run(story())


def test_a_charge_and_giving_it_up_agree_when_they_race(
    processor: SandboxProcessor, visa: Authorisation
) -> None:
    async def story() -> None:
        given_up, charged = await asyncio.gather(
            processor.give_up("pay-1"), processor.authorise(visa), return_exceptions=True
        )
        assert (given_up is None) == isinstance(charged, Unavailable)
        assert given_up in (None, charged)

    asyncio.run(story())


def test_the_ledger_outlives_the_processor(
    ledger: Ledger, secret: bytes, asking: Authorisation
) -> None:
    async def story() -> None:
        await SandboxProcessor(ledger, secret).authorise(asking)
        after = SandboxProcessor(ledger, secret)
        assert isinstance(await after.give_up("pay-1"), ActionRequired)
        outcome = await after.complete_authentication("pay-1", authenticated=True)
        assert await SandboxProcessor(ledger, secret).authorise(asking) == outcome
        assert isinstance(outcome, Approved)

    asyncio.run(story())


@pytest.mark.parametrize("first", [True, False])
def test_the_banks_first_answer_counts(
    first: bool, processor: SandboxProcessor, asking: Authorisation
) -> None:
    async def story() -> None:
        await processor.authorise(asking)
        outcome = await processor.complete_authentication("pay-1", authenticated=first)
        assert isinstance(outcome, Approved if first else Declined)
        again = await processor.complete_authentication("pay-1", authenticated=not first)
        assert again == outcome
        assert await processor.give_up("pay-1") == outcome

    asyncio.run(story())


def test_answers_that_race_agree(processor: SandboxProcessor, asking: Authorisation) -> None:
    def answer(number: int) -> Awaitable[Outcome]:
        return processor.complete_authentication("pay-1", authenticated=number % 2 == 0)

    async def story() -> list[Outcome]:
        await processor.authorise(asking)
        return await at_once(answer)

    outcomes = asyncio.run(story())
    assert all(outcome == outcomes[0] for outcome in outcomes)


def test_an_answer_to_a_question_that_was_never_asked(
    processor: SandboxProcessor, visa: Authorisation
) -> None:
    async def story() -> None:
        with pytest.raises(NotFound):
            await processor.complete_authentication("pay-1", authenticated=True)
        outcome = await processor.authorise(visa)
        assert await processor.complete_authentication("pay-1", authenticated=False) == outcome

    asyncio.run(story())


def test_who_fails_to_authenticate_is_not_charged(
    processor: SandboxProcessor, asking: Authorisation
) -> None:
    async def story() -> Outcome:
        await processor.authorise(asking)
        return await processor.complete_authentication("pay-1", authenticated=False)

    outcome = asyncio.run(story())
    assert isinstance(outcome, Declined)
    assert outcome.code == "payment_intent_authentication_failure"
    assert outcome.message == (
        "We are unable to authenticate your payment method. Please choose a different payment "
        "method and try again."
    )
    assert outcome.assessment is None


def test_a_challenge_cannot_be_worked_out_from_the_key(
    ledger: Ledger, processor: SandboxProcessor, asking: Authorisation
) -> None:
    async def story() -> tuple[Outcome, Outcome]:
        here = await processor.authorise(asking)
        elsewhere = SandboxProcessor(ledger, b"another secret")
        there = await elsewhere.authorise(dataclasses.replace(asking, key="pay-2"))
        return here, there

    here, there = asyncio.run(story())
    assert isinstance(here, ActionRequired)
    assert isinstance(there, ActionRequired)
    assert asking.key not in here.challenge
    assert here.challenge != there.challenge


def test_the_sandbox_takes_no_real_money(
    processor: SandboxProcessor, ledger: Ledger, visa: Authorisation
) -> None:
    async def story() -> None:
        with pytest.raises(InvalidRequest):
            await processor.authorise(dataclasses.replace(visa, livemode=True))
        assert await ledger.find("pay-1") is None

    asyncio.run(story())


@pytest.mark.parametrize(
    ("key", "amount"), [("pay-1", 0), ("pay-1", -1), ("", 1), ("k" * (KEY_LENGTH_MAX + 1), 1)]
)
def test_a_request_that_makes_no_sense_is_not_made(
    key: str, amount: int, visa: Authorisation
) -> None:
    with pytest.raises(ValueError, match=r"key|amount"):
        dataclasses.replace(visa, key=key, amount=amount)


@pytest.mark.parametrize(
    "name",
    [
        "pm_card_visa",
        "pm_card_chargeDeclined",
        "pm_card_threeDSecure2Required",
        "pm_card_radarBlock",
    ],
)
def test_an_outcome_survives_its_record(
    name: str, processor: SandboxProcessor, secret: bytes
) -> None:
    asked = Authorisation(key="pay-1", amount=1, currency="usd", method=card(name, secret))
    outcome = asyncio.run(processor.authorise(asked))
    assert outcome_from_record(outcome_to_record(outcome)) == outcome


class Interrupted(Exception):
    """The connection broke; what the processor did, if anything, is unknown."""


class FaultyProcessor:
    """A processor behind a connection that breaks once, before or after the request arrives."""

    def __init__(self, inner: Processor, *, arrives: bool) -> None:
        self._inner = inner
        self._arrives = arrives
        self._broken = False

    async def authorise(self, request: Authorisation) -> Outcome:
        if self._broken:
            return await self._inner.authorise(request)
        self._broken = True
        if self._arrives:
            await self._inner.authorise(request)
        raise Interrupted

    async def complete_authentication(self, key: str, *, authenticated: bool) -> Outcome:
        return await self._inner.complete_authentication(key, authenticated=authenticated)

    async def payment_news(self, key: str) -> News:
        return await self._inner.payment_news(key)

    async def give_up(self, key: str) -> Outcome | None:
        return await self._inner.give_up(key)

    async def refund(self, request: RefundRequest) -> RefundOutcome:
        return await self._inner.refund(request)

    async def refund_news(self, key: str) -> RefundOutcome:
        return await self._inner.refund_news(key)


@pytest.mark.parametrize("arrives", [True, False])
def test_an_unknown_outcome_is_resolved_by_giving_it_up(
    arrives: bool, processor: SandboxProcessor, visa: Authorisation
) -> None:
    async def story() -> None:
        faulty: Processor = FaultyProcessor(processor, arrives=arrives)
        with pytest.raises(Interrupted):
            await faulty.authorise(visa)
        found = await faulty.give_up(visa.key)
        assert isinstance(found, Approved) == arrives
        if arrives:
            assert await faulty.authorise(visa) == found
        else:
            with pytest.raises(Unavailable):
                await faulty.authorise(visa)

    asyncio.run(story())
