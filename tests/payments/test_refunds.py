"""How the sandbox gives money back: once for each key, as the card's row says."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import date

import pytest

from paydesk.core.errors import IdempotencyMismatch, NotFound
from paydesk.payments.processor import Authorisation, RefundOutcome, RefundRequest
from paydesk.payments.sandbox import SandboxProcessor
from paydesk.payments.sandbox_refunds import NEWS_SECONDS
from paydesk.payments.tokens import token_from_name

REQUEST = RefundRequest(key="re_1", payment_key="pay-1", amount=500, currency="usd")


async def pay(processor: SandboxProcessor, name: str, secret: bytes) -> None:
    card = token_from_name(name, secret=secret, now=date(2030, 1, 1))
    assert card is not None
    asked = Authorisation(key="pay-1", amount=2000, currency="usd", method=card)
    await processor.authorise(asked)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("pm_card_visa", "succeeded", "succeeded"),
        ("pm_card_pendingRefund", "pending", "succeeded"),
        ("pm_card_refundFail", "succeeded", "failed"),
    ],
)
def test_how_a_refund_goes(
    name: str, first: str, last: str, processor: SandboxProcessor, secret: bytes
) -> None:
    async def story() -> None:
        await pay(processor, name, secret)
        told = await processor.refund(REQUEST)
        assert told.status == first
        assert told.ask_again_seconds == (None if first == last else NEWS_SECONDS)
        news = [await processor.refund_news("re_1") for _ in range(2)]
        assert [each.status for each in news] == [last, last]
        assert all(each.final and each.reference == told.reference for each in news)
        assert (await processor.refund(REQUEST)).status == last

    asyncio.run(story())


def test_refunds_that_race_are_told_the_same(processor: SandboxProcessor, secret: bytes) -> None:
    async def story() -> list[RefundOutcome]:
        await pay(processor, "pm_card_pendingRefund", secret)
        return await asyncio.gather(*(processor.refund(REQUEST) for _ in range(8)))

    assert len(set(asyncio.run(story()))) == 1


def test_a_key_is_for_one_refund(processor: SandboxProcessor, secret: bytes) -> None:
    async def story() -> None:
        await pay(processor, "pm_card_visa", secret)
        await processor.refund(REQUEST)
        with pytest.raises(IdempotencyMismatch):
            await processor.refund(dataclasses.replace(REQUEST, amount=600))

    asyncio.run(story())


def test_what_was_never_paid_is_not_refunded(processor: SandboxProcessor, secret: bytes) -> None:
    async def story() -> None:
        with pytest.raises(NotFound):
            await processor.refund(REQUEST)
        with pytest.raises(NotFound):
            await processor.refund_news("re_1")
        await pay(processor, "pm_card_chargeDeclined", secret)
        with pytest.raises(NotFound):
            await processor.refund(REQUEST)

    asyncio.run(story())


@pytest.mark.parametrize(("key", "amount"), [("re_1", 0), ("", 1), ("k" * 256, 1)])
def test_a_request_that_makes_no_sense_is_not_made(key: str, amount: int) -> None:
    with pytest.raises(ValueError, match=r"key|amount"):
        dataclasses.replace(REQUEST, key=key, amount=amount)
