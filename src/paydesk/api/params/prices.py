"""Parameters of ``/v1/prices``: prices per unit."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import model_validator

from paydesk.api.params.formats import CurrencyCode
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
)
from paydesk.api.params.lists import Created, Paging
from paydesk.api.params.problems import problem
from paydesk.api.params.products import Descriptor, Name, OwnId, UnitLabel

UNIT_AMOUNT_DIGITS_MAX = 12
LOOKUP_KEY_CHARACTERS_MAX = 200
LOOKUP_KEYS_MAX = 10
INTERVAL_COUNT_MAX = 1_095
"""Three years of days; of what is longer, Stripe's three years are fewer."""

UnitAmount = Annotated[int, Integer(minimum=0, digits_max=UNIT_AMOUNT_DIGITS_MAX)]
TaxBehavior = Annotated[str, Enum(("exclusive", "inclusive", "unspecified"))]
LookupKey = Annotated[str, Text(LOOKUP_KEY_CHARACTERS_MAX)]


def check_one_amount(unit_amount: int | None, unit_amount_decimal: str | None) -> None:
    """Raise a problem unless the price is said in exactly one way."""
    if unit_amount is not None and unit_amount_decimal is not None:
        raise problem("exclusive", choices="unit_amount, unit_amount_decimal")
    if unit_amount is None and unit_amount_decimal is None:
        raise problem("missing", at=("unit_amount",))


class PricedProduct(Params):
    """The product made together with its price."""

    name: Name
    id: OwnId | None = None
    active: Flag | None = None
    metadata: Metadata | None = None
    statement_descriptor: Descriptor | None = None
    tax_code: Id | None = None
    tax_details: NotYet = None
    unit_label: UnitLabel | None = None


class RecurringPrice(Params):
    """How often the price is to be paid."""

    interval: Annotated[str, Enum(("day", "week", "month", "year"))]
    interval_count: Annotated[int, Integer(minimum=1, maximum=INTERVAL_COUNT_MAX)] | None = None
    usage_type: (
        Annotated[str, Enum(("licensed", "metered"), unsupported=frozenset({"metered"}))] | None
    ) = None
    meter: NotYet = None
    trial_period_days: NotYet = None


class CreatePrice(Params):
    """``POST /v1/prices``."""

    currency: CurrencyCode
    product: Id | None = None
    product_data: PricedProduct | None = None
    unit_amount: UnitAmount | None = None
    unit_amount_decimal: Decimal | None = None
    active: Flag | None = None
    lookup_key: LookupKey | None = None
    metadata: Metadata | None = None
    nickname: Id | None = None
    tax_behavior: TaxBehavior | None = None
    transfer_lookup_key: Flag | None = None
    billing_scheme: NotYet = None
    currency_options: NotYet = None
    custom_unit_amount: NotYet = None
    recurring: RecurringPrice | None = None
    tiers: NotYet = None
    tiers_mode: NotYet = None
    transform_quantity: NotYet = None
    expand: Expand = ()

    @model_validator(mode="after")
    def _one_amount_of_one_product(self) -> Self:
        if self.product is not None and self.product_data is not None:
            raise problem("exclusive", choices="product, product_data")
        if self.product is None and self.product_data is None:
            raise problem("missing", at=("product",))
        check_one_amount(self.unit_amount, self.unit_amount_decimal)
        return self


class UpdatePrice(Params):
    """``POST /v1/prices/{price}``. What a price costs never changes."""

    active: Flag | None = None
    lookup_key: Emptyable[LookupKey] = None
    metadata: Emptyable[MetadataChanges] = None
    nickname: Emptyable[Id] = None
    tax_behavior: TaxBehavior | None = None
    transfer_lookup_key: Flag | None = None
    currency_options: NotYet = None
    expand: Expand = ()


class ListPrices(Paging):
    """``GET /v1/prices``."""

    active: Flag | None = None
    created: Created | None = None
    currency: CurrencyCode | None = None
    lookup_keys: Annotated[tuple[LookupKey, ...], Array(LOOKUP_KEYS_MAX)] | None = None
    product: Id | None = None
    type: Annotated[str, Enum(("one_time", "recurring"))] | None = None
    recurring: NotYet = None
