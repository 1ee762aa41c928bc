"""The session's states, its last second, the amount that the buyer was shown, where they land."""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import product

import pytest

from paydesk.core.errors import AmountMismatch, InvalidRequest
from paydesk.core.sessions import (
    COMPLETE,
    EXPIRED,
    LIFETIME_SECONDS_MAX,
    LIFETIME_SECONDS_MIN,
    OPEN,
    UI_MODES,
    CustomerDetails,
    Session,
    check_expected_amount,
    check_lifetime,
    check_open,
    complete,
    effective_status,
    expire,
    landing_url,
    move,
    with_totals,
)
from paydesk.core.tax import BuyerTaxId, TaxBuyer, TaxLocation
from paydesk.core.totals import Totals
from tests.core.build import NOW, a_session

STATES = (OPEN, COMPLETE, EXPIRED)
LEGAL = {(OPEN, COMPLETE), (OPEN, EXPIRED)}


def changed(before: Session, after: Session) -> set[str]:
    """The names of the fields in which two sessions differ."""
    return {
        field.name
        for field in fields(Session)
        if getattr(before, field.name) != getattr(after, field.name)
    }


@pytest.mark.parametrize(("before", "after"), sorted(LEGAL))
def test_an_open_session_may_be_completed_or_expire(before: str, after: str) -> None:
    assert move(a_session(status=before), after).status == after


@pytest.mark.parametrize(("before", "after"), sorted(set(product(STATES, STATES)) - LEGAL))
def test_nothing_else_may_happen_to_a_session(before: str, after: str) -> None:
    with pytest.raises(InvalidRequest, match=f"can't go from {before} to {after}"):
        move(a_session(status=before), after)


def test_expiring_changes_the_status_alone() -> None:
    session = a_session()
    after = expire(session)
    assert after.status == EXPIRED
    assert changed(session, after) == {"status"}


