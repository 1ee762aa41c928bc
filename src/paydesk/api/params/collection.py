"""What a session may ask of the buyer, as `/v1/checkout/sessions` says it."""

from __future__ import annotations

from typing import Annotated

from paydesk.api.params.grammar import Array, Enum, Flag, Params
from paydesk.api.params.spec import choices

SHIPPING_COUNTRIES = choices("shipping_address_collection.allowed_countries[]")
ShippingCountry = Annotated[str, Enum(SHIPPING_COUNTRIES)]
BillingAddressCollection = Annotated[str, Enum(choices("billing_address_collection"))]


class ShippingAddressCollection(Params):
    """The countries that the merchant ships to."""

    allowed_countries: Annotated[tuple[ShippingCountry, ...], Array(len(SHIPPING_COUNTRIES))]


class PhoneNumberCollection(Params):
    """Whether the buyer's phone number is asked for."""

    enabled: Flag


class TaxIdCollection(Params):
    """Whether a business may give its tax id, and whether it has to where there are such ids."""

    enabled: Flag
    required: Annotated[str, Enum(choices("tax_id_collection.required"))] | None = None


class NameCollection(Params):
    """Whether a name is asked for, and whether the buyer may leave it out."""

    enabled: Flag
    optional: Flag = False


class NamesCollection(Params):
    """The names of a business and of a person, each apart from the card's."""

    business: NameCollection | None = None
    individual: NameCollection | None = None
