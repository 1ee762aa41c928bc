"""What objects have besides their fields, made when `expand` asks for it.

Each function is given the rendered object and gives the property, or leaves the one that it finds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from paydesk.core.line_items import LineItem
from paydesk.core.sessions import Session
from paydesk.core.tax import LineTax
from paydesk.render import Json
from paydesk.render.customers import tax_id
from paydesk.render.line_items import line_item
from paydesk.render.lists import list_of
from paydesk.render.refunds import refund
from paydesk.render.tax_rates import tax_rate
from paydesk.render.taxes import breakdown, line_tax
from paydesk.services.context import Call
from paydesk.storage import line_items, refunds, sessions, tax_ids, tax_rates
from paydesk.storage.database import Transaction
from paydesk.storage.paging import Condition, Page

LINE_ITEMS_SHOWN = 10
"""How many lines an expanded session shows; `/line_items` pages through the rest."""

REFUNDS_SHOWN = 10


def session_lines(tx: Transaction, call: Call, shown: Json) -> Any:
    """The `line_items` of a session."""
    if "line_items" in shown:
        return shown["line_items"]
    lines = line_items.of_session(tx, shown["id"])
    return list_of(
        f"/v1/checkout/sessions/{shown['id']}/line_items",
        map(line_item, lines[:LINE_ITEMS_SHOWN]),
        has_more=len(lines) > LINE_ITEMS_SHOWN,
    )


def session_totals(tx: Transaction, call: Call, shown: Json) -> Any:
    """The `total_details` of a session, with their `breakdown`."""
    session = sessions.get(tx, call.account, shown["id"])
    if session is None:
        return shown["total_details"]
    lines = line_items.of_session(tx, session.id)
    taxes = [told for line in lines for told in _taxes_of(tx, session, line)]
    return {**shown["total_details"], "breakdown": breakdown(taxes)}


def line_taxes(tx: Transaction, call: Call, shown: Json) -> Any:
    """The `taxes` of a line."""
    id = line_items.session_of(tx, shown["id"])
    session = None if id is None else sessions.get(tx, call.account, id)
    line = line_items.get(tx, shown["id"])
    return [] if session is None or line is None else _taxes_of(tx, session, line)


def line_discounts(tx: Transaction, call: Call, shown: Json) -> Any:
    """The `discounts` of a line: there are none yet."""
    return []


def charge_refunds(tx: Transaction, call: Call, shown: Json) -> Any:
    """The latest `refunds` of a charge."""
    of_charge: Condition = ("charge = ?", shown["id"])
    page = refunds.list_page(tx, call.account, [of_charge], Page(limit=REFUNDS_SHOWN))
    url = f"/v1/charges/{shown['id']}/refunds"
    return list_of(url, map(refund, page.items), has_more=page.has_more)


def customer_tax_ids(tx: Transaction, call: Call, shown: Json) -> Any:
    """The `tax_ids` of a customer: there are never more than one answer shows."""
    found = tax_ids.of_customer(tx, shown["id"])
    url = f"/v1/customers/{shown['id']}/tax_ids"
    return list_of(url, map(tax_id, found), has_more=False)


def none_of(name: str) -> Callable[[Transaction, Call, Json], Any]:
    """The `sources` or `subscriptions` of a customer: there are no such objects."""

    def include(tx: Transaction, call: Call, shown: Json) -> Any:
        return list_of(f"/v1/customers/{shown['id']}/{name}", [], has_more=False)

    return include


def _taxes_of(tx: Transaction, session: Session, line: LineItem) -> list[Json]:
    return [line_tax(session, tax, _rate_by_hand(tx, session, tax)) for tax in line.taxes]


def _rate_by_hand(tx: Transaction, session: Session, tax: LineTax) -> Json | None:
    rate = None if tax.rate is None else tax_rates.get(tx, session.account, tax.rate)
    return None if rate is None else tax_rate(rate)
