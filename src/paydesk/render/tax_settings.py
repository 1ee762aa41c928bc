"""Tax settings, registrations and product tax codes on the wire."""

from __future__ import annotations

from dataclasses import asdict

from paydesk.core.sessions import Address
from paydesk.core.tax_codes import TaxCode
from paydesk.core.tax_registrations import Registration, TaxSeller
from paydesk.render import Json
from paydesk.render.people import address


def tax_settings(seller: TaxSeller) -> Json:
    """The `tax.settings` of an account."""
    office = seller.head_office
    missing = [] if office is not None else ["head_office"]
    missing += [] if seller.tax_code is not None else ["defaults.tax_code"]
    return {
        "object": "tax.settings",
        "defaults": {
            "provider": "stripe",
            "tax_behavior": seller.tax_behavior,
            "tax_code": seller.tax_code,
        },
        "head_office": None if office is None else {"address": address(Address(**asdict(office)))},
        "livemode": False,
        "status": "pending" if missing else "active",
        "status_details": {"pending": {"missing_fields": missing}} if missing else {"active": {}},
    }


def registration(registration: Registration, now: int) -> Json:
    """A `tax.registration` with its status at `now` (Unix seconds)."""
    return {
        "id": registration.id,
        "object": "tax.registration",
        "active_from": registration.active_from,
        "country": registration.country,
        "country_options": {registration.country.lower(): _options(registration)},
        "created": registration.created,
        "expires_at": registration.expires_at,
        "livemode": False,
        "status": registration.status(now),
    }


def _options(registration: Registration) -> Json:
    options: Json = {"type": registration.type}
    if registration.type == "province_standard":
        options["province_standard"] = {"province": registration.state}
    elif registration.state is not None:
        options["state"] = registration.state
    if registration.scheme is not None:
        options["standard"] = {"place_of_supply_scheme": registration.scheme}
    return options


def tax_code(code: TaxCode) -> Json:
    """A `tax_code`."""
    return {
        "id": code.id,
        "object": "tax_code",
        "description": code.description,
        "name": code.name,
    }
