"""Creating, changing and listing sessions: the parameters that act, and the rules between them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from stripe._encode import _api_encode

from paydesk.api.forms import decode
from paydesk.api.params.grammar import validate
from paydesk.api.params.known import sift
from paydesk.api.params.lists import TimeRange
from paydesk.api.params.sessions import CreateSession, ListLineItems, ListSessions, UpdateSession
from paydesk.core.errors import InvalidRequest
from tests.api.refusals import Refusal, read, refusal

MINIMAL = {
    "mode": "payment",
    "success_url": "https://shop.example/thanks",
    "line_items[0][price]": "price_1",
    "line_items[0][quantity]": "1",
}

GUIDE: dict[str, Any] = {
    "line_items": [
        {
            "price_data": {
                "currency": "usd",
                "product_data": {"name": "T-shirt"},
                "unit_amount": 2000,
                "tax_behavior": "exclusive",
            },
            "adjustable_quantity": {"enabled": True, "minimum": 1, "maximum": 10},
            "quantity": 1,
        }
    ],
    "automatic_tax": {"enabled": True},
    "mode": "payment",
    "success_url": "https://example.com/success",
    "cancel_url": "https://example.com/cancel",
}
"""The body of the guide "Make line item quantities adjustable"."""


def changed(**changes: str | None) -> dict[str, str]:
    """The smallest session with these parameters set, or left out."""
    fields = {**MINIMAL, **changes}
    return {name: value for name, value in fields.items() if value is not None}


def test_reads_the_guides_session_from_the_sdks_encoding() -> None:
    tree = decode(urlencode(list(_api_encode(GUIDE))))
    sifted = sift(tree)
    assert (sifted.ignored, sifted.ignored_names) == ({}, [])
    session = validate(CreateSession, sifted.tree)
    line = session.line_items[0]
    assert line.price_data is not None
    assert line.price_data.product_data is not None
    assert line.adjustable_quantity is not None
    assert line.price_data.product_data.name == "T-shirt"
    assert (line.price_data.currency, line.price_data.unit_amount) == ("usd", 2000)
    assert line.price_data.tax_behavior == "exclusive"
    assert line.adjustable_quantity.model_dump() == {"enabled": True, "minimum": 1, "maximum": 10}
    assert line.quantity == 1
    assert session.automatic_tax is not None
    assert session.automatic_tax.enabled is True
    assert session.success_url == "https://example.com/success"


def test_reads_everything_that_acts() -> None:
    session = read(
        CreateSession,
        changed(
            **{
                "line_items[0][metadata][row]": "1",
                "client_reference_id": "order-7",
                "currency": "EUR",
                "customer_email": "buyer@shop.example",
                "expires_at": "1700000000",
                "locale": "de",
                "metadata[order]": "7",
                "payment_intent_data[description]": "Order 7",
                "payment_intent_data[metadata][order]": "7",
                "payment_intent_data[receipt_email]": "buyer@shop.example",
                "payment_intent_data[statement_descriptor]": "SHOP",
                "payment_intent_data[statement_descriptor_suffix]": "ORDER 7",
                "payment_method_types[]": "card",
                "submit_type": "book",
                "ui_mode": "hosted_page",
                "expand[]": "line_items",
            }
        ),
    )
    assert session.line_items[0].metadata == {"row": "1"}
    assert session.client_reference_id == "order-7"
    assert session.currency == "eur"
    assert session.customer_email == "buyer@shop.example"
    assert session.expires_at == 1_700_000_000
    assert session.locale == "de"
    assert session.metadata == {"order": "7"}
    assert session.payment_intent_data is not None
    assert session.payment_intent_data.statement_descriptor_suffix == "ORDER 7"
    assert session.payment_method_types == ("card",)
    assert session.submit_type == "book"
    assert session.expand == ("line_items",)


LINE = "line_items[0]"
PRICE_DATA = f"{LINE}[price_data]"
INLINE = {
    f"{LINE}[price]": None,
    f"{PRICE_DATA}[currency]": "usd",
    f"{PRICE_DATA}[product_data][name]": "T-shirt",
    f"{PRICE_DATA}[unit_amount]": "2000",
}

REFUSED: list[tuple[dict[str, str | None], str | None, str | None, str]] = [
    ({"foo": "bar"}, "Received unknown parameter: foo", "parameter_unknown", "foo"),
    ({"mode": None}, "Missing required param: mode.", "parameter_missing", "mode"),
    ({"mode": "nope"}, "Invalid mode: must be one of payment, setup, or subscription",
     None, "mode"),
    ({"mode": "setup"}, "Paydesk doesn't support `mode=setup` yet.",
     "parameter_unsupported", "mode"),
    ({"success_url": None}, "Missing required param: success_url.",
     "parameter_missing", "success_url"),
    ({f"{LINE}[price]": None, f"{LINE}[quantity]": None},
     "Missing required param: line_items.", "parameter_missing", "line_items"),
    ({f"{LINE}[price]": None},
     "You must provide either price or price_data for each line item when using prices.",
     None, LINE),
    ({**INLINE, f"{LINE}[price]": "price_1"},
     "You may only specify one of these parameters: price, price_data.",
     "parameters_exclusive", LINE),
    ({f"{LINE}[quantity]": None}, "Quantity is required. Add `quantity` to `line_items[0]`",
     None, f"{LINE}[quantity]"),
    ({f"{LINE}[price]": ""}, None, "parameter_invalid_empty", f"{LINE}[price]"),
    ({**INLINE, f"{PRICE_DATA}[currency]": None},
     f"Missing required param: {PRICE_DATA}[currency].",
     "parameter_missing", f"{PRICE_DATA}[currency]"),
    ({**INLINE, f"{PRICE_DATA}[unit_amount]": None},
     f"Missing required param: {PRICE_DATA}[unit_amount].",
     "parameter_missing", f"{PRICE_DATA}[unit_amount]"),
    ({**INLINE, f"{PRICE_DATA}[unit_amount_decimal]": "2000.5"},
     "You may only specify one of these parameters: unit_amount, unit_amount_decimal.",
     "parameters_exclusive", PRICE_DATA),
    ({**INLINE, f"{PRICE_DATA}[product]": "prod_1"},
     "You may only specify one of these parameters: product, product_data.",
     "parameters_exclusive", PRICE_DATA),
    ({**INLINE, f"{PRICE_DATA}[product_data][name]": None},
     f"Missing required param: {PRICE_DATA}[product_data].",
     "parameter_missing", f"{PRICE_DATA}[product_data]"),
    ({**INLINE, f"{PRICE_DATA}[unit_amount]": "-1"},
     "This value must be greater than or equal to 0.",
     "parameter_invalid_integer", f"{PRICE_DATA}[unit_amount]"),
    ({**INLINE, f"{PRICE_DATA}[tax_behavior]": "none"},
     f"Invalid {PRICE_DATA}[tax_behavior]: must be one of exclusive, inclusive, or unspecified",
     None, f"{PRICE_DATA}[tax_behavior]"),
    ({f"{LINE}[adjustable_quantity][minimum]": "1"},
     f"Missing required param: {LINE}[adjustable_quantity][enabled].",
     "parameter_missing", f"{LINE}[adjustable_quantity][enabled]"),
    ({"payment_method_types[0]": "card", "payment_method_types[1]": "klarna"},
     "Paydesk doesn't support `payment_method_types[1]=klarna` yet.",
     "parameter_unsupported", "payment_method_types[1]"),
    ({"payment_method_types[]": "cards"}, None, None, "payment_method_types[0]"),
    ({"client_reference_id": "x" * 201},
     "Invalid string: xxxxxxxxxx...xxxxxxxxxx; must be at most 200 characters",
     None, "client_reference_id"),
    ({"automatic_tax": "true"}, "Invalid object", None, "automatic_tax"),
    ({"line_items[1][price]": "price_2"},
     "Quantity is required. Add `quantity` to `line_items[1]`",
     None, "line_items[1][quantity]"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "message", "code", "param"), REFUSED)
def test_refuses(
    changes: dict[str, str | None], message: str | None, code: str | None, param: str
) -> None:
    answer = refusal(CreateSession, changed(**changes))
    assert answer == Refusal(message or answer.message, code, param)


def test_a_session_has_at_most_100_lines() -> None:
    lines = {
        f"line_items[{index}][{name}]": value
        for index in range(101)
        for name, value in (("price", "price_1"), ("quantity", "1"))
    }
    answer = refusal(CreateSession, {**MINIMAL, **lines})
    assert answer.message == "Invalid array: must have at most 100 elements."


EMBEDDED = {"success_url": None, "return_url": "https://shop.example/return"}


@pytest.mark.parametrize("ui_mode", ["embedded", "embedded_page", "custom", "elements"])
def test_embedded_forms_have_a_return_url(ui_mode: str) -> None:
    session = read(CreateSession, changed(ui_mode=ui_mode, **EMBEDDED))
    assert session.return_url == "https://shop.example/return"
    foreign = refusal(CreateSession, changed(ui_mode=ui_mode, cancel_url="https://a.example"))
    assert foreign.message == (
        f"The following parameters are not supported with `ui_mode: {ui_mode}`: "
        "cancel_url, success_url."
    )
    assert foreign.param == "cancel_url"


def test_an_embedded_page_that_stays_has_none() -> None:
    stays = changed(ui_mode="embedded", success_url=None, redirect_on_completion="never")
    assert read(CreateSession, stays).return_url is None
    answer = refusal(CreateSession, {**stays, "return_url": "https://shop.example/return"})
    assert answer.param == "return_url"
    answer = refusal(CreateSession, changed(ui_mode="embedded", success_url=None))
    assert answer.message == "Missing required param: return_url."


@pytest.mark.parametrize("ui_mode", [None, "hosted", "hosted_page"])
def test_a_hosted_page_has_no_return_url(ui_mode: str | None) -> None:
    answer = refusal(CreateSession, changed(ui_mode=ui_mode, return_url="https://a.example"))
    assert answer.param == "return_url"


@pytest.mark.parametrize(
    "name", ["branding_settings[button_color]", "origin_context", "submit_type"]
)
def test_elements_have_no_words_of_a_page(name: str) -> None:
    tree = decode(urlencode(changed(ui_mode="custom", **EMBEDDED, **{name: "pay"})))
    with pytest.raises(InvalidRequest, match="not supported with `ui_mode: custom`"):
        sift(tree)


def test_an_update_can_clear_metadata_or_one_key() -> None:
    assert read(UpdateSession, {"metadata[a]": "1", "metadata[b]": ""}).metadata == {
        "a": "1",
        "b": "",
    }
    cleared = read(UpdateSession, {"metadata": ""})
    assert (cleared.metadata, cleared.model_fields_set) == (None, {"metadata"})
    assert read(UpdateSession, {}).model_fields_set == set()


@pytest.mark.parametrize("name", ["shipping_options", "payment_intent_data"])
def test_other_updates_are_not_supported_yet(name: str) -> None:
    answer = refusal(UpdateSession, {name: "x"})
    assert answer.code == "parameter_unsupported"


def test_an_update_can_not_change_what_is_paid() -> None:
    for name in ("amount_total", "currency", "success_url", "mode", "customer_email"):
        assert refusal(UpdateSession, {name: "1"}).code == "parameter_unknown"


def test_lists_sessions() -> None:
    listed = read(
        ListSessions,
        {
            "limit": "3",
            "status": "open",
            "created[gte]": "100",
            "created[lt]": "200",
            "customer_details[email]": "buyer@shop.example",
            "starting_after": "cs_test_1",
        },
    )
    assert listed.created == TimeRange.model_construct(gte=100, lt=200)
    assert listed.customer_details is not None
    assert listed.customer_details.email == "buyer@shop.example"
    assert (listed.limit, listed.starting_after, listed.status) == (3, "cs_test_1", "open")


def test_one_moment_is_a_range_too() -> None:
    assert read(ListSessions, {"created": "150"}).created == TimeRange.model_construct(
        gte=150, lte=150
    )
    assert refusal(ListSessions, {"created": "x"}).param == "created"
    assert refusal(ListSessions, {"created[gt]": "x"}).param == "created[gt]"
    assert refusal(ListSessions, {"created[near]": "1"}).param == "created[near]"


@pytest.mark.parametrize(("limit", "bound"), [("0", "greater"), ("101", "less"), ("-1", "greater")])
def test_a_page_has_1_to_100_objects(limit: str, bound: str) -> None:
    answer = refusal(ListLineItems, {"limit": limit})
    assert answer.message.startswith(f"This value must be {bound} than or equal to ")
    assert read(ListLineItems, {}).limit == 10


def test_a_page_has_one_direction() -> None:
    answer = refusal(ListSessions, {"starting_after": "a", "ending_before": "b"})
    assert answer.code == "parameters_exclusive"
