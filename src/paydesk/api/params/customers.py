"""Parameters of ``/v1/customers`` and of tax ids."""

from __future__ import annotations

from typing import Annotated, Self, get_args

from pydantic import model_validator

from paydesk.api.params.formats import Mail
from paydesk.api.params.grammar import (
    Array,
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
    Text,
)
from paydesk.api.params.lists import Created, Paging
from paydesk.api.params.payment_methods import Address
from paydesk.api.params.problems import problem
from paydesk.core.tax import TaxExempt as ExemptWord
from paydesk.core.tax_ids import TAX_IDS_MAX, TYPES

NAME_CHARACTERS_MAX = 256
LEGAL_NAME_CHARACTERS_MAX = 150
PHONE_CHARACTERS_MAX = 20

Name = Annotated[str, Text(NAME_CHARACTERS_MAX)]
LegalName = Annotated[str, Text(LEGAL_NAME_CHARACTERS_MAX)]
Phone = Annotated[str, Text(PHONE_CHARACTERS_MAX)]
TaxExempt = Annotated[str, Enum(get_args(ExemptWord))]
Nothing = Annotated[int, Integer(minimum=0, maximum=0)]
"""A balance: there are no invoices that it could be for."""


class Shipping(Params):
    """Where parcels go. Only the name is needed."""

    address: Address
    name: Name
    phone: Emptyable[Phone] = None


class TaxIdData(Params):
    """A tax id that comes with a new customer."""

    type: Annotated[str, Enum(TYPES)]
    value: Id


class InvoiceSettings(Params):
    """The one of them that is not about invoices: what the customer pays with."""

    default_payment_method: Emptyable[Id] = None
    custom_fields: NotYet = None
    footer: NotYet = None
    rendering_options: NotYet = None


class _CustomerFields(Params):
    """What is the same for a new customer and for a change; empty unsets."""

    address: Emptyable[Address] = None
    business_name: Emptyable[LegalName] = None
    description: Emptyable[Id] = None
    email: Emptyable[Mail] = None
    individual_name: Emptyable[LegalName] = None
    name: Emptyable[Name] = None
    phone: Emptyable[Phone] = None
    preferred_locales: Annotated[tuple[Id, ...], Array()] | None = None
    shipping: Emptyable[Shipping] = None
    tax_exempt: Emptyable[TaxExempt] = None
    balance: Nothing | None = None
    cash_balance: NotYet = None
    invoice_prefix: Noted = None
    invoice_settings: InvoiceSettings | None = None
    next_invoice_sequence: Noted = None
    source: NotYet = None
    tax: Noted = None
    expand: Expand = ()


class CreateCustomer(_CustomerFields):
    """``POST /v1/customers``."""

    metadata: Emptyable[Metadata] = None
    tax_id_data: Annotated[tuple[TaxIdData, ...], Array(TAX_IDS_MAX)] | None = None
    payment_method: Id | None = None
    test_clock: NotYet = None


class UpdateCustomer(_CustomerFields):
    """``POST /v1/customers/{customer}``."""

    metadata: Emptyable[MetadataChanges] = None
    default_source: NotYet = None


class ListCustomers(Paging):
    """``GET /v1/customers``. The email is compared letter by letter, as Stripe does."""

    created: Created | None = None
    email: Annotated[str, Text()] | None = None
    test_clock: Id | None = None


class CreateCustomerTaxId(Params):
    """``POST /v1/customers/{customer}/tax_ids``."""

    type: Annotated[str, Enum(TYPES)]
    value: Id
    expand: Expand = ()


class Owner(Params):
    """Whose tax id it is: the account's own, or a customer's."""

    type: Annotated[
        str,
        Enum(
            ("account", "application", "customer", "self"),
            unsupported=frozenset({"account", "application"}),
        ),
    ]
    customer: Id | None = None
    account: NotYet = None
    customer_account: NotYet = None

    @model_validator(mode="after")
    def _a_customer_is_named(self) -> Self:
        if self.type == "customer" and self.customer is None:
            raise problem("missing", at=("customer",))
        return self


class CreateTaxId(CreateCustomerTaxId):
    """``POST /v1/tax_ids``."""

    owner: Owner | None = None


class ListTaxIds(Paging):
    """``GET /v1/tax_ids``: the account's own, unless an owner is named."""

    owner: Owner | None = None
