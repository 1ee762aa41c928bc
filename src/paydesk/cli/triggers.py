"""`paydesk trigger`: requests that make an event happen. The triggers are data."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field, replace

from paydesk.cli.client import Fields, Merchant
from paydesk.cli.console import fail

_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Step:
    """One request. `{name}` stands for the id that the step of that name answered with."""

    name: str
    path: str
    fields: Fields = field(default_factory=dict)


PRODUCT = Step("product", "/v1/products", {"name": "T-shirt"})
PRICE = Step(
    "price", "/v1/prices", {"product": "{product}", "unit_amount": "1500", "currency": "usd"}
)
SESSION = Step(
    "session",
    "/v1/checkout/sessions",
    {
        "mode": "payment",
        "line_items[0][price]": "{price}",
        "line_items[0][quantity]": "2",
        "success_url": "https://example.com/success",
    },
)
PAYMENT = Step(
    "payment",
    "/v1/payment_pages/{session}/confirm",
    {"payment_method": "pm_card_visa", "expected_amount": "3000"},
)
INTENT = Step(
    "intent",
    "/v1/payment_intents",
    {"amount": "2000", "currency": "usd", "confirm": "true", "payment_method": "pm_card_visa"},
)

EURO_PRICE = replace(PRICE, fields={**PRICE.fields, "currency": "eur"})
DEBITED_SESSION = replace(
    SESSION, fields={**SESSION.fields, "payment_method_types[0]": "sepa_debit"}
)
DEBIT, FAILING_DEBIT = (
    replace(PAYMENT, fields={**PAYMENT.fields, "payment_method": account})
    for account in ("pm_sepaDebit_success_at", "pm_sepaDebit_failed_at")
)

TRIGGERS = {
    "charge.refunded": (INTENT, Step("refund", "/v1/refunds", {"payment_intent": "{intent}"})),
    "charge.succeeded": (INTENT,),
    "checkout.session.async_payment_failed": (
        PRODUCT, EURO_PRICE, DEBITED_SESSION, FAILING_DEBIT,
    ),
    "checkout.session.async_payment_succeeded": (PRODUCT, EURO_PRICE, DEBITED_SESSION, DEBIT),
    "checkout.session.completed": (PRODUCT, PRICE, SESSION, PAYMENT),
    "checkout.session.expired": (
        PRODUCT, PRICE, SESSION, Step("expiry", "/v1/checkout/sessions/{session}/expire"),
    ),
    "customer.created": (Step("customer", "/v1/customers", {"email": "jenny@example.com"}),),
    "payment_intent.succeeded": (INTENT,),
    "price.created": (PRODUCT, PRICE),
    "product.created": (PRODUCT,),
}  # fmt: skip
"""For each event the requests that end with it."""

COMES_LATER = "checkout.session.async_"
"""How the events begin that the server brings about by itself, seconds after the last request."""

WAIT_SECONDS_MAX = 30
LOOK_SECONDS = 0.2


def trigger(merchant: Merchant, event: str) -> list[tuple[str, str]]:
    """Make the event happen; gives back each request's path and the id that it answered with."""
    made: dict[str, str] = {}
    asked = []
    for step in TRIGGERS[event]:
        path = _filled(step.path, made)
        fields = {name: _filled(value, made) for name, value in step.fields.items()}
        made[step.name] = merchant.write(path, fields)["id"]
        asked.append((path, made[step.name]))
    if event.startswith(COMES_LATER):
        _wait(merchant, event, made["session"])
    return asked


def _wait(merchant: Merchant, event: str, session: str) -> None:
    """Until the event has happened to the session."""
    given_up = time.monotonic() + WAIT_SECONDS_MAX
    while time.monotonic() < given_up:
        happened = merchant.read(f"/v1/events?type={event}")["data"]
        if any(one["data"]["object"]["id"] == session for one in happened):
            return
        time.sleep(LOOK_SECONDS)
    fail(f"{event} has not happened within {WAIT_SECONDS_MAX} seconds.")


def _filled(text: str, made: Fields) -> str:
    return _PLACE.sub(lambda place: made[place[1]], text)
