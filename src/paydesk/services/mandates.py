"""Mandates: the buyer's word that their account may be debited, written before it is.

Source: Stripe's description of `mandate` and of a payment intent's `mandate_data`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paydesk.core.errors import NotFound
from paydesk.core.payments import PaymentIntent, PaymentMethod
from paydesk.core.sepa_debit import Mandate
from paydesk.services.context import Call
from paydesk.storage import mandates
from paydesk.storage.database import Transaction

ON_THE_PAGE: Mapping[str, Any] = {
    "type": "online",
    "online": {"ip_address": None, "user_agent": None},
}
"""How a buyer accepts who pays on a page that shows the mandate. Who they are is not kept."""


def get(tx: Transaction, call: Call, id: str) -> Mandate:
    """One of the account's mandates. Raises NotFound."""
    mandate = mandates.get(tx, call.account, id)
    if mandate is None:
        raise NotFound("mandate", id, param="mandate")
    return mandate


def reusable(tx: Transaction, method: PaymentMethod) -> bool:
    """Whether the buyer has agreed before that their account is debited again."""
    known = mandates.latest(tx, method.id)
    return known is not None and known.amount is None


def accept(
    tx: Transaction,
    call: Call,
    method: PaymentMethod,
    intent: PaymentIntent,
    acceptance: Mapping[str, Any],
) -> None:
    """Write down the buyer's word for this payment, unless it was given for all before.

    It is for all payments to come when the merchant keeps the account to debit it again.
    """
    if method.sepa_debit is None or reusable(tx, method):
        return
    once = intent.setup_future_usage is None
    mandate = Mandate(
        id=call.id("mandate"),
        account=call.account,
        created=call.now,
        payment_method=method.id,
        acceptance={"accepted_at": call.now, **acceptance},
        amount=intent.amount if once else None,
        currency=intent.currency if once else None,
    )
    mandates.insert(tx, mandate)
