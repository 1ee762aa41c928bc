"""The parameters of everything besides sessions."""

from __future__ import annotations

import pytest

from paydesk.api.params import (
    events,
    lists,
    payment_intents,
    payment_methods,
    payment_pages,
    prices,
    products,
    sessions,
    webhook_endpoints,
)
from paydesk.api.params.grammar import Params
from tests.api.refusals import read, refusal

PRICE = {"currency": "usd", "unit_amount": "2000", "product": "prod_1"}
HOOK = {"url": "https://shop.example/hook", "enabled_events[]": "checkout.session.completed"}
METHOD = {"type": "card", "card[token]": "tok_visa"}
DATA = "payment_method_data"


def models(base: type[Params] = Params) -> set[type[Params]]:
    """Every model of the package."""
    below = {model for child in base.__subclasses__() for model in models(child)}
    return below | {base} if base.__module__.startswith("paydesk.") else below


def test_every_model_describes_itself() -> None:
    assert len(models()) > 30
    for model in models():
        schema = model.model_json_schema()
        assert schema["additionalProperties"] is False, model


def test_descriptions_carry_the_limits() -> None:
    schema = sessions.AdjustableQuantity.model_json_schema()
    assert schema["properties"]["enabled"] == {"title": "Enabled", "type": "boolean"}
    assert schema["required"] == ["enabled"]
    assert {"type": "integer", "minimum": 0} in schema["properties"]["maximum"]["anyOf"]


def test_a_product() -> None:
    product = read(
        products.CreateProduct,
        {"name": "T-shirt", "id": "tee", "active": "false", "images[]": "https://a.example/1.png"},
    )
    assert (product.name, product.id, product.active) == ("T-shirt", "tee", False)
    assert product.images == ("https://a.example/1.png",)
    assert refusal(products.CreateProduct, {}).message == "Missing required param: name."
    nested = {"name": "T-shirt", "default_price_data[currency]": "usd"}
    assert refusal(products.CreateProduct, nested).code == "parameter_unsupported"


def test_a_product_can_lose_what_it_had() -> None:
    names = ("description", "images", "metadata", "tax_code", "unit_label", "url")
    update = read(products.UpdateProduct, dict.fromkeys(names, ""))
    assert update.model_dump(include=set(names)) == {
        "description": None,
        "images": (),
        "metadata": None,
        "tax_code": None,
        "unit_label": None,
        "url": None,
    }
    assert update.model_fields_set == set(names)
    assert refusal(products.UpdateProduct, {"name": ""}).code == "parameter_invalid_empty"


def test_a_price() -> None:
    price = read(prices.CreatePrice, {**PRICE, "lookup_key": "tee", "transfer_lookup_key": "true"})
    assert (price.currency, price.unit_amount, price.product) == ("usd", 2000, "prod_1")
    assert (price.lookup_key, price.transfer_lookup_key) == ("tee", True)


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"unit_amount": None}, "parameter_missing", "unit_amount"),
        ({"unit_amount_decimal": "1.5"}, "parameters_exclusive", None),
        ({"product": None}, "parameter_missing", "product"),
        ({"product_data[name]": "T-shirt"}, "parameters_exclusive", None),
        ({"recurring[interval]": "hour"}, None, "recurring[interval]"),
        ({"tiers[0][up_to]": "5"}, "parameter_unsupported", "tiers"),
        ({"billing_scheme": "tiered"}, "parameter_unsupported", "billing_scheme"),
        ({"nickname": "x" * 5001}, None, "nickname"),
    ],
)
def test_other_prices_are_refused(
    changes: dict[str, str | None], code: str | None, param: str | None
) -> None:
    fields = {name: value for name, value in {**PRICE, **changes}.items() if value is not None}
    answer = refusal(prices.CreatePrice, fields)
    assert (answer.code, answer.param) == (code, param)


def test_what_a_price_costs_never_changes() -> None:
    for name in ("unit_amount", "currency", "product"):
        assert refusal(prices.UpdatePrice, {name: "1"}).code == "parameter_unknown"


