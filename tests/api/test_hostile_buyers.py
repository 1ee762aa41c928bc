"""What a buyer may not do: quantities that are none, and fields that are the merchant's.

Whatever they send, the session is afterwards what it was before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.api.merchant import SESSIONS, Fields, Merchant, refused
from tests.api.test_params_quantities import MALFORMED
from tests.support.app import SEED_SESSION

PAGES = "/v1/payment_pages"

OUT_OF_BOUNDS = ["-1", "0", "11", "99", "100", "999999", "1000000", "-999999999"]
"""Whole numbers that the documented session, 1 to 10, has no room for."""

NO_QUANTITIES = [*MALFORMED, *OUT_OF_BOUNDS, ""]

Send = Callable[[str], httpx.Response]


def differences(
    merchant: Merchant, session: str, send: Send, texts: list[str], statuses: set[int]
) -> Iterator[str]:
    """The texts that were taken, or refused in another way, or that left a trace."""
    before = merchant.state(session)
    for text in texts:
        answer = send(text)
        if answer.status_code not in statuses:
            yield f"{text!r}: {answer.status_code}"
    if merchant.state(session) != before:
        yield "the session has changed"


@pytest.fixture
def session(merchant: Merchant) -> str:
    id: str = merchant.session()["id"]
    return id


@pytest.fixture
def line(merchant: Merchant, session: str) -> str:
    id: str = merchant.lines(session)[0]["id"]
    return id


def test_the_table_is_long() -> None:
    assert len(set(NO_QUANTITIES)) == len(NO_QUANTITIES) > 60


@pytest.mark.parametrize(
    "param",
    [
        "line_items[0][quantity]",
        "line_items[0][adjustable_quantity][minimum]",
        "line_items[0][adjustable_quantity][maximum]",
    ],
)
def test_quantities_of_a_new_session(merchant: Merchant, session: str, param: str) -> None:
    def send(text: str) -> httpx.Response:
        return merchant.post(SESSIONS, {**SEED_SESSION, param: text})

    assert list(differences(merchant, session, send, [*MALFORMED, "-1", ""], {400})) == []
    assert len(merchant.read(SESSIONS)["data"]) == 1


def test_quantities_of_the_buyers_program(merchant: Merchant, session: str, line: str) -> None:
    def send(text: str) -> httpx.Response:
        change = {
            "updated_line_item_quantity[line_item_id]": line,
            "updated_line_item_quantity[quantity]": text,
        }
        answer = merchant.post(f"{PAGES}/{session}", change)
        assert refused(answer)["param"] == "updated_line_item_quantity[quantity]"
        return answer

    assert list(differences(merchant, session, send, NO_QUANTITIES, {400})) == []


@pytest.mark.parametrize("headers", [{}, {"X-Paydesk-Fragment": "summary"}], ids=["form", "script"])
def test_quantities_of_the_hosted_page(
    merchant: Merchant, session: str, line: str, headers: dict[str, str]
) -> None:
    def send(text: str) -> httpx.Response:
        form = {"line_item": line, "adjustQuantity": text}
        url = f"{merchant.url}/c/pay/{session}/quantity"
        return merchant.http.post(url, data=form, headers=headers)

    assert list(differences(merchant, session, send, NO_QUANTITIES, {422})) == []


@pytest.mark.parametrize(
    "shape",
    [
        "[quantity][]",
        "[quantity][0]",
        "[quantity][gt]",
        "[quantity][line_item_id]",
        "[0][quantity]",
    ],
)
def test_quantities_in_another_shape(
    merchant: Merchant, session: str, line: str, shape: str
) -> None:
    before = merchant.state(session)
    name = "updated_line_item_quantity"
    change = {f"{name}[line_item_id]": line, f"{name}{shape}": "2"}
    refused(merchant.post(f"{PAGES}/{session}", change))
    assert merchant.state(session) == before


# The merchant's fields


ALLOWED = {
    "": {"collected_information", "email"},
    "/init": {"adaptive_pricing"},
    "/confirm": {
        *("adaptive_pricing", "collected_information", "consent", "email", "payment_method"),
        *("return_url", "version"),
    },
}
"""What of a session's names a route knows: the rest of its path -> names. The buyer's email
and name are theirs, and what browsers note down changes nothing."""

MORE_NAMES = {
    *("account", "adjustable_quantity", "adjustable_quantity[maximum]", "amount", "capture_method"),
    *("currency_options", "line_item_group", "line_items[0][adjustable_quantity][maximum]"),
    *("line_items[0][price_data][unit_amount]", "line_items[0][quantity]", "metadata[order]"),
    *("payment_intent[amount]", "price", "price_data[unit_amount]", "product", "quantity"),
    *("total_summary[due]", "unit_amount", "updated_line_item_quantity[adjustable_quantity]"),
    *("updated_line_item_quantity[maximum]", "updated_line_item_quantity[price]"),
    *("tax_region[percentage]", "total_details[amount_tax]", "automatic_tax[enabled]"),
}


def names_of(merchant: Merchant, session: str) -> set[str]:
    """Every name that a session or its page shows, and some that they might have."""
    shown, page = merchant.state(session)
    return {*shown, *page, *page["line_item_group"], *MORE_NAMES}


@pytest.mark.parametrize("route", ALLOWED)
def test_the_merchants_fields_are_unknown_to_buyers(
    merchant: Merchant, session: str, route: str
) -> None:
    before = merchant.state(session)
    for name in sorted(names_of(merchant, session) - ALLOWED[route]):
        answer = send_one(merchant, f"{PAGES}/{session}{route}", name)
        error = refused(answer)
        assert error["code"] in {"parameter_unknown", "parameter_unsupported"}, (name, error)
    assert merchant.state(session) == before


@pytest.mark.parametrize("route", ALLOWED)
def test_what_buyers_note_down_changes_nothing(
    merchant: Merchant, session: str, route: str
) -> None:
    before = merchant.state(session)
    for name in ALLOWED[route] - {"email"}:
        send_one(merchant, f"{PAGES}/{session}{route}", name)
    assert merchant.state(session) == before


def send_one(merchant: Merchant, path: str, name: str) -> httpx.Response:
    fields: Fields = {name: "https://evil.example/"}
    return merchant.request("POST", path, fields, key=merchant.publishable_key)


def test_the_price_is_what_it_was(merchant: Merchant, session: str) -> None:
    """Even beside a payment that is right."""
    fields = {"payment_method": "pm_card_visa", "expected_amount": "1", "amount_total": "1"}
    assert refused(merchant.post(f"{PAGES}/{session}/confirm", fields))["param"] == "amount_total"
    assert merchant.read("/v1/payment_intents")["data"] == []


def test_nothing_of_it_happens_by_reading(merchant: Merchant, session: str, line: str) -> None:
    before = merchant.state(session)
    change = {
        "updated_line_item_quantity[line_item_id]": line,
        "updated_line_item_quantity[quantity]": "2",
    }
    refused(merchant.get(f"{PAGES}/{session}", change))
    assert merchant.http.get(f"{merchant.url}/c/pay/{session}/quantity").status_code == 405
    assert merchant.state(session) == before
