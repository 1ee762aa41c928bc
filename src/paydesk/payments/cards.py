"""The test cards as one table. Nothing outside it is a card to the sandbox.

Source: Stripe's testing page, with the numbers it published earlier that suites still use. A row
is found by its number, or by a published name: `visa` stands for `pm_card_visa` and `tok_visa`.
Cards for disputes, instant balance and mobile challenges are ordinary to a charge.
"""

from __future__ import annotations

from dataclasses import dataclass

from paydesk.core.cards import CardChecks
from paydesk.payments.behaviours import (
    ADDRESS_FAILS,
    ADDRESS_UNAVAILABLE,
    ALL_PASS,
    BLOCKED,
    CVC_FAILS,
    EXPIRED,
    GENERIC,
    INCORRECT_CVC,
    INSUFFICIENT_FUNDS,
    LINE1_FAILS,
    LOST,
    POSTAL_CODE_FAILS,
    PROCESSING_ERROR,
    STOLEN,
    SUCCEEDS,
    VELOCITY,
    Authentication,
    Behaviour,
    Decline,
    RefundCourse,
)


@dataclass(frozen=True, slots=True, repr=False)
class SandboxCard:
    """One row: a published test number and what it stands for. `names` are space separated."""

    number: str
    names: str = ""
    brand: str = "visa"
    country: str = "US"
    funding: str = "credit"
    behaviour: Behaviour = SUCCEEDS
    co_brand: str | None = None

    @property
    def last4(self) -> str:
        """All of the number that is ever shown or kept."""
        return self.number[-4:]

    @property
    def reference(self) -> str:
        """What is kept in place of the number: unique, and the same for ever."""
        return self.names.partition(" ")[0] or f"{self.brand}-{self.last4}"

    @property
    def networks(self) -> tuple[str, ...]:
        """The networks that can carry a payment with this card."""
        return (self.brand, self.co_brand) if self.co_brand else (self.brand,)

    def __repr__(self) -> str:
        return f"SandboxCard({self.reference} •••• {self.last4})"


def _visa(country: str, number: str, names: str = "", funding: str = "credit") -> SandboxCard:
    return SandboxCard(number, names or country.lower(), "visa", country, funding)


def _declined(number: str, names: str, decline: Decline) -> SandboxCard:
    return SandboxCard(number, names, behaviour=Behaviour(decline=decline))


def _risky(number: str, names: str, checks: CardChecks, level: str = "normal") -> SandboxCard:
    return SandboxCard(number, names, behaviour=Behaviour(checks=checks, risk_level=level))


def _secure(
    number: str,
    names: str,
    authentication: Authentication,
    country: str,
    decline: Decline | None = None,
) -> SandboxCard:
    behaviour = Behaviour(authentication=authentication, decline=decline)
    return SandboxCard(number, names, country=country, behaviour=behaviour)


BY_BRAND = (
    SandboxCard("4242424242424242", "visa us"),
    SandboxCard("4000056655665556", "visa_debit", funding="debit"),
    SandboxCard("5555555555554444", "mastercard", "mastercard"),
    SandboxCard("2223003122003222", "", "mastercard"),
    SandboxCard("5200828282828210", "mastercard_debit", "mastercard", funding="debit"),
    SandboxCard("5105105105105100", "mastercard_prepaid", "mastercard", funding="prepaid"),
    SandboxCard(
        "378282246310005",
        "amex amex_threeDSecureNotSupported",
        "amex",
        behaviour=Behaviour(authentication=Authentication.NOT_SUPPORTED),
    ),
    SandboxCard("371449635398431", "", "amex"),
    SandboxCard("6011111111111117", "discover", "discover"),
    SandboxCard("6011000990139424", "", "discover"),
    SandboxCard("6011981111111113", "", "discover", funding="debit"),
    SandboxCard("3056930009020004", "diners", "diners"),
    SandboxCard("36227206271667", "", "diners"),
    SandboxCard("6555900000604105", "", "discover", "KR"),
    SandboxCard("3566002020360505", "jcb", "jcb", "JP"),
    SandboxCard("3530111333300000", "", "jcb", "JP"),
    SandboxCard("6200000000000005", "unionpay", "unionpay", "CN"),
    SandboxCard("6200000000000047", "", "unionpay", "CN", "debit"),
    SandboxCard("6205500000000000004", "", "unionpay", "CN"),
)

