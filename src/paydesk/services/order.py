"""The merchant changes the order of an open session: its whole list of lines, replaced at once.

A line that is named by its id stays, and what is given of it changes; one without an id is added;
one that is not named is gone; the new order is theirs. Source: Stripe's description of `line_items`
on `POST /v1/checkout/sessions/{session}`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from paydesk.core.errors import InvalidRequest
from paydesk.core.history import MERCHANT
from paydesk.core.line_items import LineItem, check_new_line, find
from paydesk.core.metadata import merged
from paydesk.core.sessions import Session
from paydesk.core.totals import check_total
from paydesk.services import sessions, tax_rates, taxes
from paydesk.services.checkout import NewLine, check_currency, new_line, price_of
from paydesk.services.context import Call
from paydesk.services.history import record_change
from paydesk.storage import line_items
from paydesk.storage import sessions as stored
from paydesk.storage.database import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class LineUpdate:
    """A line as it is to be. `given` are the names of its parameters; `metadata` None clears."""

    id: str | None
    line: NewLine
    given: frozenset[str]
    metadata: Mapping[str, str] | None


def replace_lines(tx: Transaction, call: Call, id: str, wanted: Sequence[LineUpdate]) -> Session:
    """The session with these lines and its sums made anew.

    Raises InvalidRequest, naming the parameter, for what can't stand or a session that is not open;
    Busy while a payment is in flight. A payment that waits for the buyer's bank is given up.
    """
    session = sessions.as_of(tx, sessions.hold(tx, call, id), call.now)
    sessions.require_open(tx, session, call.now)
    before = line_items.of_session(tx, session.id)
    _check_named_once(wanted)
    lines = [_line(tx, call, before, line, number) for number, line in enumerate(wanted)]
    check_currency(lines, session.currency, [line.line.price for line in wanted])
    changed, priced = taxes.reprice(session, lines, call)
    if priced == before:
        return session
    check_total(changed.amount_total, session.currency, param="line_items")
    sessions.give_up_challenge(tx, session)
    line_items.replace_all(tx, session.id, priced)
    record_change(tx, call, MERCHANT, (session, before), (changed, priced))
    return stored.update(tx, changed)


def _check_named_once(wanted: Sequence[LineUpdate]) -> None:
    named: set[str] = set()
    for number, line in enumerate(wanted):
        if line.id in named:
            raise InvalidRequest(
                f"The line item '{line.id}' is named more than once.",
                param=f"line_items[{number}][id]",
            )
        if line.id is not None:
            named.add(line.id)


def _line(
    tx: Transaction, call: Call, before: Sequence[LineItem], wanted: LineUpdate, number: int
) -> LineItem:
    param = f"line_items[{number}]"
    if wanted.id is None:
        return new_line(tx, call, wanted.line, param)
    line = find(before, wanted.id, param=f"{param}[id]")
    if wanted.given & {"price", "price_data"}:
        price, product = price_of(tx, call, wanted.line, param)
        line = replace(line, price=price, product=product)
    if "quantity" in wanted.given:
        line = replace(line, quantity=wanted.line.quantity)
    if "adjustable_quantity" in wanted.given:
        line = replace(line, adjustable_quantity=wanted.line.adjustable_quantity)
    if "tax_rates" in wanted.given:
        rates = wanted.line.tax_rates
        line = replace(line, taxes=tax_rates.on_line(tx, call, rates, param=f"{param}[tax_rates]"))
    line = replace(line, metadata=merged(line.metadata, wanted.metadata))
    check_new_line(line, param=param)
    return line
