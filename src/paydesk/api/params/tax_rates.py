"""Parameters of ``/v1/tax_rates``."""

from __future__ import annotations

from typing import Annotated, Any, get_args

from paydesk.api.params.formats import CountryCode
from paydesk.api.params.grammar import (
    DecimalText,
    Emptyable,
    Enum,
    Expand,
    Flag,
    Id,
    Metadata,
    MetadataChanges,
    Params,
    Text,
)
from paydesk.api.params.lists import Created, Paging
from paydesk.api.params.problems import problem
from paydesk.core.manual_tax_rates import PERCENTAGE_MAX, PERCENTAGE_PLACES_MAX
from paydesk.core.tax import TaxType as TaxTypeWord

DISPLAY_NAME_CHARACTERS_MAX = 50


class PercentText(DecimalText):
    """A percentage as text: 25.5 for 25.5 %."""

    def read(self, value: Any) -> str:
        text = super().read(value)
        if float(text) > PERCENTAGE_MAX:
            raise problem("above", most=PERCENTAGE_MAX)
        return text


DisplayName = Annotated[str, Text(DISPLAY_NAME_CHARACTERS_MAX, visible=True)]
TaxType = Annotated[str, Enum(get_args(TaxTypeWord))]


class CreateTaxRate(Params):
    """``POST /v1/tax_rates``."""

    display_name: DisplayName
    inclusive: Flag
    percentage: Annotated[str, PercentText(PERCENTAGE_PLACES_MAX)]
    active: Flag | None = None
    country: CountryCode | None = None
    description: Id | None = None
    jurisdiction: Annotated[str, Text(DISPLAY_NAME_CHARACTERS_MAX)] | None = None
    metadata: Metadata | None = None
    state: Id | None = None
    tax_type: TaxType | None = None
    expand: Expand = ()


class UpdateTaxRate(Params):
    """``POST /v1/tax_rates/{tax_rate}``. What a rate takes never changes."""

    active: Flag | None = None
    country: CountryCode | None = None
    description: Id | None = None
    display_name: DisplayName | None = None
    jurisdiction: Annotated[str, Text(DISPLAY_NAME_CHARACTERS_MAX)] | None = None
    metadata: Emptyable[MetadataChanges] = None
    state: Id | None = None
    tax_type: TaxType | None = None
    expand: Expand = ()


class ListTaxRates(Paging):
    """``GET /v1/tax_rates``."""

    active: Flag | None = None
    created: Created | None = None
    inclusive: Flag | None = None
