"""What is past its time goes, some at a time, and nothing that is still needed goes with it."""

from __future__ import annotations

from pathlib import Path
from secrets import token_bytes

import pytest

from paydesk.core.events import Event
from paydesk.core.ids import new_id
from paydesk.core.webhook_endpoints import WebhookEndpoint
from paydesk.storage import accounts, deliveries, events, idempotency, webhook_endpoints
from paydesk.storage.accounts import Account
from paydesk.storage.database import Transaction
from paydesk.storage.idempotency import Key
from tests.engines import ENGINES, open_database

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("engine", ENGINES)]

ACCOUNT = Account("acct_1", 0, "whsec_x")

ENDPOINT = WebhookEndpoint(
    id="we_1",
    account=ACCOUNT.id,
    created=0,
    url="https://example.com/webhook",
    secret="whsec_y",
    enabled_events=("*",),
    metadata={},
)


def _event(*, created: int) -> Event:
    return Event(
        id=new_id("evt", created * 1_000_000, token_bytes),
        account=ACCOUNT.id,
        created=created,
        type="price.created",
        api_version="2026-02-25.clover",
        data=b"{}",
        object_id="price_1",
    )


def _key(name: str, created: int) -> Key:
    return Key(
        account=ACCOUNT.id,
        key=name,
        created=created,
        endpoint="/v1/prices",
        fingerprint="f",
        request_id="req_1",
    )


async def test_old_events_go_and_undelivered_ones_stay(engine: str, tmp_path: Path) -> None:
    waiting, young = _event(created=100), _event(created=200)

    def prepare(tx: Transaction) -> None:
        accounts.ensure(tx, ACCOUNT)
        for event in (_event(created=199), waiting, young):
            events.insert(tx, event)
        webhook_endpoints.insert(tx, ENDPOINT)
        deliveries.enqueue(tx, waiting, [ENDPOINT], 0, lambda prefix: f"{prefix}_1")

    async with open_database(engine, tmp_path / "database") as database:
        await database.write(prepare)
        assert await database.write(lambda tx: events.forget_older(tx, 200, 10)) == 1
        left = await database.read(lambda tx: tx.all("SELECT id FROM events ORDER BY id"))
        assert left == [(waiting.id,), (young.id,)]


async def test_only_so_many_go_at_a_time(engine: str, tmp_path: Path) -> None:
    def prepare(tx: Transaction) -> None:
        accounts.ensure(tx, ACCOUNT)
        for number in range(5):
            idempotency.begin(tx, _key(f"key{number}", created=number))

    async with open_database(engine, tmp_path / "database") as database:
        await database.write(prepare)
        dropped = [
            await database.write(lambda tx: idempotency.forget_older(tx, 4, 3)) for _ in range(3)
        ]
        assert dropped == [3, 1, 0]
