"""Where the order goes, when the merchant says it."""

from __future__ import annotations

from tests.api.merchant import Merchant, succeeded

GIVEN = {
    "payment_intent_data[shipping][name]": "Jenny Rosen",
    "payment_intent_data[shipping][address][line1]": "510 Townsend St",
    "payment_intent_data[shipping][address][city]": "San Francisco",
    "payment_intent_data[shipping][address][state]": "CA",
    "payment_intent_data[shipping][address][postal_code]": "94107",
    "payment_intent_data[shipping][address][country]": "US",
    "payment_intent_data[shipping][carrier]": "Pigeons",
}


def test_the_intent_and_the_charge_go_there(merchant: Merchant) -> None:
    session = merchant.session(GIVEN)
    succeeded(merchant.confirm(session["id"]))
    (intent,) = merchant.read("/v1/payment_intents?expand[]=data.latest_charge")["data"]
    shipping = intent["shipping"]
    assert intent["latest_charge"]["shipping"] == shipping
    assert (shipping["name"], shipping["carrier"]) == ("Jenny Rosen", "Pigeons")
    assert shipping["address"] == {
        "city": "San Francisco", "country": "US", "line1": "510 Townsend St", "line2": None,
        "postal_code": "94107", "state": "CA",
    }  # fmt: skip
