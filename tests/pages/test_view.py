from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from paydesk.core.errors import NotFound
from paydesk.core.line_items import AdjustableQuantity
from paydesk.core.sessions import Address
from paydesk.core.tax import TaxLocation
from paydesk.pages.message_view import completed_view, error_view, expired_view
from paydesk.pages.payment_form import FormValues
from paydesk.pages.quantity_view import quantity_view
from paydesk.pages.view import Buyer, Feedback
from paydesk.render.payment_pages import PaymentPage
from tests.pages.orders import FROM_ZERO, ONE_TO_TEN, SELLER, line, order, view


def test_one_item_is_the_headline_several_name_the_seller() -> None:
    assert view([line("T-shirt")]).headline == "T-shirt"
    assert view([line(), line("Mug", id="li_2")]).headline == f"Pay {SELLER.name}"


def test_the_unit_price_is_silent_at_one_where_it_would_repeat_the_total() -> None:
    one, three = view([line(quantity=1), line(quantity=3, id="li_2")]).items
    assert (one.unit_text, one.total_text, one.quantity_text) == ("", "$20.00", "Qty 1")
    assert (three.unit_text, three.total_text, three.quantity_text) == (
        "$20.00 each",
        "$60.00",
        "Qty 3",
    )


def test_a_price_below_a_minor_unit_is_shown_in_full() -> None:
    shown = view([line(unit_amount="0.05", quantity=3000, adjustable=None)])
    assert (shown.items[0].unit_text, shown.items[0].total_text) == ("$0.0005 each", "$1.50")


@pytest.mark.parametrize(
    ("bounds", "minimum", "removable", "limits"),
    [
        (ONE_TO_TEN, 1, False, "You can order 1 to 10."),
        (FROM_ZERO, 0, True, "You can order 1 to 99."),
        (AdjustableQuantity(enabled=True, minimum=3, maximum=5), 3, False, "You can order 3 to 5."),
    ],
)
def test_bounds_of_a_line_among_others(
    bounds: AdjustableQuantity, minimum: int, removable: bool, limits: str
) -> None:
    shown = view([line(quantity=3, adjustable=bounds), line(id="li_2")]).items[0].adjustable
    assert shown is not None
    assert (shown.minimum, shown.removable, shown.limits_text) == (minimum, removable, limits)


def test_the_only_line_cannot_be_removed_and_says_so() -> None:
    shown = view([line(adjustable=FROM_ZERO)]).items[0].adjustable
    assert shown is not None
    assert (shown.minimum, shown.removable) == (1, False)
    assert "only item left" in shown.limits_text


@pytest.mark.parametrize("adjustable", [None, AdjustableQuantity(enabled=False)])
def test_a_fixed_quantity_has_no_control(adjustable: AdjustableQuantity | None) -> None:
    assert view([line(adjustable=adjustable)]).items[0].adjustable is None


@pytest.mark.parametrize(
    ("submit_type", "total", "label"),
    [
        (None, "2000", "Pay"),
        ("auto", "2000", "Pay"),
        ("pay", "2000", "Pay"),
        ("book", "2000", "Book"),
        ("donate", "2000", "Donate"),
        ("subscribe", "2000", "Subscribe"),
        ("donate", "0", "Complete order"),
    ],
)
def test_the_button_says_what_it_does(submit_type: str | None, total: str, label: str) -> None:
    shown = view([line(unit_amount=total)], submit_type=submit_type)
    assert shown.form.submit_label == label
    assert shown.form.card_needed == (total != "0")


def test_the_tax_row_waits_for_the_address() -> None:
    assert view().tax is None
    waiting = view(automatic_tax=True, tax_status="requires_location_inputs").tax
    assert waiting is not None
    assert (waiting.text, waiting.pending) == ("Enter address to calculate", True)


@pytest.mark.parametrize(
    ("country", "needed", "label"),
    [("US", True, "ZIP"), ("CA", True, "Postal code"), ("DE", False, "Postal code")],
)
def test_a_postal_code_is_asked_for_in_three_countries(
    country: str, needed: bool, label: str
) -> None:
    form = view(country=country).form
    assert (form.postal_code_needed, form.postal_code_label) == (needed, label)


