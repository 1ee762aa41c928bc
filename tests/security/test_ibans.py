"""IBANs go through every door that takes one, and are kept nowhere and said nowhere."""

from __future__ import annotations

import re

import pytest

from tests.security.canaries import found_in
from tests.security.test_canaries import HOSTED, IN_EVERY_FORMAT, Shop, shop
from tests.support.checkout import DEBITED

__all__ = ["shop"]

pytestmark = pytest.mark.anyio

SUCCEEDS, FAILS = "DE89370400440532013000", "DE62370400440532013001"
NOBODYS, WRONG = "DE02120300000000202051", "DE89370400440532013001"
EVERY = (SUCCEEDS, FAILS, NOBODYS, WRONG)
PATTERNS = [re.compile(rb"(?:[ +-]|%20)*".join(each.encode() for each in iban)) for iban in EVERY]

PAGE = {
    "payment_method_data[type]": "sepa_debit",
    "payment_method_data[billing_details][name]": "Ada Lovelace",
    "payment_method_data[billing_details][email]": "ada@example.com",
}
METHOD = {
    "type": "sepa_debit",
    "billing_details[name]": "Ada Lovelace",
    "billing_details[email]": "ada@example.com",
}


def spaced(iban: str) -> str:
    return " ".join(re.findall(".{1,4}", iban))


@IN_EVERY_FORMAT
async def test_no_iban_is_kept_or_said(shop: Shop) -> None:
    for iban in (*EVERY, *map(spaced, EVERY)):
        api, page = [await shop.checkout.open(DEBITED) for _ in range(2)]
        told = [
            await shop.client.form(
                f"/v1/payment_pages/{api.id}/confirm",
                {**PAGE, "payment_method_data[sepa_debit][iban]": iban},
            ),
            await shop.client.form(
                f"/c/pay/{page.id}/confirm",
                {**HOSTED, "paymentMethod": "sepa_debit", "iban": iban, "accountHolder": "Ada"},
            ),
            await shop.client.form("/v1/payment_methods", {**METHOD, "sepa_debit[iban]": iban}),
            await shop.client.form(
                f"/v1/test_helpers/checkout/sessions/{page.id}/pay", {"iban": iban}
            ),
        ]
        assert all(answer.status_code < 500 for answer in told)
        assert not any(found_in(answer.content, PATTERNS) for answer in told)
    await shop.checkout.let_pass(3)
    events = (await shop.client.get("/v1/events?limit=100")).content
    written = {**await shop.stop(), "events": events}
    for place, content in written.items():
        assert not found_in(content, PATTERNS), place
    assert b"charge.pending" in written["paydesk.db"]
    assert b"async_payment_failed" in written["events"]
