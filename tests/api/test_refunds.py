"""Refunds through the official SDK: whole and in part, what is refused, and what is told."""

from __future__ import annotations

import pytest
import stripe

from tests.api.merchant import SESSIONS, Fields, Json, Merchant, refused, succeeded

URL = "/v1/refunds"


def paid(merchant: Merchant, card: str = "pm_card_visa") -> Json:
    """The charge of a session of 20.00 usd."""
    session = merchant.session()
    succeeded(merchant.confirm(session["id"], card))
    intent = merchant.read(f"{SESSIONS}/{session['id']}")["payment_intent"]
    charge: Json = merchant.read(f"/v1/payment_intents/{intent}", {"expand[]": "latest_charge"})[
        "latest_charge"
    ]
    return charge


def charge_now(merchant: Merchant, charge: Json) -> Json:
    return merchant.read(f"/v1/charges/{charge['id']}")


def test_all_of_it(merchant: Merchant, sdk: stripe.StripeClient) -> None:
    charge = paid(merchant)
    refund = sdk.v1.refunds.create({
        "payment_intent": charge["payment_intent"], "reason": "requested_by_customer",
        "metadata": {"order": "7"},
    })  # fmt: skip
    assert (refund.amount, refund.currency, refund.status) == (2000, "usd", "succeeded")
    assert (refund.charge, refund.reason) == (charge["id"], "requested_by_customer")
    assert refund.id.startswith("re_")
    assert sdk.v1.refunds.retrieve(refund.id).to_dict() == refund.to_dict()
    after = charge_now(merchant, charge)
    assert (after["amount_refunded"], after["refunded"]) == (2000, True)
    assert after["amount_captured"] == 2000


def test_in_parts_until_nothing_is_left(merchant: Merchant) -> None:
    charge = paid(merchant)
    for amount, refunded in (("500", 500), ("700", 1200)):
        made = merchant.write(URL, {"charge": charge["id"], "amount": amount})
        assert made["amount"] == int(amount)
        after = charge_now(merchant, charge)
        assert (after["amount_refunded"], after["refunded"]) == (refunded, False)
    over = refused(merchant.post(URL, {"charge": charge["id"], "amount": "801"}))
    assert over["param"] == "amount"
    assert over["message"] == (
        "Refund amount ($8.01) is greater than unrefunded amount on charge ($8.00)"
    )
    assert merchant.write(URL, {"charge": charge["id"]})["amount"] == 800
    again = refused(merchant.post(URL, {"charge": charge["id"]}))
    assert again["code"] == "charge_already_refunded"
    assert again["message"] == f"Charge {charge['id']} has already been refunded."
    assert charge_now(merchant, charge)["refunded"] is True


def test_what_is_told(merchant: Merchant) -> None:
    charge = paid(merchant)
    refund = merchant.write(URL, {"charge": charge["id"], "amount": "500"})
    told = [event for event in merchant.events() if event["request"]["id"] is not None][:2]
    by_type = {event["type"]: event["data"] for event in told}
    assert by_type.keys() == {"charge.refunded", "refund.created"}
    assert by_type["refund.created"]["object"] == refund
    assert by_type["charge.refunded"]["object"] == charge_now(merchant, charge)
    assert by_type["charge.refunded"]["previous_attributes"] == {"amount_refunded": 0}


def test_metadata_is_changed_and_told(merchant: Merchant) -> None:
    refund = merchant.write(URL, {"charge": paid(merchant)["id"], "metadata[a]": "1"})
    path = f"{URL}/{refund['id']}"
    assert merchant.write(path, {"metadata[b]": "2"})["metadata"] == {"a": "1", "b": "2"}
    merchant.write(path)
    merchant.write(path, {"metadata[b]": "2"})
    for type in ("refund.updated", "charge.refund.updated"):
        (event,) = merchant.events(type)
        assert event["data"]["previous_attributes"] == {"metadata": {"b": None}}
    assert merchant.write(path, {"metadata": ""})["metadata"] == {}


def test_refunds_are_found_by_what_they_are_of(merchant: Merchant) -> None:
    first, second = paid(merchant), paid(merchant)
    ids = [merchant.write(URL, {"charge": charge["id"]})["id"] for charge in (first, second)]
    for fields, expected in (
        ({}, ids[::-1]),
        ({"charge": first["id"]}, ids[:1]),
        ({"payment_intent": second["payment_intent"]}, ids[1:]),
        ({"charge": "ch_none"}, []),
    ):
        assert [each["id"] for each in merchant.read(URL, fields)["data"]] == expected
    of_charge = merchant.read(f"/v1/charges/{first['id']}/refunds")
    assert [each["id"] for each in of_charge["data"]] == ids[:1]
    expand = {"expand[0]": "refunds", "expand[1]": "refunds.data.payment_intent"}
    shown = merchant.read(f"/v1/charges/{first['id']}", expand)["refunds"]
    assert [each["id"] for each in shown["data"]] == ids[:1]
    assert shown["data"][0]["payment_intent"]["id"] == first["payment_intent"]
    assert shown["url"] == of_charge["url"]


