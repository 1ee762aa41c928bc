"""Parameters of ``/v1/payment_pages/{session}``: what a buyer's client may say, and no more.

Prices, bounds, URLs and metadata are the merchant's, so they are unknown names here.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Self

from pydantic import Field, model_validator
from pydantic.json_schema import JsonSchemaValue

from paydesk.api.params.clients import ClientNotes
from paydesk.api.params.formats import Mail, WebOrApp
from paydesk.api.params.grammar import (
    Emptyable,
    Enum,
    Expand,
    Flag,
    Id,
    Integer,
    Noted,
    NotYet,
    Params,
    Scalar,
    Text,
)
from paydesk.api.params.payment_methods import (
    Address,
    BillingDetails,
    MethodType,
    PersonName,
    SepaDebit,
    Shipping,
    check_one_method,
)
from paydesk.api.params.problems import problem
from paydesk.api.params.sessions import Quantity
from paydesk.core.tax_ids import TYPES as TAX_ID_TYPES

CARD_FIELD_CHARACTERS_MAX = 64
AMOUNT_DIGITS_MAX = 12
TAX_ID_CHARACTERS_MAX = 40
LANGUAGE_TAG_CHARACTERS_MAX = 100


class UpdatedQuantity(Params):
    """The buyer's new quantity of one line; 0 takes the line out."""

    line_item_id: Id
    quantity: Quantity
    fail_update_on_discount_error: Flag | None = None


class PageRequest(ClientNotes):
    """What every request takes. `client_view` is ours: a language tag; the answer then has the
    session as Stripe.js shows it, amounts written for that language.
    """

    client_view: Annotated[str, Text(LANGUAGE_TAG_CHARACTERS_MAX)] | None = None
    expand: Expand = ()


class RetrievePaymentPage(PageRequest):
    """``GET /v1/payment_pages/{session}``."""


class InitPaymentPage(PageRequest):
    """``POST /v1/payment_pages/{session}/init``."""

    adaptive_pricing: Noted = None


class CollectedInformation(Params):
    """Names that a session asks for apart from the card's."""

    business_name: Emptyable[PersonName] = None
    individual_name: Emptyable[PersonName] = None


class BusinessTaxId(Params):
    """The number of a business in a country's register of taxes."""

    type: Annotated[str, Enum(TAX_ID_TYPES)]
    value: Annotated[str, Text(TAX_ID_CHARACTERS_MAX)]


class BuyerTaxIds(Params):
    """What a business says of its taxes. `purchasing_as_business` is a note of Stripe's page."""

    tax_id: Emptyable[BusinessTaxId] = None
    business_name: Emptyable[PersonName] = None
    purchasing_as_business: Noted = None


class SaidOfBuyer(Params):
    """What is said of the buyer; an empty string takes it back."""

    email: Emptyable[Mail] = None
    billing_details: Emptyable[BillingDetails] = None
    shipping: Emptyable[Shipping] = None
    collected_information: CollectedInformation | None = None
    tax_id_collection: Emptyable[BuyerTaxIds] = None


class AboutBuyer(PageRequest, SaidOfBuyer):
    """What a buyer's client says of the buyer."""


class UpdatePaymentPage(AboutBuyer):
    """``POST /v1/payment_pages/{session}``."""

    updated_line_item_quantity: UpdatedQuantity | None = None
    tax_region: Address | None = None
    payment_method_to_detach: NotYet = None
    payment_method_to_update: NotYet = None
    promotion_code: NotYet = None
    shipping_rate: NotYet = None
    updated_currency: NotYet = None


class CardField(Scalar):
    """A field of a card as it was typed, empty too. What is wrong with it, the card rules say.

    No problem repeats the value, since it may be a card number.
    """

    def read(self, value: Any) -> Any:
        """The text as it was typed."""
        if not isinstance(value, str) or len(value) > CARD_FIELD_CHARACTERS_MAX:
            raise problem("string", value="{...}")
        return value

    def schema(self) -> JsonSchemaValue:
        return {"type": "string", "maxLength": CARD_FIELD_CHARACTERS_MAX}


class ExpiryField(CardField):
    """A month or a year, with or without leading zeros.

    What is no number reads as 0: no month and no year to come, so the card rules refuse it in words
    made for buyers.
    """

    def read(self, value: Any) -> int:
        """The number, or 0."""
        text = super().read(value).strip()
        return int(text) if re.fullmatch(r"[0-9]{1,4}", text) else 0

    def schema(self) -> JsonSchemaValue:
        return {"type": "integer"}


class TypedCard(Params):
    """A card as the buyer typed it, or a token for it. It never shows what it holds."""

    number: Annotated[str, CardField()] | None = Field(default=None, repr=False)
    exp_month: Annotated[int, ExpiryField()] | None = Field(default=None, repr=False)
    exp_year: Annotated[int, ExpiryField()] | None = Field(default=None, repr=False)
    cvc: Annotated[str, CardField()] | None = Field(default=None, repr=False)
    token: Id | None = None
    networks: Noted = None


class PaymentMethodData(ClientNotes):
    """A payment method made for this one payment."""

    type: MethodType
    card: TypedCard | None = None
    sepa_debit: SepaDebit | None = None
    billing_details: BillingDetails | None = None
    allow_redisplay: Noted = None

    @model_validator(mode="after")
    def _one_method(self) -> Self:
        check_one_method(self)
        return self


class ConfirmPaymentPage(AboutBuyer):
    """``POST /v1/payment_pages/{session}/confirm``.

    `expected_amount` is the total that the buyer saw, in minor units. `return_url` is where an app
    waits for its buyer; a browser goes where the session says.
    """

    expected_amount: Annotated[int, Integer(minimum=0, digits_max=AMOUNT_DIGITS_MAX)] | None = None
    payment_method: Id | None = None
    payment_method_data: PaymentMethodData | None = None
    return_url: WebOrApp | None = None
    save_payment_method: Flag | None = None
    adaptive_pricing: Noted = None
    consent: Noted = None
    expected_payment_method_type: Noted = None
    init_checksum: Noted = None
    js_checksum: Noted = None
    last_displayed_line_item_group_details: Noted = None
    passive_captcha_ekey: Noted = None
    passive_captcha_token: Noted = None
    rv_timestamp: Noted = None
    version: Noted = None

    @model_validator(mode="after")
    def _one_payment_method(self) -> Self:
        if self.payment_method is not None and self.payment_method_data is not None:
            raise problem("exclusive", choices="payment_method, payment_method_data")
        return self
