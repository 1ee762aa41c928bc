"""Cards that were let go, or used while nobody kept them: whoever knows the id pays nothing."""

from __future__ import annotations

import pytest

from tests.api.merchant import SESSIONS, Merchant, refused, succeeded
from tests.api.test_saved_cards import (
    CUSTOMERS,
    METHODS,
    OFF_SESSION,
    PAGES,
    VISA,
    keep,
    new_method,
    pay,
)

INTENTS = "/v1/payment_intents"
CHALLENGED = {"card[token]": "tok_threeDSecure2Required"}

# Stripe's texts.
USED = (
    "The provided PaymentMethod was previously used with a PaymentIntent without Customer "
    "attachment, shared with a connected account without Customer attachment, or was detached from "
    "a Customer. It may not be used again. To use a PaymentMethod multiple times, you must attach "
    "it to a Customer first."
)
NOT_ATTACHED = (
    "This PaymentMethod was previously used without being attached to a Customer or was detached "
    "from a Customer, and may not be used again."
)


@pytest.fixture
def customer(merchant: Merchant) -> str:
    id: str = merchant.write(CUSTOMERS, {"email": "jenny@shop.test"})["id"]
    return id


def assert_spent(merchant: Merchant, method: str) -> None:
    """Nobody pays with it: no session's buyer, not the merchant, and no customer keeps it."""
    session = merchant.session()["id"]
    for key in (merchant.key, merchant.publishable_key):
        answer = merchant.request(
            "POST", f"{PAGES}/{session}/confirm", {"payment_method": method}, key=key
        )
        error = refused(answer)
        assert (error["message"], error["param"]) == (USED, "payment_method")
    assert merchant.state(session)[0]["status"] == "open"
    intent = {"amount": "2000", "currency": "usd", "payment_method": method}
    for fields in (intent, {**intent, "confirm": "true"}):
        assert refused(merchant.post(INTENTS, fields))["message"] == USED
    customer = merchant.write(CUSTOMERS)["id"]
    for path, fields in (
        (f"{METHODS}/{method}/attach", {"customer": customer}),
        (CUSTOMERS, {"payment_method": method}),
    ):
        error = refused(merchant.post(path, fields))
        assert (error["message"], error["param"]) == (NOT_ATTACHED, "payment_method")


def test_a_card_that_was_let_go(merchant: Merchant, customer: str) -> None:
    method = keep(merchant, customer)
    merchant.write(f"{METHODS}/{method}/detach")
    assert_spent(merchant, method)


def test_a_deleted_customers_card(merchant: Merchant, customer: str) -> None:
    method = keep(merchant, customer)
    succeeded(merchant.request("DELETE", f"{CUSTOMERS}/{customer}"))
    assert_spent(merchant, method)


def test_a_card_pays_once_unless_it_is_kept(merchant: Merchant, customer: str) -> None:
    once = new_method(merchant)
    pay(merchant, merchant.session()["id"], {"payment_method": once})
    assert_spent(merchant, once)
    kept = keep(merchant, customer)
    for _ in range(2):
        pay(merchant, merchant.session({"customer": customer})["id"], {"payment_method": kept})


def test_a_typed_card_pays_once(merchant: Merchant) -> None:
    paid = pay(merchant, merchant.session()["id"], VISA)
    assert_spent(merchant, paid["payment_intent"]["payment_method"]["id"])


def test_a_typed_card_that_is_kept_pays_again(merchant: Merchant, customer: str) -> None:
    fields = {"customer": customer, **OFF_SESSION}
    paid = pay(merchant, merchant.session(fields)["id"], VISA)
    method = paid["payment_intent"]["payment_method"]["id"]
    pay(merchant, merchant.session({"customer": customer})["id"], {"payment_method": method})


def test_a_refused_card_is_used_up(merchant: Merchant) -> None:
    method = new_method(merchant, {"card[token]": "tok_chargeDeclined"})
    refused(merchant.confirm(merchant.session()["id"], method), 402)
    assert_spent(merchant, method)


def test_a_card_of_an_intent_pays_once(merchant: Merchant) -> None:
    method = new_method(merchant)
    intent = {"amount": "2000", "currency": "usd", "payment_method": method}
    waiting = merchant.write(INTENTS, intent)["id"]
    merchant.write(INTENTS, {**intent, "confirm": "true"})
    error = refused(merchant.post(f"{INTENTS}/{waiting}/confirm"))
    assert (error["message"], error["param"]) == (USED, "payment_method")
    assert_spent(merchant, method)


def test_a_card_whose_bank_was_not_answered_is_as_it_was(merchant: Merchant) -> None:
    method = new_method(merchant, CHALLENGED)
    session, other = (merchant.session()["id"] for _ in range(2))
    for _ in range(2):  # the buyer left the bank's page, and tries again
        page = succeeded(merchant.confirm(session, method))
        assert page["payment_intent"]["status"] == "requires_action"
    assert refused(merchant.confirm(other, method))["message"] == USED
    merchant.write(f"{SESSIONS}/{session}/expire")
    page = succeeded(merchant.confirm(other, method))
    assert page["payment_intent"]["status"] == "requires_action"


def test_a_card_let_go_during_its_payment_stays_so(merchant: Merchant, customer: str) -> None:
    method = keep(merchant, customer, CHALLENGED)
    session = merchant.session({"customer": customer})["id"]
    succeeded(merchant.confirm(session, method))
    merchant.write(f"{METHODS}/{method}/detach")
    merchant.write(f"{SESSIONS}/{session}/expire")
    assert_spent(merchant, method)


def test_a_customer_deleted_during_their_payment_keeps_no_card(
    merchant: Merchant, customer: str
) -> None:
    session = merchant.session({"customer": customer, **OFF_SESSION})["id"]
    card = {**VISA, "payment_method_data[card][token]": "tok_threeDSecure2Required"}
    page = merchant.write(f"{PAGES}/{session}/confirm", card)
    succeeded(merchant.request("DELETE", f"{CUSTOMERS}/{customer}"))
    bank = page["payment_intent"]["next_action"]["redirect_to_url"]["url"]
    merchant.http.post(bank, data={"outcome": "authorize"})
    paid = merchant.read(f"{SESSIONS}/{session}", {"expand[]": "payment_intent.payment_method"})
    assert paid["payment_status"] == "paid"
    method = paid["payment_intent"]["payment_method"]
    assert method["customer"] is None
    assert_spent(merchant, method["id"])
