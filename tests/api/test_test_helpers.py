"""A test stands in for the buyer: it pays by the buyer's road, and by no other."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests.api.merchant import SAN_FRANCISCO, SESSIONS, Fields, Json, Merchant, refused

HELPERS = "/v1/test_helpers/checkout/sessions"
T_SHIRT = 2000

OUTCOMES = [
    ("declined", "card_declined", "generic_decline"),
    ("insufficient_funds", "card_declined", "insufficient_funds"),
    ("lost_card", "card_declined", "lost_card"),
    ("stolen_card", "card_declined", "stolen_card"),
    ("fraudulent", "card_declined", "fraudulent"),
    ("expired_card", "expired_card", None),
    ("incorrect_cvc", "incorrect_cvc", None),
    ("processing_error", "processing_error", None),
]
"""What Stripe's testing page says of the number behind each."""


def pay(merchant: Merchant, session: Json, fields: Fields | None = None, **headers: str) -> Json:
    return merchant.write(f"{HELPERS}/{session['id']}/pay", fields, **headers)


def last_error(merchant: Merchant, session: Json) -> Any:
    return merchant.read(f"/v1/payment_intents/{session['payment_intent']}")["last_payment_error"]


def test_a_session_is_paid_without_a_word(merchant: Merchant) -> None:
    paid = pay(merchant, merchant.session())
    assert (paid["status"], paid["payment_status"], paid["amount_total"]) == (
        "complete",
        "paid",
        T_SHIRT,
    )
    assert paid["customer_details"]["email"] == "jenny.rosen@example.com"
    assert paid == merchant.read(f"{SESSIONS}/{paid['id']}")


def test_quantities_are_changed_first(merchant: Merchant) -> None:
    session = merchant.session()
    (line,) = merchant.lines(session["id"])
    paid = pay(merchant, session, {f"quantities[{line['id']}]": "3"})
    assert paid["amount_total"] == 3 * T_SHIRT
    assert merchant.lines(session["id"])[0]["quantity"] == 3
    intent = merchant.read(f"/v1/payment_intents/{paid['payment_intent']}")
    assert intent["amount_received"] == 3 * T_SHIRT


def test_a_quantity_that_a_buyer_may_not_choose_changes_nothing(merchant: Merchant) -> None:
    session = merchant.session()
    (line,) = merchant.lines(session["id"])
    place = f"quantities[{line['id']}]"
    answer = merchant.post(f"{HELPERS}/{session['id']}/pay", {place: "11"})
    assert refused(answer, 400)["param"] == place
    assert merchant.read(f"{SESSIONS}/{session['id']}") == session
    assert merchant.lines(session["id"]) == [line]


@pytest.mark.parametrize(("card", "code", "decline_code"), OUTCOMES)
def test_a_refused_card_leaves_the_session_open(
    merchant: Merchant, card: str, code: str, decline_code: str | None
) -> None:
    session = pay(merchant, merchant.session(), {"card": card})
    assert (session["status"], session["payment_status"]) == ("open", "unpaid")
    error = last_error(merchant, session)
    assert (error["code"], error.get("decline_code")) == (code, decline_code)
    assert pay(merchant, session)["status"] == "complete"


@pytest.mark.parametrize("card", ["requires_authentication", "4000 0027 6000 3184"])
@pytest.mark.parametrize(("answer", "status"), [("passed", "complete"), ("failed", "open")])
def test_the_bank_is_answered(merchant: Merchant, card: str, answer: str, status: str) -> None:
    session = pay(merchant, merchant.session(), {"card": card, "authentication": answer})
    assert session["status"] == status
    types = [event["type"] for event in merchant.events()]
    assert "payment_intent.requires_action" in types
    if answer == "failed":
        code = last_error(merchant, session)["code"]
        assert code == "payment_intent_authentication_failure"


@pytest.mark.parametrize("card", ["4242424242424242", "pm_card_visa", "378282246310005"])
def test_cards_by_number_and_by_shorthand(merchant: Merchant, card: str) -> None:
    assert pay(merchant, merchant.session(), {"card": card})["status"] == "complete"


