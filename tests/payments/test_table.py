"""Every row of the table, charged: the expectations are Stripe's testing page, written again."""

from __future__ import annotations

import asyncio
import json
from datetime import date

import pytest

from paydesk.core.cards import brand_of, passes_luhn
from paydesk.payments.cards import TABLE, SandboxCard, card_named, card_with_reference
from paydesk.payments.processor import (
    ActionRequired,
    Approved,
    Assessment,
    Authorisation,
    Declined,
    Ledger,
    Outcome,
)
from paydesk.payments.sandbox import SandboxProcessor
from paydesk.payments.tokens import CardEntry, token_from_entry, token_from_name

TODAY = date(2026, 7, 15)

DECLINED = {
    "4000000000000002": ("card_declined", "generic_decline", "Your card was declined."),
    "4000000000009995": (
        "card_declined",
        "insufficient_funds",
        "Your card has insufficient funds.",
    ),
    "4000000000009987": ("card_declined", "lost_card", "Your card was declined."),
    "4000000000009979": ("card_declined", "stolen_card", "Your card was declined."),
    "4000000000000069": ("expired_card", None, "Your card has expired."),
    "4000000000000127": ("incorrect_cvc", None, "Your card's security code is incorrect."),
    "4000000000000119": (
        "processing_error",
        None,
        "An error occurred while processing your card. Try again in a little bit.",
    ),
    "4000000000006975": (
        "card_declined",
        "card_velocity_exceeded",
        (
            "Your card was declined for making repeated attempts too frequently or exceeding its "
            "amount limit."
        ),
    ),
    "4000000000000341": ("card_declined", "generic_decline", "Your card was declined."),
    "4100000000000019": ("card_declined", "fraudulent", "Your card was declined."),
    "4000008400001280": ("card_declined", "generic_decline", "Your card was declined."),
}
ASKED_THEN_APPROVED = {
    "4000000000003220",
    "4000000000003063",
    "4000008400000027",
    "4000002500003155",
    "4000002760003184",
    "4000003800000446",
}
ASKED_THEN_DECLINED = {
    "4000008400001629": ("card_declined", "generic_decline", "Your card was declined."),
    "4000008260003178": (
        "card_declined",
        "insufficient_funds",
        "Your card has insufficient funds.",
    ),
}
CHECKS = {  # line 1, postal code, CVC
    "4000000000000101": ("pass", "pass", "fail"),
    "4000058400307872": ("pass", "pass", "fail"),
    "4000000000000036": ("pass", "fail", "pass"),
    "4000058400306072": ("pass", "fail", "pass"),
    "4000000000000028": ("fail", "pass", "pass"),
    "4000000000000010": ("fail", "fail", "pass"),
    "4000000000000044": ("unavailable", "unavailable", "pass"),
}
RISK = {
    "4000000000004954": "highest",
    "4000000000009235": "elevated",
    "4000058400307872": "elevated",
    "4000058400306072": "elevated",
}

every_card = pytest.mark.parametrize("card", TABLE, ids=lambda card: card.reference)


def entry(card: SandboxCard, *, cvc: bool = True, address: bool = True) -> CardEntry:
    return CardEntry(
        number=card.number,
        exp_month=12,
        exp_year=34,
        cvc="1234"[: brand_of(card.number).cvc_digits] if cvc else None,
        has_line1=address,
        has_postal_code=address,
    )


def request(typed: CardEntry, secret: bytes, *, three_d_secure: str = "automatic") -> Authorisation:
    token = token_from_entry(typed, secret=secret, now=TODAY)
    return Authorisation(
        key="pay-1",
        amount=1999,
        currency="eur",
        method=token,
        request_three_d_secure=three_d_secure,
    )


def pay(processor: SandboxProcessor, asked: Authorisation) -> Outcome:
    return asyncio.run(processor.authorise(asked))


def refusal(outcome: Outcome) -> tuple[str, str | None, str]:
    assert isinstance(outcome, Declined)
    return outcome.code, outcome.decline_code, outcome.message


