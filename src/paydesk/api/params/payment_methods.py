"""Parameters of ``/v1/payment_methods``, and the parts that confirmations share with them."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Field, model_validator
from pydantic.json_schema import JsonSchemaValue

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
    Scalar,
)
from paydesk.api.params.lists import Paging
from paydesk.api.params.problems import problem
from paydesk.api.params.spec import choices
from paydesk.core.sepa_debit import METHODS, SEPA_DEBIT

ADDRESS_LINE_CHARACTERS_MAX = 500
NAME_CHARACTERS_MAX = 500
PHONE_CHARACTERS_MAX = 50
IBAN_FIELD_CHARACTERS_MAX = 64

TYPED_CARD_FIELDS = ("number", "exp_month", "exp_year", "cvc")

_METHODS = choices("payment_method_types[]")

AllowRedisplay = Annotated[str, Enum(("always", "limited", "unspecified"))]
MethodType = Annotated[str, Enum(_METHODS, unsupported=frozenset(_METHODS) - set(METHODS))]
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


class IbanField(Scalar):
    """An IBAN as it was typed, empty too. What is wrong with it, the rules of accounts say.

    No problem repeats it.
    """

    def read(self, value: Any) -> str:
        """The text as it was typed."""
        if not isinstance(value, str) or len(value) > IBAN_FIELD_CHARACTERS_MAX:
            raise problem("string", value="{...}")
        return value

    def schema(self) -> JsonSchemaValue:
        return {"type": "string", "maxLength": IBAN_FIELD_CHARACTERS_MAX}


class SepaDebit(Params):
    """A bank account by its IBAN. It never shows what it holds."""

    iban: Annotated[str, IbanField()] = Field(repr=False)


def check_one_method(wanted: Any) -> None:
    """Refuse a new payment method that says nothing of its `type`, or something of another."""
    for name in METHODS:
        given = getattr(wanted, name) is not None
        if given is not (name == wanted.type):
            raise problem("other_type" if given else "missing", at=(name,), type=wanted.type)


def _check_owner(wanted: CreatePaymentMethod) -> None:
    """Refuse an account that says not whose it is: the mandate does."""
    billing = wanted.billing_details or BillingDetails()
    for name in ("name", "email"):
        if wanted.type == SEPA_DEBIT and getattr(billing, name) is None:
            raise problem("missing", at=("billing_details", name))


class CreatePaymentMethod(ClientNotes):
    """``POST /v1/payment_methods``."""

    type: MethodType
    card: TokenCard | None = None
    sepa_debit: SepaDebit | None = None
    billing_details: BillingDetails | None = None
    metadata: Metadata | None = None
    allow_redisplay: AllowRedisplay | None = None
    customer: NotYet = None
    customer_account: NotYet = None
    payment_method: NotYet = None
    expand: Expand = ()

    @model_validator(mode="after")
    def _one_method(self) -> Self:
        check_one_method(self)
        _check_owner(self)
        return self


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
