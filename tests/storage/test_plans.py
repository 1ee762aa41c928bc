"""No statement reads a table from end to end: each engine explains how it finds the rows.

A day in a shop makes the application say whatever SQL it has; then each statement is explained. On
PostgreSQL, where so small a table would rather be read whole, that is made to look expensive: what
is read whole even then has no index that helps.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import apsw
import pytest
from psycopg.conninfo import make_conninfo

from paydesk import background
from paydesk.core.deliveries import lease_name
from paydesk.payments.ibans import SOON_SECONDS
from paydesk.services import listeners
from paydesk.storage import delivery_lines, delivery_slots, inspection, request_logs
from paydesk.storage import listeners as stored_listeners
from paydesk.storage.database import Transaction, Value
from paydesk.storage.delivery_slots import Due
from paydesk.storage.migrate import migrations, statements_of
from paydesk.storage.postgres_connections import PostgresTransaction, connect, conninfo_of
from paydesk.storage.sqlite import SQLiteTransaction
from tests.engines import database_url, elsewhere
from tests.support.checkout import ASKS_THE_BUYER, DECLINED, Order
from tests.support.till import Till, open_till

pytestmark = pytest.mark.anyio

Said = dict[str, tuple[Value, ...]]
"""Each statement that was said, with the values it was first said with."""

TRANSACTIONS: dict[str, type[Any]] = {"sqlite": SQLiteTransaction, "postgres": PostgresTransaction}

READS = re.compile(r"\s*(SELECT|UPDATE|DELETE)\b.*\bWHERE\b", re.S)

QUEUES = {
    "deliveries_due", "sessions_to_expire", "attempts_reserved", "webhook_endpoints_disabled",
    "refunds_to_ask", "attempts_to_ask",
}  # fmt: skip
"""Indexes of what waits: they hold nothing else, so they may be read from their beginning."""

BOUNDED = {"recent", "one", "CONSTANT"}
"""What SQLite scans and is small: a subquery with a LIMIT or of one row, which are named so, and no
table."""

CREATED = "created[gte]=1700000000&created[lt]=1900000000"

LISTS = {
    "/v1/checkout/sessions": [
        "status=open", "payment_intent=pi_1", "customer_details[email]=a@example.com",
        "customer=cus_1", CREATED,
    ],
    "/v1/products": ["active=true", "ids[]=prod_1", "shippable=true", "url=https://example.com"],
    "/v1/prices": [
        "active=true", "currency=usd", "product=prod_1", "lookup_keys[]=gold", "type=recurring",
        "type=one_time", CREATED,
    ],
    "/v1/payment_intents": ["customer=cus_1", CREATED],
    "/v1/payment_methods": [
        "type=card", "type=sepa_debit", "customer=cus_1", "allow_redisplay=always",
    ],
    "/v1/charges": ["payment_intent=pi_1", "customer=cus_1", CREATED],
    "/v1/events": [
        "type=charge.succeeded", "type=charge.*", "types[]=charge.succeeded&types[]=price.created",
        "delivery_success=true", "delivery_success=false", CREATED,
    ],
    "/v1/webhook_endpoints": [],
    "/v1/refunds": ["charge=ch_1", "payment_intent=pi_1", CREATED],
    "/v1/customers": ["email=a@example.com", CREATED],
    "/v1/tax_rates": ["active=true", "inclusive=false", CREATED],
    "/v1/tax/registrations": ["status=active"],
    "/v1/tax_ids": ["owner[type]=customer&owner[customer]=cus_1"],
}  # fmt: skip
"""Every list with each of its filters."""


@pytest.fixture
def said(engine: str, monkeypatch: pytest.MonkeyPatch) -> Said:
    """What stories say from now on."""
    statements: Said = {}
    kind = TRANSACTIONS[engine]
    for name in ("one", "all", "run"):
        original = getattr(kind, name)

        def recording(
            tx: Any, sql: str, parameters: Sequence[Value] = (), original: Any = original
        ) -> Any:
            statements.setdefault(sql, tuple(parameters))
            return original(tx, sql, parameters)

        monkeypatch.setattr(kind, name, recording)
    return statements


async def get(till: Till, path: str) -> Any:
    answer = await till.client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json() if answer.headers["content-type"] == "application/json" else answer.text


async def read_lists(till: Till) -> None:
    for path, filters in LISTS.items():
        for wanted in ("", "limit=1", *filters):
            await get(till, f"{path}?{wanted}")
        for one in (await get(till, path))["data"][:1]:
            await get(till, f"{path}/{one['id']}")
            await get(till, f"{path}?starting_after={one['id']}")
            await get(till, f"{path}?ending_before={one['id']}")


async def sell(till: Till) -> None:
    """One of everything that can happen to a session."""
    await till.listen("http://127.0.0.1:9")
    paid, refused, asked, left, ended = [await till.open(idempotency_key=n) for n in "abcde"]
    await till.change(paid, 2)
    await till.tag(paid, "x")
    await till.pay(paid, expected=4000, idempotency_key="pay")
    await refund(till, paid)
    await till.pay(refused, DECLINED)
    await till.pay(asked, ASKS_THE_BUYER)
    await till.change(asked, 3)
    await till.expire(ended)
    await get(till, f"/v1/checkout/sessions/{paid.id}?expand[]=line_items&expand[]=payment_intent")
    await get(till, f"/v1/checkout/sessions/{paid.id}/line_items")
    await get(till, f"/v1/payment_pages/{left.id}")
    await get(till, f"/c/pay/{left.id}")
    await inspect(till, paid)


async def keep_the_shop(till: Till) -> None:
    """Products and prices, and what the server does by itself."""
    new = {"currency": "usd", "unit_amount": "500", "product_data[name]": "Cap"}
    first, second = [(await till.client.form("/v1/prices", new)).json() for _ in range(2)]
    for price in (first, second):
        key = {"lookup_key": "gold", "transfer_lookup_key": "true"}
        answer = await till.client.form(f"/v1/prices/{price['id']}", key)
        assert answer.status_code == 200, answer.text
    await till.client.form(f"/v1/products/{first['product']}", {"metadata[a]": "1"})
    await listen(till)
    await hear_in_order(till)
    await take_payments(till)
    await debit_accounts(till)
    await keep_customers(till)
    assert (await till.client.get("/metrics")).status_code == 200
    await till.recover()
    till.clock.advance(2 * 24 * 3600)
    await till.end_sessions()
    await background.tidy(replace(till.desk, event_retention_seconds=1))


async def inspect(till: Till, order: Order) -> None:
    """What somebody looks at who wants to know what happened."""
    searches = ["", "?query=a@example.com", "?query=cs_test_1", "?query=pi_1&status=open"]
    requests = [
        "",
        "?path=/v1/events",
        "?id=req_1",
        "?outcome=failed",
        "?status=402",
        "?status=4xx",
    ]
    pages = [*searches, *(f"/requests{each}" for each in requests)]
    for page in [*pages, "/events?only=undelivered", f"/sessions/{order.id}", "/requests"]:
        await get(till, f"/inspector{page}")
    await till.desk.database.read(lambda tx: inspection.mark(tx, "acct_1"))
    await till.desk.database.read(lambda tx: inspection.last_failure(tx, "we_1"))
    for event in (await get(till, "/v1/events?limit=1"))["data"]:
        await get(till, f"/inspector/events/{event['id']}")
        await till.client.form(
            f"/inspector/events/{event['id']}/resend", {}, sec_fetch_site="same-origin"
        )


async def refund(till: Till, order: Order) -> None:
    intent = (await till.look(order))["payment_intent"]
    for fields in ({"payment_intent": intent, "amount": "100"}, {"payment_intent": intent}):
        made = await till.client.form("/v1/refunds", fields)
        await till.client.form(f"/v1/refunds/{made.json()['id']}", {"metadata[a]": "1"})
    await get(till, "/v1/charges?expand[]=data.refunds")


async def keep_customers(till: Till) -> None:
    customer = (await till.client.form("/v1/customers", {"email": "a@example.com"})).json()["id"]
    await till.client.form(f"/v1/customers/{customer}", {"name": "A"})
    new = {"type": "unknown", "value": "ABC"}
    tax_id = (await till.client.form(f"/v1/customers/{customer}/tax_ids", new)).json()["id"]
    await get(till, f"/v1/customers/{customer}/tax_ids/{tax_id}")
    method = "/v1/payment_methods/pm_card_visa/attach"
    method = (await till.client.form(method, {"customer": customer})).json()["id"]
    order = await till.open({"customer": customer})
    await get(till, f"/v1/payment_pages/{order.id}")
    await till.client.form(f"/v1/payment_methods/{method}/detach")
    await till.client.request("DELETE", f"/v1/customers/{customer}")


async def take_payments(till: Till) -> None:
    """Intents without a session."""
    new = {"amount": "900", "currency": "usd", "payment_method": "pm_card_visa"}
    intent, left = [
        (await till.client.form("/v1/payment_intents", new)).json()["id"] for _ in range(2)
    ]
    await till.client.form(f"/v1/payment_intents/{intent}/confirm")
    await till.client.form(f"/v1/payment_intents/{left}/cancel")


async def debit_accounts(till: Till) -> None:
    """Payments that take their time, of a session and of an intent."""
    session = {
        "line_items[0][price_data][currency]": "eur", "payment_method_types[0]": "sepa_debit",
    }  # fmt: skip
    for account in ("pm_sepaDebit_success_at", "pm_sepaDebit_failed_at"):
        assert (await till.pay(await till.open(session), account)).status_code == 200
    await till.client.form("/v1/payment_intents", {
        "amount": "900", "currency": "eur", "payment_method_types[0]": "sepa_debit",
        "payment_method": account, "confirm": "true",
        "mandate_data[customer_acceptance][type]": "offline",
    })  # fmt: skip
    (intent, *_) = (await get(till, "/v1/payment_intents"))["data"]
    await till.client.form(f"/v1/payment_intents/{intent['id']}/cancel")
    charge = (await get(till, f"/v1/charges/{intent['latest_charge']}"))["payment_method_details"]
    await get(till, f"/v1/mandates/{charge['sepa_debit']['mandate']}")
    await till.client.form("/v1/test_helpers/clock/advance", {"seconds": "1"})
    till.clock.advance(SOON_SECONDS)
    await background.follow_payments(till.desk)


async def listen(till: Till) -> None:
    """What a CLI that listens has the server say."""
    asked = {"device_name": "laptop", "websocket_features[]": "webhooks"}
    for _ in range(2):
        session = (await till.client.form("/v1/stripecli/sessions", asked)).json()
    events = (await get(till, "/v1/events?limit=1"))["data"]
    await till.client.form(f"/v1/events/{events[0]['id']}/retry", {"for_stripecli": "true"})
    database, now_us = till.desk.database, till.clock()
    listener = await database.read(lambda tx: stored_listeners.get(tx, session["websocket_id"]))
    assert listener is not None
    pushes = await database.read(lambda tx: listeners.due(tx, listener, 10))
    done = [push.name for push in pushes] + [events[0]["id"]]
    await database.write(lambda tx: listeners.write_down(tx, listener, done, now_us))
    await database.read(lambda tx: request_logs.after(tx, listener.account, "", 10))


async def hear_in_order(till: Till) -> None:
    """What an endpoint has the server say that wants its events in order, one at a time."""
    new = {"url": "http://127.0.0.1:9", "enabled_events[]": "*", "paydesk[ordering]": "endpoint"}
    made = await till.client.form("/v1/webhook_endpoints", {**new, "paydesk[concurrency]": "1"})
    id = made.json()["id"]
    await till.open()
    for event in (await get(till, "/v1/events?limit=2"))["data"]:
        await till.client.form(f"/v1/events/{event['id']}/retry", {"webhook_endpoint": id})
    due = Due("whd_1", 0, id, 1)

    def story(tx: Transaction) -> None:
        delivery_slots.take_slot(tx, due, 1, 0, 1)
        delivery_slots.free(tx, id, lease_name(due.id, 1))
        delivery_lines.release(tx, id, 0)
        delivery_lines.cancel_behind(tx, id)

    await till.desk.database.write(story)
    await till.client.form(f"/v1/webhook_endpoints/{id}", {"paydesk[ordering]": "none"})


async def test_no_statement_reads_a_table_from_end_to_end(
    engine: str, path: Path, said: Said
) -> None:
    async with open_till(path.parent, engine=engine) as till:
        await sell(till)
        await keep_the_shop(till)
        await read_lists(till)
    once = {sql for one in migrations() for sql in statements_of(one.sql, engine)}
    reading = {sql: said[sql] for sql in said if READS.match(sql) and sql not in once}
    assert len(reading) > 60, "the day in the shop was a short one"
    explain = {"sqlite": explain_sqlite, "postgres": explain_postgres}[engine]
    slow = [
        f"{' '.join(sql.split())}\n    {step}"
        for sql, values in reading.items()
        for step in explain(path, sql, values)
    ]
    assert not slow, "\n".join(slow)


OWN_INDEXES = {
    "/v1/checkout/sessions?status=open": "sessions_by_status",
    "/v1/checkout/sessions?payment_intent=pi_1": "sessions_by_intent",
    "/v1/checkout/sessions?customer_details[email]=a@example.com": "sessions_by_email",
    "/v1/checkout/sessions?customer=cus_1": "sessions_by_customer",
    f"/v1/checkout/sessions?{CREATED}": "sessions_by_account (account=? AND id>? AND id<?)",
    "/v1/products?active=true": "products_by_activity",
    "/v1/products?shippable=true": "products_by_shipping",
    "/v1/products?url=https://example.com": "products_by_url",
    "/v1/products?ids[]=prod_1": "(account=? AND id=?)",
    "/v1/prices?currency=eur": "prices_by_currency",
    "/v1/prices?type=recurring": "prices_recurring",
    f"/v1/prices?{CREATED}": "prices_by_activity (account=? AND active=? AND id>? AND id<?)",
    "/v1/prices?active=true": "prices_by_activity",
    "/v1/prices?product=prod_1": "prices_by_product",
    "/v1/prices?lookup_keys[]=gold": "prices_by_lookup_key",
    "/v1/payment_intents?customer=cus_1": "payment_intents_by_customer",
    f"/v1/payment_intents?{CREATED}": "payment_intents_by_account (account=? AND id>? AND id<?)",
    f"/v1/charges?{CREATED}": "charges_by_account (account=? AND id>? AND id<?)",
    "/v1/charges?payment_intent=pi_1": "charges_by_intent",
    "/v1/charges?customer=cus_1": "charges_by_customer",
    "/v1/events": "events_by_account (account=? AND id>?)",
    "/v1/events?type=charge.succeeded": "events_by_type (account=? AND type=? AND id>?)",
    "/v1/events?type=price.*": "events_by_type (account=? AND type=? AND id>?)",
    "/v1/events?types[]=charge.failed&types[]=price.created": (
        "events_by_type (account=? AND type=? AND id>?)"
    ),
    "/v1/events?delivery_success=false": "events_undelivered",
    f"/v1/events?{CREATED}": "events_by_account (account=? AND id>? AND id<?)",
    "/v1/payment_methods?allow_redisplay=always": "payment_methods_by_redisplay",
    f"/v1/customers?{CREATED}": "id>? AND id<?",
    "/v1/tax_rates?inclusive=true": "tax_rates_by_inclusion",
    f"/v1/tax_rates?{CREATED}": "tax_rates_by_account (account=? AND id>? AND id<?)",
    "/v1/refunds?charge=ch_1": "refunds_by_charge",
    "/v1/refunds?payment_intent=pi_1": "refunds_by_intent",
    f"/v1/refunds?{CREATED}": "refunds_by_account (account=? AND id>? AND id<?)",
    "/inspector/requests?status=4xx": "request_logs_by_class",
    "/inspector/requests?status=402": "request_logs_by_class",
}
"""Filters that must not walk the account's whole list for the few rows that they want."""


