"""Payment intents that a merchant makes by itself, with no session around them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.api.merchant import Json, Merchant, refused

INTENTS = "/v1/payment_intents"
NEW = {"amount": "2000", "currency": "usd", "payment_method_types[]": "card"}
PAID = {**NEW, "confirm": "true", "payment_method": "pm_card_visa"}


def types(merchant: Merchant) -> list[str]:
    return sorted(event["type"] for event in merchant.read("/v1/events?limit=100")["data"])


def charges(merchant: Merchant, intent: str) -> list[Json]:
    found: list[Json] = merchant.read(f"/v1/charges?payment_intent={intent}")["data"]
    return found


def test_one_that_is_paid_at_once(merchant: Merchant) -> None:
    intent = merchant.write(INTENTS, {**PAID, "expand[]": "latest_charge", "metadata[a]": "b"})
    assert (intent["status"], intent["amount_received"]) == ("succeeded", 2000)
    assert intent["latest_charge"]["paid"]
    assert intent["metadata"] == {"a": "b"}
    assert types(merchant) == [
        "charge.succeeded", "payment_intent.created", "payment_intent.succeeded",
    ]  # fmt: skip
    assert merchant.read(f"{INTENTS}/{intent['id']}")["status"] == "succeeded"
    event = merchant.read("/v1/events?type=payment_intent.succeeded")["data"][0]
    assert event["request"]["id"].startswith("req_")


def test_one_that_is_confirmed_later(merchant: Merchant) -> None:
    intent = merchant.write(INTENTS, {**NEW, "payment_method": "pm_card_visa"})
    assert intent["status"] == "requires_confirmation"
    assert merchant.write(INTENTS, NEW)["status"] == "requires_payment_method"
    paid = merchant.write(f"{INTENTS}/{intent['id']}/confirm")
    assert (paid["status"], paid["payment_method"]) == ("succeeded", intent["payment_method"])
    again = refused(merchant.post(f"{INTENTS}/{intent['id']}/confirm"))
    assert again["code"] == "payment_intent_unexpected_state"
    assert len(charges(merchant, intent["id"])) == 1


def test_a_refused_card_may_be_followed_by_a_better_one(merchant: Merchant) -> None:
    intent = merchant.write(INTENTS, NEW)["id"]
    worse = {"payment_method": "pm_card_chargeDeclined"}
    error = refused(merchant.post(f"{INTENTS}/{intent}/confirm", worse), 402)
    assert (error["type"], error["code"]) == ("card_error", "card_declined")
    known = merchant.read(f"{INTENTS}/{intent}")
    assert known["status"] == "requires_payment_method"
    assert known["last_payment_error"]["code"] == "card_declined"
    missing = refused(merchant.post(f"{INTENTS}/{intent}/confirm"))
    assert missing["param"] == "payment_method"
    better = {"payment_method": "pm_card_visa"}
    assert merchant.write(f"{INTENTS}/{intent}/confirm", better)["status"] == "succeeded"
    assert [one["status"] for one in charges(merchant, intent)] == ["succeeded", "failed"]


def test_nobody_is_there_to_answer_the_bank(merchant: Merchant) -> None:
    asks = {**PAID, "payment_method": "pm_card_authenticationRequired"}
    error = refused(merchant.post(INTENTS, asks), 402)
    assert error["code"] == "authentication_required"


def test_a_key_pays_once(merchant: Merchant) -> None:
    first, again = [merchant.post(INTENTS, PAID, idempotency_key="one") for _ in range(2)]
    assert first.content == again.content
    (intent,) = merchant.read(INTENTS)["data"]
    assert len(charges(merchant, intent["id"])) == 1


def test_many_who_confirm_at_once_pay_once(merchant: Merchant) -> None:
    intent = merchant.write(INTENTS, {**NEW, "payment_method": "pm_card_visa"})["id"]

    def confirm(_: int) -> int:
        return merchant.post(f"{INTENTS}/{intent}/confirm").status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(confirm, range(16)))
    assert statuses.count(200) == 1
    assert set(statuses) <= {200, 400, 429}
    assert len(charges(merchant, intent)) == 1


def test_a_canceled_one_is_not_paid(merchant: Merchant) -> None:
    intent = merchant.write(INTENTS, NEW)["id"]
    assert merchant.write(f"{INTENTS}/{intent}/cancel")["status"] == "canceled"
    refused(merchant.post(f"{INTENTS}/{intent}/confirm", {"payment_method": "pm_card_visa"}))
    assert types(merchant) == ["payment_intent.canceled", "payment_intent.created"]
    assert charges(merchant, intent) == []


def test_the_intent_of_a_session_is_the_sessions(merchant: Merchant) -> None:
    merchant.paid_session()
    (intent,) = merchant.read(INTENTS)["data"]
    for action in ("confirm", "cancel"):
        error = refused(merchant.post(f"{INTENTS}/{intent['id']}/{action}"))
        assert error["code"] == "payment_intent_unexpected_state"


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"amount": "49"}, "amount_too_small", "amount"),
        ({"amount": "100000000"}, "amount_too_large", "amount"),
        ({"amount": "-1"}, "parameter_invalid_integer", "amount"),
        ({"currency": "xxx"}, None, "currency"),
        ({"payment_method": "pm_nobody"}, "resource_missing", "payment_method"),
        ({"customer": "cus_nobody"}, "resource_missing", "customer"),
        ({"capture_method": "manual"}, None, "capture_method"),
        ({"payment_method_types[]": "giropay"}, None, "payment_method_types[0]"),
    ],
)
def test_what_cannot_be_paid_is_refused_and_leaves_nothing(
    merchant: Merchant, changes: dict[str, Any], code: str | None, param: str
) -> None:
    for fields in ({**PAID, **changes}, {**NEW, **changes}):
        answer = merchant.post(INTENTS, fields)
        error = answer.json()["error"]
        assert error["param"] == param
        assert code is None or error["code"] == code
    assert merchant.read(INTENTS)["data"] == []
    assert types(merchant) == []
