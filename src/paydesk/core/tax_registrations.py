"""Where a seller collects tax, and the account's settings for it.

Source: Stripe's objects `tax.settings` and `tax.registration`; for the one-stop shop Articles 358
to 369x of Council Directive 2006/112/EC, for small sellers its Article 59c.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from paydesk.core.errors import InvalidRequest
from paydesk.core.ids import base62
from paydesk.core.tax import TaxLocation
from paydesk.core.tax_codes import GOODS
from paydesk.core.tax_ids import EU_MEMBERS
from paydesk.core.tax_rates_canada import PROVINCES
from paydesk.core.tax_rates_us import SALES_TAX_BY_STATE

REGISTRATIONS_MAX = 300
"""Of one account: every country, state and province once, and some that have expired."""

ONE_STOP_SHOPS: Final = frozenset({"oss_union", "oss_non_union", "ioss"})

TaxBehavior = Literal["exclusive", "inclusive", "inferred_by_currency"]

_ID_LENGTH = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """One place where the seller collects tax. Times are Unix seconds.

    `type` is Stripe's word: `state_sales_tax`, `standard`, `oss_union`, `province_standard`, ...
    `state` is the state or province that it is for; `scheme` the place of supply scheme of a
    standard registration.
    """

    id: str
    created: int
    country: str
    type: str
    active_from: int
    expires_at: int | None = None
    state: str | None = None
    scheme: str | None = None

    def is_active(self, at: int) -> bool:
        """Whether tax is collected under it at that time (Unix seconds)."""
        return self.active_from <= at and (self.expires_at is None or at < self.expires_at)

    def status(self, at: int) -> str:
        """Stripe's word for that: `active`, `expired` or `scheduled`."""
        if self.expires_at is not None and at >= self.expires_at:
            return "expired"
        return "active" if self.active_from <= at else "scheduled"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxSeller:
    """The seller as far as tax depends on them: an account's tax settings and registrations.

    `tax_behavior` says how prices are meant that don't say it themselves; `tax_code` what products
    are that don't.
    """

    head_office: TaxLocation | None = None
    tax_behavior: TaxBehavior | None = None
    tax_code: str | None = None
    registrations: tuple[Registration, ...] = ()

    def active(self, at: int) -> Iterable[Registration]:
        """The registrations in force at that time (Unix seconds)."""
        return (one for one in self.registrations if one.is_active(at))

    def is_inclusive(self, tax_behavior: str, currency: str) -> bool | None:
        """Whether tax is inside a price of this behavior; None when nobody has said.

        Inferred by currency, prices in US and Canadian dollars are without tax and all others
        with it, as Stripe has it.
        """
        behavior = self.tax_behavior if tax_behavior == "unspecified" else tax_behavior
        if behavior == "inferred_by_currency":
            return currency not in ("usd", "cad")
        return None if behavior is None else behavior == "inclusive"


def check_registration(others: Iterable[Registration], registration: Registration) -> None:
    """Refuse a registration that can't stand beside the others.

    Raises InvalidRequest for a type that the country does not have, a missing or unknown state,
    an end before the beginning, and a second one for the same at the same time.
    """
    place = f"country_options[{registration.country.lower()}]"
    if registration.type not in types_of(registration.country):
        raise InvalidRequest(
            f"Registrations in {registration.country} have one of the types "
            f"{', '.join(types_of(registration.country))}.",
            param=f"{place}[type]",
        )
    _check_state(registration, place)
    end = registration.expires_at
    if end is not None and end < registration.active_from:
        raise InvalidRequest("`expires_at` can't be before `active_from`.", param="expires_at")
    if any(_overlaps(one, registration) for one in others):
        raise InvalidRequest(
            "There is an active or scheduled registration for this already.", param=place
        )


def types_of(country: str) -> tuple[str, ...]:
    """The types of registration that Paydesk acts on in a country."""
    if country == "US":
        return ("state_sales_tax",)
    if country == "CA":
        return ("standard", "simplified", "province_standard")
    if country in EU_MEMBERS:
        return ("standard", *sorted(ONE_STOP_SHOPS))
    return ("standard", "simplified")


def _check_state(registration: Registration, place: str) -> None:
    known: Mapping[str, object] = {}
    param = f"{place}[state]"
    if registration.type == "state_sales_tax":
        known = SALES_TAX_BY_STATE
    elif registration.type == "province_standard":
        param = f"{place}[province_standard][province]"
        known = {code: one for code, one in PROVINCES.items() if one.own is not None}
    if known and registration.state not in known:
        raise InvalidRequest(f"Must be one of {', '.join(sorted(known))}.", param=param)


def _overlaps(one: Registration, other: Registration) -> bool:
    same = (one.country, one.type, one.state) == (other.country, other.type, other.state)
    return same and _starts_within(one, other) | _starts_within(other, one)


def _starts_within(one: Registration, other: Registration) -> bool:
    return other.is_active(one.active_from)


def origin_of_vat(seller: TaxSeller, country: str, at: int) -> str | None:
    """The country whose VAT a consumer in `country` pays; None when the seller collects none.

    It is the consumer's own, under a registration there or the one-stop shop. A small seller's
    distance sales within the EU bear the VAT of the seller's country.
    """
    active = tuple(seller.active(at))
    if any(one.country == country and one.type not in ONE_STOP_SHOPS for one in active):
        return country
    if country not in EU_MEMBERS:
        return None
    if any(_shop_covers(one, seller, country) for one in active):
        return country
    small = (one.country for one in active if one.scheme == "small_seller")
    return next(small, None)


def _shop_covers(registration: Registration, seller: TaxSeller, country: str) -> bool:
    """The Union scheme is for other member states than the one where the seller is established."""
    if registration.type not in ONE_STOP_SHOPS:
        return False
    home = None if seller.head_office is None else seller.head_office.country
    return registration.type != "oss_union" or country != home


@lru_cache(maxsize=256)
def sandbox_seller(account: str, since: int) -> TaxSeller:
    """What a new sandbox account comes with: a head office in San Francisco, registrations in
    California, the EU (the one-stop shop, joined in Ireland) and the United Kingdom.

    `since` is in Unix seconds.
    """
    places = (
        ("US", "state_sales_tax", "CA", None),
        ("IE", "oss_union", None, None),
        ("GB", "standard", None, "standard"),
    )
    return TaxSeller(
        head_office=TaxLocation(
            "US", "CA", "94103", city="San Francisco", line1="1 Market Street"
        ),
        tax_behavior="exclusive",
        tax_code=GOODS,
        registrations=tuple(
            Registration(
                id=_sandbox_id(account, country), created=since, active_from=since,
                country=country, type=type, state=state, scheme=scheme,
            )
            for country, type, state, scheme in places
        ),
    )  # fmt: skip


def _sandbox_id(account: str, country: str) -> str:
    """The same at every look, since nothing is written down until the merchant changes it."""
    digest = hashlib.sha256(f"{account} {country}".encode()).digest()
    return f"taxreg_{base62(int.from_bytes(digest), _ID_LENGTH)}"
