"""The Checkout Session: what it holds, and the few ways its state may change.

    open ──pay──────> complete
      └───expire────> expired

Nothing leaves `complete` or `expired`. A session whose payment takes its time is complete and
unpaid; then it is paid, or stays unpaid for ever.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from paydesk.core.collection import NOTHING_MORE, Collection
from paydesk.core.errors import AmountMismatch, InvalidRequest
from paydesk.core.sepa_debit import CARD
from paydesk.core.tax import BuyerTaxId, TaxBuyer, TaxExempt, TaxLocation
from paydesk.core.tax_registrations import TaxSeller
from paydesk.core.totals import Totals

OPEN, COMPLETE, EXPIRED = "open", "complete", "expired"

TRANSITIONS = frozenset({(OPEN, COMPLETE), (OPEN, EXPIRED)})

LIFETIME_SECONDS_MIN = 30 * 60
LIFETIME_SECONDS_MAX = 24 * 3600

HOSTED, EMBEDDED, ELEMENTS = "hosted_page", "embedded_page", "elements"
UI_MODES = {
    "hosted": HOSTED, "embedded": EMBEDDED, "custom": ELEMENTS,
    HOSTED: HOSTED, EMBEDDED: EMBEDDED, ELEMENTS: ELEMENTS,
}  # fmt: skip
"""Both vocabularies, old and new, to the one used inside."""

ID_ENDS_AT = "_secret_"
"""What follows the id in a session's client secret."""

SESSION_ID_PLACEHOLDER = "{CHECKOUT_SESSION_ID}"

TextPlace = Literal["submit", "after_submit", "shipping_address"]
"""Where the merchant's own words stand on the buyer's page, as `custom_text` calls it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A postal address as far as it was asked for."""

    country: str | None = None
    postal_code: str | None = None
    state: str | None = None
    city: str | None = None
    line1: str | None = None
    line2: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerDetails:
    """Who the buyer said they are, and what of it concerns their taxes.

    `phone` is as it was given, E.164 where a session asked for it; `name` and `address` are those
    of the card.
    """

    email: str | None = None
    name: str | None = None
    phone: str | None = None
    address: Address | None = None
    business_name: str | None = None
    individual_name: str | None = None
    tax_ids: tuple[BuyerTaxId, ...] = ()
    tax_exempt: TaxExempt = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipping:
    """Whom and where to the order goes. The phone is the buyer's, where it is asked for."""

    name: str | None = None
    address: Address = field(default_factory=Address)
    phone: str | None = None
    carrier: str | None = None
    tracking_number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentIntentData:
    """What the merchant wants on the payment intent once there is one.

    `shipping` is where the order goes, unless the buyer is asked for that.
    """

    description: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    receipt_email: str | None = None
    setup_future_usage: str | None = None
    statement_descriptor: str | None = None
    statement_descriptor_suffix: str | None = None
    shipping: Shipping | None = None


NOTHING_SAID = PaymentIntentData()
"""What most merchants want on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One checkout. Amounts are minor units of `currency`; times are Unix seconds.

    `version` grows with every change, so that a writer can tell whether its picture is stale.
    `known_email` is the one that the session's customer had when it was made. `presentation` holds
    parameters that only change how things look, as they were given.
    """

    id: str
    account: str
    created: int
    expires_at: int
    currency: str
    status: str = OPEN
    payment_status: str = "unpaid"
    version: int = 1
    ui_mode: str = HOSTED
    success_url: str | None = None
    cancel_url: str | None = None
    return_url: str | None = None
    redirect_on_completion: str | None = None
    client_secret: str | None = None
    client_reference_id: str | None = None
    customer: str | None = None
    customer_creation: str | None = None
    customer_update: Mapping[str, str] = field(default_factory=dict)
    customer_email: str | None = None
    known_email: str | None = None
    saved_payment_method_options: Mapping[str, Any] | None = None
    customer_details: CustomerDetails | None = None
    collection: Collection = NOTHING_MORE
    shipping: Shipping | None = None
    locale: str | None = None
    submit_type: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    payment_intent_data: PaymentIntentData = NOTHING_SAID
    allowed_payment_method_types: tuple[str, ...] | None = None
    automatic_tax: bool = False
    tax_location: TaxLocation | None = None
    tax_status: str | None = None
    tax_seller: TaxSeller | None = None
    amount_subtotal: int = 0
    amount_tax: int = 0
    amount_total: int = 0
    payment_intent: str | None = None
    presentation: Mapping[str, Any] = field(default_factory=dict)

    @property
    def fixed_email(self) -> str | None:
        """The email that the buyer can't change: the merchant's word, or the customer's own."""
        return self.customer_email or self.known_email

    def custom_text(self, place: TextPlace) -> str | None:
        """What the merchant says to the buyer at this place of the page."""
        text = self.presentation.get("custom_text", {}).get(place)
        return None if text is None else text["message"]

    @property
    def payment_method_types(self) -> tuple[str, ...]:
        """How the buyer may pay, in the merchant's order."""
        return self.allowed_payment_method_types or (CARD,)

    @property
    def keeps_customer(self) -> bool:
        """Whether a customer is made of the buyer once the session is complete."""
        wanted = self.customer_creation == "always" or self.saves_every_card
        return self.customer is None and wanted

    @property
    def saves_every_card(self) -> bool:
        """Whether the merchant keeps the card that pays, to charge it again."""
        return self.payment_intent_data.setup_future_usage is not None

    @property
    def offers_saving(self) -> bool:
        """Whether the buyer is asked if their card is to be kept."""
        return (self.saved_payment_method_options or {}).get("payment_method_save") == "enabled"

    @property
    def redisplay_filters(self) -> Sequence[str]:
        """The `allow_redisplay` of those saved cards that a returning customer is offered."""
        filters: Sequence[str] | None = (self.saved_payment_method_options or {}).get(
            "allow_redisplay_filters"
        )
        return filters or ("always",)

    @property
    def tax_address_fixed(self) -> bool:
        """Whether the tax goes by the customer's saved address, whatever the buyer types."""
        saved = (self.customer_update.get(name) for name in ("address", "shipping"))
        return self.customer is not None and "auto" not in saved

    @property
    def tax_buyer(self) -> TaxBuyer:
        """The buyer as far as the tax depends on them."""
        details = self.customer_details or CustomerDetails()
        return TaxBuyer(self.tax_location, details.tax_ids, details.tax_exempt)


