"""The pay story, the only one in two transactions:

    reserve   the session is open, its total is the one that the buyer saw; an attempt is written
    ask       the processor, under the attempt's key, with no transaction open
    record    what it said: the charge, the session's new state, the events, the answer

A fault or a crash between any two of these leaves a reserved attempt. Settling it means to give its
key up: the processor tells what became of it, or that nothing ever will. That is recorded; nobody
is charged again. While an attempt is reserved, nothing else may change the session.

A payment that takes its time is recorded as processing; `collect.py` hears what became of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field, replace

import structlog

from paydesk.core.buyers import NOTHING_TOLD, Told
from paydesk.core.errors import (
    AmountMismatch,
    Busy,
    InvalidRequest,
    NotFound,
    PaydeskError,
    Unavailable,
)
from paydesk.core.payments import (
    ABANDONED,
    ATTEMPTS_MAX,
    RESERVED,
    Attempt,
    PaymentMethod,
)
from paydesk.core.sepa_debit import check_allowed
from paydesk.core.sessions import (
    COMPLETE,
    CustomerDetails,
    Session,
    check_expected_amount,
    check_open,
    complete,
)
from paydesk.core.tax import TaxLocation
from paydesk.payments.processor import DebitToken, Outcome, Processor, Token, type_of
from paydesk.services import (
    answers,
    buyers,
    intents,
    mandates,
    outcomes,
    payment_methods,
    session_customers,
    sessions,
)
from paydesk.services import payment_intents as direct
from paydesk.services.answers import Answer
from paydesk.services.context import Call
from paydesk.services.events import append
from paydesk.services.payment_intents import Reserved, Show
from paydesk.services.tax_answers import with_tax
from paydesk.services.taxes import FAILED
from paydesk.storage import attempts, idempotency
from paydesk.storage import payment_methods as stored_methods
from paydesk.storage import sessions as stored_sessions
from paydesk.storage.database import Database, Transaction
from paydesk.storage.idempotency import Key

log = structlog.get_logger("paydesk.payments")

ASK_SECONDS_MAX = 20
"""How long the processor may take for one answer."""

RECOVERY_AFTER_SECONDS = 60
"""A reserved attempt this old has nobody left who works on it: two questions take less."""

RECOVERY_BATCH = 100

_NOT_MADE = "The payment could not be made. Nothing was charged; please try again."
_UNKNOWN = (
    "We don't know yet whether the payment went through, and will find out. Please try again in a "
    "minute: nobody is charged twice."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """A buyer's wish to pay: `expected_amount` is the total they saw, in minor units.

    What pays is a stored payment method's id, or a new one's token and billing details. `told` is
    what the session asks for besides it. `save_payment_method` is the buyer's wish.
    """

    session: str
    expected_amount: int | None = None
    payment_method: str | None = None
    token: Token | None = None
    billing: CustomerDetails = field(default_factory=CustomerDetails)
    told: Told = NOTHING_TOLD
    tax_location: TaxLocation | None = None
    save_payment_method: bool = False


class Cashier:
    """Tells the pay story on a database and a processor."""

    def __init__(self, database: Database, processor: Processor) -> None:
        self._database = database
        self._processor = processor

    async def confirm(self, call: Call, wanted: Confirmation, key: Key | None) -> Answer:
        """Pay the session. The answer is the payment page, or the card's refusal (402).

        Raises InvalidRequest when the session can't be paid like this, Busy while another payment
        of it is in flight: nothing is charged then. Raises Unavailable when the processor or the
        database fails; its message tells whether something may have been charged.
        """
        reserved = await with_tax(
            call, lambda call: self._database.write(lambda tx: _reserve(tx, call, wanted, key))
        )
        return await self._pay(call, reserved)

    async def confirm_intent(
        self, call: Call, wanted: direct.Wanted, key: Key | None, show: Show
    ) -> Answer:
        """Pay an intent without a session, which is made if it isn't there yet.

        The answer is the intent, or the card's refusal (402). Raises as `confirm`.
        """
        reserved = await self._database.write(lambda tx: direct.reserve(tx, call, wanted, key))
        return await self._pay(call, reserved, show)

    async def _pay(
        self, call: Call, reserved: Reserved | Answer, show: Show = direct.shown
    ) -> Answer:
        if isinstance(reserved, Answer):
            return reserved
        asking = self._processor.authorise(reserved.question)
        return await self._carry_out(call, reserved.attempt, asking, show)

    async def authenticate(self, call: Call, attempt_id: str, *, passed: bool) -> Answer:
        """Go on with a payment whose buyer has answered the bank.

        Raises NotFound for an attempt that does not wait for that any more, InvalidRequest when
        the session has ended meanwhile, Unavailable as `confirm`.
        """
        attempt = await self._database.write(
            lambda tx: _reserve_again(tx, call, attempt_id, passed=passed)
        )
        asking = self._processor.complete_authentication(
            attempt.processor_key, authenticated=passed
        )
        return await self._carry_out(call, attempt, asking)

    async def recover(self, call: Call, *, reserved_before: int) -> int:
        """Settle attempts reserved at or before `reserved_before` (Unix seconds); tell how many.

        One that can't be settled now keeps nobody else waiting; it is found again next time.
        """
        settled, last = 0, ""
        while found := await self._unresolved(reserved_before, last):
            for attempt in found:
                settled += await self._try_to_settle(call, attempt)
            last = found[-1].id
        return settled

    async def _unresolved(self, reserved_before: int, after: str) -> list[Attempt]:
        return await self._database.read(
            lambda tx: attempts.unresolved(tx, reserved_before, after, RECOVERY_BATCH)
        )

    async def _try_to_settle(self, call: Call, attempt: Attempt) -> bool:
        theirs = replace(
            call.of(attempt.account), version=attempt.api_version,
            request_id=attempt.request_id, idempotency_key=attempt.idempotency_key,
        )  # fmt: skip
        try:
            await self._settle(theirs, attempt)
        except Busy:  # somebody else has settled it meanwhile
            return False
        except Exception:
            log.exception("payment not settled", attempt=attempt.id)
            return False
        return True

    async def _carry_out(
        self, call: Call, attempt: Attempt, asking: Awaitable[Outcome], show: Show = direct.shown
    ) -> Answer:
        """Ask and record. After a fault, settle at once; whoever comes later may do it as well."""
        try:
            async with asyncio.timeout(ASK_SECONDS_MAX):
                outcome = await asking
            return await self._record(call, attempt, outcome, show)
        except Busy:
            raise
        except Exception:
            log.exception("payment failed", attempt=attempt.id)
        try:
            settled = await self._settle(call, attempt, show)
        except Exception as error:
            raise Unavailable(_UNKNOWN) from error
        if settled is None:
            raise Unavailable(_NOT_MADE)
        return settled

    async def _settle(
        self, call: Call, attempt: Attempt, show: Show = direct.shown
    ) -> Answer | None:
        """Record what became of the attempt. None: nothing, and the buyer may try again."""
        async with asyncio.timeout(ASK_SECONDS_MAX):
            outcome = await self._decided(attempt)
        if outcome is None:
            await self._database.write(lambda tx: _release(tx, attempt))
            return None
        return await self._record(call, attempt, outcome, show)

    async def _decided(self, attempt: Attempt) -> Outcome | None:
        if attempt.authenticated is None:
            return await self._processor.give_up(attempt.processor_key)
        return await self._processor.complete_authentication(
            attempt.processor_key, authenticated=attempt.authenticated
        )

    async def _record(self, call: Call, attempt: Attempt, outcome: Outcome, show: Show) -> Answer:
        return await self._database.write(lambda tx: _record(tx, call, attempt, outcome, show))


def _reserve(
    tx: Transaction, call: Call, wanted: Confirmation, key: Key | None
) -> Reserved | Answer:
    """The first transaction: an attempt to ask the processor about, or an answer without one."""
    known = None if key is None else answers.begin(tx, key)
    if known is not None:
        return known
    session = sessions.hold(tx, call, wanted.session)
    if session.status == COMPLETE:
        check_expected_amount(session, wanted.expected_amount)
        return _finish(tx, call, _page_answer(tx, call, session))
    sessions.require_open(tx, session, call.now)
    session = _with_buyer(tx, call, session, wanted)
    try:
        check_expected_amount(session, wanted.expected_amount)
    except AmountMismatch as error:
        # Answered, not raised: what the address did to tax and total is kept, and shown next.
        return _refuse_and_release(tx, key, error)
    sessions.give_up_challenge(tx, session)
    if session.amount_total == 0:
        return _finish(tx, call, _complete_for_nothing(tx, call, session, wanted))
    return _write_attempt(tx, call, session, wanted)


def _with_buyer(tx: Transaction, call: Call, session: Session, wanted: Confirmation) -> Session:
    """The session knowing what comes with the confirmation, taxed by where the buyer is."""
    changes = buyers.at_confirmation(session, wanted.told, wanted.billing, wanted.tax_location)
    unknown = session.tax_status == FAILED
    if unknown or buyers.with_changes(session, changes) is not session:
        session = sessions.update_by_buyer(tx, call, session.id, changes).session
    buyers.check_place(session)
    return session


def _complete_for_nothing(
    tx: Transaction, call: Call, session: Session, wanted: Confirmation
) -> Answer:
    """An order that costs nothing needs no payment."""
    buyers.check_complete(session, wanted.billing)
    done = replace(
        complete(session, payment_status="no_payment_required"),
        customer_details=outcomes.buyer_of(session, wanted.billing),
    )
    call = outcomes.by_buyer(call)
    done = stored_sessions.update(tx, session_customers.settle(tx, call, done))
    append(tx, call, "checkout.session.completed", sessions.shown(call, done))
    return _page_answer(tx, call, done)


def _write_attempt(tx: Transaction, call: Call, session: Session, wanted: Confirmation) -> Reserved:
    tries = attempts.count(tx, session.id)
    if tries >= ATTEMPTS_MAX:
        raise InvalidRequest(
            "This Checkout Session has been tried too often. Start a new one.", code="rate_limit"
        )
    id = call.id("attempt")
    method = _method(tx, call, session, wanted, id)
    buyers.check_complete(session, method.billing)
    intent = intents.of(tx, outcomes.by_buyer(call), session)
    attempt = Attempt(
        id=id,
        account=call.account,
        created=call.server_now,
        session=session.id,
        payment_intent=intent.id,
        payment_method=method.id,
        amount=session.amount_total,
        currency=session.currency,
        processor_key=f"{intent.id}:{tries + 1}",
        request_id=call.request_id,
        idempotency_key=call.idempotency_key,
        api_version=call.version,
    )
    attempts.insert(tx, attempt)
    mandates.accept(tx, call, method, intent, mandates.ON_THE_PAGE)
    token = payment_methods.token_of(method)
    return Reserved(attempt, token, session.payment_intent_data.description)


def _method(
    tx: Transaction, call: Call, session: Session, wanted: Confirmation, attempt: str
) -> PaymentMethod:
    """What the attempt with this id pays with: unless a customer keeps it, nothing else will."""
    redisplay = payment_methods.redisplay_of(session, save=wanted.save_payment_method)
    if wanted.token is None:
        method = payment_methods.for_session(tx, call, session, wanted.payment_method)
        payment_methods.spend(tx, method, attempt)
        return method
    check_allowed(type_of(wanted.token), session.payment_method_types)
    billing = wanted.billing
    if isinstance(wanted.token, DebitToken):
        billing = buyers.owner_of_account(session, billing)
    return payment_methods.create(
        tx, call, wanted.token, billing=billing, allow_redisplay=redisplay, spent_on=attempt
    )


def _reserve_again(tx: Transaction, call: Call, attempt_id: str, *, passed: bool) -> Attempt:
    attempt = attempts.get(tx, attempt_id)
    if attempt is None or attempt.account != call.account:
        raise NotFound("payment", attempt_id)
    if attempt.session is None:
        raise NotFound("payment", attempt_id)
    session = sessions.hold(tx, call, attempt.session)
    check_open(session, call.now)
    reserved = replace(
        attempt, state=RESERVED, authenticated=passed, created=call.server_now, idempotency_key=None
    )
    if attempt.state != "requires_action" or not attempts.move(tx, attempt, reserved):
        raise NotFound("payment", attempt_id)
    return reserved


def _record(tx: Transaction, call: Call, attempt: Attempt, outcome: Outcome, show: Show) -> Answer:
    """The last transaction: what the processor said, once, whoever comes first to say it.

    Who comes second is told that the session is paid, if it is; Busy is raised otherwise.
    """
    if attempt.session is None:
        return _finish(tx, call, direct.record(tx, call, attempt, outcome, show))
    session = sessions.hold(tx, call, attempt.session)
    if session.status == COMPLETE:
        return _page_answer(tx, call, session)
    refused = outcomes.record(tx, call, attempt, outcome)
    if refused is not None:
        return _finish(tx, call, answers.refusal(refused))
    return _finish(tx, call, _page_answer(tx, call, session))


def _release(tx: Transaction, attempt: Attempt) -> None:
    """Nothing came of the attempt: the buyer may try again, also with the same card and key.

    Unless somebody else has released it: the key may be taken by its next request then.
    """
    released = attempts.move(tx, attempt, replace(attempt, state=ABANDONED))
    if released:
        stored_methods.give_back(tx, attempt.payment_method, attempt.id)
    if released and attempt.session is None:
        direct.release(tx, attempt)
    if released and attempt.idempotency_key is not None:
        idempotency.release(tx, attempt.account, attempt.idempotency_key)


def _page_answer(tx: Transaction, call: Call, session: Session) -> Answer:
    shown = sessions.shown_page(call, sessions.page(tx, call, session.id))
    return answers.answer(shown, call.version)


def _finish(tx: Transaction, call: Call, given: Answer) -> Answer:
    if call.idempotency_key is not None:
        idempotency.finish(tx, call.account, call.idempotency_key, given.status, given.body)
    return given


def _refuse_and_release(tx: Transaction, key: Key | None, error: PaydeskError) -> Answer:
    if key is not None:
        idempotency.release(tx, key.account, key.key)
    return answers.refusal(error)
