"""The tax of a session, made anew whenever something that it depends on has changed."""

from __future__ import annotations

from collections.abc import Sequence

from paydesk.core.errors import InvalidRequest
from paydesk.core.line_items import LineItem
from paydesk.core.sessions import Session, with_totals
from paydesk.core.tax import LineTax, borne
from paydesk.core.tax_codes import GOODS
from paydesk.core.tax_questions import TaxAnswer, TaxedLine, TaxQuestion
from paydesk.core.tax_registrations import TaxSeller
from paydesk.core.totals import recalculate
from paydesk.services import tax_settings
from paydesk.services.context import Call
from paydesk.storage.database import Transaction

NEEDS_LOCATION, FAILED = "requires_location_inputs", "failed"

NO_HEAD_OFFICE = (
    "You must have a valid head office address to enable automatic tax calculation in test mode."
)


def seller(tx: Transaction, call: Call) -> TaxSeller:
    """The account as the seller of a session with automatic tax.

    Raises InvalidRequest without a head office, as Stripe does.
    """
    found = tax_settings.get(tx, call)
    if found.head_office is None:
        raise InvalidRequest(NO_HEAD_OFFICE)
    return found


def reprice(
    session: Session, lines: Sequence[LineItem], call: Call
) -> tuple[Session, tuple[LineItem, ...]]:
    """The session and its lines with the tax and every sum made anew.

    For whoever has changed a quantity or a line, or what `session.tax_buyer` shows: the address,
    the tax ids, the exemption. Nothing is saved. Raises InvalidRequest for a price that does not
    say whether tax is inside it, when the seller has not said so for all.
    """
    if session.tax_seller is None:
        priced, totals = recalculate(lines, _by_hand)
        return with_totals(session, totals), priced
    _refuse_rates_by_hand(lines)
    bare, totals = recalculate(lines)
    question = _question(session, session.tax_seller, bare, call.now)
    answer = (call.tax or call.server.tax).answer(question)
    if not answer.lines:
        return with_totals(session, totals, answer.status), bare
    taxed = _taxed(session, bare, question, answer)
    priced, totals = recalculate(lines, lambda line, amount: taxed.get(line.id, ()))
    return with_totals(session, totals, answer.status), priced


def _refuse_rates_by_hand(lines: Sequence[LineItem]) -> None:
    for number, line in enumerate(lines):
        if any(tax.rate is not None for tax in line.taxes):
            raise InvalidRequest(
                "You may not specify `tax_rates` of a line item when `automatic_tax` is enabled.",
                param=f"line_items[{number}][tax_rates]",
            )


def _by_hand(line: LineItem, amount: int) -> tuple[LineTax, ...]:
    """The tax rates that the merchant chose for the line, on what it costs now."""
    if not line.taxes:
        return ()
    return borne(
        [tax.decision for tax in line.taxes],
        amount,
        line.price.currency,
        inclusive=line.taxes[0].inclusive,
        rates=[tax.rate for tax in line.taxes],
    )


def _question(
    session: Session, seller: TaxSeller, lines: Sequence[LineItem], now: int
) -> TaxQuestion:
    return TaxQuestion(
        seller=seller,
        buyer=session.tax_buyer,
        currency=session.currency,
        at=now,
        lines=tuple(_taxed_line(seller, line, number) for number, line in enumerate(lines)),
    )


def _taxed_line(seller: TaxSeller, line: LineItem, number: int) -> TaxedLine:
    inclusive = seller.is_inclusive(line.price.tax_behavior, line.price.currency)
    if inclusive is None:
        raise InvalidRequest(
            "Automatic tax needs to know whether tax is inside the price: set its `tax_behavior`, "
            "or a default one in your tax settings.",
            param=f"line_items[{number}]",
        )
    return TaxedLine(
        amount=line.amount_subtotal,
        quantity=line.quantity,
        tax_code=line.product.tax_code or seller.tax_code or GOODS,
        inclusive=inclusive,
    )


def _taxed(
    session: Session, lines: Sequence[LineItem], question: TaxQuestion, answer: TaxAnswer
) -> dict[str, tuple[LineTax, ...]]:
    """The taxes of each line by its id."""
    return {
        line.id: borne(decisions, asked.amount, session.currency, inclusive=asked.inclusive)
        for line, asked, decisions in zip(lines, question.lines, answer.lines, strict=False)
    }
