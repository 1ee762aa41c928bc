"""Answered requests, for the merchant to look at. Written many at once, beside the requests."""

from __future__ import annotations

from collections.abc import Sequence

from paydesk.core.request_log import ROWS_KEPT_MAX, LoggedRequest
from paydesk.storage.codec import dump, load
from paydesk.storage.database import Row, Transaction, Value
from paydesk.storage.paging import Condition, Listed, Page, escaped, select_page

COLUMNS = (
    "id, account, created, method, path, status, duration_ms, idempotency_key, parameters, answer,"
    " error, ignored, refused_later"
)

INSERT = f"""
INSERT INTO request_logs ({COLUMNS})
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
"""

AFTER = f"SELECT {COLUMNS} FROM request_logs WHERE account = $1 AND id > $2 ORDER BY id LIMIT $3"

FORGET = """
DELETE FROM request_logs
WHERE id <= (SELECT id FROM request_logs ORDER BY id DESC LIMIT 1 OFFSET $1)
"""


def insert_all(tx: Transaction, requests: Sequence[LoggedRequest]) -> None:
    """Write them down."""
    for request in requests:
        tx.run(INSERT, _values(request))


def after(tx: Transaction, account: str, id: str, limit: int) -> list[LoggedRequest]:
    """The account's requests later than the id, the oldest first."""
    return [_from_row(row) for row in tx.all(AFTER, (account, id, limit))]


def get(tx: Transaction, id: str) -> LoggedRequest | None:
    """The request with this id, or None."""
    row = tx.one(f"SELECT {COLUMNS} FROM request_logs WHERE id = $1", (id,))
    return None if row is None else _from_row(row)


def list_page(
    tx: Transaction, account: str, conditions: list[Condition], page: Page
) -> Listed[LoggedRequest]:
    """The account's requests, newest first."""
    select = f"SELECT {COLUMNS} FROM request_logs"
    rows = select_page(tx, select, [("account = ?", account), *conditions], page)
    return Listed([_from_row(row) for row in rows.items], rows.has_more)


def under(path: str) -> Condition:
    """Only requests whose path begins like this."""
    return r"path LIKE ? ESCAPE '\'", escaped(path) + "%"


def answered_with(statuses: range) -> Condition:
    """Only requests with one of these statuses, which begin with the same digit."""
    first, last = statuses[0], statuses[-1]
    return "status / 100 = ? AND status BETWEEN ? AND ?", (first // 100, first, last)


def forget_most(tx: Transaction) -> int:
    """Keep the newest `ROWS_KEPT_MAX`; tell how many went."""
    return tx.run(FORGET, (ROWS_KEPT_MAX,))


def _values(request: LoggedRequest) -> tuple[Value, ...]:
    return (
        request.id, request.account, request.created, request.method, request.path,
        request.status, request.duration_ms, request.idempotency_key, request.parameters,
        request.answer, None if request.error is None else dump(request.error),
        dump(request.ignored), request.refused_later,
    )  # fmt: skip


def _from_row(row: Row) -> LoggedRequest:
    return LoggedRequest(
        id=row[0], account=row[1], created=row[2], method=row[3], path=row[4], status=row[5],
        duration_ms=row[6], idempotency_key=row[7], parameters=row[8], answer=row[9],
        error=load(row[10]), ignored=tuple(load(row[11])), refused_later=row[12],
    )  # fmt: skip