@pytest.mark.parametrize("card", ["4242424242424241", "4111111111111111", "pm_card_nobody", "ok"])
def test_what_is_no_test_card_is_refused_and_not_repeated(merchant: Merchant, card: str) -> None:
    session = merchant.session()
    error = refused(merchant.post(f"{HELPERS}/{session['id']}/pay", {"card": card}), 400)
    assert error["param"] == "card"
    assert "insufficient_funds" in error["message"]
    assert card not in error["message"].replace("or what is to happen", "")
    assert merchant.read(f"{SESSIONS}/{session['id']}") == session


def test_the_buyer_says_who_and_where_they_are(merchant: Merchant) -> None:
    session = merchant.session(
        {
            "shipping_address_collection[allowed_countries][]": "DE",
            "phone_number_collection[enabled]": "true",
            "billing_address_collection": "required",
        }
    )
    berlin = {"line1": "Torstraße 1", "city": "Berlin", "postal_code": "10119", "country": "DE"}
    said = {
        "email": "ada@shop.test",
        "billing_details[name]": "Ada",
        "billing_details[phone]": "+493012345678",
        "shipping[name]": "Ada's mother",
        **{f"billing_details[address][{name}]": value for name, value in berlin.items()},
        **{f"shipping[address][{name}]": value for name, value in berlin.items()},
    }
    paid = pay(merchant, session, said)
    details = paid["customer_details"]
    assert (details["email"], details["name"]) == ("ada@shop.test", "Ada")
    assert (details["phone"], details["address"]["city"]) == ("+493012345678", "Berlin")
    intent = merchant.read(f"/v1/payment_intents/{paid['payment_intent']}")
    assert intent["shipping"]["name"] == "Ada's mother"


def test_where_the_merchant_ships_to_others_nothing_is_made_up(merchant: Merchant) -> None:
    session = merchant.session({"shipping_address_collection[allowed_countries][]": "DE"})
    error = refused(merchant.post(f"{HELPERS}/{session['id']}/pay"), 400)
    assert (error["code"], error["param"]) == ("parameter_missing", "shipping[name]")


def test_an_address_that_is_not_whole_is_refused_at_its_own_parameter(merchant: Merchant) -> None:
    session = merchant.session({"billing_address_collection": "required"})
    fields = {"billing_details[address][country]": "DE"}
    error = refused(merchant.post(f"{HELPERS}/{session['id']}/pay", fields), 400)
    assert error["param"].startswith("billing_details[address]")


def test_everything_that_a_session_asks_for_is_said(merchant: Merchant) -> None:
    paid = pay(
        merchant,
        merchant.session(
            {
                "shipping_address_collection[allowed_countries][]": "US",
                "phone_number_collection[enabled]": "true",
                "billing_address_collection": "required",
                "name_collection[business][enabled]": "true",
                "name_collection[individual][enabled]": "true",
                "automatic_tax[enabled]": "true",
            }
        ),
    )
    assert paid["status"] == "complete"
    assert paid["automatic_tax"]["status"] == "complete"


def test_tax_is_the_one_of_the_place_that_a_buyer_told_before(merchant: Merchant) -> None:
    session = merchant.session({"automatic_tax[enabled]": "true"})
    told = merchant.write(f"/v1/payment_pages/{session['id']}", SAN_FRANCISCO)
    paid = pay(merchant, session)
    assert paid["amount_total"] == told["total_summary"]["total"]


@pytest.mark.parametrize("name", ["promotion_code", "shipping_rate"])
def test_what_comes_later_is_refused(merchant: Merchant, name: str) -> None:
    session = merchant.session()
    error = refused(merchant.post(f"{HELPERS}/{session['id']}/pay", {name: "x"}), 400)
    assert (error["code"], error["param"]) == ("parameter_unsupported", name)


