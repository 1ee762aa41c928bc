"""Parameters of ``/v1/checkout/sessions`` that Paydesk acts on.

What Stripe knows besides these is sorted out by `known.py` before `CreateSession` is asked.
Rules about how high a quantity may be live in `core/line_items.py`; here is only its grammar.
"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import model_validator

from paydesk.api.params.collection import (
    BillingAddressCollection,
    NamesCollection,
    PhoneNumberCollection,
    ShippingAddressCollection,
    TaxIdCollection,
)
from paydesk.api.params.formats import CountryCode, CurrencyCode, Images, Mail, PersonText, Web
from paydesk.api.params.grammar import (
    Array,
    Decimal,
    Emptyable,
    Enum,
    Expand,
    Flag,
    Id,
    Integer,
    Metadata,
    MetadataChanges,
    NotYet,
    Params,
    Text,
    UnixTime,
)
from paydesk.api.params.lists import Created, Paging, Retrieve
from paydesk.api.params.payment_methods import AddressLine, AllowRedisplay
from paydesk.api.params.prices import TaxBehavior, UnitAmount, check_one_amount
from paydesk.api.params.problems import problem
from paydesk.api.params.products import Description, Descriptor, Name, UnitLabel
from paydesk.api.params.spec import choices
from paydesk.api.params.ui_modes import check_ui_mode
from paydesk.core.line_items import LINE_ITEMS_MAX
from paydesk.core.manual_tax_rates import RATES_PER_LINE_MAX
from paydesk.core.sepa_debit import METHODS
from paydesk.core.sessions import UI_MODES

QUANTITY_DIGITS_MAX = 9
COLLECTED_NAME_CHARACTERS_MAX = 255
CUSTOM_TEXT_CHARACTERS_MAX = 1_200

Quantity = Annotated[int, Integer(minimum=0, digits_max=QUANTITY_DIGITS_MAX)]


def _methods(path: str) -> Enum:
    """The payment methods that Stripe lists at `path`; Paydesk takes some of them."""
    return Enum(choices(path), unsupported=frozenset(choices(path)) - set(METHODS))


TaxRates = Annotated[tuple[Id, ...], Array(RATES_PER_LINE_MAX)]

Mode = Annotated[
    str,
    Enum(("payment", "setup", "subscription"), unsupported=frozenset({"setup", "subscription"})),
]
UiMode = Annotated[str, Enum(tuple(UI_MODES))]
Locale = Annotated[str, Enum(choices("locale"))]
CustomerCreation = Annotated[str, Enum(choices("customer_creation"))]
FutureUsage = Annotated[str, Enum(choices("payment_intent_data.setup_future_usage"))]
SaveOrNot = Annotated[str, Enum(choices("saved_payment_method_options.payment_method_save"))]
SavedOrNot = Annotated[str, Enum(choices("customer_update.address"))]
SubmitType = Annotated[str, Enum(choices("submit_type"))]
RedirectOnCompletion = Annotated[str, Enum(choices("redirect_on_completion"))]
PaymentMethodType = Annotated[str, _methods("payment_method_types[]")]
AllowedPaymentMethodType = Annotated[str, _methods("allowed_payment_method_types[]")]


class AdjustableQuantity(Params):
    """Whether and within which bounds the buyer may choose the quantity."""

    enabled: Flag
    minimum: Quantity | None = None
    maximum: Quantity | None = None


class TaxDetails(Params):
    """What kind of goods it is for the tax, as versions from 2026-09-30.endive say it."""

    tax_code: Id | None = None


class ProductData(Params):
    """A product made on the spot."""

    name: Name
    description: Description | None = None
    images: Images = ()
    metadata: Metadata | None = None
    tax_code: Id | None = None
    tax_details: TaxDetails | None = None
    unit_label: UnitLabel | None = None


class PriceData(Params):
    """A price made on the spot, of a product that exists or of one made with it."""

    currency: CurrencyCode
    product: Id | None = None
    product_data: ProductData | None = None
    unit_amount: UnitAmount | None = None
    unit_amount_decimal: Decimal | None = None
    tax_behavior: TaxBehavior | None = None

    @model_validator(mode="after")
    def _one_amount_of_one_product(self) -> Self:
        if self.product is not None and self.product_data is not None:
            raise problem("exclusive", choices="product, product_data")
        if self.product is None and self.product_data is None:
            raise problem("missing", at=("product_data",))
        check_one_amount(self.unit_amount, self.unit_amount_decimal)
        return self


class LineItem(Params):
    """One line of the cart: so many of one price."""

    price: Id | None = None
    price_data: PriceData | None = None
    quantity: Quantity | None = None
    adjustable_quantity: AdjustableQuantity | None = None
    metadata: Metadata | None = None
    tax_rates: TaxRates | None = None

    @model_validator(mode="after")
    def _so_many_of_one_price(self) -> Self:
        if self.price is not None and self.price_data is not None:
            raise problem("exclusive", choices="price, price_data")
        if self.price is None and self.price_data is None:
            raise problem("price_missing")
        if self.quantity is None:
            raise problem("quantity_missing", at=("quantity",))
        return self


class GivenAddress(Params):
    """Where the merchant sends the order."""

    line1: AddressLine
    line2: Emptyable[AddressLine] = None
    city: Emptyable[AddressLine] = None
    state: Emptyable[AddressLine] = None
    postal_code: Emptyable[AddressLine] = None
    country: Emptyable[CountryCode] = None


class GivenShipping(Params):
    """Whom and where to the merchant sends the order, and how."""

    name: Annotated[str, PersonText(COLLECTED_NAME_CHARACTERS_MAX)]
    address: GivenAddress
    phone: Emptyable[AddressLine] = None
    carrier: Emptyable[AddressLine] = None
    tracking_number: Emptyable[AddressLine] = None


class PaymentIntentData(Params):
    """What the payment intent carries once there is one."""

    description: Annotated[str, Text(1_000)] | None = None
    metadata: Metadata | None = None
    receipt_email: Mail | None = None
    setup_future_usage: FutureUsage | None = None
    statement_descriptor: Descriptor | None = None
    statement_descriptor_suffix: Descriptor | None = None
    shipping: GivenShipping | None = None


class SavedPaymentMethodOptions(Params):
    """Which saved cards a returning customer is offered, and whether new ones may be saved."""

    allow_redisplay_filters: Annotated[tuple[AllowRedisplay, ...], Array()] | None = None
    payment_method_save: SaveOrNot | None = None


class CustomerUpdate(Params):
    """What of the buyer's words is saved to the customer who comes back."""

    address: SavedOrNot | None = None
    name: SavedOrNot | None = None
    shipping: SavedOrNot | None = None


