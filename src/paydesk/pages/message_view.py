"""Pages that only say something: paid, expired, unknown, failed. Each says what was charged."""

from __future__ import annotations

from dataclasses import dataclass

from paydesk.core.sessions import EMBEDDED, Session
from paydesk.pages.script_data import BUSY
from paydesk.pages.view import Document, document
from paydesk.pages.words import Words, words_for
from paydesk.render.locales import locale_data
from paydesk.render.money_format import format_money
from paydesk.render.payment_pages import PaymentPage


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """One message. `mood` picks the sign beside it: "success", "quiet" or "problem"."""

    document: Document
    words: Words
    mood: str
    heading: str
    text: str
    detail: str = ""
    link_url: str | None = None
    link_text: str = ""
    embedded: bool = False


def completed_view(shown: PaymentPage, merchant: str, locale: str) -> MessageView:
    """A finished session: shown after paying without a `success_url`, and when opened again."""
    session, words = shown.session, words_for(locale)
    embedded = session.ui_mode == EMBEDDED
    mood, heading, text = _how_it_ended(shown, merchant, words, locale)
    return MessageView(
        document=document(heading, locale),
        words=words,
        mood=mood,
        heading=heading,
        text=text,
        detail="" if embedded else words("This checkout is finished. You can close this page."),
        embedded=embedded,
    )


def _how_it_ended(
    shown: PaymentPage, merchant: str, words: Words, locale: str
) -> tuple[str, str, str]:
    """The mood, the heading and the text of a finished session."""
    session = shown.session
    amount = format_money(session.amount_total, session.currency, locale_data(locale))
    if session.amount_total == 0:
        text = words("Your order is complete. There was nothing to pay.")
        return "success", words("Order complete"), text
    if session.payment_status != "unpaid":
        text = words("You paid {amount} to {merchant}.", amount=amount, merchant=merchant)
        return "success", words("Payment successful"), text
    if shown.intent is not None and shown.intent.status == "processing":
        text = words(
            "Your payment of {amount} to {merchant} is on its way. Your bank may take a few days "
            "to confirm it.",
            amount=amount,
            merchant=merchant,
        )
        return "quiet", words("Payment processing"), text
    text = words(
        "Your bank refused the payment of {amount} to {merchant}. Nothing was charged.",
        amount=amount,
        merchant=merchant,
    )
    return "problem", words("Payment failed"), text


def expired_view(session: Session, merchant: str, locale: str) -> MessageView:
    """A session whose time is over, or which the merchant ended."""
    words = words_for(locale)
    return MessageView(
        document=document(words("This checkout has expired"), locale),
        words=words,
        mood="quiet",
        heading=words("This checkout has expired"),
        text=words("Nothing was charged. Go back to {merchant} to start again.", merchant=merchant),
        link_url=session.cancel_url,
        link_text=words("Back to {merchant}", merchant=merchant),
        embedded=session.ui_mode == EMBEDDED,
    )


def unknown_view(locale: str) -> MessageView:
    """No such session: a mistyped or shortened link."""
    words = words_for(locale)
    return MessageView(
        document=document(words("Checkout not found"), locale),
        words=words,
        mood="quiet",
        heading=words("Checkout not found"),
        text=words("There is no checkout at this address. Check that the link is complete."),
    )


def question_over_view(locale: str) -> MessageView:
    """The bank waits for no answer any more."""
    words = words_for(locale)
    heading = words("Your bank isn't asking any more")
    return MessageView(
        document=document(heading, locale),
        words=words,
        mood="quiet",
        heading=heading,
        text=words(
            "The order was changed, or this payment was answered in another window. "
            "Go back to the checkout to see how it stands."
        ),
    )


def error_view(locale: str, *, status: int, request_id: str = "") -> MessageView:
    """The request could not be answered; `status` is the HTTP status that goes with the page."""
    words = words_for(locale)
    heading, text = ERROR_TEXTS.get(status, ERROR_TEXTS[500 if status >= 500 else 400])
    reference = words("Reference: {id}", id=request_id) if request_id else ""
    return MessageView(
        document=document(words(heading), locale),
        words=words,
        mood="problem",
        heading=words(heading),
        text=words(text),
        detail=reference,
    )


ERROR_TEXTS = {
    400: (
        "This request could not be understood",
        "Go back to the page that you came from and try again.",
    ),
    429: (
        "Too many requests at once",
        BUSY,
    ),
    500: (
        "Something went wrong on our side",
        (
            "Your request could not be answered. Reload this page to see whether the payment went "
            "through before you try again."
        ),
    ),
}
"""Heading and text by HTTP status; 400 and 500 speak for the others of their hundred."""
