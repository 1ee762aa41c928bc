"""A country that does not exist is refused wherever an address can be given, in Stripe's words."""

from __future__ import annotations

import pytest

from tests.api.merchant import SESSIONS, Fields, Merchant, refused
from tests.support.app import SEED_SESSION

UNKNOWN = (
    "Country '{}' is unknown. Try using a 2-character alphanumeric country code instead, such as "
    "'US', 'EG', or 'GB'. A full list of country codes is available at "
    "https://en.wikipedia.org/wiki/ISO_3166-1_alpha-2#Officially_assigned_code_elements"
)

CUSTOMER = {"email": "jenny@shop.test", "shipping[name]": "Jenny"}
INTENT = "payment_intent_data[shipping]"
ADDRESSES: list[tuple[str, str, Fields]] = [
    ("/v1/customers", "address[country]", {}),
    ("/v1/customers", "shipping[address][country]", CUSTOMER),
    ("/v1/payment_methods", "billing_details[address][country]",
     {"type": "card", "card[token]": "tok_visa"}),
    (SESSIONS, f"{INTENT}[address][country]",
     {**SEED_SESSION, f"{INTENT}[name]": "Jenny", f"{INTENT}[address][line1]": "1 Market St"}),
    ("/v1/tax/settings", "head_office[address][country]", {}),
    ("/v1/payment_pages/ID", "billing_details[address][country]", {}),
    ("/v1/payment_pages/ID", "shipping[address][country]", {}),
    ("/v1/payment_pages/ID", "tax_region[country]", {}),
    ("/v1/payment_pages/ID/confirm", "payment_method_data[billing_details][address][country]",
     {"payment_method_data[type]": "card", "payment_method_data[card][token]": "tok_visa"}),
]  # fmt: skip


@pytest.mark.parametrize("code", ["ZZ", "XX"])
@pytest.mark.parametrize(("path", "param", "more"), ADDRESSES, ids=lambda value: str(value)[:60])
def test_a_country_that_does_not_exist(
    merchant: Merchant, path: str, param: str, more: Fields, code: str
) -> None:
    if "ID" in path:
        path = path.replace("ID", merchant.session()["id"])
    error = refused(merchant.post(path, {**more, param: code}), 400)
    told = (error["type"], error["param"], error.get("code"), error["message"])
    assert told == ("invalid_request_error", param, None, UNKNOWN.format(code))