class AutomaticTax(Params):
    """Whether tax is computed from the buyer's place."""

    enabled: Flag


class CustomTextMessage(Params):
    """A text that the buyer reads, with bold words and links as Markdown has them."""

    message: Annotated[str, Text(CUSTOM_TEXT_CHARACTERS_MAX)]


class CustomText(Params):
    """The merchant's own words, at up to three places of the page."""

    after_submit: Emptyable[CustomTextMessage] = None
    shipping_address: Emptyable[CustomTextMessage] = None
    submit: Emptyable[CustomTextMessage] = None


class CreateSession(Params):
    """``POST /v1/checkout/sessions``, after `known.sift`."""

    mode: Mode
    line_items: Annotated[tuple[LineItem, ...], Array(LINE_ITEMS_MAX)]
    ui_mode: UiMode | None = None
    success_url: Web | None = None
    cancel_url: Web | None = None
    return_url: Web | None = None
    redirect_on_completion: RedirectOnCompletion | None = None
    automatic_tax: AutomaticTax | None = None
    billing_address_collection: BillingAddressCollection | None = None
    shipping_address_collection: ShippingAddressCollection | None = None
    phone_number_collection: PhoneNumberCollection | None = None
    name_collection: NamesCollection | None = None
    tax_id_collection: TaxIdCollection | None = None
    client_reference_id: Annotated[str, Text(200)] | None = None
    custom_text: CustomText | None = None
    currency: CurrencyCode | None = None
    customer: Id | None = None
    customer_creation: CustomerCreation | None = None
    customer_email: Mail | None = None
    customer_update: CustomerUpdate | None = None
    saved_payment_method_options: SavedPaymentMethodOptions | None = None
    expires_at: UnixTime | None = None
    locale: Locale | None = None
    metadata: Metadata | None = None
    payment_intent_data: PaymentIntentData | None = None
    payment_method_types: Annotated[tuple[PaymentMethodType, ...], Array()] | None = None
    allowed_payment_method_types: (
        Annotated[tuple[AllowedPaymentMethodType, ...], Array()] | None
    ) = None
    submit_type: SubmitType | None = None
    expand: Expand = ()

    @model_validator(mode="after")
    def _fits_its_ui_mode(self) -> Self:
        self._check_customer()
        check_ui_mode(self.ui_mode, self.redirect_on_completion, self.model_fields_set)
        if self.payment_method_types and self.allowed_payment_method_types:
            raise problem("exclusive", choices="payment_method_types, allowed_payment_method_types")
        return self

    def _check_customer(self) -> None:
        """A customer is there already, or is made; who is there has an email of their own."""
        if self.customer is None:
            if self.customer_update is not None:
                raise problem("update_nobody", at=("customer_update",))
            return
        for name in ("customer_email", "customer_creation"):
            if getattr(self, name) is not None:
                raise problem("exclusive", choices=f"customer, {name}", at=(name,))


