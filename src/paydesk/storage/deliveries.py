"""Deliveries: the queue between what happened and the endpoints that want to hear of it.

`due_at_ms` of the pending rows is the queue. A worker takes a row by a *lease*: it moves the due
time past the moment when an attempt must have ended, and adds one to the row's `lease`. The number
is the fencing token: whoever still holds it may record how the attempt went; if the worker dies,
the row falls due again by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from operator import attrgetter

from paydesk.core.deliveries import PENDING, SUCCEEDED, Delivery, DeliveryAttempt
from paydesk.core.events import Event
from paydesk.core.webhook_endpoints import WebhookEndpoint
from paydesk.storage import delivery_lines
from paydesk.storage.database import Row, Transaction
from paydesk.storage.delivery_slots import Due, Room

GIVEN = "id, account, event, endpoint, state, attempts, due_at_ms, lease, api_version"
COLUMNS = GIVEN + ", resends, counted, line"
ATTEMPT_COLUMNS = "id, delivery, number, started_at_ms, duration_ms, status_code, error, answer"

INSERT = f"INSERT INTO deliveries ({GIVEN}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"

INSERT_LATE = f"""
INSERT INTO deliveries ({GIVEN}, late, counted)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, 0)
"""

INSERT_IN_LINE = f"""
INSERT INTO deliveries ({GIVEN}, line, place)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""

TO_ENDPOINT = "SELECT id, state, line FROM deliveries WHERE event = $1 AND endpoint = $2"

RESEND = """
UPDATE deliveries
SET state = 'pending', due_at_ms = $2, lease = lease + 1, resends = resends + 1,
    line = CASE WHEN state = 'pending' THEN line END,
    place = CASE WHEN state = 'pending' THEN place END
WHERE id = $1
"""

DUE = """
SELECT id, lease, endpoint,
    (SELECT concurrency FROM webhook_endpoints WHERE webhook_endpoints.id = deliveries.endpoint)
FROM deliveries WHERE state = 'pending' AND due_at_ms <= $1
"""
DUE_FIRST = " ORDER BY due_at_ms, id LIMIT $2"

LEASE = f"""
UPDATE deliveries
SET due_at_ms = $3, lease = lease + 1
WHERE id = $1 AND lease = $2 AND state = 'pending'
RETURNING {COLUMNS}
"""

NEXT_DUE = "SELECT due_at_ms FROM deliveries WHERE state = 'pending'"
NEXT_DUE_FIRST = " ORDER BY due_at_ms LIMIT 1"

INSERT_ATTEMPT = f"""
INSERT INTO delivery_attempts ({ATTEMPT_COLUMNS})
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""

SETTLE = """
UPDATE deliveries
SET state = $3, attempts = $4, due_at_ms = $5, counted = $6
WHERE id = $1 AND lease = $2 AND state = 'pending'
"""

CANCEL = """
UPDATE deliveries SET state = 'canceled' WHERE id = $1 AND lease = $2 AND state = 'pending'
"""

CANCEL_FOR_ENDPOINT = """
UPDATE deliveries SET state = 'canceled' WHERE endpoint = $1 AND state = 'pending'
"""

EVENT_DELIVERED = """
UPDATE events SET pending_webhooks = pending_webhooks - 1 WHERE id = $1
"""

OF_EVENT = f"SELECT {COLUMNS} FROM deliveries WHERE event = $1"

COUNT = "SELECT count(*) FROM deliveries WHERE event = $1 AND late = 0"

ATTEMPTS_OF = f"""
SELECT {ATTEMPT_COLUMNS} FROM delivery_attempts WHERE delivery = $1 ORDER BY number, id
"""

UNTRIED = """
SELECT 1 FROM events JOIN deliveries ON deliveries.event = events.id
WHERE events.object_id = $1 AND events.type = $2
    AND deliveries.state = 'pending' AND deliveries.attempts = 0
