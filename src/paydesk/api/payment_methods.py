"""`/v1/payment_methods`, and those of a customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from paydesk.api.expand import expand
from paydesk.api.fields import if_given
from paydesk.api.lists import listed, page_of
from paydesk.api.params import payment_methods as params
from paydesk.api.people import details_of
from paydesk.core.cards import CardFacts, require_expiry
from paydesk.core.errors import InvalidRequest
from paydesk.core.payments import PaymentMethod
from paydesk.core.sepa_debit import CARD, SEPA_DEBIT
from paydesk.payments.debits import token_from_iban, token_from_name
from paydesk.payments.ibans import NAMES as ACCOUNT_NAMES
from paydesk.payments.processor import CardToken, Token
from paydesk.payments.tokens import token_from_name as card_from_name
from paydesk.render import Json
from paydesk.render.payments import payment_method as rendered
from paydesk.services import customers, payment_methods
from paydesk.services.answers import Answer, answer, once
from paydesk.services.context import Call
from paydesk.services.desk import Desk
from paydesk.storage import payment_methods as stored
from paydesk.storage.database import Transaction
from paydesk.storage.idempotency import Key
from paydesk.storage.paging import NOTHING, Condition

URL = "/v1/payment_methods"

CARD_NAMES = "pm_card_"
"""How the names of test cards begin that stand for payment methods."""

_OF_TYPE: Mapping[str | None, tuple[Condition, ...]] = {
    None: (),
    CARD: (("card IS NOT NULL", ()),),
    SEPA_DEBIT: (("sepa_debit IS NOT NULL", ()),),
}


async def create(
    desk: Desk, call: Call, wanted: params.CreatePaymentMethod, key: Key | None
) -> Answer:
    """`POST /v1/payment_methods`: from a card's test token or an IBAN, never from a card number."""
    token = _new_token(desk, call, wanted)

    def story(tx: Transaction) -> Answer:
        method = payment_methods.create(
            tx,
            call,
            token,
            billing=details_of(wanted.billing_details),
            metadata=wanted.metadata or {},
            allow_redisplay=wanted.allow_redisplay or "unspecified",
        )
        return _answer(tx, call, method, wanted.expand)

    return await desk.database.write(lambda tx: once(tx, key, lambda: story(tx)))


def retrieve(tx: Transaction, call: Call, wanted: Any, id: str) -> Json:
    """`GET /v1/payment_methods/{payment_method}`."""
    return rendered(payment_methods.get(tx, call, id))


def update(tx: Transaction, call: Call, wanted: params.UpdatePaymentMethod, id: str) -> Json:
    """`POST /v1/payment_methods/{payment_method}`."""
    given = wanted.model_fields_set
    changes: dict[str, Any] = {}
    if wanted.allow_redisplay is not None:
        changes["allow_redisplay"] = wanted.allow_redisplay
    if "metadata" in given:
        changes["metadata"] = wanted.metadata
    before = payment_methods.get(tx, call, id)
    if wanted.billing_details is not None:
        said = wanted.billing_details.model_fields_set
        told = details_of(wanted.billing_details)
        changes["billing"] = replace(before.billing, **{name: getattr(told, name) for name in said})
    if wanted.card is not None:
        changes["card"] = _renewed(call, before.card, wanted.card)
    return rendered(payment_methods.update(tx, call, id, changes))


async def attach(
    desk: Desk, call: Call, wanted: params.AttachPaymentMethod, key: Key | None, id: str
) -> Answer:
    """`POST /v1/payment_methods/{payment_method}/attach`, also of a test name (`pm_card_visa`)."""
    token = named_token(desk, call, id)

    def story(tx: Transaction) -> Answer:
        own = id if token is None else payment_methods.create(tx, call, token).id
        method = payment_methods.attach(tx, call, own, wanted.customer)
        return _answer(tx, call, method, wanted.expand)

    return await desk.database.write(lambda tx: once(tx, key, lambda: story(tx)))


