"""Products, and prices: of one payment, or of one that comes again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

Metadata = Mapping[str, str]

UNIT_AMOUNT_PLACES_MAX = 12
"""Decimal places of `unit_amount_decimal`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What is sold. Inline `product_data` makes one that is not `active`."""

    id: str
    account: str
    created: int
    updated: int
    name: str
    active: bool = True
    description: str | None = None
    images: tuple[str, ...] = ()
    metadata: Metadata = field(default_factory=dict)
    default_price: str | None = None
    shippable: bool | None = None
    statement_descriptor: str | None = None
    tax_code: str | None = None
    unit_label: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurring:
    """How often a price is to be paid. Such a price is kept and shown, and no session sells it."""

    interval: str
    interval_count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What one unit costs: `unit_amount` in minor units, possibly a fraction of one."""

    id: str
    account: str
    created: int
    currency: str
    product: str
    unit_amount: Decimal
    active: bool = True
    lookup_key: str | None = None
    metadata: Metadata = field(default_factory=dict)
    nickname: str | None = None
    recurring: Recurring | None = None
    tax_behavior: str = "unspecified"

    @property
    def unit_amount_whole(self) -> int | None:
        """Minor units, or None when the price is a fraction of one."""
        whole = int(self.unit_amount)
        return whole if whole == self.unit_amount else None