def test_a_key_is_answered_once(merchant: Merchant) -> None:
    session = merchant.session()
    path = f"{HELPERS}/{session['id']}/pay"
    first = merchant.post(path, {}, Idempotency_Key="one")
    again = merchant.post(path, {}, Idempotency_Key="one")
    assert first.status_code == again.status_code == 200
    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"
    other = merchant.post(path, {"card": "declined"}, Idempotency_Key="one")
    assert refused(other, 400)["type"] == "idempotency_error"
    assert len(merchant.read("/v1/charges")["data"]) == 1


def test_a_request_that_was_refused_leaves_its_key_free(merchant: Merchant) -> None:
    session = merchant.session()
    path = f"{HELPERS}/{session['id']}/pay"
    refused(merchant.post(path, {"quantities[li_none]": "2"}, Idempotency_Key="two"), 404)
    assert merchant.post(path, {}, Idempotency_Key="two").json()["status"] == "complete"


def test_expiring_is_no_request_of_the_merchants(merchant: Merchant) -> None:
    session = merchant.session()
    gone = merchant.write(f"{HELPERS}/{session['id']}/expire", {}, Idempotency_Key="three")
    assert gone["status"] == "expired"
    (event,) = [each for each in merchant.events() if each["type"] == "checkout.session.expired"]
    assert event["request"] == {"id": None, "idempotency_key": None}
    refused(merchant.post(f"{HELPERS}/{session['id']}/pay"), 400)


def test_another_accounts_session_is_nobodys(merchant: Merchant, other_merchant: Merchant) -> None:
    session = merchant.session()
    for action in ("pay", "expire"):
        refused(other_merchant.post(f"{HELPERS}/{session['id']}/{action}"), 404)
    for action in ("pay", "expire"):
        path = f"{HELPERS}/{session['id']}/{action}"
        answer = merchant.request("POST", path, key=merchant.publishable_key)
        refused(answer, 403)
    assert merchant.read(f"{SESSIONS}/{session['id']}") == session


def test_the_sdk_pays(sdk: stripe.StripeClient, merchant: Merchant) -> None:
    session = merchant.session()
    answer = sdk.raw_request(
        "post", f"{HELPERS}/{session['id']}/pay", expand=["payment_intent"], card="succeeds"
    )
    paid: Any = sdk.deserialize(answer, api_mode="V1")
    assert (paid.status, paid.payment_intent.status) == ("complete", "succeeded")


DEBITED = {
    "line_items[0][price_data][currency]": "eur",
    "payment_method_types[0]": "sepa_debit",
}


@pytest.mark.parametrize(
    ("fields", "seconds", "status"),
    [
        ({}, 3, "paid"),
        ({"iban": "succeeds"}, 3, "paid"),
        ({"iban": "succeeds_later"}, 3, "unpaid"),
        ({"iban": "succeeds_later"}, 180, "paid"),
        ({"iban": "fails"}, 3, "unpaid"),
        ({"iban": "DE89 3704 0044 0532 0130 00"}, 3, "paid"),
        ({"iban": "pm_sepaDebit_failedDelayed_fr"}, 180, "unpaid"),
    ],
)
def test_an_account_is_debited(
    merchant: Merchant, fields: Fields, seconds: int, status: str
) -> None:
    paid = pay(merchant, merchant.session(DEBITED), fields)
    assert (paid["status"], paid["payment_status"]) == ("complete", "unpaid")
    merchant.write("/v1/test_helpers/clock/advance", {"seconds": str(seconds)})
    assert merchant.read(f"{SESSIONS}/{paid['id']}")["payment_status"] == status


def test_accounts_that_cannot_be_debited(merchant: Merchant) -> None:
    session = merchant.session(DEBITED)
    path = f"{HELPERS}/{session['id']}/pay"
    unknown = merchant.post(path, {"iban": "DE02120300000000202051"})
    assert refused(unknown)["param"] == "iban"
    assert "DE02120300000000202051" not in unknown.text
    both = {"iban": "succeeds", "card": "succeeds"}
    assert refused(merchant.post(path, both))["code"] == "parameters_exclusive"
    refused(merchant.post(path, {"card": "succeeds"}))
    other = merchant.session()
    refused(merchant.post(f"{HELPERS}/{other['id']}/pay", {"iban": "succeeds"}))
