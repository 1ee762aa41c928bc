"""The sandbox on its real ledger: what is decided stays decided, and no number reaches the disk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

from paydesk.core.cards import brand_of
from paydesk.payments.cards import TABLE, SandboxCard
from paydesk.payments.processor import (
    ActionRequired,
    Approved,
    Authorisation,
    Declined,
    Outcome,
    Processor,
)
from paydesk.payments.sandbox import SandboxProcessor
from paydesk.payments.tokens import CardEntry, token_from_entry
from paydesk.storage.sandbox_ledger import SandboxLedger
from paydesk.storage.sqlite import SQLite

TODAY = date(2026, 7, 15)


@asynccontextmanager
async def sandbox_on(path: Path, secret: bytes) -> AsyncIterator[Processor]:
    database = SQLite(path)
    try:
        yield SandboxProcessor(SandboxLedger(database), secret)
    finally:
        await database.close()


def request(card: SandboxCard, secret: bytes) -> Authorisation:
    cvc = "1234"[: brand_of(card.number).cvc_digits]
    entry = CardEntry(
        number=card.number,
        exp_month=12,
        exp_year=34,
        cvc=cvc,
        has_line1=True,
        has_postal_code=True,
    )
    token = token_from_entry(entry, secret=secret, now=TODAY)
    return Authorisation(key=f"pay-{card.reference}", amount=1999, currency="usd", method=token)


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


async def pay_with_every_card(processor: Processor, secret: bytes) -> list[Outcome]:
    return await asyncio.gather(*(processor.authorise(request(card, secret)) for card in TABLE))


def test_decisions_outlive_the_process_and_no_number_is_on_the_disk(
    tmp_path: Path, secret: bytes
) -> None:
    async def story() -> None:
        async with sandbox_on(tmp_path / "paydesk.db", secret) as processor:
            decided = await pay_with_every_card(processor, secret)
            written = everything_in(tmp_path)
        async with sandbox_on(tmp_path / "paydesk.db", secret) as processor:
            found = [await processor.give_up(f"pay-{card.reference}") for card in TABLE]
            assert found == decided
            assert await pay_with_every_card(processor, secret) == decided
        assert b"pay-visa" in written
        for card in TABLE:
            assert card.number.encode() not in written

    asyncio.run(story())


def test_the_banks_first_answer_is_the_one_on_the_disk(tmp_path: Path, secret: bytes) -> None:
    card = next(card for card in TABLE if card.reference == "threeDSecure2Required")

    async def story() -> None:
        async with sandbox_on(tmp_path / "paydesk.db", secret) as processor:
            asked = request(card, secret)
            first = await asyncio.gather(*(processor.authorise(asked) for _ in range(32)))
            assert all(outcome == first[0] for outcome in first)
            assert isinstance(first[0], ActionRequired)
            answers = await asyncio.gather(
                *(
                    processor.complete_authentication(asked.key, authenticated=number % 2 == 0)
                    for number in range(32)
                )
            )
            assert all(outcome == answers[0] for outcome in answers)
            assert isinstance(answers[0], Approved | Declined)
        async with sandbox_on(tmp_path / "paydesk.db", secret) as processor:
            assert await processor.give_up(asked.key) == answers[0]

    asyncio.run(story())
