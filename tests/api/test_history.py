"""What is written down of a session beside its events: bounded, and with its cause."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest

from paydesk import background
from paydesk.core.history import Change, Entry, LineChange
from paydesk.core.ids import time_of
from paydesk.storage import session_history
from tests.engines import ENGINES
from tests.support.checkout import Order
from tests.support.till import Till, open_till

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("engine", ENGINES)]


async def history(till: Till, order: Order) -> list[Entry]:
    return await till.desk.database.read(lambda tx: session_history.of_session(tx, order.id))


async def test_a_changed_quantity_is_told_with_its_sums(tmp_path: Path, engine: str) -> None:
    async with open_till(tmp_path, engine=engine) as till:
        order = await till.open()
        await till.change(order, 3)
        assert (await till.change(order, 3)).status_code == 200  # no change, no entry
        assert (await till.change(order, 99)).status_code == 400
        entries = await history(till, order)
        assert [entry.change for entry in entries] == [
            Change(
                by="buyer",
                lines=(LineChange(name="T-shirt", before=1, after=3),),
                tax=(0, 0),
                total=(2000, 6000),
                told=(),
            )
        ]
        assert time_of(order.id) < time_of(entries[0].id) < till.clock()


async def test_what_the_merchant_changes_is_told_as_theirs(tmp_path: Path, engine: str) -> None:
    async with open_till(tmp_path, engine=engine) as till:
        order = await till.open()
        new = {
            "line_items[0][price_data][currency]": "usd",
            "line_items[0][price_data][product_data][name]": "Mug",
            "line_items[0][price_data][unit_amount]": "900",
            "line_items[0][quantity]": "2",
        }
        answer = await till.client.form(f"/v1/checkout/sessions/{order.id}", new)
        assert answer.status_code == 200, answer.text
        change = (await history(till, order))[0].change
        assert change is not None
        assert change.by == "merchant"
        assert [(line.name, line.before, line.after) for line in change.lines] == [
            ("T-shirt", 1, 0),
            ("Mug", 0, 2),
        ]


async def test_a_page_is_opened_once_however_often_it_is_loaded(
    tmp_path: Path, engine: str
) -> None:
    async with open_till(tmp_path, engine=engine) as till:
        order = await till.open()
        for _ in range(3):
            await till.client.get(f"/c/pay/{order.id}")
        entries = await history(till, order)
        assert [entry.change for entry in entries] == [None]
        again = Entry(id=till.desk.server.ids.new("hist"), session=order.id)  # another process
        written = await till.desk.database.write(lambda tx: session_history.insert(tx, again))
        assert not written
        assert await history(till, order) == entries


async def test_no_buyer_fills_the_database(tmp_path: Path, engine: str) -> None:
    async with open_till(tmp_path, engine=engine) as till:
        order = await till.open()
        with patch.object(session_history, "ENTRIES_MAX", 2):
            for quantity in (2, 3, 4):
                assert (await till.change(order, quantity)).status_code == 200
        assert len(await history(till, order)) == 2
        assert (await till.look(order))["amount_total"] == 8000


async def test_the_history_goes_with_the_events(tmp_path: Path, engine: str) -> None:
    async with open_till(tmp_path, engine=engine) as till:
        order = await till.open()
        await till.change(order, 2)
        till.clock.advance(100)
        await till.change(order, 3)
        await background.tidy(till.desk)
        assert len(await history(till, order)) == 2
        await background.tidy(replace(till.desk, event_retention_seconds=50))
        kept = [entry.change.lines[0].after for entry in await history(till, order) if entry.change]
        assert kept == [3]