class UpdatedLineItem(Params):
    """One line of the cart as it is to be: a line that is there, by its id, or a new one.

    What is not given of a line that is there stays as it is.
    """

    id: Id | None = None
    price: Id | None = None
    price_data: PriceData | None = None
    quantity: Quantity | None = None
    adjustable_quantity: AdjustableQuantity | None = None
    metadata: Emptyable[MetadataChanges] = None
    tax_rates: Emptyable[TaxRates] = None

    @model_validator(mode="after")
    def _known_or_complete(self) -> Self:
        if self.price is not None and self.price_data is not None:
            raise problem("exclusive", choices="price, price_data")
        if self.id is None and self.price is None and self.price_data is None:
            raise problem("price_missing")
        if self.id is None and self.quantity is None:
            raise problem("quantity_missing", at=("quantity",))
        return self


class CollectedAddress(Params):
    """Where the order goes."""

    country: CountryCode
    line1: AddressLine
    line2: Emptyable[AddressLine] = None
    city: Emptyable[AddressLine] = None
    state: Emptyable[AddressLine] = None
    postal_code: Emptyable[AddressLine] = None


class CollectedShipping(Params):
    """Whom and where to the order goes, as the merchant's server says it."""

    name: Annotated[str, PersonText(COLLECTED_NAME_CHARACTERS_MAX)]
    address: CollectedAddress


class CollectedInformation(Params):
    """What the merchant's server knows of the buyer."""

    shipping_details: Emptyable[CollectedShipping] = None


class UpdateSession(Params):
    """``POST /v1/checkout/sessions/{session}``."""

    metadata: Emptyable[MetadataChanges] = None
    collected_information: CollectedInformation | None = None
    line_items: Annotated[tuple[UpdatedLineItem, ...], Array(LINE_ITEMS_MAX)] | None = None
    payment_intent_data: NotYet = None
    shipping_options: NotYet = None
    expand: Expand = ()


class RetrieveSession(Retrieve):
    """``GET /v1/checkout/sessions/{session}``."""


class ExpireSession(Retrieve):
    """``POST /v1/checkout/sessions/{session}/expire``."""


class ListLineItems(Paging):
    """``GET /v1/checkout/sessions/{session}/line_items``."""


class ListedCustomer(Params):
    """The buyer whose sessions are wanted."""

    email: Mail


class ListSessions(Paging):
    """``GET /v1/checkout/sessions``."""

    created: Created | None = None
    status: Annotated[str, Enum(("complete", "expired", "open"))] | None = None
    payment_intent: Id | None = None
    payment_link: Id | None = None
    subscription: Id | None = None
    customer: Id | None = None
    customer_account: Id | None = None
    customer_details: ListedCustomer | None = None