def test_what_is_expanded_is_kept_for_the_key(merchant: Merchant) -> None:
    charge = paid(merchant)
    fields = {"charge": charge["id"], "amount": "500", "expand[]": "charge"}
    answers = [merchant.post(URL, fields, idempotency_key="again") for _ in range(2)]
    assert answers[0].json()["charge"]["amount_refunded"] == 500
    assert answers[0].content == answers[1].content
    assert answers[1].headers["idempotent-replayed"] == "true"
    assert charge_now(merchant, charge)["amount_refunded"] == 500


@pytest.mark.parametrize(
    ("fields", "param", "code", "status"),
    [
        ({}, None, "parameter_missing", 400),
        ({"charge": "CHARGE", "payment_intent": "pi_1"}, "payment_intent",
         "parameters_exclusive", 400),
        ({"charge": "ch_none"}, "charge", "resource_missing", 404),
        ({"payment_intent": "pi_none"}, "payment_intent", "resource_missing", 404),
        ({"charge": "CHARGE", "amount": "0"}, "amount", "parameter_invalid_integer", 400),
        ({"charge": "CHARGE", "amount": "2001"}, "amount", None, 400),
        ({"charge": "CHARGE", "amount": "5", "currency": "eur"}, "currency", None, 400),
        ({"charge": "CHARGE", "reason": "bored"}, "reason", None, 400),
        ({"charge": "CHARGE", "origin": "customer_balance"}, "origin",
         "parameter_unsupported", 400),
        ({"charge": "CHARGE", "colour": "red"}, "colour", "parameter_unknown", 400),
    ],
)  # fmt: skip
def test_what_can_not_be_refunded(
    merchant: Merchant, fields: Fields, param: str | None, code: str | None, status: int
) -> None:
    charge = paid(merchant)
    named = {name: charge["id"] if value == "CHARGE" else value for name, value in fields.items()}
    error = refused(merchant.post(URL, named), status)
    assert (error.get("param"), error.get("code")) == (param, code)
    assert merchant.read(URL)["data"] == []
    assert charge_now(merchant, charge)["amount_refunded"] == 0


def test_nothing_was_taken_so_nothing_goes_back(merchant: Merchant) -> None:
    session = merchant.session()["id"]
    refused(merchant.confirm(session, "pm_card_chargeDeclined"), 402)
    intent = merchant.read(f"{SESSIONS}/{session}")["payment_intent"]
    error = refused(merchant.post(URL, {"payment_intent": intent}))
    assert error["message"] == (
        f"This PaymentIntent ({intent}) does not have a successful charge to refund."
    )
    (charge,) = merchant.read("/v1/charges")["data"]
    assert refused(merchant.post(URL, {"charge": charge["id"]}))["param"] == "charge"


def test_a_refund_to_a_card_can_not_be_canceled(merchant: Merchant) -> None:
    refund = merchant.write(URL, {"charge": paid(merchant)["id"]})
    error = refused(merchant.post(f"{URL}/{refund['id']}/cancel"))
    assert "requires_action" in error["message"]
    refused(merchant.post(f"{URL}/re_none/cancel"), 404)
    assert merchant.read(f"{URL}/{refund['id']}") == refund


@pytest.mark.parametrize(
    ("card", "status", "reason"),
    [("pm_card_pendingRefund", "pending", "processing"), ("pm_card_refundFail", "succeeded", None)],
)
def test_cards_whose_refunds_take_their_time(
    merchant: Merchant, card: str, status: str, reason: str | None
) -> None:
    charge = paid(merchant, card)
    refund = merchant.write(URL, {"charge": charge["id"]})
    assert (refund["status"], refund.get("pending_reason")) == (status, reason)
    assert charge_now(merchant, charge)["amount_refunded"] == 2000


def test_a_payment_without_a_session_is_refunded_alike(merchant: Merchant) -> None:
    asked = {"amount": "100", "currency": "usd", "confirm": "true",
             "payment_method": "pm_card_visa", "payment_method_types[]": "card"}  # fmt: skip
    intent = merchant.write("/v1/payment_intents", asked)
    assert merchant.write(URL, {"payment_intent": intent["id"]})["status"] == "succeeded"
    (charge,) = merchant.read("/v1/charges")["data"]
    assert (charge["amount_refunded"], charge["refunded"]) == (100, True)
