"""What an answer is to show is checked before money moves, and never stands in its way after."""

from __future__ import annotations

import pytest

from tests.api.merchant import Merchant, refused

INTENTS, REFUNDS, METHODS = "/v1/payment_intents", "/v1/refunds", "/v1/payment_methods"
PAID = {
    "amount": "2000", "currency": "usd", "confirm": "true", "payment_method": "pm_card_visa",
    "payment_method_types[]": "card",
}  # fmt: skip


def test_a_path_that_is_none_is_refused_before_a_refund(merchant: Merchant) -> None:
    intent = merchant.write(INTENTS, PAID)["id"]
    wanted = {"payment_intent": intent, "amount": "500"}
    assert refused(merchant.post(REFUNDS, {**wanted, "expand[]": "chrage"}))["param"] == "expand"
    assert merchant.read(REFUNDS)["data"] == []
    merchant.write(REFUNDS, {**wanted, "expand[]": "charge"})
    assert [refund["amount"] for refund in merchant.read(REFUNDS)["data"]] == [500]


def test_a_path_that_is_none_is_refused_before_a_payment(merchant: Merchant) -> None:
    answer = merchant.post(INTENTS, {**PAID, "expand[]": "latest_chrage"})
    assert refused(answer)["param"] == "expand"
    assert merchant.read("/v1/charges")["data"] == []


@pytest.mark.parametrize("path", ["charge.nothing", "charge.customer.default_source"])
def test_a_path_that_leads_nowhere_does_not_undo_a_refund(merchant: Merchant, path: str) -> None:
    customer = merchant.write("/v1/customers", {"email": "a@example.com"})["id"]
    intent = merchant.write(INTENTS, {**PAID, "customer": customer})["id"]
    merchant.request("DELETE", f"/v1/customers/{customer}")
    refund = merchant.write(REFUNDS, {"payment_intent": intent, "expand[]": path})
    assert (refund["status"], refund["amount"]) == ("succeeded", 2000)


def test_a_deleted_customer_has_nothing_below(merchant: Merchant) -> None:
    customer = merchant.write("/v1/customers", {"email": "a@example.com"})["id"]
    intent = merchant.write(INTENTS, {**PAID, "customer": customer})["id"]
    merchant.request("DELETE", f"/v1/customers/{customer}")
    shown = merchant.read(f"{INTENTS}/{intent}?expand[]=customer.default_source")
    assert shown["customer"] == {"id": customer, "object": "customer", "deleted": True}


def test_a_card_that_its_customer_let_go_pays_no_earlier_intent(merchant: Merchant) -> None:
    one, other = [merchant.write("/v1/customers", {"name": name})["id"] for name in "ab"]
    method = merchant.write(f"{METHODS}/pm_card_visa/attach", {"customer": one})["id"]
    waiting = {**PAID, "confirm": "false", "customer": one, "payment_method": method}
    intent = merchant.write(INTENTS, waiting)["id"]
    merchant.write(f"{METHODS}/{method}/detach")
    refused(merchant.post(f"{METHODS}/{method}/attach", {"customer": other}))
    answer = merchant.post(f"{INTENTS}/{intent}/confirm")
    assert refused(answer)["param"] == "payment_method"
    assert merchant.read("/v1/charges")["data"] == []


def test_a_country_needs_options_that_are_an_object(merchant: Merchant) -> None:
    new = {"country": "FR", "active_from": "now", "country_options": "x"}
    assert refused(merchant.post("/v1/tax/registrations", new))["param"] == "country_options"
