"""Parameters of ``/v1/payment_methods``, and the parts that a confirmation shares with them."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import model_validator
from pydantic.json_schema import JsonSchemaValue

from paydesk.api.params.clients import ClientNotes
from paydesk.api.params.formats import CountryCode, Mail
from paydesk.api.params.grammar import (
    Emptyable,
    Enum,
    Expand,
    Id,
    Metadata,
    Noted,
    NotYet,
    Params,
    Scalar,
    Text,
)
from paydesk.api.params.lists import Paging
from paydesk.api.params.problems import problem
from paydesk.api.params.spec import create_session_rows

ADDRESS_LINE_CHARACTERS_MAX = 500
NAME_CHARACTERS_MAX = 500
PHONE_CHARACTERS_MAX = 50

_METHODS = create_session_rows()["payment_method_types[]"].enum

CardAlone = Annotated[str, Enum(_METHODS, unsupported=frozenset(_METHODS) - {"card"})]
AddressLine = Annotated[str, Text(ADDRESS_LINE_CHARACTERS_MAX)]


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

    name: Emptyable[Annotated[str, Text(NAME_CHARACTERS_MAX)]] = None
    email: Emptyable[Mail] = None
    phone: Emptyable[Annotated[str, Text(PHONE_CHARACTERS_MAX)]] = None
    address: Emptyable[Address] = None
    tax_id: NotYet = None


class CardNumber(Scalar):
    """A card number where only tokens are taken. It is not read, not even to say what is wrong."""

    def read(self, value: Any) -> None:
        """Never a value."""
        raise problem("card_number")

    def schema(self) -> JsonSchemaValue:
        return {"not": {}}


NoNumber = Annotated[None, CardNumber()]


class TokenCard(Params):
    """A card that its token stands for, such as ``tok_visa``."""

    token: Id | None = None
    number: NoNumber = None
    exp_month: NoNumber = None
    exp_year: NoNumber = None
    cvc: NoNumber = None
    networks: Noted = None

    @model_validator(mode="after")
    def _token(self) -> Self:
        # Asked last, since "use a token" says more than "the token is missing".
        if self.token is None:
            raise problem("missing", at=("token",))
        return self


class CreatePaymentMethod(ClientNotes):
    """``POST /v1/payment_methods``."""

    type: CardAlone
    card: TokenCard
    billing_details: BillingDetails | None = None
    metadata: Metadata | None = None
    allow_redisplay: Noted = None
    customer: NotYet = None
    customer_account: NotYet = None
    payment_method: NotYet = None
    expand: Expand = ()


class ListPaymentMethods(Paging):
    """``GET /v1/payment_methods``."""

    type: Annotated[str, Enum(_METHODS)] | None = None
    customer: Id | None = None
    customer_account: Id | None = None
    allow_redisplay: Annotated[str, Enum(("always", "limited", "unspecified"))] | None = None
