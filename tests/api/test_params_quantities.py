"""A quantity is ASCII text, `0` or digits without a leading zero, wherever it comes in."""

from __future__ import annotations

import pytest

from paydesk.api.params.grammar import Params
from paydesk.api.params.payment_pages import UpdatePaymentPage
from paydesk.api.params.sessions import CreateSession
from tests.api.refusals import read, refusal

CREATE = {
    "mode": "payment",
    "success_url": "https://shop.example/thanks",
    "line_items[0][price]": "price_1",
    "line_items[0][quantity]": "1",
    "line_items[0][adjustable_quantity][enabled]": "true",
}
UPDATE = {"updated_line_item_quantity[line_item_id]": "li_1"}

SURFACES: list[tuple[type[Params], dict[str, str], str]] = [
    (CreateSession, CREATE, "line_items[0][quantity]"),
    (CreateSession, CREATE, "line_items[0][adjustable_quantity][minimum]"),
    (CreateSession, CREATE, "line_items[0][adjustable_quantity][maximum]"),
    (UpdatePaymentPage, UPDATE, "updated_line_item_quantity[quantity]"),
]
SURFACE_IDS = ["quantity", "minimum", "maximum", "buyer"]

MALFORMED = [
    # Not a whole number.
    *("1.5", "1.0", "1.", ".1", "0.0", "-1.5", "1e3", "1E3", "1e0", "1e-1", "½", "²", "1/1", "1%"),
    # Other ways to write one.
    *("+1", "++1", "--1", "-", "+", "-0", "+0", "01", "00", "007", "1_0", "1__0", "1,000", "1'000"),
    *("0x10", "0X1", "0b1", "0o7", "1L", "1n", "1f", "Ⅷ", "一", "three"),
    # Digits of other scripts, which int() would take.
    *("１", "１０", "٣", "۱", "०", "𝟏", "1٣"),
    # White space and things that look like nothing.
    *(" 1", "1 ", " ", "\t1", "1\n", "1\r\n", "1\v", "\u00a01", "\u20281", "\u200b1", "\ufeff1"),
    # Words and code.
    *("NaN", "nan", "Infinity", "-Infinity", "true", "null", "None", "undefined", "[1]", "{}"),
    *("'1'", '"1"', "1;", "1 OR 1=1", "1+1", "$1", "1-", "<b>1</b>", "{value}", "%s", "1\u0301"),
    # Too many digits.
    *("1000000000", "-1000000000", "4294967296", "9223372036854775808", "1" + "0" * 400),
]


@pytest.mark.parametrize(("model", "fields", "param"), SURFACES, ids=SURFACE_IDS)
@pytest.mark.parametrize("text", MALFORMED, ids=ascii)
def test_refuses_what_is_no_integer(
    model: type[Params], fields: dict[str, str], param: str, text: str
) -> None:
    answer = refusal(model, {**fields, param: text})
    assert answer.param == param
    assert answer.code == "parameter_invalid_integer"
    assert answer.message.startswith(f"Invalid integer: {text[:190]}")
    assert len(answer.message) < 250


def test_the_table_is_long() -> None:
    assert len(MALFORMED) == len(set(MALFORMED)) >= 60


@pytest.mark.parametrize(("model", "fields", "param"), SURFACES, ids=SURFACE_IDS)
def test_refuses_negative_quantities(
    model: type[Params], fields: dict[str, str], param: str
) -> None:
    for text in ("-1", "-99", "-999999999"):
        answer = refusal(model, {**fields, param: text})
        assert answer.message == "This value must be greater than or equal to 0."
        assert (answer.code, answer.param) == ("parameter_invalid_integer", param)


@pytest.mark.parametrize(("model", "fields", "param"), SURFACES, ids=SURFACE_IDS)
def test_refuses_an_empty_quantity(model: type[Params], fields: dict[str, str], param: str) -> None:
    answer = refusal(model, {**fields, param: ""})
    assert (answer.code, answer.param) == ("parameter_invalid_empty", param)


@pytest.mark.parametrize(("model", "fields", "param"), SURFACES, ids=SURFACE_IDS)
@pytest.mark.parametrize("shape", ["[]", "[0]", "[value]", "[0][value]"])
def test_refuses_lists_and_objects(
    model: type[Params], fields: dict[str, str], param: str, shape: str
) -> None:
    without = {name: value for name, value in fields.items() if name != param}
    answer = refusal(model, {**without, f"{param}{shape}": "1"})
    assert answer.message.startswith("Invalid integer: ")
    assert (answer.code, answer.param) == ("parameter_invalid_integer", param)


@pytest.mark.parametrize(("text", "quantity"), [("0", 0), ("1", 1), ("999999999", 999_999_999)])
def test_reads_plain_digits(text: str, quantity: int) -> None:
    create = read(CreateSession, {**CREATE, "line_items[0][quantity]": text})
    assert create.line_items[0].quantity == quantity
    update = read(UpdatePaymentPage, {**UPDATE, "updated_line_item_quantity[quantity]": text})
    assert update.updated_line_item_quantity is not None
    assert update.updated_line_item_quantity.quantity == quantity
