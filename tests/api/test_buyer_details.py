"""What a session asks of its buyer: told on the payment page, checked, kept, and shown again."""

from __future__ import annotations

import pytest

from paydesk.core.cards import passes_luhn
from tests.api.merchant import SESSIONS, Fields, Json, Merchant, refused, succeeded
from tests.support.app import SEED_SESSION

SHIPS = {
    "shipping_address_collection[allowed_countries][0]": "US",
    "shipping_address_collection[allowed_countries][1]": "DE",
}
WITH_TAX = {"automatic_tax[enabled]": "true"}
CALIFORNIAN = {
    "shipping[name]": "Jenny Rosen",
    "shipping[address][line1]": "354 Oyster Point Blvd",
    "shipping[address][city]": "South San Francisco",
    "shipping[address][state]": "California",
    "shipping[address][postal_code]": "94080",
    "shipping[address][country]": "US",
}
SHOWN_ADDRESS = {
    "city": "South San Francisco",
    "country": "US",
    "line1": "354 Oyster Point Blvd",
    "line2": None,
    "postal_code": "94080",
    "state": "CA",
}
BILLING = "payment_method_data[billing_details]"
CARD = {
    "payment_method_data[type]": "card",
    "payment_method_data[card][number]": "4242424242424242",
    "payment_method_data[card][exp_month]": "12",
    "payment_method_data[card][exp_year]": "2040",
    "payment_method_data[card][cvc]": "123",
    f"{BILLING}[name]": "Jenny Rosen",
    f"{BILLING}[address][line1]": "Unter den Linden 1",
    f"{BILLING}[address][city]": "Berlin",
    f"{BILLING}[address][postal_code]": "10117",
    f"{BILLING}[address][country]": "DE",
}


def tell(merchant: Merchant, session: str, fields: Fields) -> Json:
    return succeeded(merchant.post(f"/v1/payment_pages/{session}", fields))


def pay(merchant: Merchant, session: str, fields: Fields) -> Json:
    return succeeded(merchant.post(f"/v1/payment_pages/{session}/confirm", fields))


def refusal(merchant: Merchant, session: str, fields: Fields, action: str = "/confirm") -> Json:
    return refused(merchant.post(f"/v1/payment_pages/{session}{action}", fields))


def shown(merchant: Merchant, session: str) -> Json:
    return merchant.read(f"{SESSIONS}/{session}")


def test_a_session_shows_what_it_asks(merchant: Merchant) -> None:
    session = merchant.session(
        {
            **SHIPS,
            "billing_address_collection": "required",
            "phone_number_collection[enabled]": "true",
            "name_collection[business][enabled]": "true",
            "name_collection[business][optional]": "true",
        }
    )
    assert session["billing_address_collection"] == "required"
    assert session["shipping_address_collection"] == {"allowed_countries": ["US", "DE"]}
    assert session["phone_number_collection"] == {"enabled": True}
    assert session["name_collection"] == {"business": {"enabled": True, "optional": True}}
    assert session["collected_information"] == dict.fromkeys(
        ("business_name", "individual_name", "shipping_details")
    )
    assert shown(merchant, session["id"]) == session


def test_a_session_that_asks_nothing_shows_the_defaults(merchant: Merchant) -> None:
    session = merchant.session()
    assert session["billing_address_collection"] is None
    assert session["shipping_address_collection"] is None
    assert session["phone_number_collection"] == {"enabled": False}
    assert session["collected_information"] is None
    assert not {"name_collection", "tax_id_collection"} & set(session)


def test_a_country_that_stripe_does_not_ship_to(merchant: Merchant) -> None:
    wrong = {"shipping_address_collection[allowed_countries][0]": "CU"}
    error = refused(merchant.post(SESSIONS, {**SEED_SESSION, **wrong}))
    assert error["param"] == "shipping_address_collection[allowed_countries][0]"


def test_where_a_parcel_goes_stands_on_everything_that_comes_of_it(merchant: Merchant) -> None:
    session = merchant.session({**SHIPS, "phone_number_collection[enabled]": "true"})["id"]
    tell(merchant, session, {**CALIFORNIAN, "billing_details[phone]": "(201) 555-0123"})
    collected = shown(merchant, session)["collected_information"]
    assert collected["shipping_details"] == {"address": SHOWN_ADDRESS, "name": "Jenny Rosen"}
    pay(merchant, session, {"payment_method": "pm_card_visa"})
    done = shown(merchant, session)
    assert done["collected_information"] == collected
    assert done["customer_details"]["phone"] == "+12015550123"
    parcel = {
        "address": SHOWN_ADDRESS, "carrier": None, "name": "Jenny Rosen",
        "phone": "+12015550123", "tracking_number": None,
    }  # fmt: skip
    intent = merchant.read(
        f"/v1/payment_intents/{done['payment_intent']}", {"expand[]": "latest_charge"}
    )
    assert intent["shipping"] == intent["latest_charge"]["shipping"] == parcel
    (event,) = merchant.events("checkout.session.completed")
    assert event["data"]["object"]["collected_information"] == collected


