"""What the buyer sees of a session, as strings: the view model of the checkout page.

`checkout_view` is pure: the same session gives the same page. Templates only place what is here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from babel import Locale

from paydesk.core.collection import POSTAL_CODE_COUNTRIES
from paydesk.core.line_items import AdjustableQuantity, LineItem, removable
from paydesk.core.sessions import EMBEDDED, Session
from paydesk.pages.asked_view import NOTHING_ASKED, AskedView, asked_view
from paydesk.pages.countries import Country, countries
from paydesk.pages.custom_text_view import Piece, custom_text
from paydesk.pages.doors import page_path
from paydesk.pages.known_values import known_values
from paydesk.pages.payment_form import NEW_DEBIT, FormValues
from paydesk.pages.script_data import MESSAGES, script_data
from paydesk.pages.tax_view import TaxRow, included_taxes, tax_row
from paydesk.pages.ways_view import CARDS_ALONE, WaysView, ways_view
from paydesk.pages.words import Words, words_for
from paydesk.render.locales import locale_data
from paydesk.render.money_format import format_money
from paydesk.render.payment_pages import PaymentPage

ONLY_ITEM = "This is the only item left, so it can't be removed."


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What every page has in its head."""

    title: str
    language: str = "en"
    direction: str = "ltr"


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """Who is looking: nothing here is known from the session itself."""

    locale: str = "en"
    country: str = "US"


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustable:
    """The bounds of a quantity that the buyer may change; `removable` means that 0 is allowed."""

    minimum: int
    maximum: int
    removable: bool
    limits_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """One line of the order. `unit_text` is empty at a quantity of 1: it would repeat the total."""

    id: str
    name: str
    description: str | None
    image_url: str | None
    quantity: int
    quantity_text: str
    unit_text: str
    total_text: str
    adjustable: Adjustable | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormView:
    """The payment form: its values, what was wrong with them, and the merchant's own words."""

    values: FormValues
    email_locked: bool
    countries: tuple[Country, ...]
    postal_code_needed: bool
    postal_code_label: str
    card_needed: bool
    submit_label: str
    asked: AskedView = NOTHING_ASKED
    ways: WaysView = CARDS_ALONE
    offers_saving: bool = False
    field_errors: Mapping[str, str] = field(default_factory=dict)
    error: str | None = None
    notice: str | None = None
    submit_text: Sequence[Piece] = ()
    after_submit_text: Sequence[Piece] = ()

    @property
    def first_error(self) -> str:
        """The field that takes the focus: the first that is wrong, or that of what was refused."""
        refused = "iban" if self.ways.chosen == NEW_DEBIT else "cardNumber"
        return next(iter(self.field_errors), refused if self.error else "")

    @property
    def errors_shown(self) -> frozenset[str]:
        """The fields whose message is shown: in a group of fields the same one only once."""
        said: dict[tuple[str, str], str] = {}
        for name, message in self.field_errors.items():
            said.setdefault((_group_of(name), message), name)
        return frozenset(said.values())


def _group_of(field: str) -> str:
    if field == "billingName":
        return field
    return next((group for group in _GROUPS if field.startswith(group)), field)


_GROUPS = ("card", "shipping", "billing")
"""Fields whose names begin alike stand in one frame, their messages below it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What the last request did, for the page that answers it."""

    values: FormValues | None = None
    field_errors: Mapping[str, str] = field(default_factory=dict)
    error: str | None = None
    total_changed: bool = False
    order_changed: bool = False


NO_FEEDBACK = Feedback()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seller:
    """Whose page it is."""

    name: str
    publishable_key: str
    sandbox: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutView:
    """Everything on the checkout page."""

    document: Document
    words: Words
    session_id: str
    page_path: str
    embedded: bool
    merchant: str
    monogram: str
    sandbox: bool
    cancel_url: str | None
    headline: str
    total: str
    items: Sequence[ItemView]
    subtotal: str
    tax: TaxRow | None
    included_taxes: Sequence[str]
    form: FormView
    expected_amount: int
    version: int
    script_data: Mapping[str, object]


def checkout_view(
    shown: PaymentPage, seller: Seller, buyer: Buyer, feedback: Feedback = NO_FEEDBACK
) -> CheckoutView:
    """The checkout page of an open session."""
    session, lines = shown.session, shown.lines
    words, locale = words_for(buyer.locale), locale_data(buyer.locale)
    total = format_money(session.amount_total, session.currency, locale)
    headline = _headline(lines, seller, words)
    return CheckoutView(
        document=document(headline, buyer.locale),
        words=words,
        session_id=session.id,
        page_path=page_path(session),
        embedded=session.ui_mode == EMBEDDED,
        merchant=seller.name,
        monogram=seller.name.strip()[:1].upper(),
        sandbox=seller.sandbox,
        cancel_url=session.cancel_url,
        headline=headline,
        total=total,
        items=[item_view(line, lines, words, locale) for line in lines],
        subtotal=format_money(session.amount_subtotal, session.currency, locale),
        tax=tax_row(session, lines, words, locale),
        included_taxes=included_taxes(session, lines, words, locale),
        form=_with_ways(
            _form_view(shown, buyer, feedback, total, words), shown, seller, feedback, words
        ),
        expected_amount=session.amount_total,
        version=session.version,
        script_data=script_data(session, seller.publishable_key, buyer.locale),
    )


