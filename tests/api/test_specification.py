"""Every answer has the shape that Stripe published: every kind of object, in every state.

The merchant in these tests checks each answer that it gets (`judged.py`).
"""

from __future__ import annotations

import httpx
import pytest

from paydesk.api.routes import ROUTES
from tests.api import specification
from tests.api.judged import BUYERS_PATHS, JudgedMerchant
from tests.api.merchant import (
    DAHLIA,
    ENDIVE,
    SAN_FRANCISCO,
    SESSIONS,
    Fields,
    Json,
    Merchant,
    refused,
    succeeded,
)
from tests.support.app import SEED_SESSION
from tests.support.server import Server

WITH_TAX = {"automatic_tax[enabled]": "true"}
FREE = {"line_items[0][price_data][unit_amount]": "0"}
EMBEDDED = {
    **{name: value for name, value in SEED_SESSION.items() if not name.endswith("_url")},
    "return_url": "https://shop.example/return",
}
ENDPOINT = {"url": "http://127.0.0.1:1/", "enabled_events[]": "*"}

TYPED_CARD = {
    "payment_method_data[type]": "card",
    "payment_method_data[card][exp_month]": "12",
    "payment_method_data[card][exp_year]": "2040",
    "payment_method_data[card][cvc]": "123",
    "payment_method_data[billing_details][email]": "buyer@shop.test",
    "payment_method_data[billing_details][name]": "B. Uyer",
    "payment_method_data[billing_details][phone]": "+14155550100",
    "payment_method_data[billing_details][address][country]": "US",
    "payment_method_data[billing_details][address][line1]": "1 Market Street",
    "payment_method_data[billing_details][address][postal_code]": "94103",
}

CARDS_THAT_PAY = [
    *("pm_card_visa", "pm_card_mastercard", "pm_card_amex", "pm_card_discover", "pm_card_diners"),
    *("pm_card_jcb", "pm_card_unionpay", "pm_card_visa_cartesBancaires", "pm_card_avsFail"),
    *("pm_card_visa_debit_eftposAuCoBranded", "pm_card_threeDSecureOptional"),
    *("pm_card_riskLevelElevated", "pm_card_cvcCheckFail"),
]
CARDS_THAT_FAIL = [
    *("pm_card_chargeDeclined", "pm_card_chargeDeclinedInsufficientFunds", "pm_card_radarBlock"),
    *("pm_card_chargeDeclinedExpiredCard", "pm_card_chargeDeclinedIncorrectCvc"),
    *("pm_card_chargeDeclinedProcessingError", "pm_card_visa_chargeDeclinedLostCard"),
]
EVENT_TYPES = {
    *("charge.failed", "charge.succeeded", "checkout.session.completed"),
    *("checkout.session.expired", "payment_intent.canceled", "payment_intent.created"),
    *("payment_intent.payment_failed", "payment_intent.requires_action"),
    *("payment_intent.succeeded", "price.created", "price.updated", "product.created"),
    "product.updated",
}


ONLY_WHERE_USED = {"optional_items", "refunds"}
"""Absent from Stripe's own answers until there are such things, though they could be null."""


in_both_versions = pytest.mark.parametrize("judged", [DAHLIA, ENDIVE], indirect=True)


@pytest.fixture
def judged(
    http: httpx.Client, server: Server, key: str, request: pytest.FixtureRequest
) -> JudgedMerchant:
    merchant = JudgedMerchant(http, server.url, key)
    merchant.version = getattr(request, "param", DAHLIA)
    return merchant


def pay_with(merchant: JudgedMerchant, session: str, card: Fields) -> httpx.Response:
    return merchant.post(f"{BUYERS_PATHS}/{session}/confirm", card)


def ask_the_bank(merchant: JudgedMerchant, session: str, card: str, outcome: str) -> None:
    """Pay with a card whose bank wants to see the buyer, and let the bank say `outcome`."""
    page = succeeded(merchant.confirm(session, card))
    merchant.look_at_all()
    bank = page["payment_intent"]["next_action"]["redirect_to_url"]["url"]
    assert merchant.http.post(bank, data={"outcome": outcome}).status_code == 303


