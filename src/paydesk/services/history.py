"""Writing down what no event tells, in the transaction of its cause."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

import structlog

from paydesk.core.errors import PaydeskError
from paydesk.core.history import Entry, change_between
from paydesk.core.line_items import LineItem
from paydesk.core.sessions import Session
from paydesk.services.context import Call
from paydesk.storage import session_history
from paydesk.storage.database import Database, Transaction

log = structlog.get_logger("paydesk.history")

VIEWS_REMEMBERED_MAX = 10_000
"""Sessions of which a process remembers that it wrote down their first view."""


def record_change(
    tx: Transaction,
    call: Call,
    by: str,
    before: tuple[Session, Sequence[LineItem]],
    after: tuple[Session, Sequence[LineItem]],
) -> None:
    """Say how `by` changed the order: one statement for one change."""
    change = change_between(by, before, after)
    entry = Entry(id=call.id(session_history.PREFIX), session=after[0].id, change=change)
    session_history.insert(tx, entry)


class FirstViews:
    """Writes down that a buyer opened a page: once for a session, however often it is loaded."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: OrderedDict[str, None] = OrderedDict()

    def is_first(self, session: str) -> bool:
        """Whether this process sees the page opened for the first time."""
        if session in self._known:
            self._known.move_to_end(session)
            return False
        self._known[session] = None
        if len(self._known) > VIEWS_REMEMBERED_MAX:
            self._known.popitem(last=False)
        return True

    async def record(self, call: Call, session: str) -> None:
        """Write the view down, after the buyer has the page: nobody waits for it.

        When it can't be written, the next view is the first one.
        """
        entry = Entry(id=call.id(session_history.PREFIX), session=session)
        try:
            await self._database.write(lambda tx: session_history.insert(tx, entry))
        except PaydeskError as error:
            self._known.pop(session, None)
            log.warning("page view not written down", reason=str(error))
