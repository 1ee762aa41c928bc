"""SEPA Direct Debit by the API: complete and unpaid at first, paid or failed later."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from paydesk.payments.ibans import LATER_SECONDS, SOON_SECONDS
from tests.api.merchant import SESSIONS, Fields, Json, Merchant, refused, succeeded
from tests.support.app import SEED_SESSION

INTENTS = "/v1/payment_intents"
METHODS = "/v1/payment_methods"
ADVANCE = "/v1/test_helpers/clock/advance"

EUROS = {"line_items[0][price_data][currency]": "eur"}
DEBIT = {**EUROS, "payment_method_types[0]": "sepa_debit"}
EITHER = {**EUROS, "payment_method_types[0]": "card", "payment_method_types[1]": "sepa_debit"}

SUCCEEDS, FAILS = "AT611904300234573201", "AT861904300235473202"
SUCCEEDS_LATER, NO_FUNDS = "AT321904300235473204", "AT981904300002222227"
NOBODYS = "DE02120300000000202051"
"""A valid IBAN that no test account has."""

BUYER = {"billing_details[name]": "Ada Lovelace", "billing_details[email]": "ada@example.com"}
ACCOUNT = {"type": "sepa_debit", "sepa_debit[iban]": SUCCEEDS, **BUYER}
ACCEPTED = {"mandate_data[customer_acceptance][type]": "offline"}

AT_FIRST = ["charge.pending", "payment_intent.processing", "checkout.session.completed"]
IN_THE_END = {
    SUCCEEDS: [
        "charge.succeeded", "payment_intent.succeeded", "checkout.session.async_payment_succeeded",
    ],
    FAILS: [
        "charge.failed", "payment_intent.payment_failed", "checkout.session.async_payment_failed",
    ],
}  # fmt: skip


def typed(iban: str) -> Fields:
    """An account as a page sends it along with the wish to pay."""
    return {
        "payment_method_data[type]": "sepa_debit",
        "payment_method_data[sepa_debit][iban]": iban,
        "payment_method_data[billing_details][name]": "Ada Lovelace",
        "payment_method_data[billing_details][email]": "ada@example.com",
    }


def debited(merchant: Merchant, iban: str = SUCCEEDS, fields: Fields = DEBIT) -> Json:
    """A session whose buyer has just paid from this account."""
    session = merchant.session(fields)["id"]
    page = f"/v1/payment_pages/{session}/confirm"
    merchant.write(page, {**typed(iban), "expected_amount": "2000"})
    return look(merchant, session)


def look(merchant: Merchant, session: str) -> Json:
    paths = {"expand[0]": "payment_intent.latest_charge", "expand[1]": "line_items"}
    return merchant.read(f"{SESSIONS}/{session}", paths)


def happened(merchant: Merchant) -> list[str]:
    """The types of the events about paying, the first one first."""
    kinds = ("charge.", "payment_intent.", "checkout.")
    types = [event["type"] for event in reversed(merchant.events())]
    return [type for type in types if type.startswith(kinds)]


def wait(merchant: Merchant, seconds: int = SOON_SECONDS) -> None:
    merchant.write(ADVANCE, {"seconds": str(seconds)})


@pytest.mark.parametrize(("iban", "status"), [(SUCCEEDS, "paid"), (FAILS, "unpaid")])
def test_a_session_is_complete_first_and_paid_later(
    merchant: Merchant, iban: str, status: str
) -> None:
    session = debited(merchant, iban)
    assert (session["status"], session["payment_status"]) == ("complete", "unpaid")
    intent = session["payment_intent"]
    assert (intent["status"], intent["amount_received"]) == ("processing", 0)
    charge = intent["latest_charge"]
    assert charge["id"].startswith("py_")
    assert (charge["status"], charge["paid"]) == ("pending", False)
    assert happened(merchant) == ["payment_intent.created", *AT_FIRST]

    wait(merchant)
    session = look(merchant, session["id"])
    assert (session["status"], session["payment_status"]) == ("complete", status)
    assert happened(merchant)[4:] == IN_THE_END[iban]
    told = merchant.events(IN_THE_END[iban][-1])
    assert [event["data"]["object"]["payment_status"] for event in told] == [status]
    first = merchant.events("checkout.session.completed")[0]["data"]["object"]
    assert first["payment_status"] == "unpaid"


def test_a_debit_that_succeeds_is_money_received(merchant: Merchant) -> None:
    session = debited(merchant)
    wait(merchant)
    intent = look(merchant, session["id"])["payment_intent"]
    assert (intent["status"], intent["amount_received"]) == ("succeeded", 2000)
    charge = intent["latest_charge"]
    assert charge["id"] == session["payment_intent"]["latest_charge"]["id"]
    assert (charge["status"], charge["paid"]) == ("succeeded", True)
    refund = merchant.write("/v1/refunds", {"payment_intent": intent["id"]})
    assert refund["status"] == "succeeded"


@pytest.mark.parametrize(
    ("iban", "code"), [(FAILS, "generic_could_not_process"), (NO_FUNDS, "insufficient_funds")]
)
def test_a_debit_that_fails_says_why(merchant: Merchant, iban: str, code: str) -> None:
    session = debited(merchant, iban)
    wait(merchant)
    intent = look(merchant, session["id"])["payment_intent"]
    assert (intent["status"], intent["payment_method"]) == ("requires_payment_method", None)
    error, charge = intent["last_payment_error"], intent["latest_charge"]
    assert (error["code"], error["charge"]) == (code, charge["id"])
    assert error["payment_method"]["type"] == "sepa_debit"
    assert (charge["status"], charge["failure_code"]) == ("failed", code)
    assert charge["outcome"]["type"] == "issuer_declined"


def test_what_takes_three_minutes_takes_three_minutes(merchant: Merchant) -> None:
    session = debited(merchant, SUCCEEDS_LATER)["id"]
    wait(merchant, LATER_SECONDS - 60)
    assert look(merchant, session)["payment_status"] == "unpaid"
    wait(merchant, 60)
    assert look(merchant, session)["payment_status"] == "paid"


def test_it_is_heard_of_without_a_test_that_moves_the_clock(merchant: Merchant) -> None:
    session = debited(merchant)["id"]
    merchant.write(ADVANCE, {"seconds": "1"})
    while look(merchant, session)["payment_status"] == "unpaid":  # the server's own errand
        continue
    assert happened(merchant)[4:] == IN_THE_END[SUCCEEDS]


def test_it_is_refunded_after_it_has_succeeded(merchant: Merchant) -> None:
    pending = debited(merchant)["payment_intent"]
    error = refused(merchant.post("/v1/refunds", {"payment_intent": pending["id"]}))
    assert error["param"] == "payment_intent"
    charge = pending["latest_charge"]["id"]
    assert "pending" in refused(merchant.post("/v1/refunds", {"charge": charge}))["message"]
    wait(merchant)
    assert merchant.write("/v1/refunds", {"charge": charge})["status"] == "succeeded"
    failed = debited(merchant, FAILS)["payment_intent"]
    wait(merchant)
    refused(merchant.post("/v1/refunds", {"payment_intent": failed["id"]}))


def test_a_session_that_is_complete_takes_no_second_payment(merchant: Merchant) -> None:
    session = debited(merchant, FAILS)["id"]
    for _ in range(2):
        again = succeeded(merchant.post(f"/v1/payment_pages/{session}/confirm", typed(SUCCEEDS)))
        assert (again["status"], again["payment_status"]) == ("complete", "unpaid")
        refused(merchant.post(f"{SESSIONS}/{session}/expire"))
        wait(merchant)
    charges = merchant.read("/v1/charges")["data"]
    assert [charge["status"] for charge in charges] == ["failed"]


def test_the_same_key_pays_once(merchant: Merchant) -> None:
    session = merchant.session(DEBIT)["id"]
    page = f"/v1/payment_pages/{session}/confirm"
    first = merchant.post(page, typed(SUCCEEDS), idempotency_key="once")
    wait(merchant)
    again = merchant.post(page, typed(SUCCEEDS), idempotency_key="once")
    assert (again.content, again.status_code) == (first.content, 200)
    assert len(merchant.read("/v1/charges")["data"]) == 1


def test_the_account_is_kept_without_its_iban(merchant: Merchant) -> None:
    spaced = {**ACCOUNT, "sepa_debit[iban]": "fr14 2004 1010 0505 0001 3M02 606"}
    answer = merchant.post(METHODS, {**spaced, "metadata[a]": "b"})
    method = succeeded(answer)
    account = method["sepa_debit"]
    assert method["type"] == "sepa_debit"
    assert "card" not in method
    assert (account["bank_code"], account["branch_code"]) == ("20041", "01005")
    assert (account["country"], account["last4"]) == ("FR", "2606")
    assert account["generated_from"] == {"charge": None, "setup_attempt": None}
    assert "500013M02" not in answer.text
    same = merchant.write(METHODS, spaced)
    assert same["sepa_debit"]["fingerprint"] == account["fingerprint"]
    other = merchant.write(METHODS, ACCOUNT)["sepa_debit"]
    assert (other["bank_code"], other["branch_code"]) == ("19043", "")
    assert other["fingerprint"] != account["fingerprint"]


def test_accounts_are_listed_apart_from_cards(merchant: Merchant) -> None:
    account = merchant.write(METHODS, ACCOUNT)["id"]
    card = merchant.write(METHODS, {"type": "card", "card[token]": "tok_visa"})["id"]
    for type, wanted in {"sepa_debit": [account], "card": [card], "ideal": []}.items():
        found = merchant.read(METHODS, {"type": type})["data"]
        assert [method["id"] for method in found] == wanted


@pytest.mark.parametrize(
    ("fields", "param", "code"),
    [
        ({"sepa_debit[iban]": "AT611904300234573202"}, "sepa_debit[iban]",
         "invalid_bank_account_iban"),
        ({"sepa_debit[iban]": "hello"}, "sepa_debit[iban]", "invalid_bank_account_iban"),
        ({"sepa_debit[iban]": "SA0380000000608010167519"}, "sepa_debit[iban]",
         "invalid_bank_account_iban"),
        ({"sepa_debit[iban]": NOBODYS}, "sepa_debit[iban]", "account_number_invalid"),
        ({"billing_details[name]": ""}, "billing_details[name]", "parameter_missing"),
        ({"billing_details[email]": ""}, "billing_details[email]", "parameter_missing"),
        ({"card[token]": "tok_visa"}, "card", "parameter_unknown"),
        ({"type": "card"}, "card", "parameter_missing"),
    ],
)  # fmt: skip
def test_accounts_that_are_refused(
    merchant: Merchant, fields: Fields, param: str, code: str
) -> None:
    answer = merchant.post(METHODS, {**ACCOUNT, **fields})
    error = refused(answer)
    assert (error["param"], error["code"]) == (param, code)
    assert NOBODYS not in answer.text


def test_debits_are_in_euro(merchant: Merchant) -> None:
    in_dollars = {**SEED_SESSION, "payment_method_types[0]": "sepa_debit"}
    error = refused(merchant.post(SESSIONS, in_dollars))
    assert error["message"] == (
        "Invalid currency options `usd`. The payment method `sepa_debit` only supports the "
        "following currencies: `eur`."
    )
    assert error["param"] == "payment_method_types"
    intent = {"amount": "100", "currency": "usd", "payment_method_types[]": "sepa_debit"}
    assert refused(merchant.post(INTENTS, intent))["message"].startswith(
        "The currency provided (usd) is invalid for one or more payment method types on this "
        "PaymentIntent."
    )


def test_only_what_a_session_offers_can_pay_it(merchant: Merchant) -> None:
    card_alone = merchant.session(EUROS)
    assert card_alone["payment_method_types"] == ["card"]
    error = refused(merchant.post(f"/v1/payment_pages/{card_alone['id']}/confirm", typed(SUCCEEDS)))
    assert (error["param"], "sepa_debit" in error["message"]) == ("payment_method", True)
    debit_alone = merchant.session(DEBIT)
    assert debit_alone["payment_method_types"] == ["sepa_debit"]
    assert debit_alone["payment_method_options"] == {"sepa_debit": {}}
    refused(merchant.confirm(debit_alone["id"], "pm_card_visa"))
    either = merchant.session(EITHER)
    assert either["payment_method_types"] == ["card", "sepa_debit"]
    assert succeeded(merchant.confirm(either["id"]))["payment_status"] == "paid"
    session = merchant.session(EITHER)["id"]
    account = merchant.write(METHODS, ACCOUNT)["id"]
    assert succeeded(merchant.confirm(session, account))["payment_status"] == "unpaid"


def test_the_mandate_is_for_one_payment(merchant: Merchant) -> None:
    charge = debited(merchant)["payment_intent"]["latest_charge"]
    account = charge["payment_method_details"]["sepa_debit"]
    mandate = merchant.read(f"/v1/mandates/{account['mandate']}")
    assert (mandate["status"], mandate["type"]) == ("active", "single_use")
    assert mandate["single_use"] == {"amount": 2000, "currency": "eur"}
    assert mandate["customer_acceptance"]["type"] == "online"
    assert 0 < len(mandate["payment_method_details"]["sepa_debit"]["reference"]) <= 35
    refused(merchant.get("/v1/mandates/mandate_none"), 404)


def test_an_account_that_is_kept_has_a_mandate_for_all_payments(merchant: Merchant) -> None:
    kept = {**DEBIT, "payment_intent_data[setup_future_usage]": "off_session"}
    session = debited(merchant, SUCCEEDS, kept)
    assert session["customer"].startswith("cus_")
    charge = session["payment_intent"]["latest_charge"]
    method = merchant.read(f"{METHODS}/{charge['payment_method']}")
    assert method["customer"] == session["customer"]
    mandate = charge["payment_method_details"]["sepa_debit"]["mandate"]
    assert merchant.read(f"/v1/mandates/{mandate}")["type"] == "multi_use"
    wait(merchant)
    again = merchant.write(INTENTS, {
        "amount": "500", "currency": "eur", "payment_method_types[]": "sepa_debit",
        "customer": session["customer"], "payment_method": method["id"], "confirm": "true",
        "expand[]": "latest_charge",
    })  # fmt: skip
    assert again["status"] == "processing"
    details = again["latest_charge"]["payment_method_details"]
    assert details["sepa_debit"]["mandate"] == mandate


def intent(merchant: Merchant, iban: str = SUCCEEDS, **more: str) -> Any:
    method = merchant.write(METHODS, {**ACCOUNT, "sepa_debit[iban]": iban})["id"]
    return merchant.post(INTENTS, {
        "amount": "1000", "currency": "eur", "payment_method_types[]": "sepa_debit",
        "payment_method": method, "confirm": "true", **more,
    })  # fmt: skip


def test_intents_without_a_session(merchant: Merchant) -> None:
    made = succeeded(intent(merchant, **ACCEPTED))
    path = f"{INTENTS}/{made['id']}"
    assert (made["status"], made["payment_method_types"]) == ("processing", ["sepa_debit"])
    for what in ("confirm", "cancel"):
        error = refused(merchant.post(f"{path}/{what}"))
        assert error["code"] == "payment_intent_unexpected_state"
    wait(merchant)
    assert merchant.read(path)["status"] == "succeeded"
    assert happened(merchant) == [
        "payment_intent.created", "charge.pending", "payment_intent.processing",
        "charge.succeeded", "payment_intent.succeeded",
    ]  # fmt: skip


def test_an_intent_that_failed_can_be_paid_otherwise(merchant: Merchant) -> None:
    made = succeeded(intent(merchant, FAILS, **ACCEPTED))
    wait(merchant)
    path = f"{INTENTS}/{made['id']}"
    assert merchant.read(path)["status"] == "requires_payment_method"
    method = merchant.write(METHODS, ACCOUNT)["id"]
    again = merchant.write(f"{path}/confirm", {"payment_method": method, **ACCEPTED})
    assert again["status"] == "processing"
    wait(merchant)
    assert merchant.read(path)["amount_received"] == 1000


def test_an_intent_needs_the_buyers_word(merchant: Merchant) -> None:
    assert refused(intent(merchant))["param"] == "mandate_data"
    online = {
        "mandate_data[customer_acceptance][type]": "online",
        "mandate_data[customer_acceptance][online][ip_address]": "127.0.0.1",
        "mandate_data[customer_acceptance][online][user_agent]": "till",
        "expand[]": "latest_charge",
    }
    made = succeeded(intent(merchant, **online))
    details = made["latest_charge"]["payment_method_details"]
    mandate = merchant.read(f"/v1/mandates/{details['sepa_debit']['mandate']}")
    acceptance = mandate["customer_acceptance"]
    assert acceptance["online"] == {"ip_address": "127.0.0.1", "user_agent": "till"}
    no_place = {"mandate_data[customer_acceptance][type]": "online"}
    assert refused(intent(merchant, **no_place))["code"] == "parameter_missing"


def test_intents_of_cards_take_no_accounts(merchant: Merchant) -> None:
    method = merchant.write(METHODS, ACCOUNT)["id"]
    fields = {"amount": "100", "currency": "eur", "payment_method": method}
    assert (
        "is not allowed for this PaymentIntent"
        in refused(merchant.post(INTENTS, fields))["message"]
    )


def test_the_official_sdk_reads_it(sdk: stripe.StripeClient, merchant: Merchant) -> None:
    session = debited(merchant)
    charge = sdk.v1.charges.retrieve(session["payment_intent"]["latest_charge"]["id"])
    assert charge.payment_method_details is not None
    assert charge.payment_method_details.sepa_debit is not None
    assert charge.payment_method_details.sepa_debit.last4 == "3201"
    mandate = sdk.v1.mandates.retrieve(str(charge.payment_method_details.sepa_debit.mandate))
    assert mandate.status == "active"


@pytest.mark.parametrize("name", ["pm_sepaDebit_success_at", "pm_sepaDebit_insufficientFunds_nl"])
def test_the_published_tokens_stand_for_accounts(merchant: Merchant, name: str) -> None:
    session = merchant.session(DEBIT)["id"]
    assert succeeded(merchant.confirm(session, name))["payment_status"] == "unpaid"
    wait(merchant)
    paid = "paid" if "success" in name else "unpaid"
    assert look(merchant, session)["payment_status"] == paid
