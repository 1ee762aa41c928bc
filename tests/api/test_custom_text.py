"""The merchant's own words on a session: kept and shown where they stand, or refused by name."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from paydesk.core.sessions import Session
from tests.api.merchant import SESSIONS, Fields, Merchant, refused
from tests.support.app import SEED_SESSION

LINE: Any = {
    "price_data": {
        "currency": "usd", "unit_amount": 2000, "product_data": {"name": "T-shirt"},
    },
    "quantity": 1,
}  # fmt: skip
NOTHING = dict.fromkeys(
    ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
)


def test_texts_act_and_stand_on_the_session(
    sdk: stripe.StripeClient,
) -> None:
    session = sdk.v1.checkout.sessions.create({
        "mode": "payment",
        "line_items": [LINE],
        "success_url": "https://shop.example/thanks",
        "custom_text": {
            "submit": {"message": "We ship on **Mondays**."},
            "after_submit": {"message": "Read [more](https://shop.example/)."},
        },
    })  # fmt: skip
    again = sdk.v1.checkout.sessions.retrieve(session.id)
    for shown in (session, again):
        texts = shown.custom_text
        assert texts.submit is not None
        assert texts.submit.message == "We ship on **Mondays**."
        assert texts.after_submit is not None
        assert texts.after_submit.message == "Read [more](https://shop.example/)."
        assert texts.shipping_address is None


def test_nothing_of_them_is_ignored(merchant: Merchant) -> None:
    fields = {"custom_text[shipping_address][message]": "Not to PO boxes."}
    answer = merchant.post(SESSIONS, {**SEED_SESSION, **fields})
    assert answer.json()["custom_text"]["shipping_address"] == {"message": "Not to PO boxes."}
    assert "paydesk-ignored" not in answer.headers


def test_texts_that_act_stand_beside_the_one_that_does_not(merchant: Merchant) -> None:
    terms = "terms_of_service_acceptance"
    session = merchant.session({
        "custom_text[submit][message]": "a",
        f"custom_text[{terms}][message]": "b",
        "custom_text[after_submit]": "",
    })  # fmt: skip
    shown = {**NOTHING, "submit": {"message": "a"}, terms: {"message": "b"}}
    assert session["custom_text"] == shown


def test_a_text_that_is_as_long_as_stripes_may_be_is_taken(merchant: Merchant) -> None:
    text = "é" * 1_200
    session = merchant.session({"custom_text[submit][message]": text})
    assert session["custom_text"]["submit"] == {"message": text}


WRONG: list[tuple[Fields, str | None, str]] = [
    ({"custom_text[submit][message]": "a" * 1_201}, None, "custom_text[submit][message]"),
    ({"custom_text[submit][text]": "a"}, "parameter_unknown", "custom_text[submit][text]"),
    ({"custom_text[header][message]": "a"}, "parameter_unknown", "custom_text[header]"),
    (
        {"custom_text[after_submit][message]": ""},
        "parameter_invalid_empty",
        "custom_text[after_submit][message]",
    ),
    ({"custom_text[shipping_address]": "a"}, None, "custom_text[shipping_address]"),
]


@pytest.mark.parametrize(("fields", "code", "param"), WRONG)
def test_what_is_no_such_text_is_refused(
    merchant: Merchant, fields: Fields, code: str | None, param: str
) -> None:
    error = refused(merchant.post(SESSIONS, {**SEED_SESSION, **fields}))
    assert (error.get("code"), error["param"]) == (code, param)


def test_a_merchants_own_page_has_its_own_words(merchant: Merchant) -> None:
    fields = {**SEED_SESSION, "ui_mode": "custom", "custom_text[submit][message]": "a"}
    del fields["success_url"], fields["cancel_url"]
    error = refused(merchant.post(SESSIONS, fields))
    assert error["param"] == "custom_text"


def test_the_core_finds_the_text_of_each_place() -> None:
    said: dict[str, Any] = {"custom_text": {"submit": {"message": "a"}}}
    fields: dict[str, Any] = {
        "id": "cs_1", "account": "acct_1", "created": 0, "expires_at": 1, "currency": "usd",
    }  # fmt: skip
    session = Session(**fields, presentation=said)
    assert session.custom_text("submit") == "a"
    assert session.custom_text("after_submit") is None
    assert Session(**fields).custom_text("submit") is None
