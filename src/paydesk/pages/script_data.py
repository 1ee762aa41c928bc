"""What the page's script needs to know: `web/page/session_data.ts` is the other side of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from paydesk.core.cards import BRANDS, EXPIRY_YEARS_MAX, Brand
from paydesk.core.collection import NOTHING_MORE, POSTAL_CODE_COUNTRIES
from paydesk.core.sepa_debit import SEPA_DEBIT
from paydesk.core.sessions import EMBEDDED, Session
from paydesk.pages.doors import page_path
from paydesk.pages.payment_form import (
    CARD_IN_TEXT,
    EMAIL_INCOMPLETE,
    IBAN_INCOMPLETE,
    IBAN_WRONG,
    REQUIRED,
    TAX_ID_INVALID,
)
from paydesk.pages.words import words_for
from paydesk.render.sessions import redirect_on_completion
from paydesk.services.buyers import PHONE_INVALID, POSTAL_CODE_INVALID, STATE_UNKNOWN

CHALLENGE_FRAME = "__privateStripeFrame3ds"
"""The name of the frame that holds a bank's challenge; automated buyers look for its beginning."""

BUSY = "Another request for this checkout is being answered. Wait a moment and try again."

MESSAGES = {
    "required": REQUIRED,
    "emailIncomplete": EMAIL_INCOMPLETE,
    "numberIncomplete": "Your card number is incomplete.",
    "numberInvalid": "Your card number is invalid.",
    "expiryIncomplete": "Your card's expiration date is incomplete.",
    "expiryInvalid": "Your card's expiration date is invalid.",
    "expiryPast": "Your card's expiration date is in the past.",
    "expiryYearPast": "Your card's expiration year is in the past.",
    "expiryYearInvalid": "Your card's expiration year is invalid.",
    "cvcIncomplete": "Your card's security code is incomplete.",
    "postalCodeInvalid": POSTAL_CODE_INVALID,
    "phoneInvalid": PHONE_INVALID,
    "taxIdInvalid": TAX_ID_INVALID,
    "cardInText": CARD_IN_TEXT,
    "ibanIncomplete": IBAN_INCOMPLETE,
    "ibanInvalid": IBAN_WRONG,
    "quantityNotWhole": "Enter a whole number, for example 3.",
    "quantityTooHigh": "You can order at most {maximum}.",
    "quantityTooLow": "You need to order at least {minimum}.",
    "totalNow": "The total is now {total}.",
    "totalChanged": "The total changed to {total}. Please check it and pay again.",
    "orderChanged": "The order has changed. The total is now {total}.",
    "authenticationFailed": "We are unable to authenticate your payment method. "
    "Please choose a different payment method and try again.",
    "connectionFailed": "The server could not be reached. Check your connection and try again.",
    "busy": BUSY,
    "changeRefused": "The order can't be changed like this.",
    "outcomeUnknown": "The connection was lost while paying. Reload this page to see whether the "
    "payment went through before you try again.",
    "processing": "Processing…",
    "paid": "Payment successful",
    "onItsWay": "Payment processing",
    "zip": "ZIP",
    "postalCode": "Postal code",
    "bankTitle": "Confirm your payment with your bank",
    "close": "Close",
}
"""Every text that the script can show, by the name that it uses."""

_OF_FIELDS = frozenset({PHONE_INVALID, POSTAL_CODE_INVALID, STATE_UNKNOWN, TAX_ID_INVALID})
"""Said of fields that only sessions with something more to ask have: the first view stays light."""

_OF_DEBITS = frozenset({IBAN_INCOMPLETE, IBAN_WRONG, MESSAGES["onItsWay"]})
"""Said where a direct debit is offered alone."""


REFUSALS = (
    "Your card was declined.",
    "Your card has insufficient funds.",
    "Your card has expired.",
    "Your card number is incorrect.",
    "Your card's expiration month is invalid.",
    "Your card's expiration year is invalid.",
    "Your card's security code is incorrect.",
    "Your card's security code is invalid.",
    "An error occurred while processing your card. Try again in a little bit.",
    MESSAGES["authenticationFailed"],
    PHONE_INVALID,
    POSTAL_CODE_INVALID,
    STATE_UNKNOWN,
)
"""What the server says of a card or a field that was refused, as far as other languages have it."""


def script_data(session: Session, publishable_key: str, locale: str) -> Mapping[str, object]:
    """The JSON block of the checkout page. Nothing in it is secret from its buyer."""
    more = session.collection is not NOTHING_MORE
    debits = SEPA_DEBIT in session.payment_method_types
    return {
        "session": session.id,
        "pagePath": page_path(session),
        "locale": locale,
        "embedded": session.ui_mode == EMBEDDED,
        "redirects": redirect_on_completion(session) in (None, "always"),
        "publishableKey": publishable_key,
        "automaticTax": session.automatic_tax,
        "postalCodeCountries": POSTAL_CODE_COUNTRIES,
        "expiryYearsMax": EXPIRY_YEARS_MAX,
        "challengeFrame": CHALLENGE_FRAME,
        **_of_every_page(locale, more=more, debits=debits),
    }


@cache
def _of_every_page(locale: str, *, more: bool, debits: bool) -> Mapping[str, object]:
    """What pages in a language have in common, with the texts of further fields or without."""
    words = words_for(locale)
    left_out = (frozenset() if more else _OF_FIELDS) | (frozenset() if debits else _OF_DEBITS)
    return {
        "brands": [_brand(brand) for brand in BRANDS],
        "refusals": {
            text: words(text)
            for text in REFUSALS
            if text not in left_out and words(text) != text  # the script falls back on it
        },
        "messages": {name: words(text) for name, text in MESSAGES.items() if text not in left_out},
    }


def _brand(brand: Brand) -> Mapping[str, object]:
    return {
        "name": brand.name,
        "prefixes": brand.prefixes,
        "numberDigits": sorted(brand.number_digits),
        "cvcDigits": brand.cvc_digits,
    }
