"""Kill the server at every point, start it again on the same file, and look.

Nothing that was acknowledged is lost, nobody is charged twice, each request that got no answer may
be sent again, and the merchant hears of everything at least once.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import orjson
import pytest
from _pytest.mark import ParameterSet

from paydesk.payments.ibans import SOON_SECONDS
from tests.crash.diary import Diary, Entry, send_again
from tests.crash.serve import Server, start
from tests.engines import elsewhere
from tests.support.app import Clock
from tests.support.checkout import (
    ASKS_THE_BUYER,
    DEBITED,
    DECLINED,
    FAILS_BY_DEBIT,
    SUCCEEDS_BY_DEBIT,
    Checkout,
    bank_page,
)
from tests.support.till import Till, open_till
from tests.webhooks.receiver import Receiver, answer, receiving

pytestmark = [pytest.mark.anyio, pytest.mark.crash]

KEY = "sk_test_crash"
LEASE_SECONDS = 60
"""By then, whatever the dead server held has fallen due again."""

FREE = {"line_items[0][price_data][unit_amount]": "0"}


async def create(shop: Checkout) -> None:
    await shop.open()


async def change(shop: Checkout) -> None:
    await shop.change(await shop.open(), 3)


async def tag(shop: Checkout) -> None:
    await shop.tag(await shop.open(), "seen")


async def expire(shop: Checkout) -> None:
    await shop.expire(await shop.open())


async def pay(shop: Checkout) -> None:
    await shop.pay(await shop.open())


async def pay_nothing(shop: Checkout) -> None:
    await shop.pay(await shop.open(FREE))


async def be_declined(shop: Checkout) -> None:
    await shop.pay(await shop.open(), DECLINED)


async def answer_bank(shop: Checkout) -> None:
    await shop.answer_bank(bank_page(await shop.pay(await shop.open(), ASKS_THE_BUYER)))


async def be_debited(shop: Checkout) -> None:
    await shop.pay(await shop.open(DEBITED), SUCCEEDS_BY_DEBIT)
    await shop.let_pass(SOON_SECONDS)


async def fail_to_be_debited(shop: Checkout) -> None:
    await shop.pay(await shop.open(DEBITED), FAILS_BY_DEBIT)
    await shop.let_pass(SOON_SECONDS)


async def refund(shop: Checkout) -> None:
    paid = await shop.pay(await shop.open())
    fields = {"payment_intent": paid.json()["payment_intent"]["id"], "amount": "700"}
    await shop.client.form("/v1/refunds", fields)


Story = Callable[[Checkout], Awaitable[None]]

ENDS: dict[Story, tuple[str, int, int]] = {
    create: ("open", 2000, 0),
    change: ("open", 6000, 0),
    tag: ("open", 2000, 0),
    expire: ("expired", 2000, 0),
    pay: ("complete", 2000, 2000),
    pay_nothing: ("complete", 0, 0),
    be_declined: ("open", 2000, 0),
    answer_bank: ("complete", 2000, 2000),
    be_debited: ("complete", 2000, 2000),
    fail_to_be_debited: ("complete", 2000, 0),
    refund: ("complete", 2000, 2000),
}
GIVEN_BACK: dict[Story, int] = {refund: 700}
"""How each story ends once every lost request was sent again: status, total, money taken."""


@dataclass(frozen=True)
class Case:
    """The server dies in the story, at the point; starting again it dies there `then`."""

    story: Story
    point: str
    times: int = 1
    then: str | None = None

    def __str__(self) -> str:
        words = (self.story.__name__, self.point, self.then or "")
        return "-".join(filter(None, words)).replace(": ", "_").replace(" ", "_")


def both(story: Story, *steps: str) -> list[Case]:
    """Before and after each of these steps of the story."""
    return [Case(story, f"{step}: {moment}") for step in steps for moment in ("before", "after")]


def both_then(story: Story, point: str, *steps: str) -> list[Case]:
    """At the point, and then before and after each of these steps of the recovery."""
    moments = ("before", "after")
    return [Case(story, point, 1, f"{step}: {moment}") for step in steps for moment in moments]


CASES = [
    *both(create, "session created"),
    *both(change, "quantity changed"),
    *both(tag, "session changed"),
    *both(expire, "session expired"),
    *both(pay, "payment reserved", "authorise", "decision kept", "payment approved"),
    *both(pay_nothing, "session completed"),
    *both(be_declined, "payment reserved", "decision kept", "payment declined"),
    *both(answer_bank, "payment reserved", "decision kept", "buyer asked"),
    *both(answer_bank, "payment reserved again", "complete_authentication", "bank answered"),
    *both(answer_bank, "payment approved"),
    *both(be_debited, "payment on its way", "payment_news", "payment approved"),
    *both(fail_to_be_debited, "bank answered", "payment declined"),
    *both(refund, "refund reserved", "refund", "refund answered"),
    *both(pay, "delivery claimed", "send", "delivery recorded"),
    # Answers: to listening, to the session, to the payment.
    Case(pay, "answer: before", 3),
    Case(pay, "answer: after", 3),
    Case(be_declined, "answer: before", 3),
    # Recovery: of a payment that the processor never heard of, that it took, that the bank allowed.
    *both_then(pay, "payment reserved: after", "give_up", "payment released"),
    *both_then(pay, "decision kept: after", "give_up", "payment approved"),
    *both_then(be_declined, "decision kept: after", "payment declined"),
    *both_then(be_debited, "decision kept: after", "give_up", "payment on its way"),
    *both_then(be_debited, "payment on its way: after", "payment_news", "payment approved"),
    *both_then(refund, "refund reserved: after", "refund", "refund answered"),
    *both_then(answer_bank, "payment reserved again: after", "bank answered", "payment approved"),
]


def on(engine: str, case: Case) -> ParameterSet:
    """PostgreSQL has every case in the long run, and in the short one what it means to pay."""
    quick = engine == "sqlite" or case.story in (pay, refund, be_debited)
    marks = () if quick else (pytest.mark.soak,)
    return pytest.param(engine, case, id=f"{engine}-{case}", marks=marks)


RUNS = [
    *(on("sqlite", case) for case in CASES),
    # A server that starts leaves alone what another one may be working on: `then` is no case.
    *(on("postgres", case) for case in CASES if case.then is None),
]


@pytest.mark.parametrize(("engine", "case"), RUNS)
async def test_a_server_that_dies_loses_nothing(engine: str, case: Case, tmp_path: Path) -> None:
    async with receiving(answer(200)) as merchant:
        entries = await act_until_death(case, tmp_path / "paydesk.db", engine, merchant)
        async with started_again(tmp_path, engine) as till:
            answers = await send_again(till.client, entries)
            await answer_question(till, answers)
            await till.recover()
            await everything_heard(till, merchant)
            sessions = till.books.rows("SELECT status, amount_total FROM sessions")
            status, total, taken = ENDS[case.story]
            assert sessions == [(status, total)]
            assert till.books.taken() == taken
            assert till.books.given_back() == GIVEN_BACK.get(case.story, 0)
            till.books.check()


async def test_a_server_that_dies_as_a_session_ends_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "paydesk.db"
    async with receiving(answer(200)) as merchant:
        server = await start(path)
        await tell(server, create, merchant)
        server.kill()
        await server.died()
        elsewhere("sqlite", path, "UPDATE sessions SET expires_at = 1")
        for moment in ("before", "after"):
            await (await start(path, f"session expired: {moment}")).died()
        async with started_again(tmp_path) as till:
            await everything_heard(till, merchant)
            assert till.books.rows("SELECT status FROM sessions") == [("expired",)]
            till.books.check()


async def act_until_death(case: Case, path: Path, engine: str, merchant: Receiver) -> list[Entry]:
    server = await start(path, case.point, case.times, engine=engine)
    entries = await tell(server, case.story, merchant)
    await server.died()
    if case.then is not None:
        await (await start(path, case.then, engine=engine)).died()
    return entries


async def tell(server: Server, story: Story, merchant: Receiver) -> list[Entry]:
    """Act the story out, as far as the server lives."""
    assert server.url is not None
    headers = {"Authorization": f"Bearer {KEY}"}
    async with Diary(base_url=server.url, headers=headers, trust_env=False) as diary:
        shop = Checkout(diary)
        with suppress(httpx.TransportError):
            await shop.listen(merchant.url)
            await story(shop)
        return diary.entries


@asynccontextmanager
async def started_again(folder: Path, engine: str = "sqlite") -> AsyncIterator[Till]:
    """The application on the same file, a minute later."""
    clock = Clock(int(time.time()) + LEASE_SECONDS)
    async with open_till(folder, engine=engine, clock=clock, key=KEY) as till:
        yield till


async def answer_question(till: Till, answers: list[httpx.Response]) -> None:
    """Go on where a confirmation that was sent again leads to the bank."""
    last = answers[-1]
    if last.status_code == 200 and '"requires_action"' in last.text:
        await till.answer_bank(bank_page(last))


async def everything_heard(till: Till, merchant: Receiver) -> None:
    """Wait until the merchant has heard of every event, in the same bytes each time."""
    happened = {row[0] for row in till.books.rows("SELECT id FROM events")}
    while happened - {orjson.loads(body)["id"] for body in merchant.bodies}:
        await merchant.received(len(merchant.requests) + 1)
    heard = {orjson.loads(body)["id"]: body for body in merchant.bodies}
    assert all(heard[orjson.loads(body)["id"]] == body for body in merchant.bodies)
    assert set(heard) == happened