CO_BRANDED = (
    SandboxCard(
        "4000002500001001", "visa_cartesBancaires", "visa", "FR", co_brand="cartes_bancaires"
    ),
    SandboxCard(
        "5555552500001001",
        "mastercard_cartesBancaires",
        "mastercard",
        "FR",
        co_brand="cartes_bancaires",
    ),
    SandboxCard(
        "4000050360000001",
        "visa_debit_eftposAuCoBranded",
        "visa",
        "AU",
        "debit",
        co_brand="eftpos_au",
    ),
    SandboxCard(
        "5555050360000080",
        "mastercard_debit_eftposAuCoBranded",
        "mastercard",
        "AU",
        "debit",
        co_brand="eftpos_au",
    ),
)

BY_COUNTRY = (
    _visa("AR", "4000000320000021"),
    _visa("BR", "4000000760000002"),
    _visa("CA", "4000001240000000"),
    _visa("CL", "4000001520000001"),
    _visa("CO", "4000001700000003"),
    _visa("CR", "4000001880000005"),
    _visa("EC", "4000002180000000"),
    _visa("MX", "4000004840008001"),
    SandboxCard("5062210000000009", "", "unknown", "MX"),
    _visa("PA", "4000005910000000"),
    _visa("PY", "4000006000000066"),
    _visa("PE", "4000006040000068"),
    _visa("UY", "4000008580000003"),
    _visa("AE", "4000007840000001"),
    SandboxCard("5200007840000022", "ae_mastercard", "mastercard", "AE"),
    _visa("AT", "4000000400000008"),
    _visa("BE", "4000000560000004"),
    _visa("BG", "4000001000000000"),
    _visa("BY", "4000001120000005"),
    _visa("HR", "4000001910000009"),
    _visa("CY", "4000001960000008"),
    _visa("CZ", "4000002030000002"),
    _visa("DK", "4000002080000001"),
    _visa("EE", "4000002330000009"),
    _visa("FI", "4000002460000001"),
    _visa("FR", "4000002500000003"),
    _visa("DE", "4000002760000016"),
    _visa("GI", "4000002920000005"),
    _visa("GR", "4000003000000030"),
    _visa("HU", "4000003480000005"),
    _visa("IE", "4000003720000005"),
    _visa("IT", "4000003800000008"),
    _visa("LV", "4000004280000005"),
    _visa("LI", "4000004380000004"),
    _visa("LT", "4000004400000000"),
    _visa("LU", "4000004420000006"),
    _visa("MT", "4000004700000007"),
    _visa("NL", "4000005280000002"),
    _visa("NO", "4000005780000007"),
    _visa("PL", "4000006160000005"),
    _visa("PT", "4000006200000007"),
    _visa("RO", "4000006420000001"),
    SandboxCard("4000006820000007", country="SA"),
    _visa("SI", "4000007050000006"),
    _visa("SK", "4000007030000001"),
    _visa("ES", "4000007240000007"),
    _visa("SE", "4000007520000008"),
    _visa("CH", "4000007560000009"),
    _visa("GB", "4000008260000000"),
    _visa("GB", "4000058260000005", "gb_debit", "debit"),
    SandboxCard("5555558265554449", "gb_mastercard", "mastercard", "GB"),
    _visa("AU", "4000000360000006"),
    _visa("CN", "4000001560000002"),
    _visa("HK", "4000003440000004"),
    _visa("IN", "4000003560000008"),
    _visa("JP", "4000003920000003"),
    _visa("MY", "4000004580000002"),
    _visa("NZ", "4000005540000008"),
    _visa("SG", "4000007020000003"),
    _visa("TW", "4000001580000008"),
    _visa("TH", "4000007640000003", "th_credit"),
    _visa("TH", "4000057640000008", "th_debit", "debit"),
)

