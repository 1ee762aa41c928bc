"""How the sandbox debits an account: it takes its time, and the IBAN decides how it ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from paydesk.core.errors import NotFound
from paydesk.payments.behaviours import Decline
from paydesk.payments.ibans import account_with_reference
from paydesk.payments.processor import (
    Approved,
    Assessment,
    Declined,
    Ledger,
    News,
    Processing,
)
from paydesk.payments.records import PROCESSING, outcome_from_record, outcome_to_record

Name = Callable[[str, str], str]
"""A name for something of a key, by its purpose."""

_ACCEPTED = Assessment(
    type="authorized",
    network_status="approved_by_network",
    seller_message="Payment complete.",
    risk_level="not_assessed",
)


class SandboxDebits:
    """The debits that a ledger knows.

    Who asks for news of one is told how it ended: they were told when to ask.
    """

    def __init__(self, ledger: Ledger, name: Name) -> None:
        self._ledger = ledger
        self._name = name

    def first_outcome(self, key: str, reference: str) -> Processing:
        """What is said of a debit at once."""
        return Processing(
            reference=self._name("payment", key),
            assessment=_ACCEPTED,
            ask_again_seconds=account_with_reference(reference).course.seconds,
        )

    async def news(self, key: str) -> News:
        """As the account's row says. NotFound for a payment that does not take its time."""
        stored = await self._ledger.find(key)
        if stored is None or "debit" not in stored.get("request", {}):
            raise NotFound("payment", key)
        told = outcome_from_record(stored["outcome"])
        if isinstance(told, Processing):
            told = _ended(told, account_with_reference(stored["request"]["debit"]).course.decline)
            record = outcome_to_record(told)
            ended = {**stored, "state": record["state"], "outcome": record}
            await self._ledger.replace(key, PROCESSING, ended)
        if not isinstance(told, Approved | Declined):
            raise NotFound("payment", key)
        return told


def _ended(told: Processing, decline: Decline | None) -> Approved | Declined:
    if decline is None:
        return Approved(reference=told.reference, assessment=told.assessment)
    refused = replace(
        told.assessment,
        type="issuer_declined",
        network_status="declined_by_network",
        reason=decline.code,
        seller_message=f"The bank returned the decline code `{decline.code}`.",
        advice_code=decline.advice_code,
    )
    return Declined(code=decline.code, message=decline.message, assessment=refused)
