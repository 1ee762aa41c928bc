"""What a test card does: the declines, the ways of 3D Secure and the checks that rows combine.

Source: Stripe's testing page for codes, decline codes and effects; Stripe's error and decline
code pages for the texts; ISO 8583 field 39 for the network's codes. Stripe publishes no advice
codes for its test cards, so those follow the meaning of each advice.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from paydesk.core.cards import CardChecks


class Authentication(StrEnum):
    """What 3D Secure does with a card."""

    UNENROLLED = "unenrolled"
    """Never asked; when the merchant wants it, the attempt is acknowledged without a question."""
    NOT_SUPPORTED = "not_supported"
    SUPPORTED = "supported"
    """Asked only when the merchant wants it."""
    SUPPORTED_ERROR = "supported_error"
    """As SUPPORTED, but the attempt fails; the payment goes on without it."""
    REQUIRED = "required"
    REQUIRED_ERROR = "required_error"
    """Required, and the attempt fails: no payment."""
    FRICTIONLESS = "frictionless"
    """Required, and the bank is content without asking the buyer."""


class RefundCourse(StrEnum):
    """How a refund of a payment with a card goes."""

    AT_ONCE = "at_once"
    PENDING = "pending"
    """It is pending first, and succeeds later."""
    FAILS_LATER = "fails_later"
    """It succeeds, and fails later after all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decline:
    """One reason to refuse a charge. `message` may be shown to the buyer.

    `needs_cvc`: the issuer can only refuse a security code that was given.
    """

    code: str = "card_declined"
    decline_code: str | None = None
    message: str = "Your card was declined."
    param: str | None = None
    advice_code: str
    network_decline_code: str | None = None
    blocked: bool = False
    needs_cvc: bool = False


GENERIC = Decline(
    decline_code="generic_decline", advice_code="try_again_later", network_decline_code="01"
)
INSUFFICIENT_FUNDS = Decline(
    decline_code="insufficient_funds",
    message="Your card has insufficient funds.",
    advice_code="try_again_later",
    network_decline_code="51",
)
# A thief must not learn that the card is known to be lost, so the text is the generic one.
LOST = Decline(decline_code="lost_card", advice_code="do_not_try_again", network_decline_code="41")
STOLEN = Decline(
    decline_code="stolen_card", advice_code="do_not_try_again", network_decline_code="43"
)
EXPIRED = Decline(
    code="expired_card",
    message="Your card has expired.",
    param="exp_month",
    advice_code="confirm_card_data",
    network_decline_code="54",
)
INCORRECT_CVC = Decline(
    code="incorrect_cvc",
    message="Your card's security code is incorrect.",
    param="cvc",
    advice_code="confirm_card_data",
    network_decline_code="82",
    needs_cvc=True,
)
PROCESSING_ERROR = Decline(
    code="processing_error",
    message="An error occurred while processing your card. Try again in a little bit.",
    advice_code="try_again_later",
    network_decline_code="96",
)
VELOCITY = Decline(
    decline_code="card_velocity_exceeded",
    message="Your card was declined for making repeated attempts too frequently or exceeding "
    "its amount limit.",
    advice_code="try_again_later",
    network_decline_code="65",
)
BLOCKED = Decline(decline_code="fraudulent", advice_code="do_not_try_again", blocked=True)

ALL_PASS = CardChecks("pass", "pass", "pass")
CVC_FAILS = CardChecks("pass", "pass", "fail")
POSTAL_CODE_FAILS = CardChecks("pass", "fail", "pass")
LINE1_FAILS = CardChecks("fail", "pass", "pass")
ADDRESS_FAILS = CardChecks("fail", "fail", "pass")
ADDRESS_UNAVAILABLE = CardChecks("unavailable", "unavailable", "pass")

RISK_SCORES = {"normal": 20, "elevated": 70, "highest": 95}
"""A score within each level's published span: under 65, 65 to 74, 75 and more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """What happens when a card is charged; `checks` are the answers for details that are given."""

    authentication: Authentication = Authentication.UNENROLLED
    decline: Decline | None = None
    checks: CardChecks = ALL_PASS
    risk_level: str = "normal"
    refund: RefundCourse = RefundCourse.AT_ONCE


SUCCEEDS = Behaviour()
