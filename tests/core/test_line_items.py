"""The rules of adjustable quantity, as Stripe's guide to adjustable quantities has them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paydesk.core.errors import InvalidRequest, NotFound
from paydesk.core.line_items import (
    AdjustableQuantity,
    LineItem,
    change_quantity,
    check_new_line,
    find,
    removable,
)
from tests.core.build import a_line, adjustable, quantities

QUANTITY = "line_items[0][quantity]"
MINIMUM = "line_items[0][adjustable_quantity][minimum]"
MAXIMUM = "line_items[0][adjustable_quantity][maximum]"

HUGE = 10**400
FIXED = AdjustableQuantity(enabled=False)


def refusal(line: LineItem) -> InvalidRequest:
    with pytest.raises(InvalidRequest) as refused:
        check_new_line(line, param="line_items[0]")
    return refused.value


def refusal_to_change(lines: list[LineItem], line_id: str, quantity: int) -> InvalidRequest:
    before = list(lines)
    with pytest.raises(InvalidRequest) as refused:
        change_quantity(lines, line_id, quantity, param="the quantity", line_param="the line")
    assert lines == before
    return refused.value


# --- What a merchant may create -----------------------------------------------------------------

ACCEPTED = [
    # quantity, minimum, maximum
    (1, None, None),
    (99, None, None),
    (1, 0, None),
    (99, 99, None),
    (1, None, 1),
    (1, 1, 1),
    (10, 1, 10),
    (100, None, 100),
    (100, None, 101),
    (200, 150, 250),
    (999_999, None, 999_999),
    (999_999, 999_999, 999_999),
]


@pytest.mark.parametrize(("quantity", "minimum", "maximum"), ACCEPTED)
def test_a_quantity_within_its_bounds_is_accepted(
    quantity: int, minimum: int | None, maximum: int | None
) -> None:
    line = a_line(quantity=quantity, adjustable=adjustable(minimum, maximum))
    check_new_line(line, param="line_items[0]")


REFUSED = [
    # quantity, minimum, maximum, and the parameter that is wrong
    *[(quantity, None, None, QUANTITY) for quantity in (0, -1, -(2**63), -HUGE)],
    *[(quantity, None, None, QUANTITY) for quantity in (100, 101, 999_999, 1_000_000, 2**63, HUGE)],
    *[(quantity, 0, 10, QUANTITY) for quantity in (0, -1, 11, 99, 100)],
    *[(quantity, 1, 10, QUANTITY) for quantity in (0, -1, 11, 1_000_000)],
    *[(quantity, 5, 10, QUANTITY) for quantity in (0, 1, 4, 11)],
    *[(quantity, 5, None, QUANTITY) for quantity in (1, 4, 100)],
    *[(quantity, 100, 200, QUANTITY) for quantity in (1, 99, 201)],
    *[(quantity, None, 100, QUANTITY) for quantity in (0, 101)],
    *[(quantity, None, 999_999, QUANTITY) for quantity in (0, -1, 1_000_000, HUGE)],
    (2, 1, 1, QUANTITY),
    *[(1, minimum, None, MINIMUM) for minimum in (-1, -(2**31), -HUGE, 1_000_000, 2**31, HUGE)],
    *[(1, minimum, 10, MINIMUM) for minimum in (-1, 11, 99, 1_000_000, HUGE)],
    *[(100, minimum, None, MINIMUM) for minimum in (100, 150)],
    (999_999, 999_999, 999_998, MINIMUM),
    (2, 2, 1, MINIMUM),
    *[(1, None, maximum, MAXIMUM) for maximum in (0, -1, -(2**31), -HUGE)],
    *[(1, None, maximum, MAXIMUM) for maximum in (1_000_000, 2**31, 2**63, HUGE)],
    *[(1, 0, maximum, MAXIMUM) for maximum in (0, -1, 1_000_000)],
    (0, 0, 0, MAXIMUM),
    (5, 1, 1_000_000, MAXIMUM),
    (1_000_000, None, 1_000_000, MAXIMUM),
]


def test_the_table_of_hostile_bounds_is_long_enough() -> None:
    assert len(REFUSED) == len(set(REFUSED)) >= 60


@pytest.mark.parametrize(("quantity", "minimum", "maximum", "param"), REFUSED)
def test_a_quantity_or_bound_that_cannot_stand_is_refused_by_name(
    quantity: int, minimum: int | None, maximum: int | None, param: str
) -> None:
    error = refusal(a_line(quantity=quantity, adjustable=adjustable(minimum, maximum)))
    assert (error.status, error.type) == (400, "invalid_request_error")
    assert (error.code, error.param) == ("parameter_invalid_integer", param)


MESSAGES = [
    (0, 1, 10, "This value must be greater than or equal to 1."),
    (4, 5, 10, "This value must be greater than or equal to 5."),
    (0, 0, 10, "This value must be greater than or equal to 1."),
    (11, 1, 10, "This value must be less than or equal to 10."),
    (1, 1, 1_000_000, "This value must be less than or equal to 999999."),
    (1, -1, None, "This value must be greater than or equal to 0."),
    (1, None, 0, "This value must be greater than or equal to 1."),
    (1, 5, 3, "The minimum (5) can't be greater than the maximum (3)."),
    (1, 100, None, "The minimum (100) can't be greater than the maximum (99)."),
]


@pytest.mark.parametrize(("quantity", "minimum", "maximum", "message"), MESSAGES)
def test_a_refusal_says_what_would_be_accepted(
    quantity: int, minimum: int | None, maximum: int | None, message: str
) -> None:
    line = a_line(quantity=quantity, adjustable=adjustable(minimum, maximum))
    assert refusal(line).message == message


def test_a_quantity_of_100_needs_a_maximum_and_the_refusal_says_so() -> None:
    message = refusal(a_line(quantity=100, adjustable=adjustable())).message
    assert message.startswith("This value must be less than or equal to 99 ")
    assert "`adjustable_quantity[maximum]`" in message


@pytest.mark.parametrize("configured", [None, FIXED])
@pytest.mark.parametrize("quantity", [1, 99, 100, 999_999])
def test_a_fixed_quantity_may_be_any_up_to_the_limit(
    configured: AdjustableQuantity | None, quantity: int
) -> None:
    check_new_line(a_line(quantity=quantity, adjustable=configured), param="line_items[0]")


@pytest.mark.parametrize("configured", [None, FIXED])
@pytest.mark.parametrize("quantity", [0, -1, 1_000_000])
def test_a_fixed_quantity_has_limits_too(
    configured: AdjustableQuantity | None, quantity: int
) -> None:
    assert refusal(a_line(quantity=quantity, adjustable=configured)).param == QUANTITY


def test_bounds_that_are_switched_off_do_not_bind_the_quantity() -> None:
    configured = AdjustableQuantity(enabled=False, minimum=5, maximum=10)
    check_new_line(a_line(quantity=200, adjustable=configured), param="line_items[0]")


@pytest.mark.parametrize(
    ("minimum", "maximum", "param"),
    [(-1, None, MINIMUM), (None, 0, MAXIMUM), (None, 1_000_000, MAXIMUM), (5, 3, MINIMUM)],
)
def test_bounds_that_are_switched_off_must_make_sense_all_the_same(
    minimum: int | None, maximum: int | None, param: str
) -> None:
    configured = AdjustableQuantity(enabled=False, minimum=minimum, maximum=maximum)
    assert refusal(a_line(adjustable=configured)).param == param


@given(
    quantity=st.integers(-10, 120),
    minimum=st.none() | st.integers(-10, 120),
    maximum=st.none() | st.integers(-10, 120),
)
def test_exactly_the_quantities_between_sane_bounds_are_accepted(
    quantity: int, minimum: int | None, maximum: int | None
) -> None:
    lowest = 0 if minimum is None else minimum
    highest = 99 if maximum is None else maximum
    sane = 0 <= lowest <= highest and highest >= 1
    line = a_line(quantity=quantity, adjustable=adjustable(minimum, maximum))
    if sane and max(lowest, 1) <= quantity <= highest:
        check_new_line(line, param="line_items[0]")
    else:
        refusal(line)


# --- What a buyer may change --------------------------------------------------------------------


def two_lines(minimum: int | None = None, maximum: int | None = None) -> list[LineItem]:
    first = a_line("li_1", quantity=max(minimum or 1, 1), adjustable=adjustable(minimum, maximum))
    return [first, a_line("li_2", quantity=7, adjustable=adjustable())]


@pytest.mark.parametrize(
    ("minimum", "maximum", "quantity"),
    [
        (None, None, 1),
        (None, None, 99),
        (1, 10, 1),
        (1, 10, 10),
        (5, 5, 5),
        (None, 999_999, 999_999),
        (0, 1, 1),
    ],
)
def test_a_buyer_may_choose_any_quantity_within_the_bounds(
    minimum: int | None, maximum: int | None, quantity: int
) -> None:
    after = change_quantity(two_lines(minimum, maximum), "li_1", quantity)
    assert quantities(after) == {"li_1": quantity, "li_2": 7}


@pytest.mark.parametrize(
    ("minimum", "maximum", "quantity", "message"),
    [
        (None, None, 100, "You can order at most 99."),
        (1, 10, 11, "You can order at most 10."),
        (1, 10, 0, "You need to order at least 1."),
        (5, 10, 4, "You need to order at least 5."),
        (1, 10, -1, "You need to order at least 1."),
        (None, None, -1, "You need to order at least 0."),
        (None, 999_999, 1_000_000, "You can order at most 999999."),
        (None, None, HUGE, "You can order at most 99."),
        (None, None, -HUGE, "You need to order at least 0."),
    ],
)
def test_a_buyer_may_not_leave_the_bounds(
    minimum: int | None, maximum: int | None, quantity: int, message: str
) -> None:
    error = refusal_to_change(two_lines(minimum, maximum), "li_1", quantity)
    assert error.message == message
    assert (error.code, error.param) == ("parameter_invalid_integer", "the quantity")


@pytest.mark.parametrize("configured", [None, FIXED])
@pytest.mark.parametrize("quantity", [0, 1, 2])
def test_a_buyer_may_not_change_a_fixed_quantity(
    configured: AdjustableQuantity | None, quantity: int
) -> None:
    lines = [a_line("li_1", adjustable=configured), a_line("li_2", adjustable=adjustable())]
    error = refusal_to_change(lines, "li_1", quantity)
    assert error.message == "The quantity of this item can't be changed."


def test_quantity_0_removes_the_line_and_keeps_the_others_in_order() -> None:
    lines = [a_line(id, adjustable=adjustable()) for id in ("li_1", "li_2", "li_3")]
    after = change_quantity(lines, "li_2", 0)
    assert [line.id for line in after] == ["li_1", "li_3"]


def test_the_only_line_cannot_be_removed() -> None:
    error = refusal_to_change([a_line(adjustable=adjustable())], "li_1", 0)
    assert error.message == "This is the only item left, so it can't be removed."
    assert error.param == "the quantity"


def test_the_line_that_is_left_after_the_others_were_removed_cannot_be_removed() -> None:
    lines = change_quantity(two_lines(), "li_1", 0)
    refusal_to_change(list(lines), "li_2", 0)


def test_a_fixed_line_counts_as_a_line_that_is_left() -> None:
    lines = [a_line("li_1", adjustable=adjustable()), a_line("li_2")]
    assert quantities(change_quantity(lines, "li_1", 0)) == {"li_2": 1}


@pytest.mark.parametrize("line_id", ["li_another_session", "li_removed", "", "li_1 ", "LI_1"])
def test_a_line_that_is_not_there_is_refused_in_the_same_way(line_id: str) -> None:
    lines = [*change_quantity([*two_lines(), a_line("li_removed", adjustable=adjustable())],
                              "li_removed", 0)]  # fmt: skip
    error = refusal_to_change(lines, line_id, 1)
    assert isinstance(error, NotFound)
    assert (error.status, error.code) == (404, "resource_missing")
    assert (error.message, error.param) == (f"No such line item: '{line_id}'", "the line")


def test_find_gives_the_line_itself() -> None:
    lines = two_lines()
    assert find(lines, "li_2") is lines[1]


def test_a_change_leaves_everything_but_the_quantity_alone() -> None:
    lines = two_lines()
    after = change_quantity(lines, "li_1", 3)
    assert after == (replace(lines[0], quantity=3), lines[1])


@pytest.mark.parametrize(
    ("configured", "count", "expected"),
    [
        (adjustable(), 2, True),
        (adjustable(minimum=0), 2, True),
        (adjustable(minimum=1), 2, False),
        (adjustable(), 1, False),
        (FIXED, 2, False),
        (None, 2, False),
    ],
)
def test_what_is_removable_can_be_removed_and_nothing_else(
    configured: AdjustableQuantity | None, count: int, expected: bool
) -> None:
    lines = [a_line(f"li_{number}", adjustable=configured) for number in range(count)]
    assert removable(lines[0], lines) is expected
    if expected:
        assert len(change_quantity(lines, "li_0", 0)) == count - 1
    else:
        refusal_to_change(lines, "li_0", 0)


@pytest.mark.parametrize(
    ("configured", "expected"), [(adjustable(), True), (FIXED, False), (None, False)]
)
def test_the_buyer_may_change_what_is_adjustable(
    configured: AdjustableQuantity | None, expected: bool
) -> None:
    assert a_line(adjustable=configured).buyer_may_change is expected


def test_bounds_that_are_not_set_are_0_and_99() -> None:
    assert (adjustable().floor, adjustable().ceiling) == (0, 99)
    assert (adjustable(3, 500).floor, adjustable(3, 500).ceiling) == (3, 500)


@st.composite
def sane_lines(draw: st.DrawFn) -> list[LineItem]:
    """One to five lines that a merchant could create, one in four of them fixed."""
    lines = []
    for number in range(draw(st.integers(1, 5))):
        minimum = draw(st.none() | st.integers(0, 20))
        maximum = draw(st.none() | st.integers(max(minimum or 1, 1), 120))
        configured = AdjustableQuantity(
            enabled=draw(st.integers(0, 3)) > 0, minimum=minimum, maximum=maximum
        )
        quantity = draw(st.integers(max(configured.floor, 1), configured.ceiling))
        lines.append(a_line(f"li_{number}", quantity=quantity, adjustable=configured))
    return lines


changes = st.lists(
    st.tuples(st.sampled_from([f"li_{number}" for number in range(7)]), st.integers(-2, 130)),
    max_size=30,
)


@given(sane_lines(), changes)
def test_whatever_a_buyer_does_the_order_stays_sane(
    lines: list[LineItem], wishes: list[tuple[str, int]]
) -> None:
    now = tuple(lines)
    for line_id, quantity in wishes:
        with suppress(InvalidRequest):
            now = change_quantity(now, line_id, quantity)
        assert len(now) >= 1
        for line in now:
            check_new_line(line, param="line_items[0]")


@given(sane_lines(), st.integers(5, 9))
def test_a_line_that_is_not_there_is_the_same_error_whatever_the_quantity(
    lines: list[LineItem], number: int
) -> None:
    errors = [refusal_to_change(lines, f"li_{number}", quantity) for quantity in (0, 1, 1_000)]
    assert {type(error) for error in errors} == {NotFound}
    assert len({error.message for error in errors}) == 1


@given(sane_lines(), st.integers(0, 6), st.integers(-2, 130))
def test_a_change_is_accepted_exactly_when_the_guide_says_so(
    lines: list[LineItem], number: int, quantity: int
) -> None:
    line_id = f"li_{number}"
    line = next((line for line in lines if line.id == line_id), None)
    bounds = None if line is None else line.adjustable_quantity
    allowed = (
        bounds is not None
        and bounds.enabled
        and bounds.floor <= quantity <= bounds.ceiling
        and not (quantity == 0 and len(lines) == 1)
    )
    if allowed:
        assert quantities(change_quantity(lines, line_id, quantity)).get(line_id, 0) == quantity
    else:
        refusal_to_change(lines, line_id, quantity)
