"""The last line of defence: what the tables themselves refuse, whatever the code above does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from paydesk.core.errors import Busy
from paydesk.storage.database import Database, Transaction
from tests.engines import CONSTRAINT_ERRORS, open_database

pytestmark = pytest.mark.anyio

SHOP = """
INSERT INTO accounts (id, created, webhook_secret) VALUES ('acct_1', 1, 'whsec_1');

INSERT INTO products (id, account, created, updated, active, name, images, metadata)
VALUES ('prod_1', 'acct_1', 1, 1, 1, 'T-shirt', '[]', '{}');

INSERT INTO prices (id, account, created, active, currency, product, unit_amount, tax_behavior,
    metadata)
VALUES ('price_1', 'acct_1', 1, 1, 'usd', 'prod_1', '2000', 'exclusive', '{}');

INSERT INTO sessions (id, account, created, expires_at, status, payment_status, version, currency,
    amount_subtotal, amount_tax, amount_total, automatic_tax, metadata, settings)
VALUES ('cs_1', 'acct_1', 1, 2, 'open', 'unpaid', 1, 'usd', 4000, 0, 4000, 0, '{}', '{}');

INSERT INTO line_items (id, session, position, price, quantity, adjustable, minimum, maximum,
    amount_subtotal, amount_tax, amount_total, metadata)
VALUES ('li_1', 'cs_1', 0, 'price_1', 1, 1, 1, 10, 2000, 0, 2000, '{}'),
    ('li_2', 'cs_1', 1, 'price_1', 1, NULL, NULL, NULL, 2000, 0, 2000, '{}');

INSERT INTO payment_methods (id, account, created, token, card, billing, metadata)
VALUES ('pm_1', 'acct_1', 1, 'token', '{}', '{}', '{}');

INSERT INTO payment_intents (id, account, created, session, amount, amount_received, currency,
    status, client_secret, metadata, details)
VALUES ('pi_1', 'acct_1', 1, 'cs_1', 4000, 0, 'usd', 'requires_payment_method', 'x', '{}', '{}');

INSERT INTO attempts (id, account, created, session, payment_intent, payment_method, amount,
    currency, processor_key, state, api_version)
VALUES ('pa_1', 'acct_1', 1, 'cs_1', 'pi_1', 'pm_1', 4000, 'usd', 'key_1', 'reserved', 'v1');

INSERT INTO charges (id, account, created, payment_intent, payment_method, amount, currency,
    status, card, billing, outcome, metadata, details)
VALUES ('ch_1', 'acct_1', 1, 'pi_1', 'pm_1', 4000, 'usd', 'succeeded', '{}', '{}', '{}', '{}',
    '{}')
"""
"""One shop, one session of two lines, one payment that is being made."""

SECOND_INTENT = """
INSERT INTO payment_intents (id, account, created, session, amount, amount_received, currency,
    status, client_secret, metadata, details)
SELECT 'pi_2', account, created, session, amount, amount_received, currency,
    status, client_secret, metadata, details FROM payment_intents
"""

SECOND_ATTEMPT = """
INSERT INTO attempts (id, account, created, session, payment_intent, payment_method, amount,
    currency, processor_key, state, api_version)
SELECT 'pa_2', account, created, session, payment_intent, payment_method, amount,
    currency, 'key_2', state, api_version FROM attempts
"""

SECOND_CHARGE = """
INSERT INTO charges (id, account, created, payment_intent, payment_method, amount, currency,
    status, card, billing, outcome, metadata, details)
SELECT 'ch_2', account, created, payment_intent, payment_method, amount, currency,
    status, card, billing, outcome, metadata, details FROM charges
