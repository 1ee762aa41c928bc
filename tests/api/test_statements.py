"""How many SQL statements each endpoint may use: a number that grows is a decision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from paydesk.storage.database import Row, Value
from paydesk.storage.sqlite import SQLiteTransaction
from tests.support.app import SEED_SESSION, Client, running_app

pytestmark = pytest.mark.anyio

PAY = {"payment_method": "pm_card_visa", "expected_amount": "2000"}


class Counter:
    """The statements that stories ran."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.statements: list[str] = []
        for name in ("one", "all", "run"):
            monkeypatch.setattr(SQLiteTransaction, name, self._counting(name))

    def _counting(self, name: str) -> object:
        original = getattr(SQLiteTransaction, name)

        def counted(
            tx: SQLiteTransaction, sql: str, parameters: Sequence[Value] = ()
        ) -> Row | list[Row] | int | None:
            if "request_logs" not in sql:  # written beside the requests, many at once
                self.statements.append(" ".join(sql.split()))
            result: Row | list[Row] | int | None = original(tx, sql, parameters)
            return result

        return counted

    @contextmanager
    def at_most(self, number: int) -> Iterator[None]:
        """What is done inside uses at most `number` statements."""
        self.statements.clear()
        yield
        used = [statement[:60] for statement in self.statements]
        assert len(used) <= number, "\n".join(used)


@pytest.fixture
def counter(monkeypatch: pytest.MonkeyPatch) -> Counter:
    return Counter(monkeypatch)


async def _session(client: Client) -> tuple[str, str]:
    fields = {**SEED_SESSION, "expand[]": "line_items"}
    made = (await client.form("/v1/checkout/sessions", fields)).json()
    return made["id"], made["line_items"]["data"][0]["id"]


async def test_creating_a_session(tmp_path: Path, counter: Counter) -> None:
    async with running_app(tmp_path) as client:
        await _session(client)
        with counter.at_most(10):
            await client.form("/v1/checkout/sessions", SEED_SESSION, idempotency_key="one")


TAXED = {**SEED_SESSION, "automatic_tax[enabled]": "true", "expand[]": "line_items"}


async def test_automatic_tax_costs_one_statement_when_a_session_is_made(
    tmp_path: Path, counter: Counter
) -> None:
    async with running_app(tmp_path) as client:
        await _session(client)
        with counter.at_most(11):
            fields = {**TAXED, "expand[]": "payment_intent"}
            await client.form("/v1/checkout/sessions", fields, idempotency_key="one")
        made = (await client.form("/v1/checkout/sessions", TAXED)).json()
        page, line = f"/v1/payment_pages/{made['id']}", made["line_items"]["data"][0]["id"]
        with counter.at_most(6):
            await client.form(page, {"tax_region[country]": "DE"})
        with counter.at_most(6):
            quantity = "updated_line_item_quantity"
            changes = {f"{quantity}[line_item_id]": line, f"{quantity}[quantity]": "3"}
            await client.form(page, changes)


async def test_reading_a_session(tmp_path: Path, counter: Counter) -> None:
    async with running_app(tmp_path) as client:
        session, _ = await _session(client)
        with counter.at_most(1):
            await client.get(f"/v1/checkout/sessions/{session}")
        with counter.at_most(2):
            await client.get(f"/v1/checkout/sessions/{session}?expand[]=line_items")
        with counter.at_most(2):
            await client.get(f"/v1/checkout/sessions/{session}/line_items")
        with counter.at_most(4):  # the first view is written down
            await client.get(f"/c/pay/{session}")
        with counter.at_most(3):
            await client.get(f"/c/pay/{session}")


async def test_listing(tmp_path: Path, counter: Counter) -> None:
    async with running_app(tmp_path) as client:
        for _ in range(3):
            await _session(client)
        once = ("checkout/sessions", "events", "products")
        # These are two lists each: of active prices and others, of ids of either kind.
        for path, statements in {**dict.fromkeys(once, 1), "prices": 2, "charges": 2}.items():
            with counter.at_most(statements):
                await client.get(f"/v1/{path}?limit=100")


async def test_changing_a_quantity(tmp_path: Path, counter: Counter) -> None:
    async with running_app(tmp_path) as client:
        session, line = await _session(client)
        with counter.at_most(6):
            await client.form(
                f"/v1/payment_pages/{session}",
                {
                    "updated_line_item_quantity[line_item_id]": line,
                    "updated_line_item_quantity[quantity]": "3",
                },
            )


async def test_paying(tmp_path: Path, counter: Counter) -> None:
    async with running_app(tmp_path) as client:
        session, _ = await _session(client)
        with counter.at_most(34):
            answer = await client.form(f"/v1/payment_pages/{session}/confirm", PAY)
        assert answer.json()["status"] == "complete"
