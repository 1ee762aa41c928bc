"""Cards that are kept for a customer: by the API, by paying, and offered when they come back."""

from __future__ import annotations

import pytest
import stripe

from tests.api.merchant import SESSIONS, Fields, Json, Merchant, refused, succeeded
from tests.support.app import SEED_SESSION

CUSTOMERS, METHODS, PAGES = "/v1/customers", "/v1/payment_methods", "/v1/payment_pages"
SAVING = {"saved_payment_method_options[payment_method_save]": "enabled"}
OFF_SESSION = {"payment_intent_data[setup_future_usage]": "off_session"}
VISA = {
    "payment_method_data[type]": "card",
    "payment_method_data[card][token]": "tok_visa",
    "payment_method_data[billing_details][email]": "jenny@shop.test",
    "payment_method_data[billing_details][name]": "Jenny",
}


@pytest.fixture
def customer(merchant: Merchant) -> str:
    id: str = merchant.write(CUSTOMERS, {"email": "jenny@shop.test"})["id"]
    return id


def new_method(merchant: Merchant, fields: Fields | None = None) -> str:
    given = {"type": "card", "card[token]": "tok_visa", **(fields or {})}
    id: str = merchant.write(METHODS, given)["id"]
    return id


def keep(merchant: Merchant, customer: str, fields: Fields | None = None) -> str:
    """A card that a checkout offers to the customer again."""
    id = new_method(merchant, {"allow_redisplay": "always", **(fields or {})})
    merchant.write(f"{METHODS}/{id}/attach", {"customer": customer})
    return id


def offered(merchant: Merchant, fields: Fields) -> list[str]:
    session = merchant.session(fields)["id"]
    page = merchant.read(f"{PAGES}/{session}", {"client_view": "en"})
    ids = [method["id"] for method in page["saved_payment_methods"]]
    assert [method["id"] for method in page["client_view"]["savedPaymentMethods"]] == ids
    return ids


def pay(merchant: Merchant, session: str, fields: Fields) -> Json:
    succeeded(merchant.post(f"{PAGES}/{session}/confirm", fields))
    return merchant.read(f"{SESSIONS}/{session}", {"expand[]": "payment_intent.payment_method"})


def test_a_card_is_kept_and_let_go(
    merchant: Merchant, sdk: stripe.StripeClient, customer: str
) -> None:
    made = sdk.v1.payment_methods.attach("pm_card_visa", {"customer": customer})
    assert (made.customer, made.type) == (customer, "card")
    for listed in (
        sdk.v1.customers.payment_methods.list(customer).data,
        sdk.v1.payment_methods.list({"customer": customer, "type": "card"}).data,
    ):
        assert [method.id for method in listed] == [made.id]
    assert sdk.v1.customers.payment_methods.retrieve(customer, made.id).id == made.id
    shown = merchant.read(f"{METHODS}/{made.id}", {"expand[]": "customer"})
    assert shown["customer"]["email"] == "jenny@shop.test"
    assert sdk.v1.payment_methods.detach(made.id).customer is None
    assert sdk.v1.customers.payment_methods.list(customer).data == []
    (attached,) = merchant.events("payment_method.attached")
    assert attached["data"]["object"]["customer"] == customer
    (detached,) = merchant.events("payment_method.detached")
    assert detached["data"]["previous_attributes"] == {"customer": customer}


def test_a_card_is_one_customers(merchant: Merchant, customer: str) -> None:
    other = merchant.write(CUSTOMERS)["id"]
    method = keep(merchant, customer)
    path = f"{METHODS}/{method}"
    merchant.write(f"{path}/attach", {"customer": customer})
    error = refused(merchant.post(f"{path}/attach", {"customer": other}))
    assert error["message"] == (
        "The payment method you provided has already been attached to a customer."
    )
    refused(merchant.get(f"{CUSTOMERS}/{other}/payment_methods/{method}"), 404)
    refused(merchant.post(f"{path}/attach", {"customer": "cus_none"}), 404)
    merchant.write(f"{path}/detach")
    assert refused(merchant.post(f"{path}/detach"))["param"] == "payment_method"
    assert len(merchant.events("payment_method.attached")) == 1


