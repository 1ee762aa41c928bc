"""When the next attempt is made."""

from __future__ import annotations

import pytest

from paydesk.webhooks.deliver import Delivered, Outcome, Refused, Unreachable, state_after
from paydesk.webhooks.schedule import (
    LIVE,
    RETRY_AFTER_SECONDS_MAX,
    SANDBOX,
    Schedule,
    delay_after,
    retry_after_seconds,
)

MIDDLE = 0.5
NOW = 784_111_400.0
"""Six minutes and 17 seconds before the date of the examples: 06 Nov 1994 08:49:37 GMT."""


@pytest.mark.parametrize("schedule", [SANDBOX, LIVE])
def test_the_first_attempt_is_at_once_and_each_wait_is_longer(schedule: Schedule) -> None:
    assert schedule[0] == 0
    assert list(schedule) == sorted(set(schedule))


def test_the_live_schedule_is_that_of_standard_webhooks() -> None:
    hours, minutes, seconds = 75, 35, 5
    assert sum(LIVE) == hours * 3600 + minutes * 60 + seconds
    assert len(LIVE) == 10


def test_a_sandbox_gives_up_within_hours() -> None:
    assert 3600 < sum(SANDBOX) < 4 * 3600


@pytest.mark.parametrize("schedule", [SANDBOX, LIVE])
def test_each_failure_waits_for_its_place_in_the_schedule(schedule: Schedule) -> None:
    waits = [delay_after(number, schedule, MIDDLE, None) for number in range(1, len(schedule))]
    assert waits == pytest.approx(list(schedule[1:]))


def test_the_last_failure_ends_it() -> None:
    assert delay_after(len(SANDBOX), SANDBOX, MIDDLE, None) is None
    assert delay_after(len(SANDBOX), SANDBOX, MIDDLE, 5) is None


@pytest.mark.parametrize(("jitter", "part"), [(0.0, 0.8), (0.5, 1.0), (0.999_999, 1.2)])
def test_a_delay_varies_by_a_fifth(jitter: float, part: float) -> None:
    assert delay_after(2, LIVE, jitter, None) == pytest.approx(300 * part, rel=1e-5)


@pytest.mark.parametrize(
    ("asked", "waits"),
    [
        (None, 5),
        (0, 5),
        (4, 5),
        (120, 120),
        (RETRY_AFTER_SECONDS_MAX, RETRY_AFTER_SECONDS_MAX),
        (RETRY_AFTER_SECONDS_MAX + 1, RETRY_AFTER_SECONDS_MAX),
        (float("inf"), RETRY_AFTER_SECONDS_MAX),
    ],
)
def test_an_endpoint_may_ask_for_more_time_but_not_for_ever(
    asked: float | None, waits: float
) -> None:
    assert delay_after(1, SANDBOX, MIDDLE, asked) == waits


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("120", 120),
        ("0", 0),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 377),
        ("Sun, 06 Nov 1994 08:40:00 GMT", 0),
        ("-1", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("٣", None),
        ("Sun, 99 Nov 1994 08:49:37 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(header, NOW) == seconds


@pytest.mark.parametrize(
    ("outcome", "number", "expected"),
    [
        (Delivered(200, ""), 1, ("succeeded", 0)),
        (Delivered(204, ""), 99, ("succeeded", 0)),
        (Refused(500, ""), 1, ("pending", 5)),
        (Refused(302, ""), 2, ("pending", 30)),
        (Refused(503, "", 60), 1, ("pending", 60)),
        (Refused(500, ""), len(SANDBOX), ("failed", 0)),
        (Refused(410, ""), 1, ("failed", 0)),
        (Unreachable("reset"), 1, ("pending", 5)),
        (Unreachable("reset"), len(SANDBOX), ("failed", 0)),
    ],
)
def test_what_follows_an_attempt(
    outcome: Outcome, number: int, expected: tuple[str, float]
) -> None:
    assert state_after(outcome, number, SANDBOX, MIDDLE) == expected
