"""URLs that are no route: a mistyped one and one that Paydesk has not yet are told apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.app import running_app

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/disputes"),
        ("POST", "/v1/charges/ch_1/capture"),
        ("GET", "/v1/customers/search"),
        ("GET", "/v1/customers/cus_1/sources"),
        ("GET", "/v1/products/search"),
        ("POST", "/v1/payment_intents/pi_1"),
        ("POST", "/v1/payment_intents/pi_1/capture"),
        ("GET", "/v1/tax/calculations"),
    ],
)
async def test_what_stripe_has_and_paydesk_has_not(tmp_path: Path, method: str, path: str) -> None:
    async with running_app(tmp_path) as client:
        answer = await client.request(method, path)
        assert answer.status_code == 404
        error = answer.json()["error"]
        assert error["code"] == "endpoint_unsupported"
        assert error["message"].startswith(f"Paydesk doesn't support {method} {path} yet.")


@pytest.mark.parametrize("path", ["/v1/nope", "/v1", "/v1/", "/v1/products/", "//v1/products"])
async def test_what_nobody_has(tmp_path: Path, path: str) -> None:
    async with running_app(tmp_path) as client:
        answer = await client.get(f"http://127.0.0.1:12111{path}")
        assert answer.status_code == 404
        if path != "/v1":
            assert answer.json()["error"]["message"].startswith("Unrecognized request URL")


async def test_a_nontaxable_code_in_price_data_is_honoured(tmp_path: Path) -> None:
    fields = {
        "mode": "payment",
        "success_url": "https://example.com",
        "automatic_tax[enabled]": "true",
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": "usd",
        "line_items[0][price_data][unit_amount]": "2000",
        "line_items[0][price_data][product_data][name]": "Gift card",
    }
    place = "line_items[0][price_data][product_data]"
    region = {"tax_region[country]": "US", "tax_region[postal_code]": "94103"}
    async with running_app(tmp_path) as client:
        for name in (f"{place}[tax_code]", f"{place}[tax_details][tax_code]"):
            for code, tax in (("txcd_00000000", 0), ("txcd_99999999", 145)):
                made = await client.form("/v1/checkout/sessions", {**fields, name: code})
                page = await client.form(f"/v1/payment_pages/{made.json()['id']}", region)
                assert page.json()["total_summary"]["tax"] == tax, (name, code)