def test_the_judge_tells_right_from_wrong(merchant: Merchant) -> None:
    session = merchant.session(stripe_version=DAHLIA)
    wrong: list[tuple[Json, str]] = [
        ({"colour": "red"}, "'colour' was unexpected"),
        ({"amount_total": "2000"}, "'2000' is not of type 'integer'"),
        ({"livemode": None}, "livemode: None"),
        ({"payment_intent": 7}, "7 is not of type 'string'"),
        ({"automatic_tax": {"enabled": True, "status": "soon"}}, "automatic_tax.status"),
    ]
    assert specification.complaints("POST", SESSIONS, 200, session) == []
    for change, complaint in wrong:
        assert complaint in str(specification.complaints("POST", SESSIONS, 200, session | change))
    del session["created"]
    assert "'created'" in str(specification.complaints("POST", SESSIONS, 200, session))
    assert specification.complaints("POST", SESSIONS, 400, session) != []


def test_what_could_be_null_is_there(merchant: Merchant) -> None:
    fields = {
        "expand[0]": "payment_intent.latest_charge",
        "expand[1]": "payment_intent.payment_method",
        "expand[2]": "line_items.data.price.product",
    }
    paid = merchant.paid_session()
    session = merchant.read(f"{SESSIONS}/{paid['id']}", fields)
    intent, (line,) = session["payment_intent"], session["line_items"]["data"]
    shown = [session, intent, intent["latest_charge"], intent["payment_method"], line]
    shown += [line["price"], line["price"]["product"], *merchant.events()]
    for value in shown:
        missing = specification.nullable_names(value["object"]) - value.keys()
        assert missing <= ONLY_WHERE_USED, value["object"]


def test_every_route_is_specified_but_the_buyers() -> None:
    ours = [route for route in ROUTES if not specification.specifies(route.method, route.path)]
    assert {route.path.removeprefix(BUYERS_PATHS) for route in ours} == {
        *("/{session}", "/{session}/init", "/{session}/confirm"),
        # The extract leaves these out.
        *("/v1/tax_ids", "/v1/tax_ids/{id}", "/v1/charges/{charge}/refunds"),
        *("/v1/stripecli/sessions", "/v1/events/{id}/retry"),  # what the CLI alone asks
        *("/v1/tax_codes", "/v1/tax_codes/{id}"),
        *("/v1/tax/registrations", "/v1/tax/registrations/{id}"),
        *(f"/v1/customers/{{customer}}/payment_methods{id}" for id in ("", "/{payment_method}")),
        "/v1/webhook_endpoints/{webhook_endpoint}/rotate_secret",
        "/v1/mandates/{mandate}",
    }


@in_both_versions
@pytest.mark.parametrize("fields", [{}, WITH_TAX, FREE, {"customer_email": "buyer@shop.test"}])
def test_open_and_expired_sessions(judged: JudgedMerchant, fields: Fields) -> None:
    session = judged.session(fields)
    judged.look_at_all()
    judged.write(f"{SESSIONS}/{session['id']}", {"metadata[order]": "7"})
    judged.write(f"{SESSIONS}/{session['id']}/expire")
    judged.look_at_all()


@in_both_versions
@pytest.mark.parametrize("ui_mode", ["embedded_page", "elements"])
def test_sessions_in_the_merchants_own_page(judged: JudgedMerchant, ui_mode: str) -> None:
    session = judged.write(SESSIONS, {**EMBEDDED, "ui_mode": ui_mode})
    assert session["ui_mode"] == ui_mode
    assert session["client_secret"]
    succeeded(judged.confirm(session["id"]))
    assert judged.read(f"{SESSIONS}/{session['id']}")["client_secret"] is None


