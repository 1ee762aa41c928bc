"""Sessions end on time by themselves."""

from __future__ import annotations

from dataclasses import replace

from paydesk.core.errors import Busy
from paydesk.services import sessions
from paydesk.services.context import Call
from paydesk.storage import sessions as stored_sessions
from paydesk.storage.database import Transaction

SESSIONS_PER_STORY_MAX = 50


def expire_due(tx: Transaction, call: Call) -> int:
    """Close open sessions whose time is over, some at a time; tell how many were closed.

    A session whose payment is in flight keeps its place until that is decided.
    """
    closed = 0
    for id, account in stored_sessions.due(tx, call.now, SESSIONS_PER_STORY_MAX):
        theirs = replace(call, account=account)
        session = stored_sessions.get(tx, account, id)
        if session is None:
            continue
        try:
            sessions.close(tx, theirs, session)
        except Busy:
            continue
        closed += 1
    return closed
