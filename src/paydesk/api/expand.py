"""`expand[]`: ids replaced by the objects that they name, lists included where asked for.

Works on rendered objects. Paths are at most four levels deep; in lists they begin with `data`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from paydesk.api import included
from paydesk.core.errors import InvalidRequest
from paydesk.core.tax_codes import BY_ID
from paydesk.render import Json
from paydesk.render.customers import customer
from paydesk.render.payments import charge, payment_intent, payment_method
from paydesk.render.products import price, product
from paydesk.render.tax_settings import tax_code
from paydesk.services.context import Call
from paydesk.storage import charges, customers, payment_intents, payment_methods, prices, products
from paydesk.storage.database import Transaction

DEPTH_MAX = 4

Loader = Callable[[Transaction, str, str], Json | None]
"""The rendered object of an account with an id."""


def _loader(get: Callable[[Transaction, str, str], Any], render: Callable[[Any], Json]) -> Loader:
    def load(tx: Transaction, account: str, id: str) -> Json | None:
        found = get(tx, account, id)
        return None if found is None else render(found)

    return load


_CUSTOMER = _loader(customers.get, customer)
_PRODUCT = _loader(products.get, product)
_PRICE = _loader(prices.get, price)
_INTENT = _loader(payment_intents.get, payment_intent)
_METHOD = _loader(payment_methods.get, payment_method)
_CHARGE = _loader(charges.get, charge)


def _tax_code(tx: Transaction, account: str, id: str) -> Json | None:
    return tax_code(BY_ID[id]) if id in BY_ID else None


_BY_ID: dict[tuple[str, str], Loader] = {
    ("checkout.session", "customer"): _CUSTOMER,
    ("checkout.session", "payment_intent"): _INTENT,
    ("payment_intent", "customer"): _CUSTOMER,
    ("charge", "customer"): _CUSTOMER,
    ("payment_method", "customer"): _CUSTOMER,
    ("mandate", "payment_method"): _METHOD,
    ("refund", "charge"): _CHARGE,
    ("refund", "payment_intent"): _INTENT,
    ("payment_intent", "latest_charge"): _CHARGE,
    ("payment_intent", "payment_method"): _METHOD,
    ("charge", "payment_intent"): _INTENT,
    ("tax_id", "customer"): _CUSTOMER,
    ("price", "product"): _PRODUCT,
    ("product", "default_price"): _PRICE,
    ("product", "tax_code"): _tax_code,
}

_INCLUDED: dict[tuple[str, str], Callable[[Transaction, Call, Json], Any]] = {
    ("checkout.session", "line_items"): included.session_lines,
    ("checkout.session", "total_details"): included.session_totals,
    ("charge", "refunds"): included.charge_refunds,
    ("customer", "sources"): included.none_of("sources"),
    ("customer", "subscriptions"): included.none_of("subscriptions"),
    ("customer", "tax_ids"): included.customer_tax_ids,
    ("item", "taxes"): included.line_taxes,
    ("item", "discounts"): included.line_discounts,
}

# Expandable with Stripe, and always null here until Paydesk has such objects.
_ALWAYS_NULL = frozenset(
    {
        *(("checkout.session", name) for name in (
            "invoice", "payment_link", "setup_intent", "subscription",
            "consent", "shipping_cost",
        )),
        *(("payment_intent", name) for name in (
            "application", "on_behalf_of", "review",
        )),
        *(("charge", name) for name in (
            "application", "application_fee", "balance_transaction",
            "failure_balance_transaction", "on_behalf_of", "review", "source_transfer",
        )),
        *(("refund", name) for name in (
            "balance_transaction", "failure_balance_transaction", "source_transfer_reversal",
            "transfer_reversal",
        )),
        *(("customer", name) for name in ("cash_balance", "default_source", "test_clock")),
    }
)  # fmt: skip


def expand(tx: Transaction, call: Call, value: Json, paths: Sequence[str]) -> Json:
    """The value with these paths expanded, in place. Raises InvalidRequest for an unknown one."""
    for path in paths:
        steps = path.split(".")
        if len(steps) - (steps[0] == "data") > DEPTH_MAX:
            raise InvalidRequest(
                f"You cannot expand more than {DEPTH_MAX} levels of a property. Property: {path}",
                param="expand",
            )
        _expand(tx, call, value, steps, path)
    return value


def require_expandable(kind: str, paths: Sequence[str]) -> None:
    """Refuse, before anything is done, paths that objects of this kind have not.

    For what moves money: its answer is made when it can't be taken back any more.
    """
    for path in paths:
        place = (kind, path.partition(".")[0])
        if not (place in _INCLUDED or place in _BY_ID or place in _ALWAYS_NULL):
            raise InvalidRequest(f"This property cannot be expanded ({path}).", param="expand")


def expand_what_can_be(tx: Transaction, call: Call, value: Json, paths: Sequence[str]) -> Json:
    """As `expand`, for an answer that must be given: what can't be expanded stays as it is."""
    for path in paths:
        with suppress(InvalidRequest):
            expand(tx, call, value, (path,))
    return value


def _expand(tx: Transaction, call: Call, value: Any, steps: Sequence[str], path: str) -> None:
    if not steps or value is None:
        return
    if isinstance(value, list):
        for item in value:
            _expand(tx, call, item, steps, path)
        return
    if not isinstance(value, dict) or not _open(tx, call, value, steps[0]):
        raise InvalidRequest(f"This property cannot be expanded ({path}).", param="expand")
    _expand(tx, call, value.get(steps[0]), steps[1:], path)


def _open(tx: Transaction, call: Call, value: Json, name: str) -> bool:
    """Make the property there, as an object; False when it has none to show."""
    place = (value.get("object", ""), name)
    if place in _INCLUDED:
        value[name] = _INCLUDED[place](tx, call, value)
        return True
    load = _BY_ID.get(place)
    if load is None:
        return place in _ALWAYS_NULL or isinstance(value.get(name), dict | list)
    if isinstance(value.get(name), str):
        value[name] = load(tx, call.account, value[name]) or value[name]
    return True
