"""Money is an integer of minor units in one currency. Nothing here is ever a float.

Sources: Stripe's currency documentation (zero- and three-decimal currencies, minimum charge
amounts); `docs/money.md` says where Paydesk decides for itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor

AMOUNT_MAX = 99_999_999
"""The largest total of a session, in minor units."""

_ZERO_DECIMAL = frozenset("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split())
_THREE_DECIMAL = frozenset("bhd jod kwd omr tnd".split())

# Two-decimal on the wire for backwards compatibility, although nothing smaller than the whole
# unit exists: the last two digits must be 00.
_WHOLE_UNITS_ONLY = frozenset({"isk", "ugx"})

_TWO_DECIMAL = frozenset(
    "usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd "
    "cad cdf chf cny cop crc cve czk dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd "
    "hnl htg huf idr ils inr isk jmd kes kgs khr kyd kzt lak lbp lkr lrd lsl mad mdl mkd mmk mnt "
    "mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd pab pen pgk php pkr pln qar ron rsd rub "
    "sar sbd scr sek sgd shp sle sos srd std szl thb tjs top try ttd twd tzs uah ugx uyu uzs wst "
    "xcd xcg yer zar zmw".split()
)

CURRENCIES = _ZERO_DECIMAL | _TWO_DECIMAL | _THREE_DECIMAL

_MINIMUM_CHARGE = {
    **dict.fromkeys("aud brl cad chf eur inr nzd sgd usd".split(), 50),
    "aed": 200, "bgn": 100, "czk": 1500, "dkk": 250, "gbp": 30, "hkd": 400, "huf": 17500,
    "jpy": 50, "mxn": 1000, "myr": 200, "nok": 300, "pln": 200, "ron": 200, "sek": 300, "thb": 1000,
}  # fmt: skip


def exponent(currency: str) -> int:
    """How many decimal places the currency's minor unit has: 0, 2 or 3."""
    if currency in _ZERO_DECIMAL:
        return 0
    return 3 if currency in _THREE_DECIMAL else 2


def minimum_charge(currency: str) -> int:
    """The smallest amount above zero that can be charged, in minor units.

    Currencies without a published minimum have 1: Paydesk invents no limit.
    """
    return _MINIMUM_CHARGE.get(currency, 1)


def smallest_step(currency: str) -> int:
    """Charged amounts must be a multiple of this many minor units."""
    if currency in _WHOLE_UNITS_ONLY:
        return 100
    return 10 if currency in _THREE_DECIMAL else 1


def round_half_up(value: Decimal | Fraction) -> int:
    """The nearest integer; halves go up (1.5 -> 2, 2.5 -> 3, -1.5 -> -1)."""
    return floor(Fraction(value) + Fraction(1, 2))


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Share `total` in proportion to `weights`; the parts always sum to `total`.

    Largest remainder: each part is within one minor unit of its exact share. All weights zero
    share equally. Raises ValueError for no weights or a negative one.
    """
    if not weights or min(weights) < 0:
        raise ValueError("split needs at least one weight and none below zero")
    whole = sum(weights)
    if whole == 0:
        return split(total, [1] * len(weights))
    parts = [total * weight // whole for weight in weights]
    remainders = [total * weight % whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda index: (-remainders[index], index))
    for index in by_remainder[: total - sum(parts)]:
        parts[index] += 1
    return parts


def plain(amount: int, currency: str) -> str:
    """The amount in major units with a dot, for messages: 2050 usd -> '20.50'."""
    places = exponent(currency)
    return f"{Decimal(amount).scaleb(-places):,.{places}f}"
