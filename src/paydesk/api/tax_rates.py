"""`/v1/tax_rates`."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from paydesk.api.lists import created_conditions, listed, page_of
from paydesk.api.params import tax_rates as params
from paydesk.render import Json
from paydesk.render.tax_rates import tax_rate as rendered
from paydesk.services import tax_rates
from paydesk.services.context import Call
from paydesk.storage import tax_rates as stored
from paydesk.storage.database import Transaction


def create(tx: Transaction, call: Call, wanted: params.CreateTaxRate) -> Json:
    """`POST /v1/tax_rates`."""
    fields = wanted.model_dump(exclude_none=True, exclude={"expand"})
    fields["percentage"] = Decimal(fields["percentage"])
    return rendered(tax_rates.create(tx, call, fields))


def retrieve(tx: Transaction, call: Call, wanted: Any, id: str) -> Json:
    """`GET /v1/tax_rates/{tax_rate}`."""
    return rendered(tax_rates.get(tx, call, id))


def update(tx: Transaction, call: Call, wanted: params.UpdateTaxRate, id: str) -> Json:
    """`POST /v1/tax_rates/{tax_rate}`."""
    changes = wanted.model_dump(include=wanted.model_fields_set - {"expand"})
    return rendered(tax_rates.update(tx, call, id, changes))


def list_all(tx: Transaction, call: Call, wanted: params.ListTaxRates) -> Json:
    """`GET /v1/tax_rates`."""
    conditions = created_conditions(call, "txr_", wanted.created)
    if wanted.active is not None:
        conditions.append(("active = ?", int(wanted.active)))
    if wanted.inclusive is not None:
        conditions.append(("inclusive = ?", int(wanted.inclusive)))
    page = stored.list_page(tx, call.account, conditions, page_of(tx, call, wanted, tax_rates.get))
    return listed("/v1/tax_rates", map(rendered, page.items), page)
