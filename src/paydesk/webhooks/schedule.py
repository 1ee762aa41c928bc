"""When to try again: schedules as data, and the rule that reads them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime

Schedule = Sequence[float]
"""Seconds from one attempt's end to the next one's start; the first is for the first attempt."""

MINUTES, HOURS = 60, 3600

SANDBOX: Schedule = (0, 5, 30, 2 * MINUTES, 10 * MINUTES, 1 * HOURS, 2 * HOURS)
"""Soon enough to watch while developing, over within a few hours as in Stripe's sandboxes."""

LIVE: Schedule = (
    0, 5, 5 * MINUTES, 30 * MINUTES, 2 * HOURS, 5 * HOURS, 10 * HOURS, 14 * HOURS, 20 * HOURS,
    24 * HOURS,
)  # fmt: skip
"""The schedule of the Standard Webhooks specification: ten attempts in a little over three days."""

JITTER = 0.2
"""Delays vary by this part of themselves, so that what failed together does not return together."""

RETRY_AFTER_SECONDS_MAX = 1 * HOURS
"""How long an endpoint can put the next attempt off, unless the schedule waits longer anyway."""


def delay_after(
    attempt_number: int, schedule: Schedule, jitter: float, retry_after_seconds: float | None
) -> float | None:
    """Seconds to wait after the attempt of this number (from 1) failed; None when it was the last.

    `jitter` from 0 to 1 picks a place in the scheduled delay's ±20 %. What the endpoint asked for
    with `Retry-After` can only lengthen the delay.
    """
    if attempt_number >= len(schedule):
        return None
    scheduled = schedule[attempt_number] * (1 - JITTER + 2 * JITTER * jitter)
    return max(scheduled, min(retry_after_seconds or 0, RETRY_AFTER_SECONDS_MAX))


def retry_after_seconds(header: str | None, now: float) -> float | None:
    """What a `Retry-After` header asks for, seconds or a date; None when it says nothing clear.

    `now` is Unix time in seconds.
    """
    if header is None:
        return None
    if header.isascii() and header.isdigit():
        return float(header)
    date = _date(header)
    return None if date is None else max(0.0, date.timestamp() - now)


def _date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except ValueError:
        return None
