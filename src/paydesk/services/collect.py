"""Hearing what became of payments that take their time, as direct debits do.

Such a payment says when to ask about it: `attempts.ask_at` is the queue. Whoever finds it due asks
the processor, with no transaction open, and records the answer with its events in one. A crash in
between leaves the payment due, and asking again moves no money.
"""

from __future__ import annotations

import asyncio

import structlog

from paydesk.core.errors import Busy
from paydesk.core.payments import Attempt
from paydesk.payments.processor import News, Processor
from paydesk.services import outcomes, payment_intents, sessions
from paydesk.services.context import Call
from paydesk.storage import attempts
from paydesk.storage.database import Database, Transaction

log = structlog.get_logger("paydesk.payments")

ASK_SECONDS_MAX = 20
"""How long the processor may take for one answer."""

AGAIN_AFTER_SECONDS = 60
"""So long a processor that has given no answer is left alone."""

BATCH = 100


class Collector:
    """Follows payments on a database and a processor."""

    def __init__(self, database: Database, processor: Processor) -> None:
        self._database = database
        self._processor = processor

    async def follow_up(self, call: Call, *, due_before: int) -> int:
        """Ask about payments due by `due_before` (Unix seconds), one batch; tell how many answers
        were recorded.

        One that can't be asked about now keeps nobody else waiting; it is due again later.
        """
        found = await self._database.read(lambda tx: attempts.to_ask(tx, due_before, BATCH))
        heard = 0
        for attempt in found:
            heard += await self._hear(call.of(attempt.account), attempt)
        return heard

    async def _hear(self, call: Call, attempt: Attempt) -> bool:
        try:
            async with asyncio.timeout(ASK_SECONDS_MAX):
                news = await self._processor.payment_news(attempt.processor_key)
            await self._database.write(lambda tx: _record(tx, call, attempt, news))
        except Busy:  # somebody else has heard it meanwhile
            return False
        except Exception:
            log.exception("no news of a payment", attempt=attempt.id)
            later = call.server_now + AGAIN_AFTER_SECONDS
            await self._database.write(lambda tx: attempts.postpone(tx, attempt, later))
            return False
        return True


def _record(tx: Transaction, call: Call, attempt: Attempt, news: News) -> None:
    """What became of the payment, once, whoever comes first to say it: the next one is Busy."""
    if attempt.session is None:
        payment_intents.hold(tx, call, attempt.payment_intent)
    else:
        sessions.hold(tx, call, attempt.session)
    outcomes.record_news(tx, call, attempt, news)