def test_older_versions_have_the_parcel_in_its_old_place(merchant: Merchant) -> None:
    session = merchant.session(SHIPS)["id"]
    tell(merchant, session, CALIFORNIAN)
    before = merchant.read(f"{SESSIONS}/{session}", Stripe_Version="2025-02-24.acacia")
    assert before["shipping_details"] == {"address": SHOWN_ADDRESS, "name": "Jenny Rosen"}
    assert "shipping_details" not in merchant.read(
        f"{SESSIONS}/{session}", Stripe_Version="2025-03-31.basil"
    )


def test_an_address_may_come_with_the_payment(merchant: Merchant) -> None:
    session = merchant.session(SHIPS)["id"]
    pay(merchant, session, {"payment_method": "pm_card_visa", **CALIFORNIAN})
    collected = shown(merchant, session)["collected_information"]
    assert collected["shipping_details"]["address"] == SHOWN_ADDRESS


def test_a_parcel_sent_elsewhere_after_a_decline(merchant: Merchant) -> None:
    session = merchant.session(SHIPS)["id"]
    declined = {"payment_method": "pm_card_visa_chargeDeclined", **CALIFORNIAN}
    refused(merchant.post(f"/v1/payment_pages/{session}/confirm", declined), 402)
    moved = {**CALIFORNIAN, "shipping[address][line1]": "510 Townsend St"}
    pay(merchant, session, {"payment_method": "pm_card_visa", **moved})
    intent = merchant.read(f"/v1/payment_intents/{shown(merchant, session)['payment_intent']}")
    assert intent["shipping"]["address"]["line1"] == "510 Townsend St"


MISSING: list[tuple[str, str, str]] = [
    ("shipping[name]", "", "parameter_missing"),
    ("shipping[address][line1]", "", "parameter_missing"),
    ("shipping[address][city]", "", "parameter_missing"),
    ("shipping[address][state]", "Bavaria", "address_invalid"),
    ("shipping[address][postal_code]", "9408", "postal_code_invalid"),
]


@pytest.mark.parametrize(("param", "value", "code"), MISSING)
def test_nobody_pays_for_a_parcel_that_can_not_arrive(
    merchant: Merchant, param: str, value: str, code: str
) -> None:
    session = merchant.session(SHIPS)["id"]
    fields = {"payment_method": "pm_card_visa", **CALIFORNIAN, param: value}
    error = refusal(merchant, session, fields)
    assert (error["param"], error["code"]) == (param, code)
    assert shown(merchant, session)["payment_intent"] is None


def test_without_any_address_the_first_missing_field_is_named(merchant: Merchant) -> None:
    session = merchant.session(SHIPS)["id"]
    error = refusal(merchant, session, {"payment_method": "pm_card_visa"})
    assert error["param"] == "shipping[name]"


def test_only_the_merchants_countries_are_shipped_to(merchant: Merchant) -> None:
    session = merchant.session(SHIPS)["id"]
    error = refusal(merchant, session, {**CALIFORNIAN, "shipping[address][country]": "FR"}, "")
    assert error["param"] == "shipping[address][country]"
    plain = merchant.session()["id"]
    assert refusal(merchant, plain, CALIFORNIAN, "")["param"] == "shipping"


def test_a_full_billing_address_comes_with_the_card(merchant: Merchant) -> None:
    session = merchant.session({"billing_address_collection": "required"})["id"]
    error = refusal(merchant, session, {"payment_method": "pm_card_visa"})
    assert error["param"] == f"{BILLING}[address][country]"
    error = refusal(merchant, session, {**CARD, f"{BILLING}[address][line1]": ""})
    assert error["param"] == f"{BILLING}[address][line1]"
    pay(merchant, session, CARD)
    address = shown(merchant, session)["customer_details"]["address"]
    assert (address["line1"], address["postal_code"]) == ("Unter den Linden 1", "10117")


def test_a_billing_address_that_was_told_before_does_as_well(merchant: Merchant) -> None:
    session = merchant.session({"billing_address_collection": "required"})["id"]
    told = {name.removeprefix("payment_method_data["): text for name, text in CARD.items()}
    fields = {
        name.replace("]", "", 1): text
        for name, text in told.items()
        if name.startswith("billing_details")
    }
    tell(merchant, session, fields)
    pay(merchant, session, {"payment_method": "pm_card_visa"})
    details = shown(merchant, session)["customer_details"]
    assert (details["name"], details["address"]["city"]) == ("Jenny Rosen", "Berlin")