"""

REFUSED = {
    "a quantity of 0": "UPDATE line_items SET quantity = 0",
    "a quantity below its minimum": "UPDATE line_items SET quantity = 1, minimum = 2",
    "a quantity above its maximum": "UPDATE line_items SET quantity = 11 WHERE id = 'li_1'",
    "a quantity above the default maximum": (
        "UPDATE line_items SET quantity = 100, maximum = NULL WHERE id = 'li_1'"
    ),
    "a fixed quantity above the limit": (
        "UPDATE line_items SET quantity = 1000000 WHERE id = 'li_2'"
    ),
    "a maximum above the limit": "UPDATE line_items SET maximum = 1000000",
    "a maximum of 0": "UPDATE line_items SET maximum = 0 WHERE id = 'li_2'",
    "a negative minimum": "UPDATE line_items SET minimum = -1",
    "a negative amount": "UPDATE line_items SET amount_total = -1",
    "two lines in one place": "UPDATE line_items SET position = 0",
    "a line of no session": "UPDATE line_items SET session = 'cs_404'",
    "a session without its account": "UPDATE sessions SET account = 'acct_404'",
    "a state that is none": "UPDATE sessions SET status = 'paid'",
    "a complete session that nobody paid": "UPDATE sessions SET status = 'complete'",
    "an open session that is paid": "UPDATE sessions SET payment_status = 'paid'",
    "a second payment while one is on its way": SECOND_ATTEMPT.replace(
        "'key_2', state", "'key_2', 'requires_action'"
    ),
    "a second charge while one is pending": SECOND_CHARGE.replace(
        "amount, currency,\n    status, card, billing, outcome, metadata, details FROM",
        "amount, currency,\n    'pending', card, billing, outcome, metadata, details FROM",
    ),
    "a payment on its way that nobody asks about": "UPDATE attempts SET state = 'processing'",
    "a payment that is asked about without being on its way": "UPDATE attempts SET ask_at = 1",
    "a payment method that is nothing": "UPDATE payment_methods SET card = NULL",
    "a payment method that is two": "UPDATE payment_methods SET sepa_debit = '{}'",
    "a charge of nothing known": "UPDATE charges SET card = NULL",
    "a refund of a charge that is pending": (
        "UPDATE charges SET status = 'pending', amount_refunding = 1"
    ),
    "a total above the limit": "UPDATE sessions SET amount_total = 100000000",
    "a negative total": "UPDATE sessions SET amount_total = -1",
    "a session that goes while it has lines": "DELETE FROM sessions",
    "a price that goes while it is sold": "DELETE FROM prices",
    "a tax behavior that is none": "UPDATE prices SET tax_behavior = 'maybe'",
    "a partial capture": "UPDATE payment_intents SET amount_received = 1999",
    "a payment of nothing": "UPDATE payment_intents SET amount = 0",
    "a second intent of one session": SECOND_INTENT,
    "a second payment in flight": SECOND_ATTEMPT,
    "a second attempt under one key": SECOND_ATTEMPT.replace(
        "'key_2', state", "processor_key, 'declined'"
    ),
    "a second charge of one payment": SECOND_CHARGE,
    "a refund of more than was taken": "UPDATE charges SET amount_refunded = 4001",
    "refunds of more than was taken": (
        "UPDATE charges SET amount_refunded = 2000, amount_refunding = 2001"
    ),
    "a refund of a charge that failed": (
        "UPDATE charges SET status = 'failed', amount_refunding = 1"
    ),
    "a negative refund": "UPDATE charges SET amount_refunded = -1",
}

ACCEPTED = {
    "a quantity at its maximum": "UPDATE line_items SET quantity = 10 WHERE id = 'li_1'",
    "a fixed quantity at the limit": "UPDATE line_items SET quantity = 999999 WHERE id = 'li_2'",
    "bounds that are switched off": (
        "UPDATE line_items SET adjustable = 0, minimum = 5, maximum = 10 WHERE id = 'li_2'"
    ),
    "a session that is paid": "UPDATE sessions SET status = 'complete', payment_status = 'paid'",
    "a session whose payment is on its way": (
        "UPDATE sessions SET status = 'complete', payment_intent = 'pi_1'"
    ),
    "a payment on its way": "UPDATE attempts SET state = 'processing', ask_at = 1",
    "a charge that is pending": "UPDATE charges SET status = 'pending'",
    "an account": "UPDATE payment_methods SET card = NULL, sepa_debit = '{}'",
    "a session that expires": "UPDATE sessions SET status = 'expired'",
    "a total at the limit": "UPDATE sessions SET amount_total = 99999999",
    "a refund of all": "UPDATE charges SET amount_refunded = 1500, amount_refunding = 2500",
    "a capture": "UPDATE payment_intents SET amount_received = amount",
}


@pytest.fixture
async def shop(engine: str, path: Path, anyio_backend: str) -> AsyncIterator[Database]:
    def open_shop(tx: Transaction) -> None:
        for statement in SHOP.split(";"):
            tx.run(statement)

    async with open_database(engine, path) as database:
        await database.write(open_shop)
        yield database


@pytest.mark.parametrize("sql", REFUSED.values(), ids=REFUSED.keys())
async def test_the_tables_refuse(shop: Database, sql: str) -> None:
    with pytest.raises((*CONSTRAINT_ERRORS, Busy)):  # a second payment was too late
        await shop.write(lambda tx: tx.run(sql))


@pytest.mark.parametrize("sql", ACCEPTED.values(), ids=ACCEPTED.keys())
async def test_the_tables_accept(shop: Database, sql: str) -> None:
    assert await shop.write(lambda tx: tx.run(sql)) == 1


async def test_a_payment_may_be_tried_again_once_it_was_declined(shop: Database) -> None:
    await shop.write(lambda tx: tx.run("UPDATE attempts SET state = 'declined'"))
    assert await shop.write(lambda tx: tx.run(SECOND_ATTEMPT)) == 1


async def test_a_payment_may_be_charged_once_its_first_charge_failed(shop: Database) -> None:
    await shop.write(lambda tx: tx.run("UPDATE charges SET status = 'failed'"))
    assert await shop.write(lambda tx: tx.run(SECOND_CHARGE)) == 1
