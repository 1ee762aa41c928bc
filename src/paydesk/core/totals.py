"""The only place where sums are made.

The order, and why:

1. subtotal of each line: unit amount times quantity, multiplied first and rounded once, half up,
   because a fraction of a minor unit may become whole when multiplied (0.05 x 30 = 1.5 -> 2);
2. taxes of each line from its subtotal, rounded per line, because the buyer reads them per line;
   `core/tax.py` has the formulas;
3. total of each line: the subtotal, and its taxes when they are on top;
4. the session: sums of the lines, so that the lines always add up to what is paid.

Discounts (before tax) and shipping (taxed) take their places between 1 and 3 when they come.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from paydesk.core.errors import InvalidRequest
from paydesk.core.line_items import LineItem
from paydesk.core.money import AMOUNT_MAX, minimum_charge, plain, round_half_up, smallest_step
from paydesk.core.tax import LineTax

TaxOf = Callable[[LineItem, int], tuple[LineTax, ...]]
"""The taxes of a line on this amount (minor units, after discounts)."""

_SYMBOLS = {"usd": "$", "eur": "€", "gbp": "£"}
"""Currencies that messages write with their symbol."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The sums of a session, in minor units."""

    subtotal: int
    tax: int
    total: int


def no_tax(line: LineItem, taxable: int) -> tuple[LineTax, ...]:
    """The taxes when there are none, or when they are not known yet."""
    return ()


def recalculate(
    lines: Sequence[LineItem], tax_of: TaxOf = no_tax
) -> tuple[tuple[LineItem, ...], Totals]:
    """Every amount of every line and the session's sums, from prices and quantities alone."""
    priced = tuple(_price_line(line, tax_of) for line in lines)
    return priced, sum_up(priced)


def sum_up(lines: Sequence[LineItem]) -> Totals:
    """The session's sums from lines that carry their amounts."""
    return Totals(
        subtotal=sum(line.amount_subtotal for line in lines),
        tax=sum(line.amount_tax for line in lines),
        total=sum(line.amount_total for line in lines),
    )


def tax_sum(lines: Sequence[LineItem], *, inclusive: bool) -> int:
    """The tax that is inside the prices of these lines, or the one on top of them."""
    return sum(tax.amount for line in lines for tax in line.taxes if tax.inclusive == inclusive)


def _price_line(line: LineItem, tax_of: TaxOf) -> LineItem:
    subtotal = _subtotal(line)
    taxes = tax_of(line, subtotal)
    on_top = sum(tax.amount for tax in taxes if not tax.inclusive)
    return replace(
        line,
        taxes=taxes,
        amount_subtotal=subtotal,
        amount_tax=sum(tax.amount for tax in taxes),
        amount_total=subtotal + on_top,
    )


def _subtotal(line: LineItem) -> int:
    whole = line.price.unit_amount_whole
    if whole is not None:
        return whole * line.quantity
    return round_half_up(Fraction(line.price.unit_amount) * line.quantity)


def check_charge(amount: int, currency: str, *, param: str) -> None:
    """Refuse an amount (minor units) that no single payment can have."""
    step = smallest_step(currency)
    if amount < minimum_charge(currency):
        smallest = _with_symbol(minimum_charge(currency), currency)
        raise InvalidRequest(
            f"Amount must be at least {smallest} {currency}", code="amount_too_small", param=param
        )
    if amount > AMOUNT_MAX:
        largest = _with_symbol(AMOUNT_MAX - AMOUNT_MAX % step, currency)
        raise InvalidRequest(
            f"Amount must be no more than {largest}", code="amount_too_large", param=param
        )
    if amount % step:
        raise InvalidRequest(
            f"Amounts in {currency.upper()} must be a multiple of {step}.", param=param
        )


def check_total(total: int, currency: str, *, param: str | None = None) -> None:
    """Refuse a total (minor units) that can't be charged.

    What can: 0, and multiples of the currency's step from its minimum charge to `AMOUNT_MAX`.
    """
    step = smallest_step(currency)
    if 0 < total < minimum_charge(currency):
        smallest = _with_symbol(minimum_charge(currency), currency)
        raise InvalidRequest(
            "The Checkout Session's total amount due must add up to at least "
            f"{smallest} {currency.upper()}",
            code="amount_too_small",
            param=param,
        )
    if total > AMOUNT_MAX:
        largest = _with_symbol(AMOUNT_MAX - AMOUNT_MAX % step, currency)
        raise InvalidRequest(
            "The Checkout Session's total amount due must be no more than "
            f"{largest if currency in _SYMBOLS else f'{largest} {currency.upper()}'}",
            code="amount_too_large",
            param=param,
        )
    if total % step:
        raise InvalidRequest(
            f"Amounts in {currency.upper()} must be a multiple of {step}; the Checkout Session's "
            f"total is {total}.",
            code="parameter_invalid_integer",
            param=param,
        )


def _with_symbol(amount: int, currency: str) -> str:
    return f"{_SYMBOLS.get(currency, '')}{plain(amount, currency)}"
