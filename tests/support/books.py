"""What must be true of a shop's database, whatever happened to the server.

I1  a session is charged at most once
I2  what was charged is the total of the lines, and what the processor took
I3  a session is complete if and only if it is paid, there was nothing to pay, or the buyer has done
    all that they can: its money is on its way, or has failed to come
I4  every line's quantity lies within its bounds, and a session keeps a line
I5  every change of state has exactly one event, and every event its deliveries
I6  what went back of a charge is what the processor gave back, and no more than was taken
I7  no idempotency key is left without its answer
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import orjson

from tests.engines import elsewhere

SESSIONS = "SELECT id, status, payment_status, amount_total FROM sessions"
LINES = "SELECT session, amount_total, adjustable, quantity, minimum, maximum FROM line_items"
ATTEMPTS = "SELECT session, state, amount, processor_key FROM attempts ORDER BY id"
LEDGER = "SELECT key, state, record FROM sandbox_ledger"
CHARGES = """
SELECT payment_intents.session, charges.amount, payment_intents.amount_received
FROM charges JOIN payment_intents ON payment_intents.id = charges.payment_intent
WHERE charges.status = 'succeeded'
"""

DELAYED = """
SELECT sessions.id, sessions.payment_status, payment_intents.status AS intent_status,
    charges.status AS charge_status FROM sessions
JOIN payment_intents ON payment_intents.session = sessions.id
JOIN charges ON charges.id = payment_intents.latest_charge AND charges.sepa_debit IS NOT NULL
WHERE sessions.status = 'complete'
"""
DELAYED_STATES = {
    ("unpaid", "processing", "pending"),
    ("unpaid", "requires_payment_method", "failed"),
    ("paid", "succeeded", "succeeded"),
}
"""How a session, its intent and its charge may stand once the buyer has paid by direct debit."""

LATER = f"SELECT id FROM ({DELAYED}) AS delayed WHERE "

CAUSES = {
    "checkout.session.completed": "SELECT id FROM sessions WHERE status = 'complete'",
    "checkout.session.expired": "SELECT id FROM sessions WHERE status = 'expired'",
    "payment_intent.created": "SELECT id FROM payment_intents",
    "payment_intent.succeeded": "SELECT id FROM payment_intents WHERE status = 'succeeded'",
    "payment_intent.canceled": "SELECT id FROM payment_intents WHERE status = 'canceled'",
    "charge.succeeded": "SELECT id FROM charges WHERE status = 'succeeded'",
    "charge.failed": "SELECT id FROM charges WHERE status = 'failed'",
    "charge.pending": "SELECT id FROM charges WHERE sepa_debit IS NOT NULL",
    "payment_intent.processing": (
        "SELECT payment_intent FROM charges WHERE sepa_debit IS NOT NULL"
    ),
    "checkout.session.async_payment_succeeded": LATER + "payment_status = 'paid'",
    "checkout.session.async_payment_failed": LATER + "charge_status = 'failed'",
    "refund.created": "SELECT id FROM refunds",
    "charge.refunded": "SELECT charge FROM refunds",
    "payment_intent.payment_failed": (
        "SELECT payment_intent FROM attempts WHERE state = 'declined'"
    ),
    "payment_intent.requires_action": (
        "SELECT payment_intent FROM attempts WHERE challenge IS NOT NULL"
    ),
}
"""One event for each of these objects, and no other."""

REFUNDED = """
SELECT charges.id, charges.amount, charges.amount_refunded, charges.amount_refunding,
    coalesce(sum(CASE refunds.status WHEN 'failed' THEN 0 ELSE refunds.amount END), 0)
FROM charges LEFT JOIN refunds ON refunds.charge = charges.id
GROUP BY charges.id, charges.amount, charges.amount_refunded, charges.amount_refunding
"""

UNDELIVERED = """
SELECT events.id, events.type, count(deliveries.id) FROM events
JOIN webhook_endpoints ON webhook_endpoints.account = events.account
    AND webhook_endpoints.enabled_events = '["*"]' AND webhook_endpoints.id < events.id
LEFT JOIN deliveries
    ON deliveries.event = events.id AND deliveries.endpoint = webhook_endpoints.id
