"""Customers: buyers whom a merchant knows, and what is kept about them between checkouts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from paydesk.core.sessions import Address, Shipping
from paydesk.core.tax import TaxExempt


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """One buyer of one account. Times are Unix seconds.

    A deleted customer stays on record: payments point to it, and only that it is deleted is shown.
    """

    id: str
    account: str
    created: int
    email: str | None = None
    name: str | None = None
    phone: str | None = None
    description: str | None = None
    business_name: str | None = None
    individual_name: str | None = None
    address: Address | None = None
    shipping: Shipping | None = None
    tax_exempt: TaxExempt = "none"
    preferred_locales: tuple[str, ...] = ()
    default_payment_method: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    deleted: bool = False