HEALTH_ACCOUNTS = (
    SandboxCard(
        "4000051230000072", "debit_visaFsaProductCode debit_visaHsaProductCode", funding="debit"
    ),
    SandboxCard(
        "5200828282828897",
        "mastercard_debit_mastercardFsaProductCode",
        "mastercard",
        funding="debit",
    ),
)

# Some names are published without a number of their own; they stand with the row that answers
# as they do.
DECLINED = (
    _declined("4000000000000002", "visa_chargeDeclined chargeDeclined", GENERIC),
    _declined(
        "4000000000009995",
        "visa_chargeDeclinedInsufficientFunds chargeDeclinedInsufficientFunds "
        "visa_debit_chargeDeclinedInsufficientFunds",
        INSUFFICIENT_FUNDS,
    ),
    _declined(
        "4000000000009987",
        "visa_chargeDeclinedLostCard chargeDeclinedLostCard visa_chargeCustomerFailLostCard",
        LOST,
    ),
    _declined(
        "4000000000009979",
        "visa_chargeDeclinedStolenCard chargeDeclinedStolenCard visa_chargeCustomerFailStolenCard",
        STOLEN,
    ),
    _declined(
        "4000000000000069",
        "chargeDeclinedExpiredCard visa_chargeDeclinedExpiredCard",
        EXPIRED,
    ),
    _declined(
        "4000000000000127",
        "chargeDeclinedIncorrectCvc visa_chargeDeclinedIncorrectCvc",
        INCORRECT_CVC,
    ),
    _declined(
        "4000000000000119",
        "chargeDeclinedProcessingError visa_chargeDeclinedProcessingError",
        PROCESSING_ERROR,
    ),
    _declined(
        "4000000000006975",
        "visa_chargeDeclinedVelocityLimitExceeded chargeDeclinedVelocityLimitExceeded",
        VELOCITY,
    ),
    _declined("4000000000000341", "chargeCustomerFail visa_chargeCustomerFail", GENERIC),
)

# Without rules of the merchant's own, only the card that is always blocked is refused.
RISKY = (
    SandboxCard(
        "4100000000000019",
        "radarBlock visa_chargeDeclinedFraudulent",
        behaviour=Behaviour(decline=BLOCKED, risk_level="highest"),
    ),
    _risky("4000000000004954", "riskLevelHighest", ALL_PASS, "highest"),
    _risky("4000000000009235", "riskLevelElevated", ALL_PASS, "elevated"),
    _risky("4000000000000101", "cvcCheckFail", CVC_FAILS),
    _risky("4000058400307872", "cvcCheckFailElevatedRisk", CVC_FAILS, "elevated"),
    _risky("4000000000000036", "avsZipFail", POSTAL_CODE_FAILS),
    _risky("4000058400306072", "avsZipFailElevatedRisk", POSTAL_CODE_FAILS, "elevated"),
    _risky("4000000000000028", "avsLine1Fail", LINE1_FAILS),
    _risky("4000000000000010", "avsFail", ADDRESS_FAILS),
    _risky("4000000000000044", "avsUnchecked", ADDRESS_UNAVAILABLE),
)

