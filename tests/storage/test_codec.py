"""Columns that hold JSON give back what was put in."""

from __future__ import annotations

from paydesk.core.sessions import Address, CustomerDetails
from paydesk.core.tax import BuyerTaxId
from paydesk.storage.codec import dump_details, load_details

BUYER = CustomerDetails(
    email="buyer@example.com",
    address=Address(country="DE", city="Berlin"),
    tax_ids=(BuyerTaxId("eu_vat", "DE811907980", verified=True),),
    tax_exempt="reverse",
)


def test_details_come_back() -> None:
    assert load_details(dump_details(BUYER)) == BUYER
    assert load_details(dump_details(None)) is None


def test_details_from_before_there_were_tax_ids_come_back() -> None:
    assert load_details('{"email": null, "name": "Ann", "phone": null, "address": null}') == (
        CustomerDetails(name="Ann")
    )