@in_both_versions
def test_a_taxed_session_paid_with_a_typed_card(judged: JudgedMerchant) -> None:
    session = judged.session(WITH_TAX)
    judged.write(f"{BUYERS_PATHS}/{session['id']}", SAN_FRANCISCO)
    taxes = {
        "expand[0]": "line_items.data.taxes",
        "expand[1]": "line_items.data.discounts",
        "expand[2]": "total_details.breakdown",
    }
    judged.read(f"{SESSIONS}/{session['id']}", taxes)
    card = {**TYPED_CARD, "payment_method_data[card][number]": "4242424242424242"}
    succeeded(pay_with(judged, session["id"], card))
    paid = judged.read(f"{SESSIONS}/{session['id']}")
    assert paid["total_details"]["amount_tax"] > 0
    assert paid["customer_details"]["address"]["postal_code"] == "94103"
    judged.look_at_all()


@in_both_versions
def test_a_session_that_costs_nothing(judged: JudgedMerchant) -> None:
    assert judged.paid_session(FREE)["payment_status"] == "no_payment_required"
    judged.look_at_all()


@pytest.mark.parametrize("card", CARDS_THAT_PAY)
def test_payments_with_cards_of_every_kind(judged: JudgedMerchant, card: str) -> None:
    succeeded(judged.confirm(judged.session()["id"], card))
    judged.look_at_all()


@pytest.mark.parametrize("card", CARDS_THAT_FAIL)
def test_payments_that_fail(judged: JudgedMerchant, card: str) -> None:
    session = judged.session()
    refused(judged.confirm(session["id"], card), 402)
    judged.look_at_all()
    succeeded(judged.confirm(session["id"]))
    judged.look_at_all()


@in_both_versions
@pytest.mark.parametrize("outcome", ["authorize", "fail"])
@pytest.mark.parametrize("card", ["pm_card_threeDSecureRequired", "pm_card_authenticationRequired"])
def test_payments_that_ask_the_bank(judged: JudgedMerchant, card: str, outcome: str) -> None:
    session = judged.session()
    ask_the_bank(judged, session["id"], card, outcome)
    judged.look_at_all()


@in_both_versions
@pytest.mark.parametrize(
    "paths",
    [
        ["line_items"],
        ["line_items.data.price.product", "payment_intent.latest_charge"],
        ["payment_intent.payment_method", "payment_intent.latest_charge.payment_intent"],
        ["invoice", "payment_link", "setup_intent", "subscription"],
    ],
)
def test_expanded_sessions(judged: JudgedMerchant, paths: list[str]) -> None:
    paid = judged.paid_session()
    fields = {f"expand[{number}]": path for number, path in enumerate(paths)}
    judged.read(f"{SESSIONS}/{paid['id']}", fields)
    judged.write(f"{SESSIONS}/{paid['id']}", {"metadata[a]": "b", **fields})
    judged.session(fields)
    judged.read(SESSIONS, {f"expand[{i}]": f"data.{path}" for i, path in enumerate(paths)})


@in_both_versions
def test_products_and_prices(judged: JudgedMerchant) -> None:
    product = judged.write("/v1/products", {
        "name": "Mug", "description": "For tea", "images[]": "https://shop.example/mug.png",
        "metadata[shelf]": "3", "shippable": "true", "unit_label": "mug",
        "url": "https://shop.example/mug", "tax_code": "txcd_99999999",
    })  # fmt: skip
    price = judged.write("/v1/prices", {
        "product": product["id"], "currency": "eur", "unit_amount_decimal": "0.125",
        "lookup_key": "mug", "nickname": "small", "tax_behavior": "inclusive",
    })  # fmt: skip
    judged.write(f"/v1/prices/{price['id']}", {"active": "false", "lookup_key": ""})
    judged.write(f"/v1/products/{product['id']}", {
        "default_price": price["id"], "description": "", "images": "", "url": "",
        "expand[]": "default_price",
    })  # fmt: skip
    judged.read(f"/v1/prices/{price['id']}", {"expand[]": "product.default_price"})
    judged.look_at_all()