def test_a_webhook_endpoint() -> None:
    hook = read(webhook_endpoints.CreateWebhookEndpoint, {**HOOK, "connect": "false"})
    assert hook.enabled_events == ("checkout.session.completed",)
    assert "connect" not in hook.model_dump(exclude_none=True)
    everything = read(webhook_endpoints.UpdateWebhookEndpoint, {"enabled_events[]": "*"})
    assert everything.enabled_events == ("*",)


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"enabled_events[]": "checkout.session.created"}, "enabled_events[0]"),
        ({"enabled_events[]": "checkout.*"}, "enabled_events[0]"),
        ({"url": "hook"}, "url"),
        ({"connect": "true"}, "connect"),
        ({"secret": "whsec_mine"}, "secret"),
    ],
)
def test_other_webhook_endpoints_are_refused(changes: dict[str, str], param: str) -> None:
    assert refusal(webhook_endpoints.CreateWebhookEndpoint, {**HOOK, **changes}).param == param


def test_events_are_of_a_type_or_of_several() -> None:
    assert read(events.ListEvents, {"type": "checkout.*"}).type == "checkout.*"
    several = {"types[0]": "charge.succeeded", "types[1]": "charge.failed"}
    assert read(events.ListEvents, several).types == ("charge.succeeded", "charge.failed")
    assert refusal(events.ListEvents, {**several, "type": "charge.*"}).code == (
        "parameters_exclusive"
    )
    assert refusal(events.ListEvents, {f"types[{index}]": "a" for index in range(21)}).param == (
        "types"
    )


def test_lists_of_what_a_checkout_made() -> None:
    charges = read(payment_intents.ListCharges, {"payment_intent": "pi_1"})
    assert (charges.payment_intent, charges.limit) == ("pi_1", lists.LIMIT_DEFAULT)
    assert read(payment_intents.ListPaymentIntents, {"created[gt]": "5"}).created is not None


def test_a_payment_method_from_a_token() -> None:
    method = read(
        payment_methods.CreatePaymentMethod,
        {
            **METHOD,
            "billing_details[email]": "buyer@shop.example",
            "billing_details[phone]": "",
            "billing_details[address][country]": "us",
            "payment_user_agent": "stripe.js/1",
            "guid": "NA",
            "client_attribution_metadata[source]": "elements",
        },
    )
    assert method.card is not None
    assert method.card.token == "tok_visa"
    assert method.billing_details is not None
    assert method.billing_details.address is not None
    assert method.billing_details.address.country == "US"
    assert method.billing_details.phone is None


NUMBER = "4242424242424242"


def test_card_numbers_are_not_taken_where_tokens_are() -> None:
    typed = {"type": "card", "card[number]": NUMBER, "card[exp_month]": "12"}
    answer = refusal(payment_methods.CreatePaymentMethod, typed)
    assert answer.param == "card[number]"
    assert "`tok_visa`" in answer.message
    assert "`pm_card_visa`" in answer.message
    assert NUMBER not in answer.message
    assert refusal(payment_methods.CreatePaymentMethod, {"type": "card", "card[x]": "1"}).code


def test_other_payment_methods_are_not_supported_yet() -> None:
    other = {"type": "klarna", "card[token]": "tok_visa"}
    answer = refusal(payment_methods.CreatePaymentMethod, other)
    assert answer.message == "Paydesk doesn't support `type=klarna` yet."
    assert refusal(payment_methods.CreatePaymentMethod, {**other, "type": "cash"}).code is None


IOS_INIT = {
    "browser_locale": "en-US",
    "browser_timezone": "America/New_York",
    "eid": "4c1d",
    "redirect_type": "embedded",
    "elements_session_client[is_aggregation_expected]": "true",
    "elements_session_client[mobile_app_id]": "com.example.app",
    "adaptive_pricing[allowed]": "false",
}
ANDROID_UPDATE = {
    "updated_line_item_quantity[line_item_id]": "li_1",
    "updated_line_item_quantity[quantity]": "3",
    "updated_line_item_quantity[fail_update_on_discount_error]": "true",
    "elements_session_client[is_aggregation_expected]": "true",
}
ANDROID_CONFIRM = {
    "payment_method": "pm_1",
    "expected_amount": "3000",
    "return_url": "stripesdk://payment_return_url/com.example.app",
    "client_attribution_metadata[client_session_id]": "s",
    "elements_session_client[is_aggregation_expected]": "true",
}
PAGE_CONFIRM = {
    "eid": "NA",
    "key": "pk_test_1",
    "_stripe_version": "2025-03-31.basil",
    "version": "e5ebd5e1e6",
    "init_checksum": "x",
    "js_checksum": "x",
    "referrer": "https://shop.example",
    "consent[terms_of_service]": "accepted",
    "expected_amount": "3000",
    "last_displayed_line_item_group_details[total_amount]": "3000",
    f"{DATA}[type]": "card",
    f"{DATA}[card][number]": "4242 4242 4242 4242",
    f"{DATA}[card][exp_month]": "04",
    f"{DATA}[card][exp_year]": "34",
    f"{DATA}[card][cvc]": "123",
    f"{DATA}[billing_details][email]": "buyer@shop.example",
    f"{DATA}[billing_details][address][country]": "US",
    f"{DATA}[billing_details][address][line1]": "",
    f"{DATA}[guid]": "NA",
    f"{DATA}[payment_user_agent]": "checkout",
}


