"""Two small charts: bars in a box that the browser stretches, and a table that says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import log10

from paydesk.core.deliveries import is_success
from paydesk.pages.inspector.words import duration, moment
from paydesk.storage.inspection import ATTEMPTS_SHOWN_MAX, PaymentsInHour, TimedAttempt

WIDTH, HEIGHT = 480, 120
GAP = 3

HOURS_SHOWN = 24
SCALE_MS_MAX = 30_000
"""The longest that an attempt takes: the top of the logarithmic scale."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle, measured from the top left corner."""

    x: int
    y: int
    width: int
    height: int
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """What is drawn, and what is said in its place. `rows` are as wide as `columns`."""

    id: str
    title: str
    summary: str
    bars: Sequence[Bar]
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    width: int = WIDTH
    height: int = HEIGHT


def payments_chart(counted: Sequence[PaymentsInHour], now: int) -> Chart:
    """Charges of the last 24 hours, those that failed above those that succeeded."""
    hours = range(now // 3600 - HOURS_SHOWN + 1, now // 3600 + 1)
    counts = {(each.hour, each.status): each.count for each in counted}
    paid = [counts.get((hour, "succeeded"), 0) for hour in hours]
    failed = [counts.get((hour, "failed"), 0) for hour in hours]
    most = max(map(sum, zip(paid, failed, strict=True)))
    bars = []
    for place, (good, bad) in enumerate(zip(paid, failed, strict=True)):
        good_height, bad_height = _scaled(good, most), _scaled(bad, most)
        bars.append(_bar(place, HOURS_SHOWN, good_height, 0, "good"))
        bars.append(_bar(place, HOURS_SHOWN, bad_height, good_height, "bad"))
    return Chart(
        id="payments",
        title="Payments, last 24 hours",
        summary=f"{sum(paid)} succeeded, {sum(failed)} failed",
        bars=[bar for bar in bars if bar.height],
        columns=("Hour (UTC)", "Succeeded", "Failed"),
        rows=[
            (_hour(hour), str(good), str(bad))
            for hour, good, bad in zip(hours, paid, failed, strict=True)
            if good or bad
        ],
    )


def deliveries_chart(attempts: Sequence[TimedAttempt]) -> Chart:
    """How long the latest attempts took, on a logarithmic scale up to 30 seconds."""
    good = [each for each in attempts if is_success(each.status_code)]
    times_ms = sorted(each.duration_ms for each in good)
    middle = duration(times_ms[len(times_ms) // 2] * 1_000) if times_ms else "none arrived"
    return Chart(
        id="deliveries",
        title="Webhook deliveries, latest",
        summary=f"{len(good)} of {len(attempts)} attempts taken, median {middle}"
        if attempts
        else "no attempts",
        bars=[
            _bar(place, ATTEMPTS_SHOWN_MAX, _log(each.duration_ms), 0, _tone(each))
            for place, each in enumerate(attempts)
        ],
        columns=("Time (UTC)", "Event", "Outcome", "Took"),
        rows=[_row(each) for each in reversed(attempts)],
    )


def _tone(attempt: TimedAttempt) -> str:
    return "good" if is_success(attempt.status_code) else "bad"


def _row(attempt: TimedAttempt) -> tuple[str, ...]:
    outcome = str(attempt.status_code or attempt.error or "no answer")
    took = duration(attempt.duration_ms * 1_000)
    return moment(attempt.started_at_ms * 1_000).text, attempt.type, outcome, took


def _bar(place: int, places: int, height: int, above: int, tone: str) -> Bar:
    step = WIDTH // places
    return Bar(place * step, HEIGHT - above - height, max(2, step - GAP), height, tone)


def _scaled(count: int, most: int) -> int:
    return -(-count * HEIGHT // most) if most else 0


def _log(duration_ms: int) -> int:
    part = log10(1 + duration_ms) / log10(1 + SCALE_MS_MAX)
    return max(2, min(HEIGHT, round(part * HEIGHT)))


def _hour(hour: int) -> str:
    return datetime.fromtimestamp(hour * 3600, UTC).strftime("%d %b %H:00")
