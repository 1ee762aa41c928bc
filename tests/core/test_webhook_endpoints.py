"""When an endpoint is given up, and which secrets sign."""

from __future__ import annotations

import pytest

from paydesk.core.webhook_endpoints import Streak, WebhookEndpoint, after_failure

HOUR, DAY = 3600, 24 * 3600
START = 1_750_000_000


def after_failures(*hours: float) -> Streak:
    """The streak of an endpoint that failed so many hours after the start."""
    streak: Streak | None = None
    for hour in hours:
        streak = after_failure(streak, START + round(hour * HOUR))
    assert streak is not None
    return streak


@pytest.mark.parametrize(
    ("hours", "since", "steady"),
    [
        ((0,), 0, False),
        ((0, 1, 11.9), 0, False),
        ((0, 12), 0, True),
        ((0, 24), 0, True),
        ((0, 24.1), 24.1, False),
        ((0, 1, 25, 30), 25, False),
        ((0, 13, 400), 0, True),
    ],
)
def test_what_fails_again_within_a_day_fails_steadily(
    hours: tuple[float, ...], since: float, steady: bool
) -> None:
    assert after_failures(*hours) == Streak(START + round(since * HOUR), steady=steady)


def test_five_days_of_nothing_else_are_enough() -> None:
    streak = after_failures(0, 13)
    assert not streak.is_over(START + 5 * DAY - 1)
    assert streak.is_over(START + 5 * DAY)


def test_one_failure_a_week_is_not_five_days_of_them() -> None:
    streak = after_failures(0, 7 * 24, 14 * 24)
    assert not streak.is_over(START + 14 * DAY)


def endpoint() -> WebhookEndpoint:
    return WebhookEndpoint(
        id="we_1", account="acct_1", created=START, url="https://shop.example", secret="first",
        enabled_events=("*",), metadata={},
    )  # fmt: skip


def test_a_replaced_secret_signs_until_it_expires() -> None:
    rotated = endpoint().with_secret("second", START, DAY)
    assert rotated.signing_secrets(START) == ["second", "first"]
    assert rotated.signing_secrets(START + DAY - 1) == ["second", "first"]
    assert rotated.signing_secrets(START + DAY) == ["second"]


def test_a_secret_may_expire_at_once() -> None:
    rotated = endpoint().with_secret("second", START, 0)
    assert rotated.signing_secrets(START) == ["second"]


def test_what_expired_is_forgotten_at_the_next_rotation() -> None:
    twice = endpoint().with_secret("second", START, HOUR).with_secret("third", START + 1, HOUR)
    assert twice.signing_secrets(START + 1) == ["third", "second", "first"]
    later = twice.with_secret("fourth", START + 2 * HOUR, HOUR)
    assert [old.secret for old in later.old_secrets] == ["third"]
