"""Parameters of ``/v1/tax/settings`` and ``/v1/tax/registrations``."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self, get_args

from pydantic import model_validator
from pydantic.json_schema import JsonSchemaValue

from paydesk.api.params.formats import CountryCode
from paydesk.api.params.grammar import (
    Emptyable,
    Enum,
    Expand,
    Id,
    NotYet,
    Params,
    Timestamp,
)
from paydesk.api.params.lists import Paging
from paydesk.api.params.payment_methods import Address
from paydesk.api.params.problems import problem
from paydesk.core.tax_registrations import ONE_STOP_SHOPS
from paydesk.core.tax_registrations import TaxBehavior as TaxBehaviorWord

NOW = "now"


class OfficeAddress(Address):
    """An address with its country."""

    country: CountryCode


class HeadOffice(Params):
    """Where the seller is established."""

    address: OfficeAddress


class Defaults(Params):
    """What holds for prices and products that don't say it themselves."""

    tax_behavior: Annotated[str, Enum(get_args(TaxBehaviorWord))] | None = None
    tax_code: Id | None = None


class UpdateTaxSettings(Params):
    """``POST /v1/tax/settings``. An empty `head_office` takes it away, which is ours: so one can
    see what happens without.
    """

    defaults: Defaults | None = None
    head_office: Emptyable[HeadOffice] = None
    expand: Expand = ()


class RetrieveTaxSettings(Params):
    """``GET /v1/tax/settings``."""

    expand: Expand = ()


class Moment(Timestamp):
    """Unix time in seconds, or the word ``now``."""

    def read(self, value: Any) -> Any:
        """The time, or the word as it is."""
        return NOW if value == NOW else super().read(value)

    def schema(self) -> JsonSchemaValue:
        return {"anyOf": [super().schema(), {"const": NOW}]}


Time = Annotated[int | Literal["now"], Moment()]


class Standard(Params):
    """Which scheme says where a supply takes place."""

    place_of_supply_scheme: Annotated[str, Enum(("inbound_goods", "small_seller", "standard"))]


class ProvinceStandard(Params):
    """The province of a registration for its own tax."""

    province: Id


class RegistrationOptions(Params):
    """What a registration is. Which types a country has is told by `core/tax_registrations.py`."""

    type: Annotated[
        str,
        Enum(("standard", "simplified", "province_standard", "state_sales_tax",
              *sorted(ONE_STOP_SHOPS))),
    ]  # fmt: skip
    province_standard: ProvinceStandard | None = None
    standard: Standard | None = None
    state: Id | None = None
    state_sales_tax: NotYet = None


class CreateRegistration(Params):
    """``POST /v1/tax/registrations``. `country_options` has one entry, under the country's code."""

    active_from: Time
    country: CountryCode
    country_options: dict[str, RegistrationOptions]
    expires_at: Time | None = None
    expand: Expand = ()

    @model_validator(mode="after")
    def _options_of_the_country(self) -> Self:
        name = self.country.lower()
        if set(self.country_options) != {name}:
            raise problem("missing", at=("country_options", name))
        return self


class UpdateRegistration(Params):
    """``POST /v1/tax/registrations/{id}``."""

    active_from: Time | None = None
    expires_at: Emptyable[Time] = None
    expand: Expand = ()


class ListRegistrations(Paging):
    """``GET /v1/tax/registrations``."""

    status: Annotated[str, Enum(("active", "all", "expired", "scheduled"))] | None = None
