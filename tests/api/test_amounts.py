"""Money: which amounts a session may have, in currencies with no, two and three decimals."""

from __future__ import annotations

from decimal import Decimal

import pytest
import stripe

from tests.api.merchant import SESSIONS, Fields, Json, Merchant, refused
from tests.support.app import SEED_SESSION

PRICE = "line_items[0][price_data]"
QUANTITY = "line_items[0][quantity]"
WIDE = {"line_items[0][adjustable_quantity][maximum]": "999999"}


def priced(amount: int | str, currency: str = "usd", quantity: int = 1) -> dict[str, str]:
    """The documented session with another price, whole or decimal."""
    rest = {name: text for name, text in SEED_SESSION.items() if "unit_amount" not in name}
    unit = "unit_amount" if isinstance(amount, int) else "unit_amount_decimal"
    return {
        **rest,
        **WIDE,
        f"{PRICE}[{unit}]": str(amount),
        f"{PRICE}[currency]": currency,
        QUANTITY: str(quantity),
    }


def total(merchant: Merchant, fields: Fields) -> int:
    session = merchant.write(SESSIONS, {**fields, "expand[]": "line_items"})
    lines: list[Json] = session["line_items"]["data"]
    assert session["amount_total"] == sum(line["amount_total"] for line in lines)
    assert session["amount_subtotal"] == sum(line["amount_subtotal"] for line in lines)
    amount: int = session["amount_total"]
    return amount


@pytest.mark.parametrize(
    ("currency", "smallest", "shown"),
    [
        ("usd", 50, "$0.50 USD"),
        ("eur", 50, "€0.50 EUR"),
        ("gbp", 30, "£0.30 GBP"),
        ("jpy", 50, "50 JPY"),
        ("huf", 17500, "175.00 HUF"),
    ],
)
def test_the_smallest_amount(merchant: Merchant, currency: str, smallest: int, shown: str) -> None:
    error = refused(merchant.post(SESSIONS, priced(smallest - 1, currency)))
    assert error["message"] == (
        f"The Checkout Session's total amount due must add up to at least {shown}"
    )
    assert error["code"] == "amount_too_small"
    assert total(merchant, priced(smallest, currency)) == smallest


@pytest.mark.parametrize(
    ("currency", "shown"),
    [("usd", "$999,999.99"), ("inr", "999,999.99 INR"), ("jpy", "99,999,999 JPY")],
)
def test_the_largest_amount(merchant: Merchant, currency: str, shown: str) -> None:
    assert total(merchant, priced(99_999_999, currency)) == 99_999_999
    error = refused(merchant.post(SESSIONS, priced(50_000_000, currency, quantity=2)))
    assert error["message"] == (
        f"The Checkout Session's total amount due must be no more than {shown}"
    )
    assert error["code"] == "amount_too_large"


def test_a_price_beyond_every_total(merchant: Merchant) -> None:
    error = refused(merchant.post(SESSIONS, priced(100_000_000)))
    assert (error["code"], error["param"]) == ("amount_too_large", f"{PRICE}[unit_amount]")


def test_a_buyer_cannot_pass_the_largest_amount(merchant: Merchant) -> None:
    session = merchant.write(SESSIONS, priced(40_000_000, quantity=2))
    before = merchant.state(session["id"])
    change = {
        "updated_line_item_quantity[line_item_id]": merchant.lines(session["id"])[0]["id"],
        "updated_line_item_quantity[quantity]": "3",
    }
    error = refused(merchant.post(f"/v1/payment_pages/{session['id']}", change))
    assert error["code"] == "amount_too_large"
    assert error["param"] == "updated_line_item_quantity[quantity]"
    assert merchant.state(session["id"]) == before


def test_nothing_to_pay(merchant: Merchant) -> None:
    session = merchant.write(SESSIONS, priced(0))
    assert merchant.confirm(session["id"]).status_code == 200
    paid = merchant.read(f"{SESSIONS}/{session['id']}")
    assert (paid["status"], paid["payment_status"]) == ("complete", "no_payment_required")
    assert paid["payment_intent"] is None
    assert merchant.read("/v1/charges")["data"] == []


