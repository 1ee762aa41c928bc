"""An account's tax settings and registrations: read and changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from paydesk.core.errors import InvalidRequest, NotFound
from paydesk.core.tax_registrations import (
    REGISTRATIONS_MAX,
    Registration,
    TaxSeller,
    check_registration,
    sandbox_seller,
)
from paydesk.render.tax_settings import tax_settings as rendered
from paydesk.services.context import Call
from paydesk.services.events import append
from paydesk.storage import accounts, tax_settings
from paydesk.storage.database import Transaction


def get(tx: Transaction, call: Call) -> TaxSeller:
    """The account's settings. Until they are changed, those of a sandbox account are ready to use
    and those of any other are empty.
    """
    created, seller = tax_settings.get(tx, call.account)
    if seller is not None:
        return seller
    since = call.now if created is None else created
    return sandbox_seller(call.account, since) if call.server.sandbox else TaxSeller()


def update(tx: Transaction, call: Call, changes: dict[str, Any]) -> TaxSeller:
    """The settings with these fields of `core.tax_registrations.TaxSeller` changed."""
    before = _hold(tx, call)
    seller = replace(before, **changes)
    if seller != before:
        tax_settings.save(tx, call.account, seller)
        append(tx, call, "tax.settings.updated", rendered(seller), before=rendered(before))
    return seller


def registration(tx: Transaction, call: Call, id: str) -> Registration:
    """One of the account's registrations. Raises NotFound."""
    return _find(get(tx, call), id)


def register(tx: Transaction, call: Call, fields: dict[str, Any]) -> Registration:
    """A new registration from the fields of `core.tax_registrations.Registration`.

    Without `active_from` it is active from now on. Raises InvalidRequest for a type that the
    country does not have, and when there is one for the same already.
    """
    seller = _hold(tx, call)
    added = Registration(
        id=call.id("taxreg"), created=call.now, **{"active_from": call.now, **fields}
    )
    check_registration(seller.registrations, added)
    if len(seller.registrations) >= REGISTRATIONS_MAX:
        raise InvalidRequest(f"An account can have up to {REGISTRATIONS_MAX} registrations.")
    _save(tx, call, seller, (added, *seller.registrations))
    return added


def change_registration(
    tx: Transaction, call: Call, id: str, changes: dict[str, Any]
) -> Registration:
    """The registration with other times (Unix seconds). Raises NotFound, InvalidRequest."""
    seller = _hold(tx, call)
    before = _find(seller, id)
    changed = replace(before, **changes)
    others = tuple(one for one in seller.registrations if one.id != id)
    check_registration(others, changed)
    kept = tuple(changed if one.id == id else one for one in seller.registrations)
    _save(tx, call, seller, kept)
    return changed


def _hold(tx: Transaction, call: Call) -> TaxSeller:
    """The settings, for a change: such stories of one account follow each other."""
    accounts.hold(tx, call.account)
    return get(tx, call)


def _save(
    tx: Transaction, call: Call, seller: TaxSeller, registrations: tuple[Registration, ...]
) -> None:
    tax_settings.save(tx, call.account, replace(seller, registrations=registrations))


def _find(seller: TaxSeller, id: str) -> Registration:
    for one in seller.registrations:
        if one.id == id:
            return one
    raise NotFound("tax registration", id, param="id")
