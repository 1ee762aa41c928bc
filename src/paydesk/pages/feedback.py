"""What a buyer is told, and what the form keeps, when a payment was refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from paydesk.core.errors import Busy, CardError, InvalidRequest, PaydeskError
from paydesk.core.payments import PaymentIntent
from paydesk.core.sessions import Address, Session
from paydesk.pages.address_view import Purpose, field_id
from paydesk.pages.countries import DEFAULT_COUNTRY
from paydesk.pages.known_values import known_values
from paydesk.pages.payment_form import REQUIRED, TAX_ID_INVALID, FormValues
from paydesk.pages.script_data import BUSY, MESSAGES
from paydesk.pages.view import Feedback

_CARD_FIELDS = {
    "number": "cardNumber",
    "exp_month": "cardExpiry",
    "exp_year": "cardExpiry",
    "cvc": "cardCvc",
}


_FIELDS = {
    "shipping[name]": "shippingName",
    "payment_method_data[billing_details][name]": "billingName",
    "payment_method_data[billing_details][phone]": "phoneNumber",
    "payment_method_data[sepa_debit][iban]": "iban",
    "billing_details[phone]": "phoneNumber",
    "collected_information[business_name]": "businessName",
    "collected_information[individual_name]": "individualName",
    "tax_id_collection[tax_id][value]": "taxId",
}

_ADDRESS = re.compile(
    r"(shipping|billing_details|payment_method_data\[billing_details\])\[address\]"
    r"\[(country|line1|line2|city|state|postal_code)\]"
)


def said(error: PaydeskError) -> str:
    """What a buyer is told of it, in English: most errors speak to them already."""
    if isinstance(error, Busy):
        return BUSY
    return _WORDS.get(error.code or "", error.message)


_WORDS = {"parameter_missing": REQUIRED, "tax_id_invalid": TAX_ID_INVALID}
"""What is said of a field, where the API speaks to programmers."""


def after_refusal(values: FormValues, error: PaydeskError) -> Feedback:
    """Everything that was typed but the card, and what was wrong."""
    if error.code == "checkout_amount_mismatch":
        return Feedback(values=values, total_changed=True)
    field = field_of(error)
    if field is not None:
        return Feedback(values=values, field_errors={field: said(error)})
    return Feedback(values=values, error=said(error))


def field_of(error: PaydeskError) -> str | None:
    """The field that a refusal is about, if it is about one."""
    if isinstance(error, CardError):
        return _CARD_FIELDS.get(error.param or "")
    return field_named(error.param or "")


def field_named(param: str) -> str | None:
    """The field that fills in a parameter of the API, if there is one."""
    if param in _FIELDS:
        return _FIELDS[param]
    place = _ADDRESS.fullmatch(param)
    if place is None:
        return None
    purpose: Purpose = "shipping" if place[1] == "shipping" else "billing"
    return field_id(purpose, place[2])


def after_bank(session: Session, intent: PaymentIntent | None) -> Feedback:
    """The bank sent its customer back unpaid: its word, and what they had typed before."""
    error = None if intent is None else intent.last_payment_error
    if error is None:
        return Feedback(error=MESSAGES["authenticationFailed"])
    typed = error["payment_method"]["billing_details"]
    known = known_values(session, typed["address"]["country"] or DEFAULT_COUNTRY)
    billing = Address(**typed["address"])
    values = replace(
        known,
        email=typed["email"] or known.email,
        billing_name=typed["name"] or "",
        billing=billing,
        payment_method=error["payment_method"]["id"],
        same_address=known.same_address and billing == known.shipping,
    )
    return Feedback(values=values, error=error["message"])


def refusal_in(answer: Mapping[str, Mapping[str, str]]) -> PaydeskError:
    """The refusal inside an answer of the cashier, as the error that it was."""
    error = answer["error"]
    if error["type"] == CardError.type:
        return CardError(error["message"], code=error["code"], param=error.get("param"))
    return InvalidRequest(error["message"], code=error.get("code"), param=error.get("param"))