def test_reads_what_the_mobile_sdks_send() -> None:
    assert read(payment_pages.InitPaymentPage, IOS_INIT).model_fields_set >= {"eid"}
    update = read(payment_pages.UpdatePaymentPage, ANDROID_UPDATE)
    assert update.updated_line_item_quantity is not None
    assert update.updated_line_item_quantity.quantity == 3
    confirm = read(payment_pages.ConfirmPaymentPage, ANDROID_CONFIRM)
    assert (confirm.payment_method, confirm.expected_amount) == ("pm_1", 3000)


def test_reads_what_a_page_sends() -> None:
    confirm = read(payment_pages.ConfirmPaymentPage, PAGE_CONFIRM)
    data = confirm.payment_method_data
    assert data is not None
    assert data.card is not None
    assert data.card.number == "4242 4242 4242 4242"
    assert (data.card.exp_month, data.card.exp_year, data.card.cvc) == (4, 34, "123")
    assert "4242" not in repr(confirm)


def test_a_test_card_can_come_by_its_token() -> None:
    confirm = read(
        payment_pages.ConfirmPaymentPage,
        {f"{DATA}[type]": "card", f"{DATA}[card][token]": "tok_visa"},
    )
    assert confirm.payment_method_data is not None
    assert confirm.payment_method_data.card is not None
    assert confirm.payment_method_data.card.token == "tok_visa"


@pytest.mark.parametrize(("typed", "month"), [("", 0), ("ab", 0), ("4", 4), (" 04 ", 4), ("１", 0)])
def test_the_card_rules_judge_what_was_typed(typed: str, month: int) -> None:
    confirm = read(
        payment_pages.ConfirmPaymentPage,
        {**PAGE_CONFIRM, f"{DATA}[card][exp_month]": typed, f"{DATA}[card][number]": ""},
    )
    assert confirm.payment_method_data is not None
    assert confirm.payment_method_data.card is not None
    assert confirm.payment_method_data.card.exp_month == month
    assert confirm.payment_method_data.card.number == ""


@pytest.mark.parametrize("number", [f"{DATA}[card][number]", f"{DATA}[card][cvc]"])
def test_no_answer_repeats_a_card_number(number: str) -> None:
    for typed in ({number: NUMBER * 20}, {f"{number}[]": NUMBER}, {f"{number}[a]": NUMBER}):
        answer = refusal(payment_pages.ConfirmPaymentPage, {f"{DATA}[type]": "card", **typed})
        assert answer.message == "Invalid string: {...}"
        assert answer.param == number


MERCHANTS = {*sessions.CreateSession.model_fields, "amount_total", "unit_amount", "price"}
BUYERS = {"expand", "return_url", "tax_id_collection"}


@pytest.mark.parametrize("name", sorted(MERCHANTS - BUYERS))
def test_buyers_can_not_set_what_is_the_merchants(name: str) -> None:
    for model in (payment_pages.UpdatePaymentPage, payment_pages.ConfirmPaymentPage):
        assert refusal(model, {name: "1"}).code == "parameter_unknown"


@pytest.mark.parametrize("name", ["promotion_code", "shipping_rate", "updated_currency"])
def test_buyers_are_told_what_is_not_there_yet(name: str) -> None:
    assert refusal(payment_pages.UpdatePaymentPage, {name: "x"}).code == "parameter_unsupported"


@pytest.mark.parametrize(("text", "kept"), [("true", True), ("false", False)])
def test_a_buyer_says_whether_a_card_is_kept(text: str, kept: bool) -> None:
    confirm = read(payment_pages.ConfirmPaymentPage, {"save_payment_method": text})
    assert confirm.save_payment_method is kept


def test_a_payment_has_one_method() -> None:
    both = {**PAGE_CONFIRM, "payment_method": "pm_1"}
    assert refusal(payment_pages.ConfirmPaymentPage, both).code == "parameters_exclusive"
