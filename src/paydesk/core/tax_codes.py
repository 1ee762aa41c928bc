"""Product tax codes: Stripe's ids for kinds of products, as far as a rate here depends on them.

Stripe has hundreds. Any of them may be given; those that are not listed here are told apart by
their first digits alone, as Stripe has ordered them: 10 digital, 20 services, 3 and 4 goods.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Category(StrEnum):
    """The kinds of products that rates tell apart."""

    GOODS = "goods"
    BOOKS = "books"
    EBOOKS = "e-books"
    FOOD = "food"
    DIGITAL = "digital services"
    SERVICES = "services"
    SHIPPING = "shipping"
    NONTAXABLE = "nontaxable"


@dataclass(frozen=True, slots=True)
class TaxCode:
    """One code: Stripe's `id` and `name` for it; the description is ours."""

    id: str
    name: str
    description: str
    category: Category


CODES: Final = (
    TaxCode("txcd_00000000", "Nontaxable", "What no tax is due on anywhere.", Category.NONTAXABLE),
    TaxCode("txcd_10000000", "General - Electronically Supplied Services",
            "Anything that is delivered over the internet by software.", Category.DIGITAL),
    TaxCode("txcd_10103000", "Software as a service (SaaS) - personal use",
            "Software that a person uses over the internet.", Category.DIGITAL),
    TaxCode("txcd_10103001", "Software as a service (SaaS) - business use",
            "Software that a business uses over the internet.", Category.DIGITAL),
    TaxCode("txcd_10302000",
            "Digital Books - downloaded - non subscription - with permanent rights",
            "A book as a file that the buyer keeps.", Category.EBOOKS),
    TaxCode("txcd_20030000", "General - Services",
            "Work that somebody does for the buyer.", Category.SERVICES),
    TaxCode("txcd_35010000", "Books", "A printed book.", Category.BOOKS),
    TaxCode("txcd_40040000", "Food for Non-Immediate Consumption",
            "Groceries: food that is eaten later and elsewhere.", Category.FOOD),
    TaxCode("txcd_92010001", "Shipping", "Bringing the goods to the buyer.", Category.SHIPPING),
    TaxCode("txcd_99999999", "General - Tangible Goods",
            "Anything that can be touched and has no code of its own.", Category.GOODS),
)  # fmt: skip

BY_ID: Final = {code.id: code for code in CODES}

GOODS, SHIPPING = "txcd_99999999", "txcd_92010001"

_BY_FIRST_DIGITS: Final = {
    "10": Category.DIGITAL, "20": Category.SERVICES, "92": Category.SHIPPING,
}  # fmt: skip
_DIGITS_START: Final = len("txcd_")


def category_of(code: str) -> Category:
    """The kind of product that a tax code stands for."""
    known = BY_ID.get(code)
    if known is not None:
        return known.category
    digits = code[_DIGITS_START : _DIGITS_START + 2]
    return _BY_FIRST_DIGITS.get(digits, Category.GOODS)