@pytest.mark.parametrize("status", [COMPLETE, EXPIRED])
def test_only_an_open_session_can_be_expired_says_stripe(status: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        expire(a_session(status=status))
    assert refused.value.message == (
        'Only Checkout Sessions with a status in ["open"] can be expired. '
        f"This Checkout Session has a status of `{status}`."
    )


@pytest.mark.parametrize("payment_status", ["paid", "no_payment_required"])
def test_completing_changes_both_statuses_and_nothing_else(payment_status: str) -> None:
    session = a_session()
    after = complete(session, payment_status=payment_status)
    assert (after.status, after.payment_status) == (COMPLETE, payment_status)
    assert changed(session, after) == {"status", "payment_status"}


@pytest.mark.parametrize("status", [COMPLETE, EXPIRED])
def test_only_an_open_session_can_be_completed(status: str) -> None:
    with pytest.raises(InvalidRequest):
        complete(a_session(status=status), payment_status="paid")


BOUNDARY = [(-1, OPEN), (0, EXPIRED), (1, EXPIRED)]


@pytest.mark.parametrize(("seconds", "status"), BOUNDARY)
def test_an_open_session_ends_with_its_last_second(seconds: int, status: str) -> None:
    session = a_session(expires_at=NOW + 3600)
    assert effective_status(session, session.expires_at + seconds) == status


@pytest.mark.parametrize("seconds", [-1, 0, 1])
@pytest.mark.parametrize("status", [COMPLETE, EXPIRED])
def test_time_does_not_touch_a_finished_session(status: str, seconds: int) -> None:
    session = a_session(status=status, expires_at=NOW + 3600)
    assert effective_status(session, session.expires_at + seconds) == status


def test_a_session_is_open_for_changes_until_the_second_before_it_ends() -> None:
    session = a_session(expires_at=NOW + 3600)
    check_open(session, session.expires_at - 1)
    for now in (session.expires_at, session.expires_at + 1):
        with pytest.raises(InvalidRequest, match="has expired"):
            check_open(session, now)


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (COMPLETE, "This Checkout Session is complete: it has been paid already."),
        (EXPIRED, "This Checkout Session has expired. Nothing was charged."),
    ],
)
def test_a_finished_session_is_refused_and_says_why(status: str, message: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        check_open(a_session(status=status), NOW)
    assert refused.value.message == message


@pytest.mark.parametrize(
    "seconds", [LIFETIME_SECONDS_MIN, LIFETIME_SECONDS_MIN + 1, 3600, LIFETIME_SECONDS_MAX]
)
def test_a_session_may_live_from_half_an_hour_to_a_day(seconds: int) -> None:
    check_lifetime(NOW + seconds, NOW)


def test_the_limits_of_a_lifetime_are_stripes() -> None:
    assert (LIFETIME_SECONDS_MIN, LIFETIME_SECONDS_MAX) == (1_800, 86_400)


@pytest.mark.parametrize(
    ("seconds", "limit"),
    [
        (LIFETIME_SECONDS_MIN - 1, "at least 30 minutes"),
        (0, "at least 30 minutes"),
        (-NOW, "at least 30 minutes"),
        (LIFETIME_SECONDS_MAX + 1, "less than 24 hours"),
        (10**12, "less than 24 hours"),
    ],
)
def test_another_lifetime_is_refused_in_stripes_words(seconds: int, limit: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        check_lifetime(NOW + seconds, NOW)
    assert refused.value.param == "expires_at"
    assert refused.value.message == (
        f"The `expires_at` timestamp must be {limit} from Checkout Session creation."
    )


@pytest.mark.parametrize("expected", [None, 2000])
def test_the_amount_that_the_buyer_was_shown_may_be_charged(expected: int | None) -> None:
    check_expected_amount(a_session(amount_total=2000), expected)


@pytest.mark.parametrize("expected", [0, 1999, 2001, -2000, 20])
def test_another_amount_than_the_buyer_was_shown_is_not_charged(expected: int) -> None:
    with pytest.raises(AmountMismatch) as refused:
        check_expected_amount(a_session(amount_total=2000), expected)
    assert (refused.value.status, refused.value.code) == (400, "checkout_amount_mismatch")
    assert refused.value.param == "expected_amount"
    assert f"({expected})" in refused.value.message
    assert "(2000)" in refused.value.message


def test_a_free_order_may_be_confirmed_as_free_and_as_nothing_else() -> None:
    free = a_session(amount_total=0)
    check_expected_amount(free, 0)
    with pytest.raises(AmountMismatch):
        check_expected_amount(free, 1)


def test_a_session_carries_the_sums_that_were_made() -> None:
    session = a_session()
    after = with_totals(session, Totals(subtotal=5000, tax=400, total=5400))
    assert (after.amount_subtotal, after.amount_tax, after.amount_total) == (5000, 400, 5400)
    assert changed(session, after) == {"amount_subtotal", "amount_tax", "amount_total"}


@pytest.mark.parametrize(
    ("url", "landing"),
    [
        ("https://shop.test/ok", "https://shop.test/ok"),
        ("https://shop.test/ok?id={CHECKOUT_SESSION_ID}", "https://shop.test/ok?id=cs_test_a1ABC"),
        (
            "https://shop.test/{CHECKOUT_SESSION_ID}/ok?a={CHECKOUT_SESSION_ID}#{CHECKOUT_SESSION_ID}",
            "https://shop.test/cs_test_a1ABC/ok?a=cs_test_a1ABC#cs_test_a1ABC",
        ),
        ("https://shop.test/{OTHER}?{}", "https://shop.test/{OTHER}?{}"),
        ("https://shop.test/{checkout_session_id}", "https://shop.test/{checkout_session_id}"),
    ],
)
@pytest.mark.parametrize("ui_mode", ["hosted_page", "embedded_page", "elements"])
def test_the_session_id_is_filled_in_wherever_the_merchant_asked_for_it(
    ui_mode: str, url: str, landing: str
) -> None:
    session = a_session(ui_mode=ui_mode, success_url=url, return_url=url)
    assert landing_url(session) == landing


@pytest.mark.parametrize(
    ("ui_mode", "landing"),
    [
        ("hosted_page", "https://shop.test/success"),
        ("embedded_page", "https://shop.test/return"),
        ("elements", "https://shop.test/return"),
    ],
)
def test_each_way_of_paying_lands_on_its_own_url(ui_mode: str, landing: str) -> None:
    session = a_session(
        ui_mode=ui_mode,
        success_url="https://shop.test/success",
        return_url="https://shop.test/return",
    )
    assert landing_url(session) == landing
    assert landing_url(replace(session, success_url=None, return_url=None)) is None


def test_both_vocabularies_mean_the_same_three_ways_of_paying() -> None:
    assert UI_MODES == {
        "hosted": "hosted_page",
        "hosted_page": "hosted_page",
        "embedded": "embedded_page",
        "embedded_page": "embedded_page",
        "custom": "elements",
        "elements": "elements",
    }


def test_what_the_tax_depends_on_at_the_buyers_side() -> None:
    place, vat = TaxLocation("DE"), BuyerTaxId("eu_vat", "DE811907980", verified=True)
    details = CustomerDetails(tax_ids=(vat,), tax_exempt="reverse")
    known = replace(a_session(), tax_location=place, customer_details=details)
    assert known.tax_buyer == TaxBuyer(place, (vat,), "reverse")
    assert a_session().tax_buyer == TaxBuyer()
