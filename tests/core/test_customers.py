"""What is kept of a customer's address when a checkout asked for a part of one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from paydesk.core.countries import COUNTRIES, country_code
from paydesk.core.customers import address_after
from paydesk.core.sessions import Address

HOME = Address(
    country="US", state="CA", postal_code="94103-1234", city="San Francisco",
    line1="1 Market St", line2="Apt 2",
)  # fmt: skip
LONDON = Address(country="GB", postal_code="SW1A 2AA", city="London", line1="10 Downing St")


@pytest.mark.parametrize(
    ("saved", "told", "kept"),
    [
        (None, Address(country="DE"), Address(country="DE")),
        (HOME, Address(country="US"), HOME),
        (HOME, Address(country="US", postal_code="94103"), HOME),
        (HOME, HOME, HOME),
        (LONDON, Address(country="GB", postal_code="sw1a2aa"), LONDON),
        (HOME, Address(country="US", postal_code="10001"),
         Address(country="US", postal_code="10001")),
        (HOME, Address(country="US", state="NY"), Address(country="US", state="NY")),
        (HOME, Address(country="DE"), Address(country="DE")),
        (HOME, Address(country="US", city="Oakland"),
         replace(HOME, city="Oakland", line1=None, line2=None)),
        (replace(HOME, postal_code=None), Address(country="US", postal_code="94105"),
         replace(HOME, postal_code="94105")),
        (Address(country="US"), Address(country="US", postal_code="94105"),
         Address(country="US", postal_code="94105")),
        (HOME, Address(country="US", line1="9 New St"), Address(country="US", line1="9 New St")),
    ],
)  # fmt: skip
def test_what_the_buyer_did_not_give_is_kept_while_it_can_be_right(
    saved: Address | None, told: Address, kept: Address
) -> None:
    assert address_after(saved, told) == kept


def test_a_country_is_one_that_there_is() -> None:
    assert (country_code("de"), country_code("XK")) == ("DE", "XK")
    # "ß" and a dotless i become ASCII letters when they are written in capitals.
    for text in ("ZZ", "XX", "EU", "UK", "USA", "", "ß", "\u0131t"):
        assert country_code(text) is None
    assert len(COUNTRIES) == 249 + 3  # ISO 3166-1, and three that Stripe ships to
