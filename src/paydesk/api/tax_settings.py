"""`/v1/tax/settings`, `/v1/tax/registrations` and `/v1/tax_codes`."""

from __future__ import annotations

from typing import Any

from paydesk.api.lists import listed, page_of
from paydesk.api.params import tax_settings as params
from paydesk.api.params.lists import Paging
from paydesk.core.buyers import location_of
from paydesk.core.errors import NotFound
from paydesk.core.sessions import Address
from paydesk.core.tax_codes import BY_ID, CODES
from paydesk.render import Json
from paydesk.render.tax_settings import registration, tax_code
from paydesk.render.tax_settings import tax_settings as rendered
from paydesk.services import tax_settings
from paydesk.services.context import Call
from paydesk.storage.database import Transaction
from paydesk.storage.paging import slice_page

REGISTRATIONS = "/v1/tax/registrations"


def retrieve(tx: Transaction, call: Call, wanted: Any) -> Json:
    """`GET /v1/tax/settings`."""
    return rendered(tax_settings.get(tx, call))


def update(tx: Transaction, call: Call, wanted: params.UpdateTaxSettings) -> Json:
    """`POST /v1/tax/settings`."""
    changes: dict[str, Any] = {}
    if wanted.defaults is not None:
        changes = wanted.defaults.model_dump(exclude_none=True)
    if "head_office" in wanted.model_fields_set:
        office = wanted.head_office
        changes["head_office"] = (
            None
            if office is None
            else location_of(Address(**office.address.model_dump()), param="head_office[address]")
        )
    return rendered(tax_settings.update(tx, call, changes))


def register(tx: Transaction, call: Call, wanted: params.CreateRegistration) -> Json:
    """`POST /v1/tax/registrations`."""
    (options,) = wanted.country_options.values()
    province = options.province_standard
    fields: dict[str, Any] = {
        "country": wanted.country,
        "type": options.type,
        "state": options.state if province is None else province.province,
        "scheme": None if options.standard is None else options.standard.place_of_supply_scheme,
    }
    for name in ("active_from", "expires_at"):
        if (moment := getattr(wanted, name)) is not None:
            fields[name] = _time(call, moment)
    return registration(tax_settings.register(tx, call, fields), call.now)


def retrieve_registration(tx: Transaction, call: Call, wanted: Any, id: str) -> Json:
    """`GET /v1/tax/registrations/{id}`."""
    return registration(tax_settings.registration(tx, call, id), call.now)


def update_registration(
    tx: Transaction, call: Call, wanted: params.UpdateRegistration, id: str
) -> Json:
    """`POST /v1/tax/registrations/{id}`: when it begins and ends."""
    changes = {
        name: None if (moment := getattr(wanted, name)) is None else _time(call, moment)
        for name in wanted.model_fields_set - {"expand"}
    }
    return registration(tax_settings.change_registration(tx, call, id, changes), call.now)


def list_registrations(tx: Transaction, call: Call, wanted: params.ListRegistrations) -> Json:
    """`GET /v1/tax/registrations`: the newest first."""
    found = [
        one
        for one in tax_settings.get(tx, call).registrations
        if wanted.status in (None, "all", one.status(call.now))
    ]
    page = slice_page(
        found, [one.id for one in found], page_of(None, call, wanted), noun="tax registration"
    )
    return listed(REGISTRATIONS, (registration(one, call.now) for one in page.items), page)


def list_codes(tx: Transaction, call: Call, wanted: Paging) -> Json:
    """`GET /v1/tax_codes`: those that rates here depend on."""
    page = slice_page(
        CODES, [code.id for code in CODES], page_of(None, call, wanted), noun="tax code"
    )
    return listed("/v1/tax_codes", map(tax_code, page.items), page)


def retrieve_code(tx: Transaction, call: Call, wanted: Any, id: str) -> Json:
    """`GET /v1/tax_codes/{id}`."""
    if id not in BY_ID:
        raise NotFound("tax code", id, param="id")
    return tax_code(BY_ID[id])


def _time(call: Call, moment: int | str) -> int:
    return call.now if isinstance(moment, str) else moment
