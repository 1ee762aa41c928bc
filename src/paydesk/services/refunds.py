"""Giving money back, in two transactions around the question, as the pay story:

    reserve   the amount is set aside on the charge, a refund is written under a key of its own
    ask       the processor, under that key, with no transaction open
    record    what it said: the refund, the charge, the events, the answer

A fault or a crash in between leaves a refund that nobody has answered. Asking again under its key
gives no money back twice, so that is what whoever finds it does. Who asked for it is told that it
is pending. Refunds that end later are asked about when the processor said to.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import structlog

from paydesk.core.errors import InvalidRequest, NotFound
from paydesk.core.metadata import merged
from paydesk.core.payments import Charge
from paydesk.core.refunds import FAILED, Refund, answered, set_aside, undone
from paydesk.payments.processor import Processor, RefundOutcome, RefundRequest
from paydesk.render import Json
from paydesk.render.locales import DEFAULT_LOCALE, locale_data
from paydesk.render.money_format import format_money
from paydesk.render.payments import charge as rendered_charge
from paydesk.render.refunds import refund as rendered
from paydesk.services import answers
from paydesk.services.answers import Answer
from paydesk.services.context import Call
from paydesk.services.events import append
from paydesk.storage import charges, idempotency, payment_intents, refunds
from paydesk.storage.database import Database, Transaction
from paydesk.storage.idempotency import Key

log = structlog.get_logger("paydesk.refunds")

ASK_SECONDS_MAX = 20
"""How long the processor may take for one answer."""

RECOVERY_AFTER_SECONDS = 60
"""A refund without an answer this old has nobody left who works on it."""

FOLLOW_UP_BATCH = 100

Show = Callable[[Transaction, Refund], Json]
"""The refund as its request wants it shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a merchant wants back: `amount` in minor units, None for all that is left.

    `currency` is refused when it is not the charge's: money goes back as it came.
    """

    charge: str | None = None
    payment_intent: str | None = None
    amount: int | None = None
    currency: str | None = None
    reason: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Reserved:
    """What the processor is to be asked, and for which refund."""

    refund: Refund
    request: RefundRequest


class Refunder:
    """Tells the story of a refund on a database and a processor."""

    def __init__(self, database: Database, processor: Processor) -> None:
        self._database = database
        self._processor = processor

    async def refund(self, call: Call, wanted: Wanted, key: Key | None, show: Show) -> Answer:
        """Give money back. The answer is the refund; pending, when nobody knows better.

        Raises NotFound or InvalidRequest when there is nothing to give back like this.
        """
        reserved = await self._database.write(lambda tx: _reserve(tx, call, wanted, key))
        if isinstance(reserved, Answer):
            return reserved
        outcome = await self._ask(reserved)
        return await self._database.write(
            lambda tx: _record(tx, call, reserved.refund, outcome, show)
        )

    async def follow_up(self, call: Call, *, due_before: int) -> int:
        """Ask about refunds due by `due_before` (Unix seconds), one batch; tell how many moved on.

        One that can't be asked about now keeps nobody else waiting; it is due again later.
        """
        found = await self._database.read(lambda tx: refunds.due(tx, due_before, FOLLOW_UP_BATCH))
        moved = 0
        for refund in found:
            moved += await self._follow_up(call, refund)
        return moved

    async def _follow_up(self, call: Call, refund: Refund) -> bool:
        if refund.answered:
            return await self._hear_news(call.of(refund.account), refund)
        theirs = replace(
            call.of(refund.account), version=refund.api_version,
            request_id=refund.request_id, idempotency_key=refund.idempotency_key,
        )  # fmt: skip
        reserved = await self._database.read(lambda tx: _reserved_before(tx, refund))
        outcome = await self._ask(reserved)
        await self._database.write(
            lambda tx: _record(tx, theirs, refund, outcome, lambda _, done: rendered(done))
        )
        return outcome is not None

    async def _ask(self, reserved: _Reserved) -> RefundOutcome | None:
        """What the processor says; None when it says nothing, or nothing that can be understood."""
        try:
            async with asyncio.timeout(ASK_SECONDS_MAX):
                return await self._processor.refund(reserved.request)
        except Exception:
            log.exception("refund not answered", refund=reserved.refund.id)
            return None

    async def _hear_news(self, call: Call, refund: Refund) -> bool:
        try:
            async with asyncio.timeout(ASK_SECONDS_MAX):
                outcome = await self._processor.refund_news(refund.id)
        except Exception:
            log.exception("no news of a refund", refund=refund.id)
            await self._database.write(lambda tx: _postpone(tx, call, _held(tx, refund)[1]))
            return False
        await self._database.write(lambda tx: _record_news(tx, call, refund, outcome))
        return True


def get(tx: Transaction, call: Call, id: str) -> Refund:
    """One of the account's refunds. Raises NotFound."""
    refund = refunds.get(tx, call.account, id)
    if refund is None:
        raise NotFound("refund", id, param="refund")
    return refund