@every_card
def test_a_card_does_what_the_testing_page_says(
    card: SandboxCard, processor: SandboxProcessor, secret: bytes
) -> None:
    outcome = pay(processor, request(entry(card), secret))
    if card.number in ASKED_THEN_APPROVED | ASKED_THEN_DECLINED.keys():
        assert isinstance(outcome, ActionRequired)
        outcome = asyncio.run(processor.complete_authentication("pay-1", authenticated=True))
        assert isinstance(outcome, Approved | Declined)
        assert outcome.three_d_secure is not None
        assert outcome.three_d_secure.result == "authenticated"
    expected = DECLINED.get(card.number) or ASKED_THEN_DECLINED.get(card.number)
    if expected:
        assert refusal(outcome) == expected
        return
    assert isinstance(outcome, Approved)
    checks = outcome.checks
    assert (
        checks.address_line1_check,
        checks.address_postal_code_check,
        checks.cvc_check,
    ) == CHECKS.get(card.number, ("pass", "pass", "pass"))
    assert outcome.assessment.risk_level == RISK.get(card.number, "normal")


@every_card
def test_a_row_is_a_card_that_could_exist(card: SandboxCard) -> None:
    assert passes_luhn(card.number)
    assert brand_of(card.number).name == card.brand
    assert len(card.number) in brand_of(card.number).number_digits
    assert len(card.country) == 2
    assert card.funding in {"credit", "debit", "prepaid"}


@every_card
def test_the_number_stays_behind(
    card: SandboxCard, processor: SandboxProcessor, ledger: Ledger, secret: bytes
) -> None:
    asked = request(entry(card), secret)
    outcome = pay(processor, asked)
    record = asyncio.run(ledger.find("pay-1"))
    said = "".join(map(repr, (card, entry(card), asked, outcome))) + json.dumps(record)
    assert card.number not in said
    assert card.number[:-4] not in said


@every_card
def test_a_row_is_found_again_by_each_of_its_names(card: SandboxCard) -> None:
    assert card_with_reference(card.reference) is card
    for name in card.names.split():
        assert card_named(f"pm_card_{name}") is card
        assert card_named(f"tok_{name}") is card


def test_nothing_in_the_table_is_there_twice() -> None:
    names = [name for card in TABLE for name in card.names.split()]
    for values in (names, [card.number for card in TABLE], [card.reference for card in TABLE]):
        assert len(values) == len(set(values))


@pytest.mark.parametrize(
    ("shorthand", "number"),
    [
        ("pm_card_visa", "4242424242424242"),
        ("tok_visa", "4242424242424242"),
        ("pm_card_us", "4242424242424242"),
        ("pm_card_mastercard", "5555555555554444"),
        ("tok_amex", "378282246310005"),
        ("pm_card_gb_debit", "4000058260000005"),
        ("pm_card_chargeDeclined", "4000000000000002"),
        ("pm_card_visa_chargeDeclined", "4000000000000002"),
        ("pm_card_chargeDeclinedInsufficientFunds", "4000000000009995"),
        ("tok_chargeDeclinedExpiredCard", "4000000000000069"),
        ("pm_card_chargeDeclinedIncorrectCvc", "4000000000000127"),
        ("pm_card_chargeDeclinedProcessingError", "4000000000000119"),
        ("pm_card_visa_chargeDeclinedVelocityLimitExceeded", "4000000000006975"),
        ("pm_card_chargeCustomerFail", "4000000000000341"),
        ("pm_card_threeDSecure2Required", "4000000000003220"),
        ("pm_card_threeDSecureRequired", "4000000000003063"),
        ("pm_card_threeDSecureOptional", "4000000000003055"),
        ("pm_card_authenticationRequired", "4000002760003184"),
        ("pm_card_authenticationRequiredOnSetup", "4000002500003155"),
        ("pm_card_authenticationRequiredSetupForOffSession", "4000003800000446"),
        (
            "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds",
            "4000008260003178",
        ),
        ("pm_card_radarBlock", "4100000000000019"),
        ("pm_card_createDispute", "4000000000000259"),
    ],
)
def test_published_shorthands(shorthand: str, number: str) -> None:
    card = card_named(shorthand)
    assert card is not None
    assert card.number == number


@pytest.mark.parametrize("word", ["", "pm_card_", "pm_card_nobody", "visa", "pm_1N2bcd", "tok_1N2"])
def test_other_words_are_no_shorthands(word: str) -> None:
    assert card_named(word) is None