@in_both_versions
def test_taxes(judged: JudgedMerchant) -> None:
    judged.write("/v1/tax/settings", {"defaults[tax_behavior]": "inclusive"})
    judged.write("/v1/tax/settings", {"head_office": ""})
    judged.read("/v1/tax/settings")
    rate = judged.write("/v1/tax_rates", {
        "display_name": "VAT", "percentage": "25.5", "inclusive": "true", "country": "FI",
        "jurisdiction": "FI", "tax_type": "vat", "description": "Finland",
    })  # fmt: skip
    judged.write(f"/v1/tax_rates/{rate['id']}", {"metadata[a]": "b"})
    session = judged.session({"line_items[0][tax_rates][]": rate["id"]})
    judged.read(f"{SESSIONS}/{session['id']}", {"expand[]": "line_items.data.taxes"})
    judged.look_at_all()


@in_both_versions
def test_webhook_endpoints(judged: JudgedMerchant) -> None:
    endpoint = judged.write("/v1/webhook_endpoints", ENDPOINT)
    path = f"/v1/webhook_endpoints/{endpoint['id']}"
    judged.write(path, {"disabled": "true", "description": "Till", "metadata[a]": "b"})
    judged.look_at_all()
    assert succeeded(judged.request("DELETE", path))["deleted"] is True


@in_both_versions
def test_payment_methods(judged: JudgedMerchant) -> None:
    made = judged.write("/v1/payment_methods", {
        "type": "card", "card[token]": "tok_visa", "metadata[a]": "b",
        "billing_details[address][country]": "DE", "billing_details[name]": "B. Uyer",
        "allow_redisplay": "always",
    })  # fmt: skip
    customer = judged.write("/v1/customers", {"payment_method": made["id"]})["id"]
    judged.read(f"/v1/customers/{customer}/payment_methods", {"expand[]": "data.customer"})
    session = judged.session({
        "customer": customer, "payment_intent_data[setup_future_usage]": "on_session",
        "saved_payment_method_options[payment_method_save]": "enabled",
    })  # fmt: skip
    succeeded(judged.confirm(session["id"], made["id"]))
    judged.look_at_all()
    judged.write(f"/v1/payment_methods/{made['id']}", {"allow_redisplay": "limited"})
    judged.write(f"/v1/payment_methods/{made['id']}/detach")
    attached = judged.write("/v1/payment_methods/pm_card_visa/attach", {"customer": customer})
    judged.read(f"/v1/customers/{customer}/payment_methods/{attached['id']}")
    judged.look_at_all()


@in_both_versions
def test_customers(judged: JudgedMerchant) -> None:
    made = judged.write("/v1/customers", {
        "email": "buyer@shop.test", "name": "B. Uyer", "business_name": "Uyer Ltd",
        "address[country]": "DE", "shipping[name]": "B", "shipping[address][city]": "Berlin",
        "preferred_locales[]": "de", "tax_id_data[0][type]": "eu_vat",
        "tax_id_data[0][value]": "DE123456789", "expand[]": "tax_ids",
    })  # fmt: skip
    path = f"/v1/customers/{made['id']}"
    everything = ("default_source", "sources", "subscriptions", "tax_ids", "test_clock")
    judged.read(path, {f"expand[{i}]": name for i, name in enumerate(everything)})
    judged.write(path, {"name": "", "address": "", "tax_exempt": "reverse"})
    tax_id = judged.write(f"{path}/tax_ids", {"type": "us_ein", "value": "12-3456789"})
    judged.read(f"{path}/tax_ids/{tax_id['id']}")
    judged.read(f"{path}/tax_ids")
    judged.write("/v1/tax_ids", {"type": "gb_vat", "value": "GB123456789"})
    session = judged.session({"customer": made["id"], "customer_update[name]": "auto"})
    succeeded(judged.confirm(session["id"]))
    expand = {"expand[0]": "customer", "expand[1]": "payment_intent.customer",
              "expand[2]": "payment_intent.latest_charge.customer"}  # fmt: skip
    judged.read(f"{SESSIONS}/{session['id']}", expand)
    judged.look_at_all()
    succeeded(judged.request("DELETE", f"{path}/tax_ids/{tax_id['id']}"))
    succeeded(judged.request("DELETE", path))
    judged.read(path)
    judged.read(f"{SESSIONS}/{session['id']}", expand)
    judged.look_at_all()


