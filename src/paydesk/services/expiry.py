"""Sessions end on time by themselves."""

from __future__ import annotations

from collections.abc import Iterable

from paydesk.core.errors import Busy
from paydesk.services import sessions
from paydesk.services.context import Call
from paydesk.storage import sessions as stored_sessions
from paydesk.storage import test_clocks
from paydesk.storage.database import Transaction

SESSIONS_PER_STORY_MAX = 50


def expire_due(tx: Transaction, call: Call) -> int:
    """Close open sessions whose time is over, some at a time; tell how many were closed.

    A session whose payment is in flight keeps its place until that is decided.
    """
    return _close(tx, call, stored_sessions.due(tx, call.now, SESSIONS_PER_STORY_MAX))


def expire_by_test_clocks(tx: Transaction, call: Call) -> int:
    """As `expire_due`, of the accounts whose clocks a test has moved on."""
    return _close(tx, call, test_clocks.due(tx, call.server_now, SESSIONS_PER_STORY_MAX))


def _close(tx: Transaction, call: Call, found: Iterable[tuple[str, str]]) -> int:
    closed = 0
    for id, account in found:
        theirs = call.of(account)
        session = stored_sessions.get(tx, account, id)
        if session is None:
            continue
        try:
            sessions.close(tx, theirs, session)
        except Busy:
            continue
        closed += 1
    return closed