def test_what_a_customer_pays_with_by_default(merchant: Merchant, customer: str) -> None:
    path, name = f"{CUSTOMERS}/{customer}", "invoice_settings[default_payment_method]"
    method = new_method(merchant)
    error = refused(merchant.post(path, {name: method}))
    assert (error["code"], error["param"]) == ("resource_missing", name)
    merchant.write(f"{METHODS}/{method}/attach", {"customer": customer})
    changed = merchant.write(path, {name: method})
    assert changed["invoice_settings"]["default_payment_method"] == method
    merchant.write(f"{METHODS}/{method}/detach")
    assert merchant.read(path)["invoice_settings"]["default_payment_method"] is None
    other = new_method(merchant)
    made = merchant.write(CUSTOMERS, {"payment_method": other, name: other})
    assert made["invoice_settings"]["default_payment_method"] == other


def test_a_deleted_customer_keeps_no_card(merchant: Merchant, customer: str) -> None:
    method = keep(merchant, customer)
    succeeded(merchant.request("DELETE", f"{CUSTOMERS}/{customer}"))
    assert merchant.read(f"{METHODS}/{method}")["customer"] is None


def test_what_may_change_of_a_card(merchant: Merchant, customer: str) -> None:
    method = keep(merchant, customer, {"billing_details[name]": "Jenny"})
    path = f"{METHODS}/{method}"
    changed = merchant.write(path, {
        "billing_details[email]": "j@shop.test", "card[exp_month]": "3", "card[exp_year]": "2040",
        "allow_redisplay": "limited", "metadata[a]": "1",
    })  # fmt: skip
    assert (changed["card"]["exp_month"], changed["card"]["exp_year"]) == (3, 2040)
    assert changed["billing_details"]["name"] == "Jenny"
    assert changed["billing_details"]["email"] == "j@shop.test"
    assert (changed["allow_redisplay"], changed["metadata"]) == ("limited", {"a": "1"})
    assert len(merchant.events("payment_method.updated")) == 1
    past = refused(merchant.post(path, {"card[exp_year]": "2001"}), 402)
    assert past["code"] == "invalid_expiry_year"
    assert refused(merchant.post(path, {"card[number]": "4242424242424242"}))["code"] == (
        "parameter_unknown"
    )


def test_a_customer_is_offered_what_they_may_see_again(merchant: Merchant, customer: str) -> None:
    ids = {word: keep(merchant, customer, {"allow_redisplay": word})
           for word in ("always", "limited", "unspecified")}  # fmt: skip
    expired = keep(merchant, customer)
    filters = "saved_payment_method_options[allow_redisplay_filters]"
    assert offered(merchant, {"customer": customer})[-1] == ids["always"]
    fields = {"customer": customer, f"{filters}[0]": "limited", f"{filters}[1]": "unspecified"}
    assert offered(merchant, fields) == [ids["unspecified"], ids["limited"]]
    merchant.write(f"{METHODS}/{expired}/detach")
    assert offered(merchant, {"customer": customer}) == [ids["always"]]
    guest = merchant.read(f"{PAGES}/{merchant.session()['id']}", {"client_view": "en"})
    assert guest["saved_payment_methods"] == []
    assert guest["client_view"]["savedPaymentMethods"] is None


def test_a_saved_card_pays(merchant: Merchant, customer: str) -> None:
    method = keep(merchant, customer, {"billing_details[name]": "Jenny"})
    session = merchant.session({"customer": customer})["id"]
    paid = pay(merchant, session, {"payment_method": method})
    assert paid["payment_intent"]["payment_method"]["id"] == method
    assert paid["customer_details"]["name"] == "Jenny"
    assert len(merchant.events("payment_method.attached")) == 1


def test_another_customers_card_is_as_good_as_none(merchant: Merchant, customer: str) -> None:
    method = keep(merchant, customer)
    stranger = merchant.write(CUSTOMERS)["id"]
    for fields in ({}, {"customer": stranger}):
        session = merchant.session(fields)["id"]
        error = refused(merchant.confirm(session, method), 404)
        assert (error["code"], error["param"]) == ("resource_missing", "payment_method")