def check_lifetime(expires_at: int, now: int) -> None:
    """Refuse an expiry (Unix seconds) nearer than 30 minutes or further than 24 hours."""
    if expires_at < now + LIFETIME_SECONDS_MIN:
        raise InvalidRequest(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session "
            "creation.",
            param="expires_at",
        )
    if expires_at > now + LIFETIME_SECONDS_MAX:
        raise InvalidRequest(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.",
            param="expires_at",
        )


def check_open(session: Session, now: int) -> None:
    """Refuse to change or pay a session that is finished, or whose time is over at `now`."""
    status = effective_status(session, now)
    if status == COMPLETE:
        raise InvalidRequest("This Checkout Session is complete: it has been paid already.")
    if status == EXPIRED:
        raise InvalidRequest("This Checkout Session has expired. Nothing was charged.")


def effective_status(session: Session, now: int) -> str:
    """The status at `now` (Unix seconds): time ends a session even before anyone wrote it down."""
    if session.status == OPEN and now >= session.expires_at:
        return EXPIRED
    return session.status


def check_expected_amount(session: Session, expected: int | None) -> None:
    """Refuse a payment of another total than the one the buyer was shown.

    `expected` None means that the caller shows no total, as a merchant's own server may.
    """
    if expected is not None and expected != session.amount_total:
        raise AmountMismatch(expected, session.amount_total)


def with_totals(session: Session, totals: Totals, tax_status: str | None = None) -> Session:
    """The session carrying these sums; `tax_status` says what is known of the tax in them."""
    return replace(
        session,
        tax_status=tax_status,
        amount_subtotal=totals.subtotal,
        amount_tax=totals.tax,
        amount_total=totals.total,
    )


def expire(session: Session) -> Session:
    """The session once nobody can pay it any more. Raises InvalidRequest unless it is open."""
    if session.status != OPEN:
        raise InvalidRequest(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout '
            f"Session has a status of `{session.status}`."
        )
    return move(session, EXPIRED)


def complete(session: Session, *, payment_status: str) -> Session:
    """The session once it is paid, once the money is on its way, or there was nothing to pay."""
    return replace(move(session, COMPLETE), payment_status=payment_status)


def paid_later(session: Session) -> Session:
    """The session once the money has come that was on its way."""
    if (session.status, session.payment_status) != (COMPLETE, "unpaid"):
        raise InvalidRequest("Only a complete session that is unpaid can be paid later.")
    return replace(session, payment_status="paid")


def move(session: Session, status: str) -> Session:
    """The session in its next state, by the table of legal transitions."""
    if (session.status, status) not in TRANSITIONS:
        raise InvalidRequest(f"A Checkout Session can't go from {session.status} to {status}.")
    return replace(session, status=status)


def landing_url(session: Session) -> str | None:
    """Where the buyer goes after paying, with the session's id filled in everywhere."""
    url = session.success_url if session.ui_mode == HOSTED else session.return_url
    return None if url is None else url.replace(SESSION_ID_PLACEHOLDER, session.id)