@pytest.mark.parametrize("path_asked", OWN_INDEXES)
async def test_a_filter_uses_the_index_that_was_made_for_it(
    path_asked: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []

    def explaining(tx: Any, sql: str, parameters: Sequence[Value] = ()) -> Any:
        if is_list(sql) or "lookup_key IN" in sql:
            plan = tx._connection.execute("EXPLAIN QUERY PLAN " + sql.replace("$", "?"), parameters)
            steps.extend(row[3] for row in plan)
        return original(tx, sql, parameters)

    original = SQLiteTransaction.all
    async with open_till(tmp_path) as till:
        await till.open()
        monkeypatch.setattr(SQLiteTransaction, "all", explaining)
        await get(till, path_asked)
    assert OWN_INDEXES[path_asked] in " ".join(steps)


def explain_sqlite(path: Path, sql: str, values: tuple[Value, ...]) -> Iterator[str]:
    """The steps that read a table or an index whole, or sort a list."""
    with closing(apsw.Connection(str(path))) as connection:
        explained = connection.execute("EXPLAIN QUERY PLAN " + sql.replace("$", "?"), values)
        steps = [row[3] for row in explained]
    for step in steps:
        if step.startswith("SCAN") and not (QUEUES | BOUNDED) & set(step.split()):
            yield step
        if step == "USE TEMP B-TREE FOR ORDER BY" and is_list(sql):
            yield step


COSTLY = "".join(f" -c enable_{way}=off" for way in ("seqscan", "sort", "hashjoin", "mergejoin"))
INDEX_READS = {"Index Scan", "Index Only Scan", "Bitmap Index Scan"}


def explain_postgres(path: Path, sql: str, values: tuple[Value, ...]) -> Iterator[str]:
    """The steps that read a table or an index whole, or sort a list."""
    conninfo = make_conninfo(conninfo_of(database_url("postgres", path)), options=COSTLY)
    with closing(connect(conninfo)) as connection:
        explained = connection.execute("EXPLAIN (COSTS OFF, FORMAT JSON) " + sql, values)
        ((plan,),) = explained.fetchall()
    for step in steps_of(plan[0]["Plan"]):
        kind, index = step["Node Type"], step.get("Index Name")
        whole_index = kind in INDEX_READS and "Index Cond" not in step and index not in QUEUES
        if kind == "Seq Scan" or whole_index or (kind == "Sort" and is_list(sql)):
            yield f"{kind} {index or step.get('Relation Name', '')}"


def steps_of(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from steps_of(part)


def is_list(sql: str) -> bool:
    """Whether it gives one page of a list: that is read in the order of an index."""
    return re.search(r"ORDER BY id (ASC|DESC) LIMIT", sql) is not None


def test_a_statement_without_an_index_would_be_noticed(engine: str, path: Path) -> None:
    database_url(engine, path)
    sql = "SELECT id FROM notes WHERE body = $1"
    elsewhere(engine, path, "CREATE TABLE notes (id integer PRIMARY KEY, body text)")
    explain = {"sqlite": explain_sqlite, "postgres": explain_postgres}[engine]
    assert list(explain(path, sql, ("x",)))
    assert list(explain(path, sql + " ORDER BY id DESC LIMIT 1", ("x",)))
    elsewhere(engine, path, "CREATE INDEX notes_by_body ON notes (body)")
    assert not list(explain(path, sql, ("x",)))
    assert list(explain(path, sql + " OR id > 0 ORDER BY id DESC LIMIT 1", ("x",)))