def test_a_place_known_for_the_tax_is_preselected() -> None:
    place = TaxLocation(country="CA", postal_code="V5K 0A1")
    values = view(country="US", tax_location=place).form.values
    assert (values.billing.country, values.billing.postal_code) == ("CA", "V5K 0A1")


def test_a_known_email_is_locked() -> None:
    form = view(customer_email="jenny@example.com").form
    assert (form.email_locked, form.values.email) == (True, "jenny@example.com")
    assert view().form.email_locked is False


def test_after_an_error_the_form_keeps_what_was_typed() -> None:
    typed = FormValues(email="jenny@", billing_name="Jenny", billing=Address(country="DE"))
    shown = view(feedback=Feedback(values=typed, field_errors={"email": "Required"}))
    assert shown.form.values == typed
    assert shown.form.field_errors == {"email": "Required"}


def test_a_locked_email_survives_an_error() -> None:
    feedback = Feedback(
        values=FormValues(billing=Address(country="DE")), error="Your card was declined."
    )
    shown = view(feedback=feedback, customer_email="jenny@example.com")
    assert shown.form.values.email == "jenny@example.com"


def test_the_same_message_is_said_once_in_the_cards_group() -> None:
    errors = {
        "email": "Required", "cardNumber": "Required", "cardExpiry": "Required",
        "cardCvc": "Your card's security code is incomplete.", "billingName": "Required",
    }  # fmt: skip
    shown = view(feedback=Feedback(field_errors=errors)).form.errors_shown
    assert shown == {"email", "cardNumber", "cardCvc", "billingName"}


def test_notices_name_the_new_total() -> None:
    changed = view([line(quantity=3)], feedback=Feedback(total_changed=True)).form.notice
    assert changed == "The total changed to $60.00. Please check it and pay again."
    other = view([line(quantity=3)], feedback=Feedback(order_changed=True)).form.notice
    assert other == "The order has changed. The total is now $60.00."


def test_money_and_countries_follow_the_locale() -> None:
    german = view([line(currency="eur", unit_amount="122050")], locale="de", country="DE")
    assert german.total == "1.220,50\xa0€"
    assert ("DE", "Deutschland") in german.form.countries


def test_the_page_carries_the_shown_total_and_the_version() -> None:
    shown = view([line(quantity=3)], version=7)
    assert (shown.expected_amount, shown.version) == (6000, 7)


def test_the_quantity_page_keeps_what_was_typed_beside_its_error() -> None:
    session, lines = order(line(quantity=3))
    shown = quantity_view(session, lines, "li_1", Buyer(), typed="11", error="Too many.")
    assert (shown.typed, shown.error, shown.item.quantity) == ("11", "Too many.", 3)
    assert quantity_view(session, lines, "li_1", Buyer()).typed == "3"
    with pytest.raises(NotFound):
        quantity_view(session, lines, "li_9", Buyer())


def test_the_last_pages_say_honestly_what_was_charged() -> None:
    session, lines = order(line(quantity=3), payment_status="paid")
    page = PaymentPage(session=session, lines=lines, intent=None)
    paid = completed_view(page, "Fern & Fig", "en")
    assert paid.text == "You paid $60.00 to Fern & Fig."
    assert paid.link_url is None
    nothing = replace(page, session=replace(session, amount_total=0))
    free = completed_view(nothing, "Fern & Fig", "en")
    assert "nothing to pay" in free.text
    expired = expired_view(session, "Fern & Fig", "en")
    assert expired.text.startswith("Nothing was charged.")
    assert expired.link_url == session.cancel_url


@pytest.mark.parametrize(
    ("status", "heading"),
    [
        (400, "This request could not be understood"),
        (422, "This request could not be understood"),
        (429, "Too many requests at once"),
        (500, "Something went wrong on our side"),
        (503, "Something went wrong on our side"),
    ],
)
def test_an_error_page_says_whose_turn_it_is(status: int, heading: str) -> None:
    assert error_view("en", status=status).heading == heading


def test_amounts_are_integers_of_minor_units_all_the_way() -> None:
    assert view([line(unit_amount="1999", quantity=3)]).total == "$59.97"
    assert line(unit_amount="0.1").price.unit_amount == Decimal("0.1")