def test_a_phone_number_is_kept_as_one_dials_it_from_anywhere(merchant: Merchant) -> None:
    session = merchant.session({"phone_number_collection[enabled]": "true"})["id"]
    assert refusal(merchant, session, CARD)["param"] == f"{BILLING}[phone]"
    error = refusal(merchant, session, {**CARD, f"{BILLING}[phone]": "12"})
    assert (error["param"], error["message"]) == (
        f"{BILLING}[phone]", "Your phone number is invalid.",
    )  # fmt: skip
    error = refusal(merchant, session, {"billing_details[phone]": "12"}, "")
    assert error["param"] == "billing_details[phone]"
    pay(merchant, session, {**CARD, f"{BILLING}[phone]": "+49 (0)30 901820"})
    assert shown(merchant, session)["customer_details"]["phone"] == "+4930901820"


def test_names_apart_from_the_cards(merchant: Merchant) -> None:
    session = merchant.session(
        {
            "name_collection[business][enabled]": "true",
            "name_collection[individual][enabled]": "true",
            "name_collection[individual][optional]": "true",
        }
    )["id"]
    error = refusal(merchant, session, {"payment_method": "pm_card_visa"})
    assert error["param"] == "collected_information[business_name]"
    name = {"collected_information[business_name]": "Rosen GmbH"}
    pay(merchant, session, {"payment_method": "pm_card_visa", **name})
    done = shown(merchant, session)
    for told in (done["customer_details"], done["collected_information"]):
        assert (told["business_name"], told["individual_name"]) == ("Rosen GmbH", None)


def test_tax_follows_the_parcel_and_not_the_card(merchant: Merchant) -> None:
    """California's statewide 7.25 % of 20.00 is 1.45; Germany's 19 % would be 3.80."""
    session = merchant.session({**SHIPS, **WITH_TAX})["id"]
    page = tell(merchant, session, {"billing_details[address][country]": "DE"})
    assert page["automatic_tax"]["status"] == "requires_location_inputs"
    assert refusal(merchant, session, CARD)["param"] == "shipping[address]"
    assert tell(merchant, session, CALIFORNIAN)["total_summary"]["tax"] == 145
    page = pay(merchant, session, {**CARD, "expected_amount": "2145"})
    assert page["status"] == "complete"


def test_an_address_that_comes_with_the_payment_can_not_change_what_is_paid(
    merchant: Merchant,
) -> None:
    session = merchant.session({**SHIPS, **WITH_TAX})["id"]
    fields = {**CARD, **CALIFORNIAN, "expected_amount": "2000"}
    assert refusal(merchant, session, fields)["code"] == "checkout_amount_mismatch"
    assert shown(merchant, session)["amount_total"] == 2145


def test_what_was_told_can_be_taken_back(merchant: Merchant) -> None:
    session = merchant.session({**SHIPS, **WITH_TAX})["id"]
    tell(merchant, session, {**CALIFORNIAN, "email": "jenny@example.com"})
    page = tell(merchant, session, {"shipping": "", "email": ""})
    assert page["automatic_tax"]["status"] == "requires_location_inputs"
    told = shown(merchant, session)
    assert told["collected_information"]["shipping_details"] is None
    assert told["customer_details"]["email"] is None


def test_the_merchants_server_may_say_where_the_order_goes(merchant: Merchant) -> None:
    fields = {**SEED_SESSION, **SHIPS, **WITH_TAX, "ui_mode": "custom"}
    del fields["success_url"], fields["cancel_url"]
    session = merchant.write(SESSIONS, fields)["id"]
    collected = {
        name.replace("shipping", "collected_information[shipping_details]", 1): text
        for name, text in CALIFORNIAN.items()
    }
    updated = merchant.write(f"{SESSIONS}/{session}", collected)
    assert updated["collected_information"]["shipping_details"]["address"] == SHOWN_ADDRESS
    assert updated["total_details"]["amount_tax"] == 145
    wrong = {**collected, "collected_information[shipping_details][address][country]": "FR"}
    error = refused(merchant.post(f"{SESSIONS}/{session}", wrong))
    assert error["param"] == "collected_information[shipping_details][address][country]"
    hosted = merchant.session(SHIPS)["id"]
    error = refused(merchant.post(f"{SESSIONS}/{hosted}", collected))
    assert error["param"] == "collected_information"


@pytest.mark.parametrize(
    "param",
    [
        "billing_details[name]",
        "billing_details[phone]",
        "billing_details[address][line2]",
        "shipping[name]",
        "collected_information[business_name]",
    ],
)
@pytest.mark.parametrize(
    "number",
    [
        *("4242424242424242", "my card 3782 822463 10005!", "4242.4242.4242.4242"),
        *("４２４２４２４２４２４２４２４２", "4242424242424242 12/34"),
    ],
)
def test_a_card_number_is_not_kept_as_something_else(
    merchant: Merchant, param: str, number: str
) -> None:
    session = merchant.session(SHIPS)["id"]
    error = refusal(merchant, session, {**CALIFORNIAN, param: number}, "")
    assert (error["param"], error["code"]) == (param, "parameter_invalid_string")
    assert "4242" not in error["message"]
    assert "10005" not in error["message"]


