"""What must be true of a shop's database file, whatever happened to the server.

I1  a session is charged at most once
I2  what was charged is the total of the lines, and what the processor took
I3  a session is complete if and only if it is paid, or there was nothing to pay
I4  every line's quantity lies within its bounds, and a session keeps a line
I5  every change of state has exactly one event, and every event its deliveries
I7  no idempotency key is left without its answer
"""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import apsw
import orjson

SESSIONS = """
SELECT id, status, payment_status, amount_total, payment_intent,
    (SELECT coalesce(sum(amount_total), 0) FROM line_items WHERE session = sessions.id),
    (SELECT count(*) FROM line_items WHERE session = sessions.id),
    (SELECT count(*) FROM charges
        WHERE payment_intent = sessions.payment_intent AND status = 'succeeded')
FROM sessions
"""

CHARGED = """
SELECT attempts.id, attempts.state, attempts.amount, sandbox_ledger.state, sandbox_ledger.record,
    (SELECT group_concat(charges.amount) FROM charges
        WHERE charges.payment_intent = attempts.payment_intent AND charges.status = 'succeeded'),
    sessions.amount_total, payment_intents.amount_received, payment_intents.status
FROM attempts
JOIN sessions ON sessions.id = attempts.session
JOIN payment_intents ON payment_intents.id = attempts.payment_intent
LEFT JOIN sandbox_ledger ON sandbox_ledger.key = attempts.processor_key
"""

OUT_OF_BOUNDS = """
SELECT id FROM line_items
WHERE adjustable = 1 AND quantity NOT BETWEEN coalesce(minimum, 0) AND coalesce(maximum, 99)
"""

CAUSES = {
    "checkout.session.completed": "SELECT id FROM sessions WHERE status = 'complete'",
    "checkout.session.expired": "SELECT id FROM sessions WHERE status = 'expired'",
    "payment_intent.created": "SELECT id FROM payment_intents",
    "payment_intent.succeeded": "SELECT id FROM payment_intents WHERE status = 'succeeded'",
    "payment_intent.canceled": "SELECT id FROM payment_intents WHERE status = 'canceled'",
    "charge.succeeded": "SELECT id FROM charges WHERE status = 'succeeded'",
    "charge.failed": "SELECT id FROM charges WHERE status = 'failed'",
    "payment_intent.payment_failed": (
        "SELECT payment_intent FROM attempts WHERE state = 'declined'"
    ),
    "payment_intent.requires_action": (
        "SELECT payment_intent FROM attempts WHERE challenge IS NOT NULL"
    ),
}
"""One event for each of these objects, and no other."""

UNDELIVERED = """
SELECT events.id, events.type, count(deliveries.id) FROM events
JOIN webhook_endpoints ON webhook_endpoints.account = events.account
    AND webhook_endpoints.enabled_events = '["*"]' AND webhook_endpoints.id < events.id
LEFT JOIN deliveries
    ON deliveries.event = events.id AND deliveries.endpoint = webhook_endpoints.id
GROUP BY events.id, webhook_endpoints.id HAVING count(deliveries.id) <> 1
"""


class Books:
    """A database file, read from outside."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """What is committed."""
        with closing(apsw.Connection(str(self._path))) as connection:
            return connection.execute(sql, values).fetchall()

    def check(self, *, settled: bool = True) -> None:
        """All of it. Not `settled`: payments may still be under way."""
        assert self.rows("PRAGMA integrity_check") == [("ok",)]
        assert self.rows("PRAGMA foreign_key_check") == []
        assert self.rows(OUT_OF_BOUNDS) == []
        self._check_sessions()
        self._check_events()
        if settled:
            self._check_payments()
            assert self.rows("SELECT id FROM attempts WHERE state = 'reserved'") == []
            assert self.rows("SELECT key FROM idempotency_keys WHERE status IS NULL") == []

    def charged(self, session: str) -> list[int]:
        """The amounts that the session's buyer was charged."""
        sql = (
            "SELECT charges.amount FROM charges"
            " JOIN payment_intents ON payment_intents.id = charges.payment_intent"
            " WHERE payment_intents.session = ? AND charges.status = 'succeeded'"
        )
        return [row[0] for row in self.rows(sql, session)]

    def attempts(self, session: str) -> list[str]:
        """The states of the session's attempts, the first one first."""
        sql = "SELECT state FROM attempts WHERE session = ? ORDER BY id"
        return [row[0] for row in self.rows(sql, session)]

    def taken(self) -> int:
        """What the processor has taken, all told."""
        records = self.rows("SELECT record FROM sandbox_ledger WHERE state = 'approved'")
        return sum(orjson.loads(row[0])["request"]["amount"] for row in records)

    def _check_sessions(self) -> None:
        for id, status, payment, total, intent, sum_of_lines, lines, charges in self.rows(SESSIONS):
            assert lines >= 1, id
            assert sum_of_lines == total, id
            assert charges == (payment == "paid"), id
            assert (status == "complete") == (payment != "unpaid"), id
            assert payment != "no_payment_required" or total == 0, id
            assert charges == 0 or intent is not None, id

    def _check_payments(self) -> None:
        """The processor's books and ours say the same."""
        for row in self.rows(CHARGED):
            _, state, amount, decided, record, charged, total, received, intent = row
            assert (decided == "approved") == (state == "approved"), row
            if state == "approved":
                took = orjson.loads(record)["request"]["amount"]
                assert str(amount) == charged, row
                assert amount == took == total == received, row
                assert intent == "succeeded", row
        decisions = self.rows("SELECT count(*) FROM sandbox_ledger WHERE state = 'approved'")
        approved = self.rows("SELECT count(*) FROM attempts WHERE state = 'approved'")
        assert decisions == approved

    def _check_events(self) -> None:
        for type, sql in CAUSES.items():
            caused = Counter(self.rows(sql))
            told = Counter(self.rows("SELECT object_id FROM events WHERE type = ?", type))
            assert told == caused, type
        completed = "SELECT object_id, data FROM events WHERE type = 'checkout.session.completed'"
        for id, data in self.rows(completed):
            told_total = orjson.loads(data)["object"]["amount_total"]
            assert [(told_total,)] == self.rows(
                "SELECT amount_total FROM sessions WHERE id = ?", id
            )
        assert self.rows(UNDELIVERED) == []