LIMIT 1
"""


def enqueue(
    tx: Transaction,
    event: Event,
    endpoints: Iterable[WebhookEndpoint],
    now_ms: int,
    new_id: Callable[[str], str],
) -> None:
    """Queue the event for each endpoint, due at once, in the transaction that writes the event.

    Workers are woken once that is committed.
    """
    for endpoint in endpoints:
        head = (new_id("whd"), event.account, event.id, endpoint.id)
        version = None if endpoint.api_version == event.api_version else endpoint.api_version
        line = endpoint.line_for(event.object_id)
        if line is None:
            tx.run(INSERT, (*head, PENDING, 0, now_ms, 0, version))
        else:
            place, due_at_ms = delivery_lines.join(tx, endpoint.id, line, now_ms)
            tx.run(INSERT_IN_LINE, (*head, PENDING, 0, due_at_ms, 0, version, line, place))
        tx.notify()


def resend(tx: Transaction, event: str, endpoint: str, now_ms: int) -> bool:
    """Make the event due at the endpoint again; False when it never was meant for it.

    Whoever is sending it at this moment has the lease no more. What is done already leaves its line
    and goes out of turn. What still stands in one keeps its place: the line's head is due instead.
    """
    delivery_lines.hold(tx, endpoint)
    row = tx.one(TO_ENDPOINT, (event, endpoint))
    if row is None:
        return False
    id, state, line = row
    if line is not None and state == PENDING:
        id = delivery_lines.head(tx, line)
    tx.run(RESEND, (id, now_ms))
    return True


def enqueue_late(
    tx: Transaction, id: str, event: Event, endpoint: str, now_ms: int, api_version: str | None
) -> None:
    """Queue the event for an endpoint that did not listen when it happened."""
    head = (id, event.account, event.id, endpoint)
    tx.run(INSERT_LATE, (*head, PENDING, 0, now_ms, 0, api_version))


def claim_due(
    tx: Transaction, now_ms: int, lease_ms: int, limit: int, room: Room
) -> list[Delivery]:
    """Take up to `limit` due deliveries, the longest due first, each until `now_ms + lease_ms`.

    An endpoint that has no `room` gets no more, however many wait for it, and so keeps nobody else
    waiting.
    """
    claimed: list[Delivery] = []
    while len(claimed) < limit:
        wanted = limit - len(claimed)
        due = _due(tx, now_ms, wanted, room.full())
        for one in sorted(due, key=attrgetter("endpoint")):  # two who claim take slots in one order
            if room.take(tx, one, now_ms, now_ms + lease_ms):
                claimed += _lease(tx, one.id, one.lease, now_ms + lease_ms)
        if len(due) < wanted:
            break
    return claimed


def next_due(tx: Transaction, except_for: Collection[str] = ()) -> int | None:
    """When the next delivery is due, in Unix milliseconds, leaving out these endpoints' ones."""
    sql = NEXT_DUE + _except_for(except_for, first=1) + NEXT_DUE_FIRST
    row = tx.one(sql, tuple(except_for))
    return None if row is None else row[0]


def waiting(tx: Transaction) -> tuple[int, int | None]:
    """How many deliveries are not done, and when the first of them was due (milliseconds)."""
    row = tx.one("SELECT count(*), min(due_at_ms) FROM deliveries WHERE state = 'pending'")
    return (0, None) if row is None else (row[0], row[1])


