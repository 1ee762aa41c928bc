"""Any checkout that can happen, step by step, by the rules of the core alone.

Hypothesis opens a session, lets buyer, merchant and time do what they like, and looks after every
step whether the promises hold: a session ends once, what is captured is what the buyer was shown
and what the lines sum to, quantities stay within their bounds, one line is left.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from paydesk.core.errors import InvalidRequest
from paydesk.core.line_items import LineItem, change_quantity, check_new_line
from paydesk.core.sessions import (
    COMPLETE,
    EXPIRED,
    OPEN,
    Session,
    check_expected_amount,
    check_open,
    complete,
    effective_status,
    expire,
    with_totals,
)
from paydesk.core.totals import check_total, recalculate, sum_up
from tests.core.build import NOW, a_line, a_price, a_session, adjustable, quantities, tax_at

LINE_IDS = [f"li_{number}" for number in range(5)]
TAX = tax_at("7.25")
LIFETIME_SECONDS = 3600


@st.composite
def new_lines(draw: st.DrawFn) -> list[LineItem]:
    """One to four lines that a merchant may create, dear enough to be charged alone."""
    lines = []
    for id in LINE_IDS[: draw(st.integers(1, 4))]:
        minimum = draw(st.none() | st.integers(0, 5))
        maximum = draw(st.none() | st.integers(max(minimum or 1, 1), 1_000))
        bounds = draw(st.sampled_from([None, adjustable(minimum, maximum)]))
        highest = 50 if bounds is None else bounds.ceiling
        quantity = draw(st.integers(max(minimum or 1, 1), highest))
        price = a_price(
            str(draw(st.decimals(min_value=50, max_value=100_000, places=2))),
            tax_behavior=draw(st.sampled_from(["exclusive", "inclusive"])),
        )
        lines.append(a_line(id, quantity=quantity, price=price, adjustable=bounds))
    return lines


@dataclass(frozen=True)
class Picture:
    """What there is at one moment."""

    session: Session
    lines: tuple[LineItem, ...]


class AnyCheckout(RuleBasedStateMachine):
    """A session and its lines; `shown` is the total on the buyer's screen."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.shown = 0
        self.captured: list[int] = []
        self.history = [OPEN]

    @initialize(lines=new_lines())
    def open(self, lines: list[LineItem]) -> None:
        priced, totals = recalculate(lines, TAX)
        session = a_session(expires_at=NOW + LIFETIME_SECONDS)
        self.picture = Picture(with_totals(session, totals), priced)
        self.look()

    @rule()
    def look(self) -> None:
        """The buyer's page catches up with what there is."""
        self.shown = self.picture.session.amount_total

    @rule(line_id=st.sampled_from(LINE_IDS), quantity=st.integers(-1, 1_100))
    def change(self, line_id: str, quantity: int) -> None:
        self.attempt(lambda: self.with_quantity(line_id, quantity))

    @rule(line_id=st.sampled_from(LINE_IDS))
    def remove(self, line_id: str) -> None:
        self.attempt(lambda: self.with_quantity(line_id, 0))

    @rule(seconds=st.sampled_from([1, 60, LIFETIME_SECONDS // 2, LIFETIME_SECONDS]))
    def let_time_pass(self, seconds: int) -> None:
        self.now += seconds

    @precondition(lambda self: self.now < self.picture.session.expires_at)
    @rule()
    def wait_for_the_last_second(self) -> None:
        self.now = self.picture.session.expires_at - 1

    @rule()
    def sweep(self) -> None:
        """The server writes down what time has done."""
        if effective_status(self.picture.session, self.now) != self.picture.session.status:
            self.attempt(lambda: Picture(expire(self.picture.session), self.picture.lines))

    @rule()
    def expire(self) -> None:
        """The merchant ends the session."""
        self.attempt(lambda: Picture(expire(self.picture.session), self.picture.lines))

    @rule()
    def pay(self) -> None:
        """The buyer pays what their screen says."""
        if self.attempt(self.paid):
            self.captured.append(self.shown)

    def with_quantity(self, line_id: str, quantity: int) -> Picture:
        check_open(self.picture.session, self.now)
        changed = change_quantity(self.picture.lines, line_id, quantity)
        priced, totals = recalculate(changed, TAX)
        check_total(totals.total, self.picture.session.currency)
        return Picture(with_totals(self.picture.session, totals), priced)

    def paid(self) -> Picture:
        check_open(self.picture.session, self.now)
        check_expected_amount(self.picture.session, self.shown)
        return Picture(complete(self.picture.session, payment_status="paid"), self.picture.lines)

    def attempt(self, decide: Callable[[], Picture]) -> bool:
        """Let the rules decide; what they refuse leaves everything as it was."""
        before = self.picture
        try:
            self.picture = decide()
        except InvalidRequest:
            return False
        if self.picture.session.status != before.session.status:
            self.history.append(self.picture.session.status)
        return True

    @invariant()
    def at_most_one_capture(self) -> None:
        assert len(self.captured) <= 1
        assert bool(self.captured) == (self.picture.session.status == COMPLETE)

    @invariant()
    def what_was_captured_is_what_was_shown_and_what_the_lines_sum_to(self) -> None:
        session, totals = self.picture.session, sum_up(self.picture.lines)
        assert session.amount_total == totals.total
        assert (session.amount_subtotal, session.amount_tax) == (totals.subtotal, totals.tax)
        for amount in self.captured:
            assert amount == session.amount_total

    @invariant()
    def a_session_ends_once(self) -> None:
        assert self.history in ([OPEN], [OPEN, COMPLETE], [OPEN, EXPIRED])

    @invariant()
    def quantities_stay_within_bounds_and_one_line_is_left(self) -> None:
        assert len(self.picture.lines) >= 1
        assert set(quantities(self.picture.lines)) <= set(LINE_IDS)
        for line in self.picture.lines:
            check_new_line(line, param="line")


AnyCheckout.TestCase.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
test_any_checkout_keeps_its_promises = AnyCheckout.TestCase
