"""What a buyer is told, and what the form keeps, when a payment was refused."""

from __future__ import annotations

from collections.abc import Mapping

from paydesk.core.errors import Busy, CardError, InvalidRequest, PaydeskError
from paydesk.core.payments import PaymentIntent
from paydesk.pages.payment_form import FormValues
from paydesk.pages.script_data import BUSY, MESSAGES
from paydesk.pages.view import Feedback

_CARD_FIELDS = {
    "number": "cardNumber",
    "exp_month": "cardExpiry",
    "exp_year": "cardExpiry",
    "cvc": "cardCvc",
}


def said(error: PaydeskError) -> str:
    """What a buyer is told of it, in English: most errors speak to them already."""
    return BUSY if isinstance(error, Busy) else error.message


def after_refusal(values: FormValues, error: PaydeskError) -> Feedback:
    """Everything that was typed but the card, and what was wrong."""
    if error.code == "checkout_amount_mismatch":
        return Feedback(values=values, total_changed=True)
    if isinstance(error, CardError) and error.param in _CARD_FIELDS:
        return Feedback(values=values, field_errors={_CARD_FIELDS[error.param]: error.message})
    return Feedback(values=values, error=said(error))


def after_bank(intent: PaymentIntent | None) -> Feedback:
    """The bank sent its customer back unpaid: its word, and what they had typed before."""
    error = None if intent is None else intent.last_payment_error
    if error is None:
        return Feedback(error=MESSAGES["authenticationFailed"])
    billing = error["payment_method"]["billing_details"]
    values = FormValues(
        email=billing["email"] or "",
        billing_name=billing["name"] or "",
        billing_country=billing["address"]["country"] or "",
        billing_postal_code=billing["address"]["postal_code"] or "",
    )
    return Feedback(values=values, error=error["message"])


def refusal_in(answer: Mapping[str, Mapping[str, str]]) -> PaydeskError:
    """The refusal inside an answer of the cashier, as the error that it was."""
    error = answer["error"]
    if error["type"] == CardError.type:
        return CardError(error["message"], code=error["code"], param=error.get("param"))
    return InvalidRequest(error["message"], code=error.get("code"), param=error.get("param"))
