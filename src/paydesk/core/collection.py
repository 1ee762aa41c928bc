"""What a session asks of its buyer besides the card: addresses, phone, names, tax ids.

The merchant decides it when the session is made; it never changes after that. Who asks (the page,
the elements) and who checks (the story that pays) both read it here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

POSTAL_CODE_COUNTRIES = ("US", "CA", "GB")
"""Card checks use the postal code in these, so it is asked for with the card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameCollection:
    """Whether a name is asked for, and whether the buyer may leave it out."""

    enabled: bool
    optional: bool = False

    @property
    def required(self) -> bool:
        """Nobody pays without it."""
        return self.enabled and not self.optional


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxIdCollection:
    """Whether a business may give its tax id; `required` is `if_supported` or `never`."""

    enabled: bool
    required: str = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """All that is asked; None and an empty tuple for what the merchant did not mention.

    `shipping_countries` are the ISO 3166 codes that the merchant ships to; empty when nothing is
    shipped.
    """

    billing_address: str | None = None
    shipping_countries: tuple[str, ...] = ()
    phone: bool = False
    business_name: NameCollection | None = None
    individual_name: NameCollection | None = None
    tax_ids: TaxIdCollection | None = field(default=None)

    @property
    def full_billing_address(self) -> bool:
        """Whether the whole billing address is asked for, not only what card checks use."""
        return self.billing_address == "required"

    @property
    def shipping(self) -> bool:
        """Whether something is shipped, so that the buyer says where to."""
        return bool(self.shipping_countries)

    @property
    def wants_tax_ids(self) -> bool:
        """Whether a buyer may say that they buy as a business."""
        return self.tax_ids is not None and self.tax_ids.enabled

    @property
    def requires_tax_id(self) -> bool:
        """Whether every buyer has to give one, where there are such ids."""
        return self.tax_ids is not None and self.tax_ids.required == "if_supported"

    @property
    def wants_business_name(self) -> bool:
        """Whether the name of a business is asked for, apart from a tax id's."""
        return self.business_name is not None and self.business_name.enabled

    @property
    def wants_individual_name(self) -> bool:
        """Whether the name of a person is asked for, apart from the card's."""
        return self.individual_name is not None and self.individual_name.enabled


NOTHING_MORE = Collection()
"""The card alone, and the email."""
