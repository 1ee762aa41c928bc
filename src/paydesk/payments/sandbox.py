"""The built-in processor: decides by the tables of test cards and IBANs, and moves no money.

A decision is a pure function of the request; the ledger makes it final. `put_if_absent` keeps
the first decision of a key and `replace` the first answer of the bank, so requests that race are
all told the same and nothing is charged twice. Giving a key up is a decision like another.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from paydesk.core.cards import CardChecks
from paydesk.core.errors import IdempotencyMismatch, InvalidRequest, NotFound, Unavailable
from paydesk.core.ids import base62
from paydesk.payments.behaviours import (
    GENERIC,
    RISK_SCORES,
    Authentication,
    Behaviour,
    Decline,
)
from paydesk.payments.cards import SandboxCard, card_with_reference
from paydesk.payments.processor import (
    ActionRequired,
    Approved,
    Assessment,
    Authorisation,
    CardToken,
    DebitToken,
    Declined,
    Ledger,
    News,
    Outcome,
    Record,
    RefundOutcome,
    RefundRequest,
    ThreeDSecure,
)
from paydesk.payments.records import (
    ACTION_REQUIRED,
    GIVEN_UP,
    outcome_from_record,
    outcome_to_record,
)
from paydesk.payments.sandbox_debits import SandboxDebits
from paydesk.payments.sandbox_refunds import SandboxRefunds

REFERENCE_LENGTH = 24
THREE_D_SECURE_VERSION = "2.2.0"
_UUIDS = uuid.UUID("4d1f0e0c-6b64-5b8e-9b0a-5f0c3e6b7a10")


class SandboxProcessor:
    """A `Processor` over the test cards and IBANs. `secret` keys the names that it gives out."""

    def __init__(self, ledger: Ledger, secret: bytes) -> None:
        self._ledger = ledger
        self._secret = secret
        self._debits = SandboxDebits(ledger, self._name)
        self._refunds = SandboxRefunds(ledger, self._name)

    async def authorise(self, request: Authorisation) -> Outcome:
        """As the card's or IBAN's row says. InvalidRequest in live mode: this is not real money."""
        if request.livemode:
            raise InvalidRequest("The sandbox processor takes payments in test mode only.")
        asked = _request_to_record(request)
        outcome = self._first_outcome(request)
        stored = await self._ledger.put_if_absent(request.key, _record(asked, outcome))
        if stored["state"] == GIVEN_UP:
            raise Unavailable("This payment was given up before it began. Nothing was charged.")
        if stored["request"] != asked:
            raise _other_parameters(request.key)
        return outcome_from_record(stored["outcome"])

    async def complete_authentication(self, key: str, *, authenticated: bool) -> Outcome:
        """Go on after the bank's page; NotFound for a key that was never authorised."""
        stored = await self._known(key)
        if stored["state"] == ACTION_REQUIRED:
            outcome = self._after_challenge(key, stored["request"], authenticated)
            record = _record(stored["request"], outcome)
            if await self._ledger.replace(key, ACTION_REQUIRED, record):
                return outcome
            stored = await self._known(key)
        return outcome_from_record(stored["outcome"])

    async def payment_news(self, key: str) -> News:
        """How a debit has ended, as the IBAN's row says. NotFound for what is none."""
        return await self._debits.news(key)

    async def give_up(self, key: str) -> Outcome | None:
        """What was decided for the key; else None, kept as its decision."""
        stored = await self._ledger.put_if_absent(key, {"state": GIVEN_UP})
        return None if stored["state"] == GIVEN_UP else outcome_from_record(stored["outcome"])

    async def refund(self, request: RefundRequest) -> RefundOutcome:
        """As the card's row says. NotFound for a payment that was never made."""
        return await self._refunds.refund(request)

    async def refund_news(self, key: str) -> RefundOutcome:
        """How the refund has ended. NotFound for one that was never asked for."""
        return await self._refunds.news(key)

    async def _known(self, key: str) -> Record:
        stored = await self._ledger.find(key)
        if stored is None or stored["state"] == GIVEN_UP:
            raise NotFound("payment", key)
        return stored

    def _first_outcome(self, request: Authorisation) -> Outcome:
        method = request.method
        if isinstance(method, DebitToken):
            return self._debits.first_outcome(request.key, method.reference)
        return self._first_of_card(request, method)

    def _first_of_card(self, request: Authorisation, method: CardToken) -> Outcome:
        card = card_with_reference(method.reference)
        wanted = request.request_three_d_secure in ("any", "challenge")
        given = method.facts.checks
        match card.behaviour.authentication:
            case Authentication.REQUIRED:
                return self._challenge(request.key)
            case Authentication.SUPPORTED if wanted:
                return self._challenge(request.key)
            case Authentication.REQUIRED_ERROR:
                return _declined(card, given, GENERIC, ThreeDSecure(result="processing_error"))
            case authentication:
                seen = _unasked_authentication(authentication, request.key, wanted=wanted)
                return self._charge(request.key, card, given, seen)

    def _challenge(self, key: str) -> ActionRequired:
        return ActionRequired(challenge=self._name("challenge", key))

    def _after_challenge(self, key: str, asked: Mapping[str, Any], authenticated: bool) -> Outcome:
        card = card_with_reference(asked["card"])
        given = CardChecks(**asked["checks"])
        if not authenticated:
            return _not_authenticated(given, key)
        return self._charge(key, card, given, _authenticated("challenge", key))

    def _charge(
        self, key: str, card: SandboxCard, given: CardChecks, seen: ThreeDSecure | None
    ) -> Outcome:
        decline = card.behaviour.decline
        if decline and (given.cvc_check or not decline.needs_cvc):
            return _declined(card, given, decline, seen)
        return Approved(
            reference=self._name("payment", key),
            checks=_checked(given, card.behaviour.checks),
            assessment=_approval(card.behaviour),
            three_d_secure=seen,
        )

    def _name(self, purpose: str, key: str) -> str:
        """A name for something of this key: always the same, known to nobody without the secret."""
        digest = hmac.digest(self._secret, f"{purpose}:{key}".encode(), hashlib.sha256)
        return f"sandbox_{purpose}_{base62(int.from_bytes(digest), REFERENCE_LENGTH)}"


