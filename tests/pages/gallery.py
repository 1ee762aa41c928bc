"""Every page in the states that a buyer can meet, by name: what tests look through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from paydesk.core.payments import PaymentIntent
from paydesk.core.sessions import Address
from paydesk.pages import render
from paydesk.pages.challenge_view import ChallengeView, challenge_view
from paydesk.pages.message_view import (
    completed_view,
    error_view,
    expired_view,
    question_over_view,
    unknown_view,
)
from paydesk.pages.payment_form import FormValues
from paydesk.pages.quantity_view import quantity_view
from paydesk.pages.shop_view import ShopProduct, ShopView, Snippet
from paydesk.pages.view import Buyer, CheckoutView, Feedback, document
from paydesk.render.payment_pages import PaymentPage
from tests.pages.orders import FROM_ZERO, line, order, view

LONG_NAME = "Hand-stitched travelling companion’s rucksack, " * 4 + "Donaudampfschifffahrt" * 5


def three_items(locale: str = "en", currency: str = "usd") -> CheckoutView:
    """One line of each kind: from 1, from 0, fixed."""
    return view(
        [
            line("T-shirt", "2000", 3, currency=currency, images=("/assets/tshirt.svg",),
                 description="Heavy organic cotton, printed with the river"),
            line("Enamel mug", "1450", 1, FROM_ZERO, id="li_2", currency=currency,
                 images=("/assets/mug.svg",)),
            line("Poster", "2800", 1, None, id="li_3", currency=currency),
        ],
        locale=locale,
        country={"de": "DE", "ja": "JP"}.get(locale, "US"),
        automatic_tax=True,
        tax_status="requires_location_inputs",
    )  # fmt: skip


def with_errors() -> CheckoutView:
    """A form that came back."""
    values = FormValues(email="jenny@", billing=Address(country="US"))
    errors = {
        "email": "Your email is incomplete.",
        "cardNumber": "Your card number is invalid.",
        "cardExpiry": "Required",
        "cardCvc": "Required",
        "billingName": "Required",
    }
    feedback = Feedback(
        values=values, field_errors=errors, error="Your card was declined.", total_changed=True
    )
    return view([line(quantity=3)], feedback=feedback)


def long_names() -> CheckoutView:
    """Names, descriptions and sums as long as merchants can make them."""
    return view(
        [
            line(LONG_NAME, "99999900", 1, description=LONG_NAME),
            line(LONG_NAME, "1", 999_999, FROM_ZERO, id="li_2"),
        ]
    )


def challenge(*, modal: bool = False) -> ChallengeView:
    """The bank's question."""
    return challenge_view(
        attempt="att_1", session_id="cs_test_a1Demo", modal=modal,
        merchant="Fern & Fig", amount="$20.00", locale="en",
    )  # fmt: skip


def shop() -> ShopView:
    """The demo shop as a fresh server shows it."""
    code = (
        "import stripe\n\nclient = stripe.StripeClient(\n    'sk_test_demo',\n"
        "    base_addresses={'api': 'http://127.0.0.1:12111'},\n)\n"
        "session = client.v1.checkout.sessions.create(params={'mode': 'payment'})\n"
    )
    return ShopView(
        document=document("Paydesk demo shop", "en"),
        base_url="http://127.0.0.1:12111",
        secret_key="sk_test_demo", publishable_key="pk_test_demo",
        webhook_secret="whsec_" + "d3m0" * 8,
        products=[
            ShopProduct(name="T-shirt", image_url="/assets/tshirt.svg", price_text="$20.00",
                        rule_text="The buyer may order 1 to 10.",
                        parameter_text="adjustable_quantity: {enabled, minimum: 1, maximum: 10}"),
            ShopProduct(name="Enamel mug", image_url="/assets/mug.svg", price_text="$14.50",
                        rule_text="The buyer may take it out again.",
                        parameter_text="adjustable_quantity: {enabled}"),
            ShopProduct(name="Poster", image_url="/assets/poster.svg", price_text="$28.00",
                        rule_text="One, and it stays one.", parameter_text="quantity: 1"),
        ],
        snippets=[
            Snippet(id="python", label="Python", code=code),
            Snippet(id="node", label="Node", code=code),
            Snippet(id="curl", label="curl", code=code),
        ],
        forward_command=".venv/bin/paydesk listen --forward-to localhost:4242/webhook",
    )  # fmt: skip


def _quantity(error: str | None = None) -> str:
    session, lines = order(line(quantity=3), line("Mug", "1250", 1, FROM_ZERO, id="li_2"))
    typed = "11" if error else None
    shown = quantity_view(session, lines, "li_2", Buyer(), typed=typed, error=error)
    return render.quantity_page(shown)


def debited(status: str) -> PaymentPage:
    """A session whose buyer has paid by direct debit; `status` is the intent's."""
    session, lines = order(status="complete")
    intent = PaymentIntent(
        id="pi_1", account="acct_1", created=0, amount=2000, currency="eur",
        client_secret="pi_1_secret", status=status,
    )  # fmt: skip
    return PaymentPage(session=session, lines=lines, intent=intent)


def _message(name: str) -> str:
    session, lines = order()
    paid = replace(session, payment_status="paid")
    page = PaymentPage(session=paid, lines=lines, intent=None)
    views = {
        "completed": lambda: completed_view(page, "Fern & Fig", "en"),
        "debit_processing": lambda: completed_view(debited("processing"), "Fern & Fig", "en"),
        "debit_failed": lambda: completed_view(
            debited("requires_payment_method"), "Fern & Fig", "en"
        ),
        "expired": lambda: expired_view(session, "Fern & Fig", "en"),
        "unknown": lambda: unknown_view("en"),
        "question_over": lambda: question_over_view("en"),
        "error": lambda: error_view("en", status=500, request_id="req_8ByhbJ2mVHqkzF"),
    }
    return render.message_page(views[name]())


PAGES: dict[str, Callable[[], str]] = {
    "one": lambda: render.checkout_page(view()),
    "three": lambda: render.checkout_page(three_items()),
    "free": lambda: render.checkout_page(view([line(unit_amount="0")])),
    "locked": lambda: render.checkout_page(view(customer_email="jenny@example.com")),
    "errors": lambda: render.checkout_page(with_errors()),
    "long": lambda: render.checkout_page(long_names()),
    "german": lambda: render.checkout_page(three_items("de", "eur")),
    "japanese": lambda: render.checkout_page(three_items("ja", "jpy")),
    "either": lambda: render.checkout_page(
        view(allowed_payment_method_types=("card", "sepa_debit"))
    ),
    "debit": lambda: render.checkout_page(view(allowed_payment_method_types=("sepa_debit",))),
    "quantity": _quantity,
    "quantity_error": lambda: _quantity("You can order at most 10."),
    "completed": lambda: _message("completed"),
    "debit_processing": lambda: _message("debit_processing"),
    "debit_failed": lambda: _message("debit_failed"),
    "expired": lambda: _message("expired"),
    "unknown": lambda: _message("unknown"),
    "question_over": lambda: _message("question_over"),
    "error": lambda: _message("error"),
    "challenge_outer": lambda: render.challenge_outer(challenge()),
    "challenge_middle": lambda: render.challenge_middle(challenge()),
    "challenge_inner": lambda: render.challenge_inner(challenge()),
    "challenge_done": lambda: render.challenge_done(challenge(modal=True)),
    "shop": lambda: render.shop_page(shop()),
    "shop_paid": lambda: render.shop_page(replace(shop(), paid_session="cs_test_<b>a1</b>")),
}
