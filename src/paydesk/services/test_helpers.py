"""What a test does in the place of a buyer, or of time: the sandbox alone has these.

Paying takes the buyer's own road, `sessions.update_by_buyer` and the cashier, so whatever refuses a
buyer refuses a test as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from paydesk.core import stand_in
from paydesk.core.buyers import Told, location_of
from paydesk.core.payments import REQUIRES_ACTION
from paydesk.core.sepa_debit import CARD
from paydesk.core.sessions import CustomerDetails, Session
from paydesk.payments.cards import SandboxCard, card_with_number
from paydesk.payments.debits import token_from_iban, token_of
from paydesk.payments.ibans import SandboxAccount
from paydesk.payments.processor import CardToken, Token
from paydesk.payments.scripted import IBAN_OUTCOMES, OUTCOMES, typed
from paydesk.payments.tokens import token_from_entry
from paydesk.services import answers, buyers, outcomes, sessions
from paydesk.services.answers import Answer
from paydesk.services.buyers import BuyerChanges
from paydesk.services.confirm import Confirmation
from paydesk.services.context import Call
from paydesk.services.desk import Desk
from paydesk.storage import attempts, idempotency
from paydesk.storage.database import Transaction
from paydesk.storage.idempotency import Key

BILLING = "billing_details"

Show = Callable[[Transaction, Session], Answer]
"""The answer that shows a session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """What the stand-in does: `quantities` by line item id, then the card or the account.

    With neither they pay with what succeeds of what the session offers. `authenticated` is their
    answer if the bank asks who they are.
    """

    session: str
    card: SandboxCard | None = None
    account: SandboxAccount | None = None
    quantities: Mapping[str, int]
    authenticated: bool
    told: Told
    billing: CustomerDetails


async def pay(desk: Desk, call: Call, wanted: Purchase, key: Key | None, show: Show) -> Answer:
    """Change the quantities and pay. The answer is the session: still open if the card was refused.

    Raises as `sessions.update_by_buyer` and `Cashier.confirm` do. The key's answer is kept with the
    last step: after a crash before it, a request that comes again finds a session that is paid, and
    nobody is charged again.
    """
    known = await desk.database.write(lambda tx: _known_answer(tx, key))
    if known is not None:
        return known
    buyer = replace(call, idempotency_key=None)
    confirmation = await desk.database.write(
        lambda tx: _fill_in(tx, buyer, wanted, desk.card_secret)
    )
    answer = await desk.cashier.confirm(buyer, confirmation, None)
    if answer.status not in (200, 402):
        return answer
    await _answer_bank(desk, buyer, wanted)
    return await desk.database.write(
        lambda tx: answers.once(tx, key, lambda: show(tx, sessions.get(tx, call, wanted.session)))
    )


def expire(tx: Transaction, call: Call, id: str) -> Session:
    """The session, closed as by its time: the event names no request. Raises as `expire` does."""
    return sessions.expire(tx, outcomes.by_buyer(call), id)


def _known_answer(tx: Transaction, key: Key | None) -> Answer | None:
    """What the key was answered with; it is not taken yet. Raises as `answers.begin`."""
    if key is None:
        return None
    known = answers.begin(tx, key)
    if known is None:
        idempotency.release(tx, key.account, key.key)
    return known


def _fill_in(tx: Transaction, call: Call, wanted: Purchase, card_secret: bytes) -> Confirmation:
    """Everything that a buyer does before they press the button, and the button's request."""
    session = _with_quantities(tx, call, wanted)
    billing = stand_in.billing(session, wanted.billing)
    told = stand_in.told(session, wanted.told)
    location = location_of(billing.address, param=f"{BILLING}[address]")
    changes = replace(
        buyers.at_confirmation(session, told, billing, location), billing_param=BILLING
    )
    session = sessions.update_by_buyer(tx, call, wanted.session, changes).session
    buyers.check_complete(session, billing, billing_param=BILLING)
    return Confirmation(
        session=wanted.session,
        expected_amount=session.amount_total,
        token=_token(call, session, wanted, billing, card_secret),
        billing=billing,
        told=told,
        tax_location=location,
    )


def _with_quantities(tx: Transaction, call: Call, wanted: Purchase) -> Session:
    session = sessions.get(tx, call, wanted.session)
    for line, quantity in wanted.quantities.items():
        place = f"quantities[{line}]"
        changes = BuyerChanges(
            line_item=line, quantity=quantity, line_param=place, quantity_param=place
        )
        session = sessions.update_by_buyer(tx, call, wanted.session, changes).session
    return session


def _token(
    call: Call, session: Session, wanted: Purchase, billing: CustomerDetails, secret: bytes
) -> Token:
    if wanted.account is not None:
        return token_of(wanted.account, secret)
    if wanted.card is None and CARD not in session.payment_method_types:
        return token_from_iban(IBAN_OUTCOMES["succeeds"], secret=secret, param="iban")
    card = wanted.card or card_with_number(OUTCOMES["succeeds"])
    if card is None:
        raise LookupError("the table has no card that succeeds")
    return _typed_card(call, card, billing, secret)


def _typed_card(
    call: Call, card: SandboxCard, billing: CustomerDetails, secret: bytes
) -> CardToken:
    today = datetime.fromtimestamp(call.now, UTC).date()
    address = billing.address
    entry = typed(
        card,
        today,
        has_line1=address is not None and address.line1 is not None,
        has_postal_code=address is not None and address.postal_code is not None,
    )
    return token_from_entry(entry, secret=secret, now=today)


async def _answer_bank(desk: Desk, call: Call, wanted: Purchase) -> None:
    """Answer the bank's question, if it asks one."""
    attempt = await desk.database.read(lambda tx: attempts.in_flight(tx, wanted.session))
    if attempt is not None and attempt.state == REQUIRES_ACTION:
        await desk.cashier.authenticate(call, attempt.id, passed=wanted.authenticated)
