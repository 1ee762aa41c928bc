"""What is asked of a buyer, what they told, and what is kept of both."""

from __future__ import annotations

from typing import Any

import pytest

from paydesk.core.buyers import Told, with_told
from paydesk.core.cards import holds_card_number
from paydesk.core.collection import Collection, NameCollection
from paydesk.core.errors import InvalidRequest
from paydesk.core.sessions import Address, CustomerDetails, Session, Shipping

BERLIN = Address(country="DE", postal_code="10117", city="Berlin", line1="Unter den Linden 1")


def session(collection: Collection | None = None, **fields: Any) -> Session:
    return Session(
        id="cs_test_1", account="acct_1", created=1, expires_at=2, currency="usd",
        collection=collection or Collection(), **fields,
    )  # fmt: skip


def test_what_is_not_told_stays() -> None:
    known = session(customer_details=CustomerDetails(name="Jenny", phone="+1"))
    assert with_told(known, Told()) is known
    assert with_told(known, Told(name="Jenny")) is known
    assert with_told(known, Told(phone=None)).customer_details == CustomerDetails(name="Jenny")


def test_an_email_of_the_merchants_stays() -> None:
    known = session(customer_email="a@shop.test")
    assert with_told(known, Told(email="b@shop.test")).customer_details is None


def test_a_name_that_nobody_asked_for_is_not_kept() -> None:
    told = Told(business_name="Rosen GmbH", individual_name="Jenny")
    asked = session(Collection(business_name=NameCollection(enabled=True)))
    details = with_told(asked, told).customer_details
    assert details == CustomerDetails(business_name="Rosen GmbH")


def test_only_where_the_merchant_ships_to() -> None:
    ships = session(Collection(shipping_countries=("DE",)))
    shipping = Shipping(name="Jenny", address=BERLIN)
    assert with_told(ships, Told(shipping=shipping)).shipping == shipping
    with pytest.raises(InvalidRequest, match="ship to this country: AT"):
        with_told(ships, Told(shipping=Shipping(address=Address(country="AT"))))
    with pytest.raises(InvalidRequest, match="doesn't ship anything"):
        with_told(session(), Told(shipping=shipping))


@pytest.mark.parametrize(
    "text",
    [
        "4242424242424242",
        "Jenny 4242 4242 4242 4242 Rosen",
        "3782-822463-10005",
        "6205500000000000004",
        "4539578763621486 12/27 123",
        "12/27, 4539 5787 6362 1486",
        "4539.5787.6362.1486",
        "4539 / 5787 / 6362 / 1486",
        "4539_5787_6362_1486",
        "card4539578763621486x",
        "４５３９５７８７６３６２１４８６",
        "٤٥٣٩٥٧٨٧٦٣٦٢١٤٨٦",
        "4539\u20115787\u00a06362\u200b1486",
    ],
)
def test_sees_a_card_number(text: str) -> None:
    assert holds_card_number(text)


@pytest.mark.parametrize(
    "text",
    [
        *("Jenny Rosen", "4242424242424241", "+1 201 555 0123", "354 Oyster Point Blvd, 94080", ""),
        *("12, rue de 34 567 89", "20000000000000000000000", "½ 12/34"),
    ],
)
def test_sees_none(text: str) -> None:
    assert not holds_card_number(text)