def test_an_email_with_a_card_number_is_none(merchant: Merchant) -> None:
    session = merchant.session()["id"]
    error = refusal(merchant, session, {"email": "4242424242424242@shop.test"}, "")
    assert (error["param"], error["code"]) == ("email", "parameter_invalid_string")
    assert "4242" not in error["message"]


def test_a_phone_number_that_happens_to_pass_the_check_is_taken(merchant: Merchant) -> None:
    """It is thirteen digits, and a German mobile number."""
    assert passes_luhn("4915123456787")
    session = merchant.session({"phone_number_collection[enabled]": "true"})["id"]
    page = tell(merchant, session, {"billing_details[phone]": "+49 1512 3456787"})
    assert page["customer_details"]["phone"] == "+4915123456787"


BUSINESS = {"tax_id_collection[enabled]": "true"}
GERMAN_ID = {
    "tax_id_collection[tax_id][type]": "eu_vat",
    "tax_id_collection[tax_id][value]": "DE136695976",
    "tax_id_collection[business_name]": "Rosen GmbH",
}


def test_a_business_gives_its_tax_id(merchant: Merchant) -> None:
    session = merchant.session(BUSINESS)
    assert session["tax_id_collection"] == {"enabled": True, "required": "never"}
    tell(merchant, session["id"], GERMAN_ID)
    pay(merchant, session["id"], {"payment_method": "pm_card_visa"})
    details = shown(merchant, session["id"])["customer_details"]
    assert details["tax_ids"] == [{"type": "eu_vat", "value": "DE136695976"}]
    assert details["business_name"] == "Rosen GmbH"


def test_a_tax_id_that_can_be_none(merchant: Merchant) -> None:
    session = merchant.session(BUSINESS)["id"]
    wrong = {**GERMAN_ID, "tax_id_collection[tax_id][value]": "DE12"}
    error = refusal(merchant, session, wrong, "")
    assert (error["param"], error["code"]) == (
        "tax_id_collection[tax_id][value]", "tax_id_invalid",
    )  # fmt: skip
    unknown = {**GERMAN_ID, "tax_id_collection[tax_id][type]": "xx_vat"}
    assert refusal(merchant, session, unknown, "")["param"] == "tax_id_collection[tax_id][type]"
    plain = merchant.session()["id"]
    assert refusal(merchant, plain, GERMAN_ID, "")["param"] == "tax_id_collection"


def test_a_tax_id_is_required_where_there_are_such_ids(merchant: Merchant) -> None:
    session = merchant.session({**BUSINESS, "tax_id_collection[required]": "if_supported"})["id"]
    assert refusal(merchant, session, CARD)["param"] == "tax_id_collection[tax_id][value]"
    pay(merchant, session, {**CARD, **GERMAN_ID})
    other = merchant.session({**BUSINESS, "tax_id_collection[required]": "if_supported"})["id"]
    pay(merchant, other, {**CARD, f"{BILLING}[address][country]": "AQ"})


def test_reverse_charge_is_made_anew_when_the_tax_id_comes(merchant: Merchant) -> None:
    """A business in another member state owes the tax itself: 19 % of 20.00 is 3.80, then none."""
    session = merchant.session({**BUSINESS, **WITH_TAX})["id"]
    page = tell(merchant, session, {"billing_details[address][country]": "DE"})
    assert page["total_summary"]["tax"] == 380
    assert tell(merchant, session, GERMAN_ID)["total_summary"]["tax"] == 0
    assert tell(merchant, session, {"tax_id_collection": ""})["total_summary"]["tax"] == 380


@pytest.mark.parametrize(
    ("number", "code"), [("4000000000009987", "lost_card"), ("4000000000009979", "stolen_card")]
)
def test_who_holds_a_stolen_card_reads_of_a_decline_alone(
    merchant: Merchant, number: str, code: str
) -> None:
    session = merchant.session()["id"]
    page, key = f"/v1/payment_pages/{session}", merchant.publishable_key
    card = {**CARD, "payment_method_data[card][number]": number}
    answer = merchant.request("POST", f"{page}/confirm", card, key=key)
    assert refused(answer, 402)["decline_code"] == "generic_decline"
    seen = merchant.request("GET", page, {"expand[]": "payment_intent.latest_charge"}, key=key)
    assert code not in seen.text
    assert succeeded(seen)["payment_intent"]["last_payment_error"]["code"] == "card_declined"
    intent = merchant.read(f"/v1/payment_intents/{shown(merchant, session)['payment_intent']}")
    assert intent["last_payment_error"]["decline_code"] == code
