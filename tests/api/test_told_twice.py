"""A story may be run a second time after a conflict: whatever it did the first time is undone,
and it must do the same again.

Here every story is: first for nothing, then in earnest.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from paydesk.storage.database import Story, T, Transaction
from paydesk.storage.sqlite import SQLite
from tests.support.checkout import ASKS_THE_BUYER, DECLINED, VISA, bank_page
from tests.support.till import Till, open_till

pytestmark = pytest.mark.anyio

write_once = SQLite.write


class Undo(Exception):
    """Raised at the end of a story, so that nothing of it stays."""


async def write_twice(database: SQLite, story: Story[T]) -> T:
    def for_nothing(tx: Transaction) -> None:
        story(tx)
        raise Undo

    with pytest.raises(Undo):
        await write_once(database, for_nothing)
    return await write_once(database, story)


@pytest.fixture
async def till(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, anyio_backend: str
) -> AsyncIterator[Till]:
    """A till whose every story is told twice, and whose books balance at the end."""
    monkeypatch.setattr(SQLite, "write", write_twice)
    async with open_till(tmp_path) as opened:
        yield opened
        opened.books.check()


async def post(till: Till, path: str, **fields: str) -> dict[str, Any]:
    answer = await till.client.form(path, fields)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_the_catalogue(till: Till) -> None:
    product = await post(till, "/v1/products", id="cap", name="Cap", **{"metadata[a]": "1"})
    assert product["id"] == "cap"
    changes = {"metadata[a]": "", "metadata[b]": "2", "description": "Warm"}
    changed = await post(till, "/v1/products/cap", **changes)
    assert changed["metadata"] == {"b": "2"}
    new = {"product": "cap", "currency": "usd", "unit_amount": "500", "lookup_key": "gold"}
    first = await post(till, "/v1/prices", **new)
    second = await post(till, "/v1/prices", **new, transfer_lookup_key="true")
    assert (await till.client.get(f"/v1/prices/{first['id']}")).json()["lookup_key"] is None
    assert second["lookup_key"] == "gold"


async def test_an_order_from_its_beginning_to_its_end(till: Till) -> None:
    await till.listen("http://127.0.0.1:9")
    order = await till.open(idempotency_key="one")
    assert (await till.open(idempotency_key="one")) == order
    await till.change(order, 3)
    assert (await till.look(order))["amount_total"] == 6000
    assert (await till.tag(order, "x")).json()["metadata"] == {"tag": "x"}
    paid = await till.pay(order, VISA, expected=6000, idempotency_key="two")
    assert paid.json()["status"] == "complete"
    again = await till.pay(order, VISA, expected=6000, idempotency_key="two")
    assert again.content == paid.content


async def test_refusals_and_the_bank(till: Till) -> None:
    refused, asked, left = [await till.open() for _ in range(3)]
    assert (await till.pay(refused, DECLINED)).status_code == 402
    await till.expire(refused)
    page = bank_page(await till.pay(asked, ASKS_THE_BUYER))
    await till.answer_bank(page)
    assert (await till.look(asked))["status"] == "complete"
    till.clock.advance(2 * 24 * 3600)
    await till.end_sessions()
    assert (await till.look(left))["status"] == "expired"


async def test_webhook_endpoints(till: Till) -> None:
    made = await post(
        till, "/v1/webhook_endpoints", **{"url": "https://a.example", "enabled_events[]": "*"}
    )
    path = f"/v1/webhook_endpoints/{made['id']}"
    assert (await post(till, path, disabled="true"))["status"] == "disabled"
    assert (await post(till, path, disabled="false"))["status"] == "enabled"
    assert (await till.client.delete(path)).json()["deleted"] is True
