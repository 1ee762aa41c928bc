"""Parameters that Paydesk does not act on: noted down and named, or refused by name."""

from __future__ import annotations

import pytest

from tests.api.merchant import SESSIONS, Fields, Json, Merchant, refused
from tests.support.app import SEED_SESSION

MESSAGE = "I agree to the terms."
TERMS = "custom_text[terms_of_service_acceptance]"

SHOWN: dict[str, tuple[Fields, str, Json]] = {
    "a text beside the terms": (
        {f"{TERMS}[message]": MESSAGE},
        TERMS,
        {
            "custom_text": {
                "after_submit": None,
                "shipping_address": None,
                "submit": None,
                "terms_of_service_acceptance": {"message": MESSAGE},
            }
        },
    ),
    "a brand": (
        {"branding_settings[button_color]": "#ff0000", "branding_settings[display_name]": "Mugs"},
        "branding_settings",
        {
            "branding_settings": {
                "background_color": "#ffffff",
                "border_style": "rounded",
                "button_color": "#ff0000",
                "display_name": "Mugs",
                "font_family": "default",
                "icon": None,
                "logo": None,
            }
        },
    ),
    "where the buyer is": (
        {"origin_context": "mobile_app"},
        "origin_context",
        {"origin_context": "mobile_app"},
    ),
    "a label": (
        {"integration_identifier": "spring-sale"},
        "integration_identifier",
        {"integration_identifier": "spring-sale"},
    ),
}
"""What is sent, the name in the header, and what the session then says."""


@pytest.mark.parametrize(("fields", "name", "expected"), SHOWN.values(), ids=SHOWN.keys())
def test_what_only_looks_is_noted_down_and_named(
    merchant: Merchant, fields: Fields, name: str, expected: Json
) -> None:
    answer = merchant.post(SESSIONS, {**SEED_SESSION, **fields})
    assert answer.headers["paydesk-ignored"] == name
    session = answer.json()
    again = merchant.get(f"{SESSIONS}/{session['id']}")
    assert "paydesk-ignored" not in again.headers
    for shown in (session, again.json()):
        assert {field: shown[field] for field in expected} == expected


def test_all_that_is_ignored_is_named_once(merchant: Merchant) -> None:
    fields = {
        f"{TERMS}[message]": MESSAGE,
        "branding_settings[button_color]": "#ff0000",
        "branding_settings[display_name]": "Mugs",
        "payment_method_options[klarna][setup_future_usage]": "none",
        "wallet_options[link][display]": "never",
    }
    answer = merchant.post(SESSIONS, {**SEED_SESSION, **fields}, idempotency_key="once")
    names = f"{TERMS}, branding_settings, payment_method_options, wallet_options"
    assert answer.headers["paydesk-ignored"] == names
    again = merchant.post(SESSIONS, {**SEED_SESSION, **fields}, idempotency_key="once")
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["paydesk-ignored"] == names


def test_a_session_that_acts_on_everything_names_nothing(merchant: Merchant) -> None:
    answer = merchant.post(SESSIONS, SEED_SESSION)
    assert answer.status_code == 200
    assert "paydesk-ignored" not in answer.headers


def test_what_is_ignored_is_checked_all_the_same(merchant: Merchant) -> None:
    wrong: list[tuple[Fields, str]] = [
        ({f"{TERMS}[message]": "a" * 1_201}, f"{TERMS}[message]"),
        ({f"{TERMS}[text]": "a"}, f"{TERMS}[text]"),
        ({"branding_settings[button_color]": "red"}, "branding_settings[button_color]"),
        ({"origin_context": "moon"}, "origin_context"),
    ]
    for fields, param in wrong:
        error = refused(merchant.post(SESSIONS, {**SEED_SESSION, **fields}))
        assert error["param"] == param


UNSUPPORTED: list[Fields] = [
    {"shipping_options[0][shipping_rate]": "shr_1"},
    {"discounts[0][coupon]": "SUMMER"},
    {"allow_promotion_codes": "true"},
    {"subscription_data[description]": "a"},
    {"setup_intent_data[description]": "a"},
    {"optional_items[0][price]": "price_1", "optional_items[0][quantity]": "1"},
    {"consent_collection[terms_of_service]": "required"},
    {"adaptive_pricing[enabled]": "true"},
    {"invoice_creation[enabled]": "true"},
    {"after_expiration[recovery][enabled]": "true"},
    {"payment_intent_data[capture_method]": "manual"},
    {"payment_intent_data[application_fee_amount]": "1"},
    {"payment_intent_data[transfer_data][destination]": "acct_1"},
    {"payment_method_types[]": "klarna"},
    {"excluded_payment_method_types[]": "card"},
]


@pytest.mark.parametrize("fields", UNSUPPORTED, ids=lambda fields: next(iter(fields)))
def test_what_would_change_the_deal_is_refused(merchant: Merchant, fields: Fields) -> None:
    error = refused(merchant.post(SESSIONS, {**SEED_SESSION, **fields}))
    assert error["code"] == "parameter_unsupported"
    assert error["message"].startswith("Paydesk doesn't support `")
    top = error["param"].split("[")[0]
    assert top == next(iter(fields)).split("[")[0]
    assert merchant.read(SESSIONS)["data"] == []


@pytest.mark.parametrize("mode", ["setup", "subscription"])
def test_modes_that_paydesk_does_not_have(merchant: Merchant, mode: str) -> None:
    error = refused(merchant.post(SESSIONS, {**SEED_SESSION, "mode": mode}))
    assert (error["code"], error["param"]) == ("parameter_unsupported", "mode")


def test_what_asks_for_what_happens_anyway_is_taken(merchant: Merchant) -> None:
    fields = {
        "allow_promotion_codes": "false",
        "billing_address_collection": "auto",
        "customer_creation": "if_required",
        "invoice_creation[enabled]": "false",
        "payment_method_types[]": "card",
        "payment_intent_data[capture_method]": "automatic",
        "phone_number_collection[enabled]": "false",
    }
    session = merchant.session(fields)
    assert session["allow_promotion_codes"] is False
    assert session["billing_address_collection"] == "auto"
    assert session["phone_number_collection"] == {"enabled": False}
