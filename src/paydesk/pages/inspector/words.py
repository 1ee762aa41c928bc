"""Times, money and lengths of time as the inspector writes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from paydesk.render.locales import locale_data
from paydesk.render.money_format import format_money

ID_CHARACTERS_SHOWN = 8

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment: `text` for people, `iso` for programs. Both are UTC."""

    text: str
    iso: str
    day: str


def moment(at_us: int) -> Moment:
    """A moment in Unix microseconds, to the millisecond."""
    at = datetime.fromtimestamp(at_us // 1_000_000, UTC).replace(microsecond=at_us % 1_000_000)
    text = at.strftime("%H:%M:%S.") + f"{at.microsecond // 1000:03d}"
    return Moment(text=text, iso=at.isoformat(timespec="milliseconds"), day=f"{at:%d %b %Y}")


def duration(us: int) -> str:
    """A length of time in microseconds, in the unit that suits it."""
    if us < SECOND_US:
        return f"{max(0, us) // 1_000} ms"
    if us < MINUTE_US:
        return f"{us / SECOND_US:.1f} s"
    if us < HOUR_US:
        return f"{us // MINUTE_US} min {us % MINUTE_US // SECOND_US} s"
    if us < DAY_US:
        return f"{us // HOUR_US} h {us % HOUR_US // MINUTE_US} min"
    return f"{us // DAY_US} d {us % DAY_US // HOUR_US} h"


def money(amount: int | Decimal, currency: str) -> str:
    """An amount of minor units in English."""
    return format_money(amount, currency, locale_data("en"))


def short(id: str) -> str:
    """An id as a table shows it: its kind, and its last characters."""
    return f"{id[: id.rfind('_') + 1]}…{id[-ID_CHARACTERS_SHOWN:]}"
