"""The session as Stripe.js shows it. A sample is kept as JSON, which the published types check."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from paydesk.core.line_items import AdjustableQuantity
from paydesk.core.payments import PaymentIntent
from paydesk.core.sessions import ELEMENTS, CustomerDetails
from paydesk.core.tax import LineTax, TaxLocation
from paydesk.render.client_sessions import client_session
from paydesk.render.payment_pages import PaymentPage
from tests.core.build import flat
from tests.pages.orders import ONE_TO_TEN, line, order

SAMPLE = Path(__file__).parent / "fixtures" / "client_session.json"
NOTHING = {"minorUnitsAmount": 0, "amount": "$0.00"}
PLACE = TaxLocation(country="US", postal_code="94103")


def sample() -> PaymentPage:
    """Two lines, tax inside and on top, and a try that was declined."""
    shirt = replace(
        line(
            "T-shirt",
            quantity=2,
            description="Soft cotton",
            images=("https://shop.example/shirt.png",),
            unit_label="piece",
        ),
        adjustable_quantity=AdjustableQuantity(enabled=True),
    )
    screw = line("Screw", "0.5", 300, None, id="li_2")
    session, (shirt, screw) = order(shirt, screw, ui_mode=ELEMENTS, tax_location=PLACE)
    screw = replace(screw, taxes=(tax(12, inclusive=True),), amount_tax=12)
    shirt = replace(shirt, taxes=(tax(345),), amount_tax=345, amount_total=4345)
    details = CustomerDetails(email="jenny@example.com", name="Jenny Rosen", phone="+15550100")
    session = replace(session, amount_tax=357, amount_total=4495, customer_details=details)
    return PaymentPage(session=session, lines=(shirt, screw), intent=declined())


def tax(amount: int, *, inclusive: bool = False) -> LineTax:
    return LineTax(flat("8.625"), amount, 4000, inclusive)


def declined() -> PaymentIntent:
    return PaymentIntent(
        id="pi_1",
        account="acct_1",
        created=0,
        session="cs_test_a1Demo",
        amount=4495,
        currency="usd",
        client_secret="pi_1_secret_1",
        last_payment_error={"message": "Your card was declined."},
    )


def view(page: PaymentPage, locale: str = "en-US") -> dict[str, Any]:
    return client_session(page, merchant="Fern & Fig Outfitters", locale=locale)


def page_of(*lines: Any, **changes: Any) -> PaymentPage:
    session, priced = order(*lines, **changes)
    return PaymentPage(session=session, lines=priced, intent=None)


def test_the_sample_is_what_the_code_makes() -> None:
    made = json.dumps(view(sample()), indent=2, ensure_ascii=False) + "\n"
    if os.environ.get("REWRITE") == "1":
        SAMPLE.write_text(made, encoding="utf-8")
    assert SAMPLE.read_text(encoding="utf-8") == made, f"REWRITE=1 pytest {__file__}"


def test_tax_is_told_apart_by_where_it_is() -> None:
    told = view(sample())
    assert told["total"]["taxExclusive"]["minorUnitsAmount"] == 345
    assert told["total"]["taxInclusive"]["minorUnitsAmount"] == 12
    assert [(tax["inclusive"], tax["amount"]) for tax in told["taxAmounts"]] == [
        (False, "$3.45"),
        (True, "$0.12"),
    ]
    assert [len(item["taxAmounts"]) for item in told["lineItems"]] == [1, 1]
    assert view(page_of())["taxAmounts"] == []


@pytest.mark.parametrize(
    ("locale", "currency", "text", "divisor"),
    [
        ("en", "usd", "$20.00", 100),
        ("en-GB", "usd", "US$20.00", 100),
        ("en-AU", "usd", "US$20.00", 100),
        ("de-AT", "eur", "20,00\N{NO-BREAK SPACE}€", 100),
        ("ja", "jpy", "¥2,000", 1),
        ("auto", "kwd", "KWD\N{NO-BREAK SPACE}2.000", 1000),
        ("<script>", "usd", "$20.00", 100),
    ],
)
def test_amounts_are_written_for_the_reader(
    locale: str, currency: str, text: str, divisor: int
) -> None:
    told = view(page_of(line(currency=currency)), locale)
    total = told["total"]["total"]
    assert total["minorUnitsAmount"] == 2000
    assert total["amount"].replace("\N{FULLWIDTH YEN SIGN}", "¥") == text
    assert (told["currency"], told["minorUnitsAmountDivisor"]) == (currency, divisor)


def test_a_fraction_of_a_cent_is_rounded_in_the_number_alone() -> None:
    item = view(page_of(line(unit_amount="0.5", quantity=100)))["lineItems"][0]
    assert item["unitAmount"] == {"minorUnitsAmount": 1, "amount": "$0.005"}
    assert item["unitAmountDecimal"] == {"minorUnitsAmount": 0.5, "amount": "$0.005"}
    assert view(page_of())["lineItems"][0]["unitAmountDecimal"] is None


def test_both_bounds_are_told_and_only_of_what_can_be_adjusted() -> None:
    off = AdjustableQuantity(enabled=False, minimum=2, maximum=3)
    lines = (
        line(adjustable=ONE_TO_TEN),
        line(adjustable=AdjustableQuantity(enabled=True), id="li_2"),
        line(adjustable=None, id="li_3"),
        line(adjustable=off, id="li_4"),
    )
    items = view(page_of(*lines))["lineItems"]
    assert [item["adjustableQuantity"] for item in items] == [
        {"minimum": 1, "maximum": 10},
        {"minimum": 0, "maximum": 99},
        None,
        None,
    ]
    assert [item["isRemovable"] for item in items] == [False, True, False, False]


def test_the_only_line_can_not_be_removed() -> None:
    told = view(page_of(line(adjustable=AdjustableQuantity(enabled=True))))
    assert told["lineItems"][0]["isRemovable"] is False


def test_the_state_of_the_session() -> None:
    told = view(page_of())
    assert (told["status"], told["tax"], told["canConfirm"]) == (
        {"type": "open"},
        {"status": "ready"},
        True,
    )
    waiting = view(page_of(automatic_tax=True, tax_status="requires_location_inputs"))
    assert (waiting["tax"], waiting["canConfirm"]) == (
        {"status": "requires_billing_address"},
        False,
    )
    paid = view(page_of(status="complete", payment_status="paid"))
    assert (paid["status"], paid["canConfirm"]) == (
        {"type": "complete", "paymentStatus": "paid"},
        False,
    )
    assert view(page_of(status="expired"))["status"] == {"type": "expired"}


def test_the_last_refusal_is_told_until_a_payment_succeeds() -> None:
    assert view(sample())["lastPaymentError"] == {"message": "Your card was declined."}
    assert view(page_of())["lastPaymentError"] is None


def test_what_the_buyer_said() -> None:
    told = view(sample())
    assert (told["email"], told["phoneNumber"]) == ("jenny@example.com", "+15550100")
    assert told["billingAddress"]["name"] == "Jenny Rosen"
    assert told["billingAddress"]["address"]["postal_code"] == "94103"
    bare = view(page_of())
    assert (bare["email"], bare["phoneNumber"], bare["billingAddress"]) == (None, None, None)
    assert view(page_of(customer_email="known@example.com"))["email"] == "known@example.com"


def test_sums_of_the_lines_are_the_sums_of_the_session() -> None:
    told = view(page_of(line(quantity=3), line(unit_amount="1.05", id="li_2")))
    for name in ("subtotal", "total", "discount", "taxExclusive", "taxInclusive"):
        summed = sum(item[name]["minorUnitsAmount"] for item in told["lineItems"])
        assert summed == told["total"][name]["minorUnitsAmount"]
    assert told["total"]["discount"] == NOTHING
    assert Decimal(told["total"]["total"]["minorUnitsAmount"]) == 6001