def detach(tx: Transaction, call: Call, wanted: Any, id: str) -> Json:
    """`POST /v1/payment_methods/{payment_method}/detach`."""
    return rendered(payment_methods.detach(tx, call, id))


def list_all(tx: Transaction, call: Call, wanted: params.ListPaymentMethods) -> Json:
    """`GET /v1/payment_methods`."""
    conditions = if_given(wanted, {"customer": "customer = ?"})
    if wanted.customer_account is not None:
        conditions.append(NOTHING)
    return _list(tx, call, wanted, URL, conditions)


def list_of_customer(
    tx: Transaction, call: Call, wanted: params.ListOfCustomer, customer: str
) -> Json:
    """`GET /v1/customers/{customer}/payment_methods`."""
    customers.get_active(tx, call, customer)
    url = f"/v1/customers/{customer}/payment_methods"
    return _list(tx, call, wanted, url, [("customer = ?", customer)])


def retrieve_of_customer(tx: Transaction, call: Call, wanted: Any, customer: str, id: str) -> Json:
    """`GET /v1/customers/{customer}/payment_methods/{payment_method}`."""
    customers.get_active(tx, call, customer)
    method = payment_methods.get(tx, call, id)
    return rendered(payment_methods.of(method, customer))


def named_card(desk: Desk, call: Call, name: str, *, param: str) -> CardToken:
    """The test card behind `tok_visa` or `pm_card_visa`. Raises InvalidRequest for another name."""
    today = datetime.fromtimestamp(call.now, UTC).date()
    card = card_from_name(name, secret=desk.card_secret, now=today)
    if card is None:
        raise InvalidRequest(f"No such token: '{name[:100]}'", code="resource_missing", param=param)
    return card


def named_token(desk: Desk, call: Call, name: str | None) -> Token | None:
    """The test card or account behind a name such as `pm_card_visa` or `pm_sepaDebit_success_at`;
    None for a payment method's id. Raises InvalidRequest for a name that there is not.
    """
    if name is None or not name.startswith((CARD_NAMES, ACCOUNT_NAMES)):
        return None
    account = token_from_name(name, secret=desk.card_secret)
    return account or named_card(desk, call, name, param="payment_method")


def _new_token(desk: Desk, call: Call, wanted: params.CreatePaymentMethod) -> Token:
    if wanted.sepa_debit is not None:
        iban = wanted.sepa_debit.iban
        return token_from_iban(iban, secret=desk.card_secret, param="sepa_debit[iban]")
    name = "" if wanted.card is None else wanted.card.token
    return named_card(desk, call, name, param="card[token]")


def _renewed(call: Call, before: CardFacts | None, card: params.RenewedCard) -> CardFacts:
    """The card with a new expiry date. Raises CardError for one that is past, InvalidRequest for
    what is no card.
    """
    if before is None:
        raise InvalidRequest("This PaymentMethod is not a card.", param="card")
    month = card.exp_month or before.exp_month
    today = datetime.fromtimestamp(call.now, UTC).date()
    year = require_expiry(month, card.exp_year or before.exp_year, today)
    return replace(before, exp_month=month, exp_year=year)


def _list(
    tx: Transaction,
    call: Call,
    wanted: params.ListOfCustomer,
    url: str,
    conditions: list[Condition],
) -> Json:
    conditions += _OF_TYPE.get(wanted.type, (NOTHING,))
    conditions += if_given(wanted, {"allow_redisplay": "allow_redisplay = ?"})
    if wanted.allow_redisplay not in (None, "unspecified"):
        conditions.append(stored.SPECIFIED)  # so that the index of the few is enough
    page = stored.list_page(
        tx, call.account, conditions, page_of(tx, call, wanted, payment_methods.get)
    )
    return listed(url, map(rendered, page.items), page)


def _answer(tx: Transaction, call: Call, method: PaymentMethod, paths: Sequence[str]) -> Answer:
    return answer(expand(tx, call, rendered(method), paths), call.version)
