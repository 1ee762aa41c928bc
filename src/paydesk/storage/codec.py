"""Columns that hold JSON: small values that are read and written whole."""

from __future__ import annotations

from typing import Any

import orjson

from paydesk.core.sessions import Address, CustomerDetails
from paydesk.core.tax import BuyerTaxId


def dump(value: Any) -> str:
    """The JSON text of a plain value."""
    return orjson.dumps(value).decode()


def load(text: str | None) -> Any:
    """The plain value of a JSON text; None stays None."""
    return None if text is None else orjson.loads(text)


def dump_details(details: CustomerDetails | None) -> str | None:
    """What a buyer said of themselves."""
    return None if details is None else dump(details)


def load_details(text: str | None) -> CustomerDetails | None:
    """The opposite of `dump_details`."""
    if text is None:
        return None
    fields = orjson.loads(text)
    address = fields.pop("address")
    tax_ids = fields.pop("tax_ids", ())
    return CustomerDetails(
        **fields,
        address=None if address is None else Address(**address),
        tax_ids=tuple(BuyerTaxId(**tax_id) for tax_id in tax_ids),
    )
