"""Parameters of ``/v1/payment_methods``, and the parts that a confirmation shares with them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import model_validator

from paydesk.api.params.clients import ClientNotes
from paydesk.api.params.formats import CountryCode, Mail, PersonText, PhoneText
from paydesk.api.params.grammar import (
    Emptyable,
    Enum,
    Expand,
    Id,
    Integer,
    Metadata,
    MetadataChanges,
    Noted,
    NotYet,
    Params,
)
from paydesk.api.params.lists import Paging
from paydesk.api.params.problems import problem
from paydesk.api.params.spec import create_session_rows

ADDRESS_LINE_CHARACTERS_MAX = 500
NAME_CHARACTERS_MAX = 500
PHONE_CHARACTERS_MAX = 50

TYPED_CARD_FIELDS = ("number", "exp_month", "exp_year", "cvc")

_METHODS = create_session_rows()["payment_method_types[]"].enum

AllowRedisplay = Annotated[str, Enum(("always", "limited", "unspecified"))]
CardAlone = Annotated[str, Enum(_METHODS, unsupported=frozenset(_METHODS) - {"card"})]
AddressLine = Annotated[str, PersonText(ADDRESS_LINE_CHARACTERS_MAX)]
PersonName = Annotated[str, PersonText(NAME_CHARACTERS_MAX)]
Phone = Annotated[str, PhoneText(PHONE_CHARACTERS_MAX)]


class Address(Params):
    """A postal address as far as it was asked for; empty parts are as good as none."""

    country: Emptyable[CountryCode] = None
    postal_code: Emptyable[AddressLine] = None
    state: Emptyable[AddressLine] = None
    city: Emptyable[AddressLine] = None
    line1: Emptyable[AddressLine] = None
    line2: Emptyable[AddressLine] = None


class BillingDetails(Params):
    """Who pays, and where their card is at home."""

    name: Emptyable[PersonName] = None
    email: Emptyable[Mail] = None
    phone: Emptyable[Phone] = None
    address: Emptyable[Address] = None
    tax_id: NotYet = None


class Shipping(Params):
    """Whom and where to an order goes."""

    name: Emptyable[PersonName] = None
    address: Address
    phone: Emptyable[Phone] = None
    carrier: Noted = None
    tracking_number: Noted = None


class TokenCard(Params):
    """A card that its token stands for, such as ``tok_visa``."""

    token: Id
    networks: Noted = None

    @model_validator(mode="before")
    @classmethod
    def _no_number(cls, card: Any) -> Any:
        # Asked first, since "use a token" says more than "unknown parameter".
        typed = [name for name in TYPED_CARD_FIELDS if isinstance(card, dict) and name in card]
        if typed:
            raise problem("card_number", at=(typed[0],))
        return card


class CreatePaymentMethod(ClientNotes):
    """``POST /v1/payment_methods``."""

    type: CardAlone
    card: TokenCard
    billing_details: BillingDetails | None = None
    metadata: Metadata | None = None
    allow_redisplay: AllowRedisplay | None = None
    customer: NotYet = None
    customer_account: NotYet = None
    payment_method: NotYet = None
    expand: Expand = ()


class RenewedCard(Params):
    """What may change of a card: the date on its successor."""

    exp_month: Annotated[int, Integer(minimum=1, maximum=12)] | None = None
    exp_year: Annotated[int, Integer(minimum=0, digits_max=4)] | None = None
    networks: Noted = None


class UpdatePaymentMethod(Params):
    """``POST /v1/payment_methods/{payment_method}``."""

    allow_redisplay: AllowRedisplay | None = None
    billing_details: BillingDetails | None = None
    card: RenewedCard | None = None
    metadata: Emptyable[MetadataChanges] = None
    expand: Expand = ()


class AttachPaymentMethod(Params):
    """``POST /v1/payment_methods/{payment_method}/attach``."""

    customer: Id
    customer_account: NotYet = None
    expand: Expand = ()


class ListOfCustomer(Paging):
    """``GET /v1/customers/{customer}/payment_methods``."""

    type: Annotated[str, Enum(_METHODS)] | None = None
    allow_redisplay: AllowRedisplay | None = None


class ListPaymentMethods(ListOfCustomer):
    """``GET /v1/payment_methods``."""

    customer: Id | None = None
    customer_account: Id | None = None
