"""How the sandbox gives money back: at once, later, or not after all, as the card's row says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace

from paydesk.core.errors import IdempotencyMismatch, NotFound
from paydesk.payments.behaviours import RefundCourse
from paydesk.payments.cards import card_with_reference
from paydesk.payments.processor import Ledger, Record, RefundOutcome, RefundRequest
from paydesk.payments.records import APPROVED

PREFIX = "refund:"
"""Before a refund's key in the ledger, so that it is never a payment's."""

ASKED, SETTLED = "refund_asked", "refund_settled"

NEWS_SECONDS = 5
"""After so long a refund that does not end at once has ended."""

Name = Callable[[str, str], str]
"""A name for something of a key, by its purpose."""


class SandboxRefunds:
    """The refunds of the payments that a ledger knows."""

    def __init__(self, ledger: Ledger, name: Name) -> None:
        self._ledger = ledger
        self._name = name

    async def refund(self, request: RefundRequest) -> RefundOutcome:
        """As the card's row says. NotFound for a payment that was never made."""
        course = await self._course(request.payment_key)
        first = _first(course, self._name("refund", request.key))
        state = SETTLED if first.final else ASKED
        asked = asdict(request)
        record: Record = {"state": state, "request": asked, "outcome": asdict(first)}
        stored = await self._ledger.put_if_absent(PREFIX + request.key, record)
        if stored["request"] != asked:
            raise IdempotencyMismatch(f"The refund '{request.key}' was asked for otherwise before.")
        return RefundOutcome(**stored["outcome"])

    async def news(self, key: str) -> RefundOutcome:
        """How the refund has ended. NotFound for one that was never asked for."""
        stored = await self._ledger.find(PREFIX + key)
        if stored is None:
            raise NotFound("refund", key)
        told = RefundOutcome(**stored["outcome"])
        if stored["state"] == SETTLED:
            return told
        ended = _last(await self._course(stored["request"]["payment_key"]), told)
        record = {**stored, "state": SETTLED, "outcome": asdict(ended)}
        await self._ledger.replace(PREFIX + key, ASKED, record)
        return ended

    async def _course(self, payment_key: str) -> RefundCourse:
        payment = await self._ledger.find(payment_key)
        if payment is None or payment["state"] != APPROVED:
            raise NotFound("payment", payment_key)
        card = payment["request"].get("card")
        if card is None:  # a debit
            return RefundCourse.AT_ONCE
        return card_with_reference(card).behaviour.refund


def _first(course: RefundCourse, reference: str) -> RefundOutcome:
    if course is RefundCourse.AT_ONCE:
        return RefundOutcome(status="succeeded", reference=reference)
    return RefundOutcome(
        status="pending" if course is RefundCourse.PENDING else "succeeded",
        reference=reference,
        ask_again_seconds=NEWS_SECONDS,
    )


def _last(course: RefundCourse, told: RefundOutcome) -> RefundOutcome:
    if course is RefundCourse.PENDING:
        return replace(told, status="succeeded", ask_again_seconds=None)
    return replace(told, status="failed", failure_reason="unknown", ask_again_seconds=None)