def update(tx: Transaction, call: Call, id: str, metadata: dict[str, str] | None) -> Refund:
    """The refund with these changes to its metadata; None clears it. Raises NotFound."""
    before = refunds.hold(tx, call.account, id)
    if before is None:
        raise NotFound("refund", id, param="refund")
    after = replace(before, metadata=merged(before.metadata, metadata))
    if after != before:
        refunds.update(tx, after)
        _tell_change(tx, call, before, after)
    return after


def cancel(tx: Transaction, call: Call, id: str) -> Refund:
    """Never: only refunds that wait for their buyer can be, and those to a card don't wait."""
    refund = get(tx, call, id)
    raise InvalidRequest(
        "Only refunds with the status `requires_action` can be canceled. This refund has the "
        f"status `{refund.status}`.",
        param="refund",
    )


def _reserve(tx: Transaction, call: Call, wanted: Wanted, key: Key | None) -> _Reserved | Answer:
    """The first transaction: a refund to ask the processor about, or the answer of its key."""
    known = None if key is None else answers.begin(tx, key)
    if known is not None:
        return known
    charge = _charge(tx, call, wanted)
    if wanted.currency not in (None, charge.currency):
        raise InvalidRequest(
            f"The charge was made in {charge.currency.upper()} and is refunded in it.",
            param="currency",
        )
    amount = _amount(charge, wanted.amount)
    id, created = call.stamped("re")
    refund = Refund(
        id=id,
        account=call.account,
        created=created,
        charge=charge.id,
        payment_intent=charge.payment_intent,
        amount=amount,
        currency=charge.currency,
        ask_at=call.server_now + RECOVERY_AFTER_SECONDS,
        reason=wanted.reason,
        metadata=wanted.metadata,
        request_id=call.request_id,
        idempotency_key=call.idempotency_key,
        api_version=call.version,
    )
    charges.update_refunds(tx, set_aside(charge, amount))
    refunds.insert(tx, refund)
    return _reserved(refund, charge)


def _charge(tx: Transaction, call: Call, wanted: Wanted) -> Charge:
    """The charge that is meant, held. Raises NotFound, or InvalidRequest if it took no money."""
    if wanted.payment_intent is not None:
        return _charge_of_intent(tx, call, wanted.payment_intent)
    id = wanted.charge or ""
    charge = charges.hold(tx, call.account, id)
    if charge is None:
        raise NotFound("charge", id, param="charge")
    if charge.status == "pending":
        raise InvalidRequest(
            f"Charge {id} is pending: it can be refunded once it has succeeded.", param="charge"
        )
    if charge.status != "succeeded":
        raise InvalidRequest(f"Charge {id} failed: there is nothing to refund.", param="charge")
    return charge


def _charge_of_intent(tx: Transaction, call: Call, id: str) -> Charge:
    intent = payment_intents.get(tx, call.account, id)
    if intent is None:
        raise NotFound("payment_intent", id, param="payment_intent")
    latest = intent.latest_charge
    charge = None if latest is None else charges.hold(tx, call.account, latest)
    if charge is None or charge.status != "succeeded":
        raise InvalidRequest(
            f"This PaymentIntent ({id}) does not have a successful charge to refund.",
            param="payment_intent",
        )
    return charge


