"""What the buttons do: a test stands in for a buyer, and an event is sent again."""

from __future__ import annotations

from paydesk.core.buyers import NOTHING_TOLD
from paydesk.core.errors import Forbidden, InvalidRequest
from paydesk.core.sessions import CustomerDetails, Session
from paydesk.pages.inspector.page_views import CARDS, DEBITS
from paydesk.payments.scripted import scripted_account, scripted_card
from paydesk.services import inspection, resends, test_clocks, test_helpers
from paydesk.services.answers import Answer
from paydesk.services.context import Call
from paydesk.services.desk import Desk
from paydesk.services.test_helpers import Purchase
from paydesk.storage.database import Transaction

ADVANCE_SECONDS = 3600
DEBIT = "debit_"
"""How the buttons for direct debits are named, before what is to happen."""


class Actions:
    """All of them take the roads that the API takes."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def pay(self, session: str, name: str) -> None:
        """Pay as the button of this name says, as a buyer who passes what a bank asks.

        Raises Forbidden outside the sandbox, NotFound, InvalidRequest for what can't be paid so.
        """
        call = await self._sandbox_call(session)
        if name not in dict((*CARDS, *DEBITS)):
            raise InvalidRequest("There is no such test card.", param="card")
        outcome = name.removeprefix(DEBIT)
        purchase = Purchase(
            session=session,
            card=None if outcome != name else scripted_card(outcome),
            account=None if outcome == name else scripted_account(outcome),
            quantities={},
            authenticated=True,
            told=NOTHING_TOLD,
            billing=CustomerDetails(),
        )
        await test_helpers.pay(self._desk, call, purchase, None, _nothing)

    async def expire(self, session: str) -> None:
        """End the session. Raises Forbidden outside the sandbox, NotFound, InvalidRequest."""
        call = await self._sandbox_call(session)
        await self._desk.database.write(lambda tx: test_helpers.expire(tx, call, session))

    async def advance(self, session: str) -> None:
        """Move the clock of the session's account an hour on. Raises as `expire` does."""
        call = await self._sandbox_call(session)
        await test_clocks.advance(self._desk, call, ADVANCE_SECONDS, None)

    async def resend(self, event: str) -> None:
        """Send the event once more. Raises NotFound, InvalidRequest when nobody would get it."""

        def story(tx: Transaction) -> int:
            call = inspection.call_for_event(tx, self._desk, event)
            return resends.to_everyone(tx, call, event)

        await self._desk.database.write(story)

    async def _sandbox_call(self, session: str) -> Call:
        if not self._desk.server.sandbox:
            raise Forbidden("Only a sandbox's sessions can be paid or ended here.")
        return await self._desk.database.read(
            lambda tx: inspection.call_for_session(tx, self._desk, session)
        )


def _nothing(tx: Transaction, session: Session) -> Answer:
    return Answer(200, b"")
