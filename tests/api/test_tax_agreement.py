"""The documented sessions with automatic tax: every place that shows a tax shows the same."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest
import stripe

from tests.api.merchant import SESSIONS, Merchant, refused, succeeded
from tests.api.test_seed_creates import SEED, snippet
from tests.support.app import SEED_SESSION

CALIFORNIA = {"tax_region[country]": "US", "tax_region[postal_code]": "94103"}
GERMANY = {"tax_region[country]": "DE"}
LINE, QUANTITY = (
    "updated_line_item_quantity[line_item_id]", "updated_line_item_quantity[quantity]",
)  # fmt: skip

CART = {
    **SEED_SESSION,
    "automatic_tax[enabled]": "true",
    "line_items[1][price_data][currency]": "usd",
    "line_items[1][price_data][product_data][name]": "Novel",
    "line_items[1][price_data][product_data][tax_code]": "txcd_35010000",
    "line_items[1][price_data][unit_amount_decimal]": "99.5",
    "line_items[1][price_data][tax_behavior]": "inclusive",
    "line_items[1][quantity]": "3",
}


def agree(sdk: stripe.StripeClient, id: str) -> tuple[int, int]:
    """Check that the lines, their taxes, the session and its breakdown add up; tax and total."""
    listed = sdk.v1.checkout.sessions.line_items.list(id, {"expand": ["data.taxes"]})
    session = sdk.v1.checkout.sessions.retrieve(
        id, {"expand": ["total_details.breakdown", "line_items.data.taxes"]}
    )
    on_top = 0
    for line in listed.data:
        taxes = line.taxes or []
        assert line.amount_tax == sum(tax.amount for tax in taxes)
        added = sum(tax.amount for tax in taxes if not tax.rate.inclusive)
        assert line.amount_total == line.amount_subtotal - line.amount_discount + added
        on_top += added
    details = session.total_details
    assert details is not None
    assert details.breakdown is not None
    assert details.amount_tax == sum(line.amount_tax for line in listed.data)
    assert details.amount_tax == sum(tax.amount for tax in details.breakdown.taxes)
    assert session.amount_total == (session.amount_subtotal or 0) + on_top
    assert session.line_items is not None
    assert session.line_items.data == listed.data
    return details.amount_tax, session.amount_total


@pytest.mark.parametrize("name", ["hosted", "embedded"])
def test_the_documented_python(
    merchant: Merchant, sdk: stripe.StripeClient, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stripe, "api_base", merchant.url)
    monkeypatch.setattr(stripe, "api_key", None)  # which the snippet sets
    exec(snippet(f"create_{name}.py.txt", merchant.key), {})
    check_from_one_to_three(merchant, sdk)


@pytest.mark.node
@pytest.mark.parametrize("name", ["hosted", "embedded"])
def test_the_documented_node(
    merchant: Merchant, sdk: stripe.StripeClient, name: str, node: str
) -> None:
    subprocess.run(
        [node, str(SEED / "run.cjs"), "stripe", merchant.url],
        input=snippet(f"create_{name}.js.txt", merchant.key),
        text=True,
        check=True,
    )
    check_from_one_to_three(merchant, sdk)


def check_from_one_to_three(merchant: Merchant, sdk: stripe.StripeClient) -> None:
    """A T-shirt of 20.00 in California: 7.25 % is 1.45, and 4.35 for three."""
    (session,) = merchant.read(SESSIONS)["data"]
    assert session["automatic_tax"]["status"] == "requires_location_inputs"
    page = f"/v1/payment_pages/{session['id']}"
    merchant.write(page, CALIFORNIA)
    assert agree(sdk, session["id"]) == (145, 2145)
    (line,) = merchant.lines(session["id"])
    merchant.write(page, {LINE: line["id"], QUANTITY: "3"})
    assert agree(sdk, session["id"]) == (435, 6435)
    succeeded(merchant.confirm(session["id"], fields={"expected_amount": "6435"}))
    assert agree(sdk, session["id"]) == (435, 6435)
    (charge,) = merchant.read("/v1/charges")["data"]
    assert charge["amount"] == 6435


# 20.00 on top and 3 x 0.995 = 2.985 -> 2.99 inside. DE 19 % of 2000 = 380, and of the book 7 %:
# 299 x 7/107 = 19.56. GB 20 % = 400, books 0 %. CA 7.25 % = 145, inside 299 x 7.25/107.25 = 20.21.
@pytest.mark.parametrize(
    ("place", "tax", "total"),
    [
        (GERMANY, 380 + 20, 2000 + 380 + 299),
        ({"tax_region[country]": "GB"}, 400, 2000 + 400 + 299),
        (CALIFORNIA, 145 + 20, 2000 + 145 + 299),
        ({"tax_region[country]": "JP"}, 0, 2000 + 299),
    ],
)
def test_a_cart_of_prices_with_and_without_tax(
    merchant: Merchant, sdk: stripe.StripeClient, place: Any, tax: int, total: int
) -> None:
    id = merchant.write(SESSIONS, CART)["id"]
    merchant.write(f"/v1/payment_pages/{id}", place)
    assert agree(sdk, id) == (tax, total)


def test_a_stale_total_is_not_paid(merchant: Merchant, sdk: stripe.StripeClient) -> None:
    """The address changes in one tab; another, which shows the old total, presses Pay."""
    session = merchant.session({"automatic_tax[enabled]": "true"})
    page = f"/v1/payment_pages/{session['id']}"
    seen = merchant.write(page, CALIFORNIA)["total_summary"]["total"]
    assert seen == 2145
    merchant.write(page, GERMANY)
    stale = merchant.confirm(session["id"], fields={"expected_amount": str(seen)})
    assert refused(stale)["code"] == "checkout_amount_mismatch"
    assert merchant.read("/v1/charges")["data"] == []
    assert agree(sdk, session["id"]) == (380, 2380)
    succeeded(merchant.confirm(session["id"], fields={"expected_amount": "2380"}))
    (charge,) = merchant.read("/v1/charges")["data"]
    assert charge["amount"] == 2380


def eu_vat(value: str) -> dict[str, str]:
    return {"tax_id_data[0][type]": "eu_vat", "tax_id_data[0][value]": value}


def test_a_customers_exemption_and_tax_ids_count(
    merchant: Merchant, sdk: stripe.StripeClient
) -> None:
    german = {"address[country]": "DE"}
    for fields, tax, reason in (
        ({}, 380, "standard_rated"),
        ({"tax_exempt": "exempt"}, 0, "customer_exempt"),
        ({"tax_exempt": "reverse"}, 0, "reverse_charge"),
        (eu_vat("DE811907980"), 0, "reverse_charge"),
        (eu_vat("FR83404833048"), 380, "standard_rated"),  # of another member state
        (eu_vat("DE111111111"), 380, "standard_rated"),  # a test value that is never verified
    ):
        customer = merchant.write("/v1/customers", {**german, **fields})
        session = merchant.session({"automatic_tax[enabled]": "true", "customer": customer["id"]})
        assert agree(sdk, session["id"]) == (tax, 2000 + tax)
        expand = {"expand[]": "data.taxes"}
        (line,) = merchant.read(f"{SESSIONS}/{session['id']}/line_items", expand)["data"]
        assert line["taxes"][0]["taxability_reason"] == reason