@pytest.mark.parametrize(
    ("currency", "amount", "quantity", "expected"),
    [("jpy", 500, 3, 1500), ("krw", 1000, 2, 2000), ("kwd", 1250, 2, 2500), ("bhd", 500, 1, 500),
     ("isk", 10000, 1, 10000)],
)  # fmt: skip
def test_currencies_without_two_decimals(
    merchant: Merchant, currency: str, amount: int, quantity: int, expected: int
) -> None:
    assert total(merchant, priced(amount, currency, quantity)) == expected
    session = merchant.read(SESSIONS)["data"][0]
    assert session["currency"] == currency
    assert merchant.confirm(session["id"]).status_code == 200
    (charge,) = merchant.read("/v1/charges")["data"]
    assert (charge["amount"], charge["currency"]) == (expected, currency)


@pytest.mark.parametrize(("currency", "amount", "step"), [("kwd", 1255, 10), ("isk", 10050, 100)])
def test_amounts_that_cannot_be_charged(
    merchant: Merchant, currency: str, amount: int, step: int
) -> None:
    error = refused(merchant.post(SESSIONS, priced(amount, currency)))
    assert error["message"] == (
        f"Amounts in {currency.upper()} must be a multiple of {step}; the Checkout Session's total "
        f"is {amount}."
    )


@pytest.mark.parametrize(
    ("decimal", "quantity", "expected"),
    [
        ("0.05", 1000, 50),
        ("0.125", 404, 51),  # 50.5
        ("0.125", 403, 50),  # 50.375
        ("99.999999999999", 1, 100),
        ("2000", 1, 2000),
    ],
)
def test_fractions_are_rounded_once_for_a_line(
    merchant: Merchant, decimal: str, quantity: int, expected: int
) -> None:
    assert total(merchant, priced(decimal, quantity=quantity)) == expected


@pytest.mark.parametrize(
    ("sent", "whole", "shown"),
    [
        ("0.125", None, "0.125"),
        ("2000", 2000, "2000"),
        ("2000.00", 2000, "2000"),
        ("0.50", None, "0.5"),
        ("0", 0, "0"),
        ("10", 10, "10"),
        ("0.000000000001", None, "0.000000000001"),
    ],
)
def test_a_price_in_both_forms(
    merchant: Merchant, sent: str, whole: int | None, shown: str
) -> None:
    product = merchant.write("/v1/products", {"name": "Mug"})["id"]
    fields = {"product": product, "currency": "usd", "unit_amount_decimal": sent}
    price = merchant.write("/v1/prices", fields)
    assert (price["unit_amount"], price["unit_amount_decimal"]) == (whole, shown)
    assert merchant.read(f"/v1/prices/{price['id']}") == price


@pytest.mark.parametrize("text", ["-1", "1e3", ".5", "5.", "1,5", "0.0000000000001", "NaN", "01"])
def test_a_decimal_that_is_none(merchant: Merchant, text: str) -> None:
    error = refused(merchant.post(SESSIONS, priced(text)))
    assert error["param"] == f"{PRICE}[unit_amount_decimal]"


def test_a_price_is_said_in_one_way(merchant: Merchant) -> None:
    both = {**priced(2000), f"{PRICE}[unit_amount_decimal]": "2000"}
    assert refused(merchant.post(SESSIONS, both))["code"] == "parameters_exclusive"
    neither = {name: text for name, text in SEED_SESSION.items() if "unit_amount" not in name}
    error = refused(merchant.post(SESSIONS, neither))
    assert (error["code"], error["param"]) == ("parameter_missing", f"{PRICE}[unit_amount]")


def test_currencies_in_either_case(merchant: Merchant) -> None:
    session = merchant.write(SESSIONS, {**priced(2000, "USD"), "currency": "usD"})
    assert session["currency"] == "usd"
    assert refused(merchant.post(SESSIONS, priced(2000, "xyz")))["param"] == f"{PRICE}[currency]"
    other = refused(merchant.post(SESSIONS, {**priced(2000), "currency": "eur"}))
    assert other["param"] == f"{PRICE}[currency]"


def test_the_sdk_reads_decimals(sdk: stripe.StripeClient) -> None:
    product = sdk.v1.products.create({"name": "Mug"})
    price = sdk.v1.prices.create(
        {"product": product.id, "currency": "usd", "unit_amount_decimal": Decimal("0.125")}
    )
    assert price.unit_amount_decimal == Decimal("0.125")