DISPUTED_OR_REFUNDED = (
    SandboxCard("4000000000000259", "createDispute"),
    SandboxCard("4000000000002685", "createDisputeProductNotReceived"),
    SandboxCard("4000000000001976", "createDisputeInquiry"),
    SandboxCard("4000000000005423", "createIssuerFraudRecord"),
    SandboxCard("4000000404000079", "createMultipleDisputes"),
    SandboxCard("4000000404000038", "createCe3EligibleDispute"),
    SandboxCard("4000008400000779", "createComplianceDispute"),
    SandboxCard("5105008400000002", "createMastercardComplianceDispute", "mastercard"),
    SandboxCard("4000000001000043", "createAutoRepresentmentEligibleDispute"),
    SandboxCard("4000000404004816", "createRapidDisputeResolutionDispute"),
    SandboxCard("4000000404005649", "createCe3BlockDispute"),
    SandboxCard("5105000300000018", "createEthocaAlert", "mastercard"),
    SandboxCard(
        "4000000000007726", "pendingRefund", behaviour=Behaviour(refund=RefundCourse.PENDING)
    ),
    SandboxCard(
        "4000000000005126", "refundFail", behaviour=Behaviour(refund=RefundCourse.FAILS_LATER)
    ),
    SandboxCard("4000000000000077", "bypassPending"),
    SandboxCard("4000003720000278", "bypassPendingInternational", country="IE"),
)

# A checkout always has the buyer at hand, so the cards that ask "unless set up" always ask.
SECURED = (
    _secure("4000002500003155", "authenticationRequiredOnSetup", Authentication.REQUIRED, "FR"),
    _secure("4000002760003184", "authenticationRequired", Authentication.REQUIRED, "DE"),
    _secure(
        "4000003800000446",
        "authenticationRequiredSetupForOffSession",
        Authentication.REQUIRED,
        "IT",
    ),
    _secure(
        "4000008260003178",
        "authenticationRequiredChargeDeclinedInsufficientFunds",
        Authentication.REQUIRED,
        "GB",
        INSUFFICIENT_FUNDS,
    ),
    _secure("4000000000003220", "threeDSecure2Required", Authentication.REQUIRED, "IE"),
    _secure("4000000000003063", "threeDSecureRequired", Authentication.REQUIRED, "US"),
    _secure("4000008400000027", "", Authentication.REQUIRED, "US"),
    _secure(
        "4000008400001629",
        "threeDSecureRequiredChargeDeclined",
        Authentication.REQUIRED,
        "US",
        GENERIC,
    ),
    _secure(
        "4000008400001280",
        "threeDSecureRequiredProcessingError",
        Authentication.REQUIRED_ERROR,
        "US",
    ),
    _secure("4000000000003055", "threeDSecureOptional", Authentication.SUPPORTED, "US"),
    _secure(
        "4000000000003097",
        "threeDSecureOptionalProcessingError",
        Authentication.SUPPORTED_ERROR,
        "US",
    ),
    _secure("4000000032200000", "", Authentication.FRICTIONLESS, "US"),
    SandboxCard("4000582600000094", country="GB"),
    SandboxCard("4000582600000045", country="GB"),
    SandboxCard("4000582600000102", country="GB"),
    SandboxCard("4000582600000110", country="GB"),
)

TABLE = (
    *BY_BRAND,
    *CO_BRANDED,
    *BY_COUNTRY,
    *HEALTH_ACCOUNTS,
    *DECLINED,
    *RISKY,
    *DISPUTED_OR_REFUNDED,
    *SECURED,
)

_BY_NUMBER = {card.number: card for card in TABLE}
_BY_REFERENCE = {card.reference: card for card in TABLE}
_BY_NAME = {name: card for card in TABLE for name in card.names.split()}


def card_with_number(digits: str) -> SandboxCard | None:
    """The row of a published test number."""
    return _BY_NUMBER.get(digits)


def card_with_reference(reference: str) -> SandboxCard:
    """The row that a card token of the sandbox refers to; KeyError for a token of another's."""
    return _BY_REFERENCE[reference]


def card_named(shorthand: str) -> SandboxCard | None:
    """The row behind a published shorthand such as ``pm_card_visa`` or ``tok_visa``."""
    for prefix in ("pm_card_", "tok_"):
        if shorthand.startswith(prefix):
            return _BY_NAME.get(shorthand.removeprefix(prefix))
    return None