def test_a_shorthand_alone_brings_about_what_it_says(
    processor: SandboxProcessor, secret: bytes
) -> None:
    expected = {
        "pm_card_chargeDeclinedIncorrectCvc": (None, None, "fail"),
        "pm_card_avsZipFail": (None, "fail", "pass"),
        "pm_card_avsFail": ("fail", "fail", "pass"),
        "pm_card_visa": (None, None, "pass"),
    }
    for name, checks in expected.items():
        token = token_from_name(name, secret=secret, now=TODAY)
        assert token is not None
        asked = Authorisation(key=name, amount=1, currency="usd", method=token)
        outcome = pay(processor, asked)
        assert isinstance(outcome, Approved | Declined)
        told = outcome.checks
        assert (told.address_line1_check, told.address_postal_code_check, told.cvc_check) == checks


def test_a_security_code_that_was_not_given_cannot_be_wrong(
    processor: SandboxProcessor, secret: bytes
) -> None:
    card = card_named("pm_card_chargeDeclinedIncorrectCvc")
    assert card is not None
    outcome = pay(processor, request(entry(card, cvc=False, address=False), secret))
    assert isinstance(outcome, Approved)
    assert outcome.checks.cvc_check is None


@pytest.mark.parametrize(
    ("number", "asks", "result"),
    [
        ("4000000000003055", True, None),
        ("4000000000003097", False, "processing_error"),
        ("4242424242424242", False, "attempt_acknowledged"),
        ("378282246310005", False, "not_supported"),
        ("4000000032200000", False, "authenticated"),
    ],
)
def test_a_merchant_may_wish_for_authentication(
    number: str, asks: bool, result: str | None, processor: SandboxProcessor, secret: bytes
) -> None:
    card = next(card for card in TABLE if card.number == number)
    outcome = pay(processor, request(entry(card), secret, three_d_secure="any"))
    assert isinstance(outcome, ActionRequired if asks else Approved)
    if isinstance(outcome, Approved):
        assert outcome.three_d_secure is not None
        assert outcome.three_d_secure.result == result


def test_only_the_card_that_is_always_blocked_never_reaches_the_network(
    processor: SandboxProcessor, secret: bytes
) -> None:
    for card in TABLE:
        token = token_from_entry(entry(card), secret=secret, now=TODAY)
        asked = Authorisation(key=card.reference, amount=1, currency="usd", method=token)
        outcome = pay(processor, asked)
        if isinstance(outcome, Declined):
            assert outcome.assessment is not None
            blocked = outcome.assessment.network_status == "not_sent_to_network"
            assert blocked == (card.number == "4100000000000019")


def test_a_charges_outcome_is_told_in_the_words_of_the_api(
    processor: SandboxProcessor, secret: bytes
) -> None:
    def outcome_of(name: str) -> Approved | Declined:
        token = token_from_name(name, secret=secret, now=TODAY)
        assert token is not None
        outcome = pay(processor, Authorisation(key=name, amount=1, currency="usd", method=token))
        assert isinstance(outcome, Approved | Declined)
        assert outcome.three_d_secure is None
        return outcome

    assert outcome_of("pm_card_visa").assessment == Assessment(
        type="authorized",
        network_status="approved_by_network",
        seller_message="Payment complete.",
        risk_score=20,
    )
    assert outcome_of("pm_card_chargeDeclined").assessment == Assessment(
        type="issuer_declined",
        network_status="declined_by_network",
        seller_message="The bank did not return any further details with this decline.",
        reason="generic_decline",
        risk_score=20,
        advice_code="try_again_later",
        network_decline_code="01",
    )
    assert outcome_of("pm_card_chargeDeclinedExpiredCard").assessment == Assessment(
        type="issuer_declined",
        network_status="declined_by_network",
        seller_message="The bank returned the decline code `expired_card`.",
        reason="expired_card",
        risk_score=20,
        advice_code="confirm_card_data",
        network_decline_code="54",
    )
    assert outcome_of("pm_card_radarBlock").assessment == Assessment(
        type="blocked",
        network_status="not_sent_to_network",
        seller_message="Stripe blocked this payment as too risky.",
        reason="highest_risk_level",
        risk_level="highest",
        risk_score=95,
        advice_code="do_not_try_again",
    )
