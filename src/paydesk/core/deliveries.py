"""Deliveries: one event on its way to one endpoint, and each attempt to bring it there.

pending ──2xx──────────────────────────> succeeded
  ├──the schedule is exhausted─────────> failed
  └──the endpoint is gone or disabled──> canceled
any of these ──the merchant wants it once more──> pending
"""

from __future__ import annotations

from dataclasses import dataclass

BEHIND_MS = 2**53 - 1
"""When a delivery is due that stands in line behind another: not yet."""

PENDING, SUCCEEDED, FAILED, CANCELED = "pending", "succeeded", "failed", "canceled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event for one endpoint.

    `attempts` counts those recorded so far. While the state is pending, `due_at_ms` says when the
    next one starts, or, during an attempt, when another worker may take it over. `lease` grows
    each time a worker takes it: only the latest taker may say how it went. `api_version` is None
    where the event goes out in its own. `resends` are attempts that the merchant asked for, on top
    of the schedule's. While it is `counted`, the event has it among its `pending_webhooks`. In a
    `line` it waits until those before it are done.
    """

    id: str
    account: str
    event: str
    endpoint: str
    state: str = PENDING
    attempts: int = 0
    due_at_ms: int
    lease: int = 0
    api_version: str | None = None
    resends: int = 0
    counted: bool = True
    line: str | None = None

    @property
    def is_behind(self) -> bool:
        """Whether it waits for another in its line."""
        return self.state == PENDING and self.due_at_ms == BEHIND_MS

    @property
    def holder(self) -> str:
        """Who holds what is held as long as this lease lasts."""
        return lease_name(self.id, self.lease)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryAttempt:
    """One request to the endpoint: what was answered, cut short, or why there is no answer."""

    id: str
    delivery: str
    number: int
    started_at_ms: int
    duration_ms: int
    status_code: int | None = None
    error: str | None = None
    answer: str = ""

    @property
    def ended_at_ms(self) -> int:
        """When it was over, in Unix milliseconds."""
        return self.started_at_ms + self.duration_ms


def lease_name(delivery: str, lease: int) -> str:
    """The name of one lease of a delivery."""
    return f"{delivery} {lease}"


def is_success(status_code: int | None) -> bool:
    """Whether an endpoint that answered so has taken the event; None is no answer at all."""
    return status_code is not None and 200 <= status_code < 300


@dataclass(frozen=True, slots=True)
class Disorder:
    """What a test wants of its webhooks, so that a handler shows whether it bears it.

    Each comes `copies` times, at least `delay_ms` late; events that happen within `shuffle_ms`
    come in any order.
    """

    copies: int = 1
    delay_ms: int = 0
    shuffle_ms: int = 0


ORDERLY = Disorder()