@in_both_versions
@pytest.mark.parametrize(
    "account", ["pm_sepaDebit_success_de", "pm_sepaDebit_insufficientFunds_fr"]
)
def test_direct_debits(judged: JudgedMerchant, account: str) -> None:
    types = {DAHLIA: "payment_method_types", ENDIVE: "allowed_payment_method_types"}
    name = types[judged.version]
    session = judged.session({
        "line_items[0][price_data][currency]": "eur", f"{name}[0]": "card",
        f"{name}[1]": "sepa_debit", "payment_intent_data[setup_future_usage]": "off_session",
    })  # fmt: skip
    succeeded(judged.confirm(session["id"], account))
    judged.look_at_all()
    ours = Merchant(judged.http, judged.url, judged.key)
    ours.write("/v1/test_helpers/clock/advance", {"seconds": "180"})
    expand = {"expand[0]": "payment_intent.latest_charge", "expand[1]": "payment_intent.customer"}
    judged.read(f"{SESSIONS}/{session['id']}", expand)
    judged.look_at_all()


@in_both_versions
@pytest.mark.parametrize("card", ["pm_card_visa", "pm_card_pendingRefund"])
def test_refunds(judged: JudgedMerchant, card: str) -> None:
    session = judged.session()
    succeeded(judged.confirm(session["id"], card))
    intent = judged.read(f"{SESSIONS}/{session['id']}")["payment_intent"]
    names = ("charge.refunds", "payment_intent", "balance_transaction", "transfer_reversal")
    fields = {f"expand[{i}]": name for i, name in enumerate(names)}
    asked = {"payment_intent": intent, "reason": "duplicate", **fields}
    judged.write("/v1/refunds", {**asked, "amount": "500"})
    refund = judged.write("/v1/refunds", asked)
    judged.write(f"/v1/refunds/{refund['id']}", {"metadata[a]": "b"})
    judged.read("/v1/charges", {"expand[]": "data.refunds"})
    judged.look_at_all()
    refused(judged.post("/v1/refunds", {"payment_intent": intent}))
    refused(judged.post(f"/v1/refunds/{refund['id']}/cancel"))


@in_both_versions
def test_refusals(judged: JudgedMerchant) -> None:
    refused(judged.post(SESSIONS, {"mode": "nope"}))
    refused(judged.get(f"{SESSIONS}/cs_test_none"), 404)
    refused(judged.get(SESSIONS, key=judged.publishable_key), 403)
    refused(judged.get("/v1/events", key="nonsense"), 401)


@in_both_versions
def test_events_of_every_type(judged: JudgedMerchant) -> None:
    product = judged.write("/v1/products", {"name": "Mug"})
    price = judged.write(
        "/v1/prices", {"product": product["id"], "currency": "usd", "unit_amount": "900"}
    )
    judged.write(f"/v1/products/{product['id']}", {"name": "Cup"})
    judged.write(f"/v1/prices/{price['id']}", {"nickname": "small"})
    judged.paid_session()
    session = judged.session()
    ask_the_bank(judged, session["id"], "pm_card_threeDSecureRequired", "fail")
    refused(judged.confirm(session["id"], "pm_card_chargeDeclined"), 402)
    judged.write(f"{SESSIONS}/{session['id']}/expire")
    events: list[Json] = judged.events()
    assert {event["type"] for event in events} == EVENT_TYPES
    assert {event["data"]["object"]["object"] for event in events} == {
        *("charge", "checkout.session", "payment_intent", "price", "product")
    }
