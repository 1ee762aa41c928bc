"""Customers: buyers whom a merchant knows, and what is kept about them between checkouts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from paydesk.core.sessions import Address, Shipping
from paydesk.core.tax import TaxExempt

_PLACES = (("country",), ("state", "postal_code"), ("city",), ("line1", "line2"))
"""The parts of an address from large to small: what lies in one place lies in no other."""

_ZIP_DIGITS = 5
"""Of a ZIP code, which may go on with four more for a few houses."""


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


def address_after(saved: Address | None, told: Address) -> Address:
    """What is kept of a customer's address once a buyer has told one, whole or in part.

    A street is the end of a whole address, which replaces the saved one. Where less was asked (the
    country and the postal code of a card), the rest is kept as long as it lies where the buyer
    says: another country, state or postal code makes what is below it wrong.
    """
    if saved is None or told.line1 is not None:
        return told
    kept: dict[str, str | None] = {}
    moved = False
    for parts in _PLACES:
        given = {part: getattr(told, part) for part in parts}
        known = {part: getattr(saved, part) for part in parts}
        moved = moved or any(_differ(part, known[part], given[part], saved) for part in parts)
        kept |= given if moved else {part: known[part] or given[part] for part in parts}
    return Address(**kept)


def _differ(part: str, known: str | None, given: str | None, saved: Address) -> bool:
    if known is None or given is None:
        return False
    one, other = _plain(known), _plain(given)
    if part == "postal_code" and saved.country == "US":
        return one[:_ZIP_DIGITS] != other[:_ZIP_DIGITS]
    return one != other


def _plain(text: str) -> str:
    """Without what people write in more than one way: capitals, spaces and hyphens."""
    return "".join(text.split()).replace("-", "").casefold()
