"""`/v1/payment_pages/{session}`: the session from the buyer's side.

Our page, our browser script, the `stripe` CLI and Stripe's mobile SDKs all come through here, with
the account's publishable or secret key.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from paydesk.api.params import payment_pages as params
from paydesk.api.payment_methods import named_card, named_token
from paydesk.api.people import details_of, told_of
from paydesk.core import stand_in
from paydesk.core.buyers import KEEP, location_of
from paydesk.core.errors import NotFound
from paydesk.core.payments import PaymentMethod
from paydesk.core.sessions import Address, CustomerDetails
from paydesk.payments.debits import IBAN_PARAM, token_from_iban
from paydesk.payments.processor import CardToken, DebitToken, Token
from paydesk.payments.tokens import CardEntry, token_from_entry
from paydesk.render import Json
from paydesk.services import payment_methods, sessions
from paydesk.services.answers import Answer
from paydesk.services.buyers import BuyerChanges
from paydesk.services.confirm import Confirmation
from paydesk.services.context import Call
from paydesk.services.desk import Desk
from paydesk.storage.database import Transaction
from paydesk.storage.idempotency import Key

_BILLING = "payment_method_data[billing_details][address]"


def retrieve(tx: Transaction, call: Call, wanted: params.PageRequest, id: str) -> Json:
    """`GET /v1/payment_pages/{session}`, and `POST …/init`."""
    shown = sessions.page(tx, call, sessions.id_of(tx, call, id))
    return sessions.shown_page(replace(call, client_view=wanted.client_view), shown)


def update(tx: Transaction, call: Call, wanted: params.UpdatePaymentPage, id: str) -> Json:
    """`POST /v1/payment_pages/{session}`: a quantity, who buys, where it goes and is taxed."""
    quantity, region = wanted.updated_line_item_quantity, wanted.tax_region
    changes = BuyerChanges(
        line_item=None if quantity is None else quantity.line_item_id,
        quantity=None if quantity is None else quantity.quantity,
        told=told_of(wanted),
        tax_location=None if region is None else location_of(
            Address(**region.model_dump()), param="tax_region"
        ),
    )  # fmt: skip
    shown = sessions.update_by_buyer(tx, call, sessions.id_of(tx, call, id), changes)
    return sessions.shown_page(replace(call, client_view=wanted.client_view), shown)


async def confirm(
    desk: Desk, call: Call, wanted: params.ConfirmPaymentPage, key: Key | None, id: str
) -> Answer:
    """`POST /v1/payment_pages/{session}/confirm`."""
    data = wanted.payment_method_data
    billing = details_of(None if data is None else data.billing_details)
    billing = replace(billing, email=wanted.email or billing.email)
    token = _token(desk, call, wanted, billing)
    if data is None and isinstance(token, DebitToken):
        billing = stand_in.owner(billing)
    confirmation = Confirmation(
        session=await desk.database.read(lambda tx: sessions.id_of(tx, call, id)),
        expected_amount=wanted.expected_amount,
        payment_method=wanted.payment_method,
        token=token,
        billing=billing,
        told=replace(told_of(wanted), email=KEEP),
        tax_location=await _location(desk, call, id, wanted, billing),
        save_payment_method=wanted.save_payment_method or False,
    )
    call = replace(call, client_view=wanted.client_view)
    return await desk.cashier.confirm(call, confirmation, key)


def _token(
    desk: Desk, call: Call, wanted: params.ConfirmPaymentPage, billing: CustomerDetails
) -> Token | None:
    """What comes with the request: typed in, or by a test name such as `pm_card_visa`."""
    data = wanted.payment_method_data
    if data is None:
        return named_token(desk, call, wanted.payment_method)
    if data.sepa_debit is not None:
        iban = data.sepa_debit.iban
        return token_from_iban(iban, secret=desk.card_secret, param=IBAN_PARAM)
    return None if data.card is None else _card(desk, call, data.card, billing)


def _card(desk: Desk, call: Call, card: params.TypedCard, billing: CustomerDetails) -> CardToken:
    if card.token is not None:
        return named_card(desk, call, card.token, param="payment_method_data[card][token]")
    address = billing.address or Address()
    entry = CardEntry(
        number=card.number or "",
        exp_month=card.exp_month or 0,
        exp_year=card.exp_year or 0,
        cvc=card.cvc,
        has_line1=address.line1 is not None,
        has_postal_code=address.postal_code is not None,
    )
    today = datetime.fromtimestamp(call.now, UTC).date()
    return token_from_entry(entry, secret=desk.card_secret, now=today)


async def _location(
    desk: Desk,
    call: Call,
    session: str,
    wanted: params.ConfirmPaymentPage,
    billing: CustomerDetails,
) -> Any:
    """Where the tax is due: the billing address that comes with the card, or a stored card's.

    A card that the session's buyer may not pay with says nothing here; paying refuses it.
    """
    if billing.address is not None:
        return location_of(billing.address, param=_BILLING)
    id = wanted.payment_method
    if id is None or named_token(desk, call, id) is not None:
        return None

    def stored(tx: Transaction) -> PaymentMethod:
        buyers = sessions.load(tx, call, sessions.id_of(tx, call, session))
        return payment_methods.for_session(tx, call, buyers, id)

    try:
        method = await desk.database.read(stored)
    except NotFound:
        return None
    return location_of(method.billing.address, param=_BILLING)
