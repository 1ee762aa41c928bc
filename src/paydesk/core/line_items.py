"""Line items and the rules of adjustable quantity. This is what Paydesk exists for.

Source of the rules: Stripe's guide "Make line item quantities adjustable". The wording of the
messages is ours: they are shown to buyers as they stand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NoReturn

from paydesk.core.errors import InvalidRequest, NotFound
from paydesk.core.prices import Price, Product
from paydesk.core.tax import LineTax

DEFAULT_MINIMUM = 0
DEFAULT_MAXIMUM = 99
MAXIMUM_MAX = 999_999
"""The highest `adjustable_quantity.maximum`, and the highest quantity at all."""

LINE_ITEMS_MAX = 100
"""Lines of one session in payment mode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustableQuantity:
    """What the merchant configured; None means that the default holds."""

    enabled: bool
    minimum: int | None = None
    maximum: int | None = None

    @property
    def floor(self) -> int:
        """The lowest quantity that the buyer may choose."""
        return DEFAULT_MINIMUM if self.minimum is None else self.minimum

    @property
    def ceiling(self) -> int:
        """The highest quantity that the buyer may choose."""
        return DEFAULT_MAXIMUM if self.maximum is None else self.maximum


@dataclass(frozen=True, slots=True, kw_only=True)
class LineItem:
    """One line of a session, with the amounts that `totals.recalculate` gave it (minor units)."""

    id: str
    price: Price
    product: Product
    quantity: int
    adjustable_quantity: AdjustableQuantity | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    amount_subtotal: int = 0
    amount_tax: int = 0
    amount_total: int = 0
    taxes: tuple[LineTax, ...] = ()

    @property
    def description(self) -> str:
        """What the buyer reads on the line."""
        return self.product.name

    @property
    def buyer_may_change(self) -> bool:
        """Whether the buyer may choose the quantity."""
        return self.adjustable_quantity is not None and self.adjustable_quantity.enabled


def check_new_line(line: LineItem, *, param: str) -> None:
    """Refuse a line whose quantity or bounds can't stand; `param` is its place in the request."""
    adjustable = line.adjustable_quantity
    if adjustable is not None:
        _check_bounds(adjustable, param=f"{param}[adjustable_quantity]")
        if adjustable.enabled:
            _check_within(line.quantity, adjustable, param=f"{param}[quantity]")
    _check_between(line.quantity, 1, MAXIMUM_MAX, param=f"{param}[quantity]")


def _check_bounds(adjustable: AdjustableQuantity, *, param: str) -> None:
    """Bounds must make sense even while they are switched off: they are stored and shown."""
    if adjustable.minimum is not None:
        _check_between(adjustable.minimum, 0, MAXIMUM_MAX, param=f"{param}[minimum]")
    if adjustable.maximum is not None:
        _check_between(adjustable.maximum, 1, MAXIMUM_MAX, param=f"{param}[maximum]")
    if adjustable.floor > adjustable.ceiling:
        _refuse(
            f"The minimum ({adjustable.floor}) can't be greater than the maximum "
            f"({adjustable.ceiling}).",
            f"{param}[minimum]",
        )


def _check_within(quantity: int, adjustable: AdjustableQuantity, *, param: str) -> None:
    if quantity > adjustable.ceiling:
        hint = "" if adjustable.maximum is not None else (
            f" ({DEFAULT_MAXIMUM} is the default `adjustable_quantity[maximum]`; set a higher one "
            "to sell more)"
        )  # fmt: skip
        _refuse(f"This value must be less than or equal to {adjustable.ceiling}{hint}.", param)
    if quantity < adjustable.floor:
        _refuse(f"This value must be greater than or equal to {adjustable.floor}.", param)


def _check_between(value: int, lowest: int, highest: int, *, param: str) -> None:
    if value < lowest:
        _refuse(f"This value must be greater than or equal to {lowest}.", param)
    if value > highest:
        _refuse(f"This value must be less than or equal to {highest}.", param)


def _refuse(message: str, param: str) -> NoReturn:
    raise InvalidRequest(message, code="parameter_invalid_integer", param=param)


def change_quantity(
    lines: Sequence[LineItem],
    line_id: str,
    quantity: int,
    *,
    param: str = "quantity",
    line_param: str = "line_item_id",
) -> tuple[LineItem, ...]:
    """The lines after the buyer chose `quantity` for one of them; 0 removes it.

    `param` and `line_param` name the request's parameters for the quantity and the line. Raises
    NotFound for a line that is not among `lines`, InvalidRequest for one that the buyer may not
    change, a quantity outside the bounds, or the removal of the only line.
    """
    line = find(lines, line_id, param=line_param)
    _check_buyers_choice(line, quantity, only_line=len(lines) == 1, param=param)
    if quantity == 0:
        return tuple(other for other in lines if other.id != line_id)
    changed = replace(line, quantity=quantity)
    return tuple(changed if other.id == line_id else other for other in lines)


def find(lines: Sequence[LineItem], line_id: str, *, param: str = "line_item_id") -> LineItem:
    """The line with this id. Raises NotFound, the same for a foreign line and for none."""
    for line in lines:
        if line.id == line_id:
            return line
    raise NotFound("line item", line_id, param=param)


def _check_buyers_choice(line: LineItem, quantity: int, *, only_line: bool, param: str) -> None:
    adjustable = line.adjustable_quantity
    if adjustable is None or not adjustable.enabled:
        _refuse("The quantity of this item can't be changed.", param)
    if quantity > adjustable.ceiling:
        _refuse(f"You can order at most {adjustable.ceiling}.", param)
    if quantity < adjustable.floor:
        _refuse(f"You need to order at least {adjustable.floor}.", param)
    if quantity == 0 and only_line:
        _refuse("This is the only item left, so it can't be removed.", param)


def removable(line: LineItem, lines: Sequence[LineItem]) -> bool:
    """Whether the buyer may take this line out: bounds from 0, and not the only one."""
    adjustable = line.adjustable_quantity
    return (
        adjustable is not None and adjustable.enabled and adjustable.floor == 0 and len(lines) > 1
    )