def record(
    tx: Transaction, claimed: Delivery, attempt: DeliveryAttempt, *, state: str, due_at_ms: int
) -> bool:
    """Write the attempt down and move the delivery to `state`, if it is still ours to move.

    The attempt was made and is kept in any case. False says that the delivery was canceled
    meanwhile, or the lease ran out and another worker has it. The first success takes one off the
    event's `pending_webhooks`, which counts what "hasn't been successfully delivered".
    """
    tx.run(
        INSERT_ATTEMPT,
        (
            attempt.id, attempt.delivery, attempt.number, attempt.started_at_ms,
            attempt.duration_ms, attempt.status_code, attempt.error, attempt.answer,
        ),
    )  # fmt: skip
    if claimed.line is not None:
        delivery_lines.hold(tx, claimed.endpoint)
    held = (claimed.id, claimed.lease)
    counted = int(claimed.counted and state != SUCCEEDED)
    if tx.run(SETTLE, (*held, state, attempt.number, due_at_ms, counted)) == 0:
        return False
    if claimed.counted and state == SUCCEEDED:
        tx.run(EVENT_DELIVERED, (claimed.event,))
    if claimed.line is not None and state != PENDING:
        delivery_lines.release(tx, claimed.line, attempt.ended_at_ms)
    return True


def cancel(tx: Transaction, claimed: Delivery) -> bool:
    """Give up a delivery that we hold, and what stands in line behind it.

    False when it is not ours any more.
    """
    if claimed.line is not None:
        delivery_lines.hold(tx, claimed.endpoint)
    if tx.run(CANCEL, (claimed.id, claimed.lease)) == 0:
        return False
    if claimed.line is not None:
        delivery_lines.cancel_behind(tx, claimed.line)
    return True


def cancel_for_endpoint(tx: Transaction, endpoint: str) -> int:
    """Give up whatever waits for this endpoint and tell how much that was.

    Its lines are held: who joins one at this moment would wait for ever behind what is given up.
    """
    delivery_lines.hold(tx, endpoint)
    return tx.run(CANCEL_FOR_ENDPOINT, (endpoint,))


def of_event(tx: Transaction, event: str) -> list[Delivery]:
    """The event's deliveries, in the order of their endpoints."""
    found = [_from_row(row) for row in tx.all(OF_EVENT, (event,))]
    return sorted(found, key=lambda delivery: delivery.id)


def count(tx: Transaction, event: str) -> int:
    """How many endpoints the event was queued for when it happened, delivered or not."""
    row = tx.one(COUNT, (event,))
    return 0 if row is None else row[0]


def attempts_of(tx: Transaction, delivery: str) -> list[DeliveryAttempt]:
    """Every attempt of the delivery, the first one first."""
    return [_attempt_from_row(row) for row in tx.all(ATTEMPTS_OF, (delivery,))]


def first_answered(tx: Transaction, object_id: str, type: str) -> bool:
    """Whether every endpoint has been tried with the events of this type about this object.

    Successful or not; also true where nobody listens.
    """
    return tx.one(UNTRIED, (object_id, type)) is None


def _due(tx: Transaction, now_ms: int, limit: int, except_for: Collection[str]) -> list[Due]:
    sql = DUE + _except_for(except_for, first=3) + DUE_FIRST + tx.skip_locked
    return [Due(*row) for row in tx.all(sql, (now_ms, limit, *except_for))]


def _except_for(endpoints: Collection[str], *, first: int) -> str:
    """A condition that leaves out these endpoints, which are the parameters from `first` on."""
    if not endpoints:
        return ""
    numbers = range(first, first + len(endpoints))
    return " AND endpoint NOT IN (" + ", ".join(f"${number}" for number in numbers) + ")"


def _lease(tx: Transaction, id: str, lease: int, until_ms: int) -> list[Delivery]:
    return [_from_row(row) for row in tx.all(LEASE, (id, lease, until_ms))]


def _from_row(row: Row) -> Delivery:
    return Delivery(
        id=row[0], account=row[1], event=row[2], endpoint=row[3], state=row[4], attempts=row[5],
        due_at_ms=row[6], lease=row[7], api_version=row[8], resends=row[9],
        counted=bool(row[10]), line=row[11],
    )  # fmt: skip


def _attempt_from_row(row: Row) -> DeliveryAttempt:
    return DeliveryAttempt(
        id=row[0], delivery=row[1], number=row[2], started_at_ms=row[3], duration_ms=row[4],
        status_code=row[5], error=row[6], answer=row[7],
    )  # fmt: skip