def _request_to_record(request: Authorisation) -> Record:
    money: Record = {"amount": request.amount, "currency": request.currency}
    method = request.method
    if isinstance(method, DebitToken):
        return {**money, "debit": method.reference}
    return {
        **money,
        "card": method.reference,
        "checks": asdict(method.facts.checks),
        "request_three_d_secure": request.request_three_d_secure,
    }


def _record(asked: Mapping[str, Any], outcome: Outcome) -> Record:
    told = outcome_to_record(outcome)
    return {"state": told["state"], "request": dict(asked), "outcome": told}


def _other_parameters(key: str) -> IdempotencyMismatch:
    return IdempotencyMismatch(
        "Keys for idempotent requests can only be used with the same parameters they were first "
        f"used with. Try using a key other than '{key}' if you meant to execute a different "
        "request.",
    )


def _checked(given: CardChecks, answers: CardChecks) -> CardChecks:
    """The issuer's answers, for the details that it was given."""
    told = {
        name: getattr(answers, name) if value is not None else None
        for name, value in asdict(given).items()
    }
    return CardChecks(**told)


def _approval(behaviour: Behaviour) -> Assessment:
    return Assessment(
        type="authorized",
        network_status="approved_by_network",
        seller_message="Payment complete.",
        risk_level=behaviour.risk_level,
        risk_score=RISK_SCORES[behaviour.risk_level],
    )


def _declined(
    card: SandboxCard, given: CardChecks, decline: Decline, seen: ThreeDSecure | None
) -> Declined:
    answers = card.behaviour.checks
    if decline.needs_cvc:
        answers = CardChecks(answers.address_line1_check, answers.address_postal_code_check, "fail")
    return Declined(
        code=decline.code,
        decline_code=decline.decline_code,
        message=decline.message,
        param=decline.param,
        checks=_checked(given, answers),
        assessment=_refusal(decline, card.behaviour.risk_level),
        three_d_secure=seen,
    )


def _refusal(decline: Decline, risk_level: str) -> Assessment:
    reason = decline.decline_code or decline.code
    seller_message = f"The bank returned the decline code `{reason}`."
    if decline.blocked:
        reason, seller_message = "highest_risk_level", "Stripe blocked this payment as too risky."
    elif reason == "generic_decline":
        seller_message = "The bank did not return any further details with this decline."
    return Assessment(
        type="blocked" if decline.blocked else "issuer_declined",
        network_status="not_sent_to_network" if decline.blocked else "declined_by_network",
        seller_message=seller_message,
        reason=reason,
        risk_level=risk_level,
        risk_score=RISK_SCORES[risk_level],
        advice_code=decline.advice_code,
        network_decline_code=decline.network_decline_code,
    )


def _unasked_authentication(
    authentication: Authentication, key: str, *, wanted: bool
) -> ThreeDSecure | None:
    """What 3D Secure leaves on a charge for which the buyer is not asked."""
    if authentication is Authentication.FRICTIONLESS:
        return _authenticated("frictionless", key)
    if not wanted:
        return None
    results = {
        Authentication.NOT_SUPPORTED: "not_supported",
        Authentication.SUPPORTED_ERROR: "processing_error",
    }
    return ThreeDSecure(result=results.get(authentication, "attempt_acknowledged"))


def _authenticated(flow: str, key: str) -> ThreeDSecure:
    return ThreeDSecure(
        result="authenticated",
        authentication_flow=flow,
        electronic_commerce_indicator="05",
        transaction_id=str(uuid.uuid5(_UUIDS, key)),
        version=THREE_D_SECURE_VERSION,
    )


def _not_authenticated(given: CardChecks, key: str) -> Declined:
    return Declined(
        code="payment_intent_authentication_failure",
        message="We are unable to authenticate your payment method. Please choose a different "
        "payment method and try again.",
        checks=given,
        assessment=None,
        three_d_secure=ThreeDSecure(
            result="failed",
            result_reason="rejected",
            authentication_flow="challenge",
            transaction_id=str(uuid.uuid5(_UUIDS, key)),
            version=THREE_D_SECURE_VERSION,
        ),
    )
