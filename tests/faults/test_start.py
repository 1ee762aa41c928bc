"""A server that starts finds payments that nobody finished, and a processor that may be down."""

from __future__ import annotations

from pathlib import Path

import pytest

from paydesk import background
from tests.faults.conftest import faulty_till
from tests.faults.processors import Fault, break_down, say_nothing, time_out, time_out_after
from tests.support.app import Clock
from tests.support.books import Books
from tests.support.checkout import Order

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("impatient")]


async def leave_unfinished(folder: Path, clock: Clock) -> Order:
    """Stop while the outcome of a payment is unknown: the processor has taken the money."""
    async with faulty_till(folder, clock=clock) as till:
        order = await till.open()
        till.processor.fail("authorise", time_out_after)
        till.processor.fail("give_up", time_out)
        assert (await till.pay(order, idempotency_key="once")).status_code == 503
        assert till.books.charged(order.id) == []
    return order


async def test_what_was_left_is_settled_before_anybody_asks(tmp_path: Path) -> None:
    clock = Clock()
    order = await leave_unfinished(tmp_path, clock)
    async with faulty_till(tmp_path, clock=clock) as till:
        again = await till.pay(order, idempotency_key="once")
        assert again.headers["idempotent-replayed"] == "true"
        assert again.json()["status"] == "complete"
    Books(tmp_path / "paydesk.db").check()


@pytest.mark.parametrize("fault", [time_out, break_down, say_nothing])
async def test_a_processor_that_is_down_keeps_no_server_from_starting(
    tmp_path: Path, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "SETTLE_AT_START_SECONDS_MAX", 0.1)
    clock = Clock()
    order = await leave_unfinished(tmp_path, clock)
    async with faulty_till(tmp_path, clock=clock, at_start=fault) as till:
        assert (await till.look(order))["status"] == "open"
        assert (await till.pay(order)).status_code == 429
        await till.recover()
        assert (await till.look(order))["status"] == "complete"
    Books(tmp_path / "paydesk.db").check()
