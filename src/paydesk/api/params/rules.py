"""What becomes of the parameters of session creation that Paydesk does not act on, and why.

A rule speaks for a parameter and all below it; the longest one wins. Presentation is ignored: the
value is checked, kept and shown on the object, and reported in the `Paydesk-Ignored` header.
Whatever would change the money, the tax, the shipping or what is asked of the buyer is refused: a
merchant must never believe that it happened. A refused parameter may have harmless values, which
ask for what happens anyway.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from paydesk.api.params.spec import choices

State = Literal["acts", "ignored", "refused"]


@dataclass(frozen=True, slots=True)
class Rule:
    """`problem` is the row of `problems.PROBLEMS` that a refusal answers with."""

    prefix: str
    state: State
    reason: str
    harmless: frozenset[str] = frozenset()
    problem: str = "unsupported"

    @property
    def name(self) -> str:
        """The prefix as a request would have it."""
        return bracket_name(self.prefix)


def bracket_name(path: str) -> str:
    """``line_items[].price_data.currency`` as ``line_items[][price_data][currency]``."""
    first, *rest = path.split(".")
    return first + "".join(f"[{segment}]".replace("[]]", "][]") for segment in rest)


def _ignored(reason: str, *prefixes: str) -> Iterable[Rule]:
    return [Rule(prefix, "ignored", reason) for prefix in prefixes]


def _refused(reason: str, *prefixes: str, harmless: Iterable[str] = ()) -> Iterable[Rule]:
    return [Rule(prefix, "refused", reason, frozenset(harmless)) for prefix in prefixes]


_ALL_METHODS = choices("excluded_payment_method_types[]")

RULES: tuple[Rule, ...] = (
    # How it looks, and what is only noted down.
    *_ignored("Branding: shown on the object, not on the page.", "branding_settings"),
    *_ignored("Terms of service are not asked for, so no text stands beside them.",
              "custom_text.terms_of_service_acceptance"),
    *_ignored("A note of where the buyer is; nothing depends on it.", "origin_context"),
    *_ignored("A label for Stripe's own statistics.", "integration_identifier"),
    *_ignored("There is no Link wallet to show or hide.", "wallet_options"),
    # Payment methods.
    *_ignored("Cards are offered, whatever the configuration.", "payment_method_configuration"),
    *_ignored("Only acts when that method is offered; Paydesk has cards and SEPA debits.",
              "payment_method_options"),
    *_ignored("Paydesk makes the mandate's reference; a debit goes out at once.",
              "payment_method_options.sepa_debit"),
    *_refused("An account is kept as `payment_intent_data` says.",
              "payment_method_options.sepa_debit.setup_future_usage", harmless=["none"]),
    *_refused("Cards are the one method unless others are named, so they can't be excluded.",
              "excluded_payment_method_types[]", harmless=set(_ALL_METHODS) - {"card"}),
    # Cards, saved and otherwise treated.
    *_refused("Card payments are captured at once, and the card decides about 3D Secure.",
              "payment_method_options.card"),
    *_refused("The card decides about 3D Secure.",
              "payment_method_options.card.request_three_d_secure", harmless=["automatic"]),
    *_refused("There are no installments.",
              "payment_method_options.card.installments.enabled", harmless=["false"]),
    *_ignored("Payments are captured at once, so there is nothing to extend.",
              "payment_method_options.card.request_extended_authorization",
              "payment_method_options.card.request_incremental_authorization",
              "payment_method_options.card.request_multicapture",
              "payment_method_options.card.request_overcapture"),
    *_ignored("The sandbox prints no card statements in Japanese.",
              "payment_method_options.card.statement_descriptor_suffix_kana",
              "payment_method_options.card.statement_descriptor_suffix_kanji"),
    *_refused("Payments are captured at once.", "payment_intent_data.capture_method",
              harmless=["automatic", "automatic_async"]),
    *_refused("Saved cards are removed by the merchant, not on the page.",
              "saved_payment_method_options.payment_method_remove", harmless=["disabled"]),
    *_ignored("A card is saved as the buyer agreed to it.", "payment_method_data",
              "consent_collection.payment_method_reuse_agreement"),
    # What is asked of the buyer.
    *_refused("Fields of the merchant's own are not asked for.", "custom_fields[]"),
    *_refused("Consent is not asked for.", "consent_collection", harmless=["none"]),
    # Money: discounts, offers, currencies, invoices.
    *_refused("There are no discounts yet.", "allow_promotion_codes", harmless=["false"]),
    *_refused("There are no discounts yet.", "discounts[]"),
    *_refused("Nothing is offered besides the line items.", "optional_items[]"),
    *_refused("The buyer pays in the session's currency.", "adaptive_pricing",
              harmless=["false"]),
    *_refused("There are no invoices.", "invoice_creation"),
    *_refused("There are no invoices.", "invoice_creation.enabled", harmless=["false"]),
    *_refused("Tax is automatic, or by rates that are put on a line.",
              "line_items[].dynamic_tax_rates[]",
              "line_items[].price_data.product_data.tax_details.performance_location"),
    *_refused("An expired session is not recovered.", "after_expiration", harmless=["false"]),
    # Shipping.
    *_refused("There are no shipping rates yet.", "shipping_options[]"),
    *_refused("The buyer's page says where the order goes.", "permissions",
              harmless=["client_only"]),
    # Objects and modes that Paydesk does not have.
    *_refused("There are no subscriptions.", "subscription_data"),
    *_refused("There are no subscriptions.", "payment_method_collection",
              harmless=["if_required"]),
    Rule("line_items[].price_data.recurring", "refused", "There are no subscriptions.",
         problem="recurring"),
    *_refused("There is no setup mode.", "setup_intent_data"),
    # Connect: money that goes to somebody else.
    *_refused("There are no connected accounts.", "customer_account",
              "automatic_tax.liability.account", "payment_intent_data.application_fee_amount",
              "payment_intent_data.on_behalf_of", "payment_intent_data.transfer_data",
              "payment_intent_data.transfer_group"),
    *_refused("The seller is always the account itself.", "automatic_tax.liability",
              harmless=["self"]),
    *_refused("The seller is always the account itself.", "managed_payments",
              harmless=["false"]),
)  # fmt: skip


SHOWN = frozenset({
    "adaptive_pricing", "allow_promotion_codes", "branding_settings", "consent_collection",
    "custom_text.terms_of_service_acceptance", "excluded_payment_method_types",
    "integration_identifier", "managed_payments", "origin_context", "payment_method_collection",
    "permissions", "wallet_options",
})  # fmt: skip
"""Those of the parameters that stand on the session as they were given."""

ACTS = Rule("", "acts", "")
"""What is said of the parameters that no rule speaks for: `CreateSession` has them."""


def rule_for(path: str) -> Rule:
    """The rule that speaks for the parameter at `path`: the longest one, or `ACTS`."""
    matching = [rule for rule in RULES if _covers(rule.prefix, path)]
    return max(matching, key=lambda rule: len(rule.prefix), default=ACTS)


def _covers(prefix: str, path: str) -> bool:
    return path.startswith(prefix) and path[len(prefix) : len(prefix) + 1] in {"", "."}
