"""What happened to sessions beside their events. Rows are only added, and dropped when old."""

from __future__ import annotations

from typing import Any

from paydesk.core.history import ENTRIES_MAX, Change, Entry, LineChange
from paydesk.core.ids import new_id
from paydesk.storage.codec import dump, load
from paydesk.storage.database import Row, Transaction

PREFIX = "hist"

INSERT_OPENED = """
INSERT INTO session_history (id, session, kind, facts) VALUES ($1, $2, 'opened', '{}')
ON CONFLICT DO NOTHING
"""

INSERT_CHANGED = """
INSERT INTO session_history (id, session, kind, facts)
SELECT $1, $2, 'changed', $3
WHERE (SELECT count(*) FROM session_history WHERE session = $2) < $4
"""

OF_SESSION = "SELECT id, session, kind, facts FROM session_history WHERE session = $1 ORDER BY id"

OLD = "SELECT id FROM session_history WHERE id < $1 ORDER BY id LIMIT $2"
FORGET = "DELETE FROM session_history WHERE id = $1"


def insert(tx: Transaction, entry: Entry) -> bool:
    """Write an entry down; False when that was known, or the session has as many as it may."""
    if entry.change is None:
        return tx.run(INSERT_OPENED, (entry.id, entry.session)) == 1
    facts = dump(entry.change)
    return tx.run(INSERT_CHANGED, (entry.id, entry.session, facts, ENTRIES_MAX)) == 1


def of_session(tx: Transaction, session: str) -> list[Entry]:
    """What happened to the session, the first thing first."""
    return [_from_row(row) for row in tx.all(OF_SESSION, (session,))]


def forget_older(tx: Transaction, made_before: int, limit: int) -> int:
    """Drop some entries from before `made_before` (Unix seconds); tell how many."""
    first_kept = new_id(PREFIX, made_before * 1_000_000, bytes)
    old = [id for (id,) in tx.all(OLD + tx.skip_locked, (first_kept, limit))]
    for id in old:
        tx.run(FORGET, (id,))
    return len(old)


def _from_row(row: Row) -> Entry:
    id, session, kind, facts = row
    change = _change_from(load(facts)) if kind == "changed" else None
    return Entry(id=id, session=session, change=change)


def _change_from(facts: dict[str, Any]) -> Change:
    return Change(
        by=facts["by"],
        lines=tuple(LineChange(**line) for line in facts["lines"]),
        tax=tuple(facts["tax"]),
        total=tuple(facts["total"]),
        told=tuple(facts["told"]),
    )
