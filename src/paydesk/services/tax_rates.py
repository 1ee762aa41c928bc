"""Tax rates of the merchant's own: create, read, change, put on lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from paydesk.core.errors import NotFound
from paydesk.core.manual_tax_rates import TaxRate, chosen
from paydesk.core.metadata import merged
from paydesk.core.tax import LineTax
from paydesk.render.tax_rates import tax_rate as rendered
from paydesk.services.context import Call
from paydesk.services.events import append
from paydesk.storage import tax_rates
from paydesk.storage.database import Transaction


def create(tx: Transaction, call: Call, fields: dict[str, Any]) -> TaxRate:
    """A new rate from the fields of `core.manual_tax_rates.TaxRate`."""
    id, created = call.stamped("txr")
    rate = TaxRate(id=id, account=call.account, created=created, **fields)
    tax_rates.insert(tx, rate)
    append(tx, call, "tax_rate.created", rendered(rate))
    return rate


def get(tx: Transaction, call: Call, id: str, *, param: str = "tax_rate") -> TaxRate:
    """One of the account's rates. Raises NotFound."""
    rate = tax_rates.get(tx, call.account, id)
    if rate is None:
        raise NotFound("tax rate", id, param=param)
    return rate


def update(tx: Transaction, call: Call, id: str, changes: dict[str, Any]) -> TaxRate:
    """The rate with these fields changed; `metadata` is merged, None clears it. Raises NotFound."""
    before = tax_rates.hold(tx, call.account, id)
    if before is None:
        raise NotFound("tax rate", id, param="tax_rate")
    if "metadata" in changes:
        changes["metadata"] = merged(before.metadata, changes["metadata"])
    rate = replace(before, **changes)
    if rate != before:
        tax_rates.update(tx, rate)
        append(tx, call, "tax_rate.updated", rendered(rate), before=rendered(before))
    return rate


def on_line(tx: Transaction, call: Call, ids: Sequence[str], *, param: str) -> tuple[LineTax, ...]:
    """The taxes of a line that is to bear the rates with these ids.

    `param` names them in the request. Raises NotFound, and InvalidRequest as `chosen` does.
    """
    rates = [get(tx, call, id, param=f"{param}[{place}]") for place, id in enumerate(ids)]
    return chosen(rates, param=param)