GROUP BY events.id, events.type, webhook_endpoints.id HAVING count(deliveries.id) <> 1
"""


class Books:
    """A database as another program reads it."""

    def __init__(self, path: Path, engine: str = "sqlite") -> None:
        self._path = path
        self._engine = engine

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What is committed."""
        return elsewhere(self._engine, self._path, sql)

    def check(self) -> None:
        """All of it, once no payment is under way."""
        if self._engine == "sqlite":
            assert self.rows("PRAGMA integrity_check") == [("ok",)]
            assert self.rows("PRAGMA foreign_key_check") == []
        self._check_lines()
        self._check_sessions()
        self._check_payments()
        self._check_refunds()
        self._check_events()
        assert self.rows("SELECT id FROM attempts WHERE state = 'reserved'") == []
        assert self.rows("SELECT key FROM idempotency_keys WHERE status IS NULL") == []

    def charged(self, session: str) -> list[int]:
        """The amounts that the session's buyer was charged."""
        return [amount for of, amount, _ in self.rows(CHARGES) if of == session]

    def attempts(self, session: str) -> list[str]:
        """The states of the session's attempts, the first one first."""
        return [state for of, state, *_ in self.rows(ATTEMPTS) if of == session]

    def taken(self) -> int:
        """What the processor has taken, all told."""
        return sum(self._taken_by_key().values())

    def given_back(self) -> int:
        """What the processor has given back, all told."""
        records = [
            orjson.loads(record)
            for _, state, record in self.rows(LEDGER)
            if state.startswith("refund_")
        ]
        return sum(
            record["request"]["amount"]
            for record in records
            if record["outcome"]["status"] != "failed"
        )

    def _check_refunds(self) -> None:
        assert self.rows("SELECT id FROM refunds WHERE answered = 0") == []
        back = 0
        for id, amount, refunded, refunding, total in self.rows(REFUNDED):
            assert (refunded, refunding) == (total, 0), id
            assert refunded <= amount, id
            back += refunded
        assert back == self.given_back()

    def _taken_by_key(self) -> dict[str, int]:
        return {
            key: orjson.loads(record)["request"]["amount"]
            for key, state, record in self.rows(LEDGER)
            if state == "approved"
        }

    def _check_lines(self) -> None:
        for row in self.rows(LINES):
            _, _, adjustable, quantity, minimum, maximum = row
            if adjustable:
                assert (minimum or 0) <= quantity <= (99 if maximum is None else maximum), row

    def _check_sessions(self) -> None:
        lines = self.rows(LINES)
        delayed = {id for id, *_ in self.rows(DELAYED)}
        for id, status, payment, total in self.rows(SESSIONS):
            amounts = [amount for of, amount, *_ in lines if of == id]
            assert amounts, id
            assert sum(amounts) == total, id
            assert payment == "unpaid" or status == "complete", id
            assert (id in delayed) or (status == "complete") == (payment != "unpaid"), id
            assert self.charged(id) == ([total] if payment == "paid" else []), id
            assert payment != "no_payment_required" or total == 0, id

    def _check_payments(self) -> None:
        """The processor's books and ours say the same."""
        assert {tuple(states) for _, *states in self.rows(DELAYED)} <= DELAYED_STATES
        pending = self.rows("SELECT payment_intent FROM charges WHERE status = 'pending'")
        on_their_way = self.rows("SELECT payment_intent FROM attempts WHERE state = 'processing'")
        assert sorted(pending) == sorted(on_their_way)
        assert all(amount == received for _, amount, received in self.rows(CHARGES))
        approved = {
            key: amount for _, state, amount, key in self.rows(ATTEMPTS) if state == "approved"
        }
        assert approved == self._taken_by_key()
        assert sorted(approved.values()) == sorted(amount for _, amount, _ in self.rows(CHARGES))

    def _check_events(self) -> None:
        told: dict[str, Counter[str]] = {type: Counter() for type in CAUSES}
        totals = {id: total for id, _, _, total in self.rows(SESSIONS)}
        for type, object_id, data in self.rows("SELECT type, object_id, data FROM events"):
            told.setdefault(type, Counter())[object_id] += 1
            if type == "checkout.session.completed":
                assert orjson.loads(data)["object"]["amount_total"] == totals[object_id]
        for type, sql in CAUSES.items():
            assert told[type] == Counter(row[0] for row in self.rows(sql)), type
        assert self.rows(UNDELIVERED) == []