def document(title: str, locale: str) -> Document:
    """The head of a page in one of `locales.LOCALES`."""
    return Document(
        title=title,
        language=words_for(locale).language,
        direction=locale_data(locale).text_direction,
    )


def item_view(line: LineItem, lines: Sequence[LineItem], words: Words, locale: Locale) -> ItemView:
    """One of `lines` as the order shows it."""
    currency = line.price.currency
    unit = format_money(line.price.unit_amount, currency, locale)
    return ItemView(
        id=line.id,
        name=line.description,
        description=line.product.description,
        image_url=next(iter(line.product.images), None),
        quantity=line.quantity,
        quantity_text=words("Qty {quantity}", quantity=line.quantity),
        unit_text=words("{amount} each", amount=unit) if line.quantity > 1 else "",
        total_text=format_money(line.amount_subtotal, currency, locale),
        adjustable=_adjustable(line, lines, words),
    )


def _headline(lines: Sequence[LineItem], seller: Seller, words: Words) -> str:
    if len(lines) == 1:
        return lines[0].description
    return words("Pay {merchant}", merchant=seller.name)


def _adjustable(line: LineItem, lines: Sequence[LineItem], words: Words) -> Adjustable | None:
    bounds = line.adjustable_quantity
    if bounds is None or not bounds.enabled:
        return None
    may_remove = removable(line, lines)
    return Adjustable(
        minimum=0 if may_remove else max(1, bounds.floor),
        maximum=bounds.ceiling,
        removable=may_remove,
        limits_text=_limits_text(bounds, may_remove, words),
    )


def _limits_text(bounds: AdjustableQuantity, may_remove: bool, words: Words) -> str:
    limits = words(
        "You can order {minimum} to {maximum}.",
        minimum=max(1, bounds.floor),
        maximum=bounds.ceiling,
    )
    if bounds.floor == 0 and not may_remove:
        only_item = words(ONLY_ITEM)
        return f"{limits} {only_item}"
    return limits


def _form_view(
    shown: PaymentPage, buyer: Buyer, feedback: Feedback, total: str, words: Words
) -> FormView:
    session = shown.session
    values = _form_values(shown, buyer, feedback)
    country = values.billing.country or ""
    return FormView(
        values=values,
        email_locked=session.fixed_email is not None,
        countries=countries(buyer.locale),
        postal_code_needed=country in POSTAL_CODE_COUNTRIES,
        postal_code_label=postal_code_label(country, words),
        card_needed=session.amount_total > 0,
        submit_label=submit_label(session, words),
        asked=asked_view(session, values, words, buyer.locale),
        field_errors={name: words(text) for name, text in feedback.field_errors.items()},
        error=words(feedback.error) if feedback.error else None,
        notice=_notice(feedback, total, words),
        submit_text=custom_text(session, "submit"),
        after_submit_text=custom_text(session, "after_submit"),
    )


def _with_ways(
    form: FormView, shown: PaymentPage, seller: Seller, feedback: Feedback, words: Words
) -> FormView:
    """The form with what can be paid with, once something is to be paid."""
    if not form.card_needed:
        return form
    chosen = None if feedback.values is None else feedback.values.payment_method
    return replace(
        form,
        ways=ways_view(shown.session, seller.name, words, shown.saved, chosen),
        offers_saving=shown.session.offers_saving,
    )


def _form_values(shown: PaymentPage, buyer: Buyer, feedback: Feedback) -> FormValues:
    """What was typed, else what is known; the merchant's word on the email is the last."""
    session = shown.session
    values = feedback.values or known_values(session, buyer.country, shown.known_shipping)
    return replace(values, email=session.fixed_email or values.email)


def postal_code_label(country: str, words: Words) -> str:
    """What the postal code is called in `country`."""
    return words("ZIP") if country == "US" else words("Postal code")


SUBMIT_LABELS = {
    "auto": "Pay",
    "pay": "Pay",
    "book": "Book",
    "donate": "Donate",
    "subscribe": "Subscribe",
}
"""What the button says, by `submit_type`."""


def submit_label(session: Session, words: Words) -> str:
    """The text of the pay button: by the merchant's `submit_type`, or for a free order."""
    if session.amount_total == 0:
        return words("Complete order")
    return words(SUBMIT_LABELS.get(session.submit_type or "auto", SUBMIT_LABELS["auto"]))


def _notice(feedback: Feedback, total: str, words: Words) -> str | None:
    if feedback.total_changed:
        return words(MESSAGES["totalChanged"], total=total)
    return words(MESSAGES["orderChanged"], total=total) if feedback.order_changed else None
