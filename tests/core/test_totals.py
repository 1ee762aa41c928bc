"""Totals: multiplied first, rounded once, taxed per line, and lines that add up to what is paid."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paydesk.core.errors import InvalidRequest
from paydesk.core.line_items import LineItem
from paydesk.core.money import minimum_charge, smallest_step
from paydesk.core.tax import LineTax
from paydesk.core.totals import Totals, check_total, recalculate, sum_up
from tests.core.build import a_line, a_price, is_inclusive, tax_at


def line_of(
    unit_amount: str,
    quantity: int,
    *,
    tax_behavior: str = "exclusive",
    currency: str = "usd",
    id: str = "li_1",
) -> LineItem:
    price = a_price(unit_amount, tax_behavior=tax_behavior, currency=currency)
    return a_line(id, quantity=quantity, price=price)


def total_of(*lines: LineItem, tax: str = "0") -> Totals:
    return recalculate(lines, tax_at(tax))[1]


@pytest.mark.parametrize(
    ("unit_amount", "quantity", "subtotal"),
    [
        ("2000", 1, 2000),
        ("2000", 3, 6000),
        ("0", 5, 0),
        ("0.05", 30, 2),  # 1.5: rounded before multiplying it would be 0
        ("0.05", 29, 1),
        ("0.05", 9, 0),
        ("0.5", 1, 1),
        ("0.5", 3, 2),
        ("1.5", 1, 2),
        ("1.5", 2, 3),
        ("2.5", 1, 3),
        ("99.995", 100, 10_000),
        ("0.000000000001", 999_999, 0),
        ("0.333333333333", 3, 1),
        ("0.499999999999", 1, 0),
        ("0.500000000000", 1, 1),
        ("1234567.123456789012", 80, 98_765_370),
        ("99999999", 1, 99_999_999),
        ("99999999", 999_999, 99_999_899_000_001),
    ],
)
def test_a_line_is_multiplied_first_and_rounded_once(
    unit_amount: str, quantity: int, subtotal: int
) -> None:
    assert total_of(line_of(unit_amount, quantity)) == Totals(
        subtotal=subtotal, tax=0, total=subtotal
    )


@pytest.mark.parametrize(
    ("unit_amount", "percentage", "tax_behavior", "expected"),
    [
        ("2000", "7.25", "exclusive", Totals(subtotal=2000, tax=145, total=2145)),
        ("2000", "7.25", "inclusive", Totals(subtotal=2000, tax=135, total=2000)),
        ("60000", "10", "exclusive", Totals(subtotal=60000, tax=6000, total=66000)),
        ("60000", "10", "inclusive", Totals(subtotal=60000, tax=5455, total=60000)),
        ("2000", "7.25", "unspecified", Totals(subtotal=2000, tax=145, total=2145)),
        ("10", "15", "exclusive", Totals(subtotal=10, tax=2, total=12)),
        ("43", "15", "exclusive", Totals(subtotal=43, tax=6, total=49)),
        ("1", "20", "inclusive", Totals(subtotal=1, tax=0, total=1)),
        ("0", "20", "exclusive", Totals(subtotal=0, tax=0, total=0)),
        ("2000", "0", "exclusive", Totals(subtotal=2000, tax=0, total=2000)),
    ],
)
def test_tax_is_added_to_an_exclusive_price_and_found_in_an_inclusive_one(
    unit_amount: str, percentage: str, tax_behavior: str, expected: Totals
) -> None:
    line = line_of(unit_amount, 1, tax_behavior=tax_behavior)
    assert total_of(line, tax=percentage) == expected


def test_tax_is_rounded_per_line_and_then_summed() -> None:
    lines = [line_of("10", 1, id="li_1"), line_of("10", 1, id="li_2")]
    assert total_of(*lines, tax="15") == Totals(subtotal=20, tax=4, total=24)


def test_tax_is_made_from_the_rounded_subtotal() -> None:
    taxed: list[tuple[str, int]] = []

    def note(line: LineItem, taxable: int) -> tuple[LineTax, ...]:
        taxed.append((line.id, taxable))
        return ()

    recalculate([line_of("0.05", 30), line_of("700", 2, id="li_2")], note)
    assert taxed == [("li_1", 2), ("li_2", 1400)]


def test_inclusive_and_exclusive_lines_add_up_together() -> None:
    lines = [line_of("1200", 1), line_of("1000", 1, tax_behavior="inclusive", id="li_2")]
    assert total_of(*lines, tax="20") == Totals(subtotal=2200, tax=240 + 167, total=2440)


@pytest.mark.parametrize(
    ("currency", "unit_amount", "percentage", "tax"),
    [
        ("usd", "1010", "5", 51),
        ("kwd", "1010", "5", 50),
        ("kwd", "1100", "5", 60),
        ("kwd", "1000", "7.25", 70),
        ("isk", "10100", "24", 2_400),
        ("isk", "10300", "24", 2_500),
        ("jpy", "1010", "5", 51),
    ],
)
def test_tax_on_top_comes_in_steps_that_can_be_charged(
    currency: str, unit_amount: str, percentage: str, tax: int
) -> None:
    totals = total_of(line_of(unit_amount, 1, currency=currency), tax=percentage)
    assert totals.tax == tax
    check_total(totals.total, currency)


def test_tax_inside_the_price_is_exact_to_the_minor_unit() -> None:
    line = line_of("1010", 1, currency="kwd", tax_behavior="inclusive")
    assert total_of(line, tax="5") == Totals(subtotal=1010, tax=48, total=1010)


def test_what_a_line_carried_before_does_not_matter() -> None:
    once, totals = recalculate([line_of("0.05", 30), line_of("999", 7, id="li_2")], tax_at("8.1"))
    assert recalculate(once, tax_at("8.1")) == (once, totals)


def test_a_session_without_lines_costs_nothing() -> None:
    assert sum_up([]) == Totals(subtotal=0, tax=0, total=0)


amounts = st.decimals(min_value=0, max_value=1_000_000, places=12)
percentages = st.decimals(min_value=0, max_value=50, places=4).map(str)
behaviors = st.sampled_from(["exclusive", "inclusive", "unspecified"])
currencies = st.sampled_from(["usd", "jpy", "kwd", "isk"])


@st.composite
def orders(draw: st.DrawFn) -> list[LineItem]:
    currency = draw(currencies)
    return [
        line_of(
            str(draw(amounts)),
            draw(st.integers(1, 999_999)),
            tax_behavior=draw(behaviors),
            currency=currency,
            id=f"li_{number}",
        )
        for number in range(draw(st.integers(1, 6)))
    ]


@given(orders(), percentages)
def test_the_lines_sum_to_the_session(lines: list[LineItem], percentage: str) -> None:
    priced, totals = recalculate(lines, tax_at(percentage))
    assert totals.subtotal == sum(line.amount_subtotal for line in priced)
    assert totals.tax == sum(line.amount_tax for line in priced)
    assert totals.total == sum(line.amount_total for line in priced)
    on_top = sum(line.amount_tax for line in priced if not is_inclusive(line))
    assert totals.total == totals.subtotal + on_top


@given(orders(), percentages)
def test_every_amount_is_a_whole_number_that_is_not_negative(
    lines: list[LineItem], percentage: str
) -> None:
    priced, totals = recalculate(lines, tax_at(percentage))
    amounts = [totals.subtotal, totals.tax, totals.total]
    for line in priced:
        amounts += [line.amount_subtotal, line.amount_tax, line.amount_total]
    assert all(type(amount) is int and amount >= 0 for amount in amounts)


@given(orders())
def test_a_subtotal_is_within_half_a_unit_of_the_exact_product(lines: list[LineItem]) -> None:
    for line in recalculate(lines)[0]:
        exact = Fraction(line.price.unit_amount) * line.quantity
        assert abs(line.amount_subtotal - exact) <= Fraction(1, 2)


@given(orders(), percentages)
def test_recalculating_changes_nothing_but_amounts(lines: list[LineItem], percentage: str) -> None:
    priced, _ = recalculate(lines, tax_at(percentage))
    for before, after in zip(lines, priced, strict=True):
        assert (after.id, after.price, after.quantity) == (before.id, before.price, before.quantity)


@given(amounts, behaviors, percentages, currencies, st.integers(1, 10_000), st.integers(1, 10_000))
def test_more_never_costs_less(
    unit_amount: Decimal,
    behavior: str,
    percentage: str,
    currency: str,
    quantity: int,
    more: int,
) -> None:
    less, greater = (
        total_of(
            line_of(str(unit_amount), count, tax_behavior=behavior, currency=currency),
            tax=percentage,
        )
        for count in (quantity, quantity + more)
    )
    assert less.subtotal <= greater.subtotal
    assert less.tax <= greater.tax
    assert less.total <= greater.total


# --- What can be charged ------------------------------------------------------------------------

CHARGEABLE = [
    *[(0, currency) for currency in ("usd", "jpy", "kwd", "isk", "huf")],
    *[(total, "usd") for total in (50, 51, 2000, 99_999_999)],
    *[(30, "gbp"), (50, "eur"), (50, "jpy"), (400, "hkd"), (17_500, "huf"), (1, "clp")],
    *[(10, "kwd"), (99_999_990, "kwd"), (100, "isk"), (99_999_900, "isk"), (100, "ugx")],
]

TOO_SMALL = "The Checkout Session's total amount due must add up to at least"
TOO_LARGE = "The Checkout Session's total amount due must be no more than"

NOT_CHARGEABLE = [
    (49, "usd", "amount_too_small", f"{TOO_SMALL} $0.50 USD"),
    (1, "usd", "amount_too_small", f"{TOO_SMALL} $0.50 USD"),
    (29, "gbp", "amount_too_small", f"{TOO_SMALL} £0.30 GBP"),
    (49, "eur", "amount_too_small", f"{TOO_SMALL} €0.50 EUR"),
    (49, "jpy", "amount_too_small", f"{TOO_SMALL} 50 JPY"),
    (399, "hkd", "amount_too_small", f"{TOO_SMALL} 4.00 HKD"),
    (17_499, "huf", "amount_too_small", f"{TOO_SMALL} 175.00 HUF"),
    (100_000_000, "usd", "amount_too_large", f"{TOO_LARGE} $999,999.99"),
    (10**18, "usd", "amount_too_large", f"{TOO_LARGE} $999,999.99"),
    (100_000_000, "jpy", "amount_too_large", f"{TOO_LARGE} 99,999,999 JPY"),
    (100_000_000, "kwd", "amount_too_large", f"{TOO_LARGE} 99,999.990 KWD"),
    (
        1001,
        "kwd",
        "parameter_invalid_integer",
        "Amounts in KWD must be a multiple of 10; the Checkout Session's total is 1001.",
    ),
    (
        10_050,
        "isk",
        "parameter_invalid_integer",
        "Amounts in ISK must be a multiple of 100; the Checkout Session's total is 10050.",
    ),
]


@pytest.mark.parametrize(("total", "currency"), CHARGEABLE)
def test_a_total_between_the_limits_or_nothing_at_all_can_be_charged(
    total: int, currency: str
) -> None:
    check_total(total, currency)


@pytest.mark.parametrize(("total", "currency", "code", "message"), NOT_CHARGEABLE)
def test_another_total_is_refused_in_stripes_words(
    total: int, currency: str, code: str, message: str
) -> None:
    with pytest.raises(InvalidRequest) as refused:
        check_total(total, currency, param="line_items")
    assert (refused.value.code, refused.value.message) == (code, message)
    assert (refused.value.status, refused.value.param) == (400, "line_items")


@pytest.mark.parametrize("currency", ["bhd", "jod", "kwd", "omr", "tnd"])
@pytest.mark.parametrize("digit", range(10))
def test_the_last_of_three_decimals_is_0(currency: str, digit: int) -> None:
    if digit == 0:
        check_total(5_000 + digit, currency)
        return
    with pytest.raises(InvalidRequest, match="must be a multiple of 10"):
        check_total(5_000 + digit, currency)


@given(st.integers(0, 200_000_000), currencies)
def test_what_can_be_charged_is_0_or_a_step_between_the_limits(total: int, currency: str) -> None:
    in_steps = total % smallest_step(currency) == 0
    if total == 0 or (in_steps and minimum_charge(currency) <= total <= 99_999_999):
        check_total(total, currency)
    else:
        with pytest.raises(InvalidRequest):
            check_total(total, currency)