def test_another_customers_card_does_not_tell_where_they_live(
    merchant: Merchant, customer: str
) -> None:
    home = "billing_details[address]"
    method = keep(merchant, customer, {f"{home}[country]": "US", f"{home}[postal_code]": "94103"})
    session = merchant.session({"automatic_tax[enabled]": "true"})["id"]
    answer = merchant.confirm(session, method, {"expected_amount": "1"})
    assert "2145" not in answer.text
    known = merchant.read(f"/v1/checkout/sessions/{session}")
    assert known["automatic_tax"]["status"] == "requires_location_inputs"
    assert known["total_details"]["amount_tax"] == 0


@pytest.mark.parametrize("known", [True, False], ids=["customer", "guest"])
def test_a_merchant_keeps_every_card(merchant: Merchant, customer: str, known: bool) -> None:
    session = merchant.session({**OFF_SESSION, **({"customer": customer} if known else {})})["id"]
    paid = pay(merchant, session, VISA)
    intent = paid["payment_intent"]
    assert intent["setup_future_usage"] == "off_session"
    assert (paid["customer"] == customer) == known
    assert intent["payment_method"]["customer"] == intent["customer"] == paid["customer"]
    assert intent["payment_method"]["allow_redisplay"] == "limited"
    assert offered(merchant, {"customer": paid["customer"]}) == []


@pytest.mark.parametrize("wish", ["true", "false"])
@pytest.mark.parametrize("known", [True, False], ids=["customer", "guest"])
def test_a_buyer_has_their_card_kept_or_not(
    merchant: Merchant, customer: str, known: bool, wish: str
) -> None:
    session = merchant.session({**SAVING, **({"customer": customer} if known else {})})["id"]
    paid = pay(merchant, session, {**VISA, "save_payment_method": wish})
    method = paid["payment_intent"]["payment_method"]
    kept = wish == "true"
    assert (method["customer"] is not None) == kept
    assert method["allow_redisplay"] == ("always" if kept else "unspecified")
    assert len(merchant.events("payment_method.attached")) == kept
    if kept:
        assert paid["customer"] == method["customer"]
        assert offered(merchant, {"customer": paid["customer"]}) == [method["id"]]


def test_a_card_that_is_refused_is_not_kept(merchant: Merchant, customer: str) -> None:
    session = merchant.session({"customer": customer, **SAVING, **OFF_SESSION})["id"]
    card = {**VISA, "payment_method_data[card][token]": "tok_chargeDeclined"}
    refused(merchant.post(f"{PAGES}/{session}/confirm", {**card, "save_payment_method": "true"}),
            402)  # fmt: skip
    assert merchant.read(f"{CUSTOMERS}/{customer}/payment_methods")["data"] == []


def test_what_a_session_says_of_saved_cards(merchant: Merchant, customer: str) -> None:
    assert merchant.session()["saved_payment_method_options"] is None
    assert merchant.session({"customer": customer})["saved_payment_method_options"] == {
        "allow_redisplay_filters": ["always"], "payment_method_remove": "disabled",
        "payment_method_save": None,
    }  # fmt: skip
    shown = merchant.session({"customer": customer, **SAVING})["saved_payment_method_options"]
    assert shown["payment_method_save"] == "enabled"


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"payment_intent_data[setup_future_usage]": "never"},
         "payment_intent_data[setup_future_usage]"),
        ({"saved_payment_method_options[payment_method_save]": "maybe"},
         "saved_payment_method_options[payment_method_save]"),
        ({"saved_payment_method_options[payment_method_remove]": "enabled"},
         "saved_payment_method_options[payment_method_remove]"),
        ({"saved_payment_method_options[allow_redisplay_filters][]": "never"},
         "saved_payment_method_options[allow_redisplay_filters][0]"),
    ],
)  # fmt: skip
def test_what_can_not_be_asked_for(merchant: Merchant, fields: Fields, param: str) -> None:
    error = refused(merchant.post(SESSIONS, {**SEED_SESSION, **fields}))
    assert error["param"] == param


def test_a_buyer_can_not_save_what_is_not_offered(merchant: Merchant, customer: str) -> None:
    session = merchant.session({"customer": customer})["id"]
    wish = {**VISA, "save_payment_method": "true"}
    error = refused(merchant.post(f"{PAGES}/{session}/confirm", wish))
    assert error["param"] == "save_payment_method"
    assert merchant.read(f"{SESSIONS}/{session}")["status"] == "open"