def _amount(charge: Charge, wanted: int | None) -> int:
    """What goes back. Raises InvalidRequest for more than is left."""
    if charge.refundable == 0:
        raise InvalidRequest(
            f"Charge {charge.id} has already been refunded.", code="charge_already_refunded"
        )
    amount = charge.refundable if wanted is None else wanted
    if amount > charge.refundable:
        raise InvalidRequest(_too_much(charge, amount), param="amount")
    return amount


def _too_much(charge: Charge, amount: int) -> str:
    locale = locale_data(DEFAULT_LOCALE)
    asked = format_money(amount, charge.currency, locale)
    left = format_money(charge.refundable, charge.currency, locale)
    whole = charge.refundable == charge.amount
    most = "charge amount" if whole else "unrefunded amount on charge"
    return f"Refund amount ({asked}) is greater than {most} ({left})"


def _reserved_before(tx: Transaction, refund: Refund) -> _Reserved:
    charge = charges.get(tx, refund.account, refund.charge)
    if charge is None:
        raise LookupError(f"{refund.id} points to a charge that is gone")
    return _reserved(refund, charge)


def _reserved(refund: Refund, charge: Charge) -> _Reserved:
    request = RefundRequest(
        key=refund.id,
        payment_key=charge.processor_key,
        amount=refund.amount,
        currency=refund.currency,
    )
    return _Reserved(refund, request)


def _record(
    tx: Transaction, call: Call, reserved: Refund, outcome: RefundOutcome | None, show: Show
) -> Answer:
    """The last transaction: what the processor said, once, whoever comes first to say it."""
    charge, before = _held(tx, reserved)
    refund = before
    if not before.answered and outcome is None:
        refund = _postpone(tx, call, before)
    elif not before.answered and outcome is not None:
        refund = _answered(call, before, outcome)
        refunds.update(tx, refund)
        _tell(tx, call, refund, charge, answered(charge, refund))
    given = answers.answer(show(tx, refund), call.version)
    if call.idempotency_key is not None:
        idempotency.finish(tx, call.account, call.idempotency_key, given.status, given.body)
    return given


def _record_news(tx: Transaction, call: Call, known: Refund, outcome: RefundOutcome) -> None:
    charge, before = _held(tx, known)
    if before.ask_at is None:
        return
    after = _answered(call, before, outcome)
    refunds.update(tx, after)
    if after.status == before.status:
        return
    _tell_change(tx, call, before, after)
    if after.status == FAILED:
        append(tx, call, "refund.failed", rendered(after))
        less = undone(charge, after)
        charges.update_refunds(tx, less)
        shown = rendered_charge(less)
        append(tx, call, "charge.updated", shown, before=rendered_charge(charge))


def _held(tx: Transaction, refund: Refund) -> tuple[Charge, Refund]:
    """Both as they are, held in the order in which every story of refunds holds them."""
    charge = charges.hold(tx, refund.account, refund.charge)
    now = refunds.hold(tx, refund.account, refund.id)
    if charge is None or now is None:
        raise LookupError(f"{refund.id} or its charge is gone")
    return charge, now


def _answered(call: Call, refund: Refund, outcome: RefundOutcome) -> Refund:
    seconds = outcome.ask_again_seconds
    return replace(
        refund,
        answered=True,
        status=outcome.status,
        failure_reason=outcome.failure_reason,
        ask_at=None if seconds is None else call.server_now + seconds,
    )


def _postpone(tx: Transaction, call: Call, refund: Refund) -> Refund:
    """Ask again later."""
    later = replace(refund, ask_at=call.server_now + RECOVERY_AFTER_SECONDS)
    refunds.update(tx, later)
    return later


def _tell(tx: Transaction, call: Call, refund: Refund, before: Charge, after: Charge) -> None:
    """Save what became of the charge, and say that there is a refund."""
    charges.update_refunds(tx, after)
    append(tx, call, "refund.created", rendered(refund))
    if refund.status == FAILED:
        append(tx, call, "refund.failed", rendered(refund))
    else:
        shown = rendered_charge(after)
        append(tx, call, "charge.refunded", shown, before=rendered_charge(before))


def _tell_change(tx: Transaction, call: Call, before: Refund, after: Refund) -> None:
    """Under both of the names that the event has had."""
    for type in ("refund.updated", "charge.refund.updated"):
        append(tx, call, type, rendered(after), before=rendered(before))
