"""Stripe's resources that Paydesk has not: asked for, they are told apart from a mistyped URL."""

from __future__ import annotations

RESOURCES = frozenset(
    "account account_links account_sessions accounts apple_pay application_fees apps balance "
    "balance_settings balance_transactions billing billing_portal climate confirmation_tokens "
    "country_specs coupons credit_notes crypto customer_sessions disputes entitlements "
    "ephemeral_keys exchange_rates external_accounts file_links files financial_connections "
    "forwarding identity invoice_payments invoice_rendering_templates invoiceitems invoices "
    "issuing mandates payment_attempt_records payment_links payment_method_configurations "
    "payment_method_domains payment_records payouts plans promotion_codes quotes radar "
    "reporting reviews setup_attempts setup_intents shipping_rates sigma sources "
    "subscription_items subscription_schedules subscriptions tax "
    "terminal test_helpers tokens topups transfers treasury".split()
)

ACTIONS = {
    "payment_intents": frozenset(
        {"", "apply_customer_balance", "capture", "increment_authorization"}
    ),
    "charges": frozenset({"", "capture"}),
    "customers": frozenset(
        {
            *("balance_transactions", "cards", "cash_balance", "cash_balance_transactions"),
            *("discount", "funding_instructions", "sources", "subscriptions"),
        }
    ),
    "products": frozenset({"features"}),
}
"""What can be done with a resource that Paydesk has, and not here; "" is making or changing one."""


def is_stripes(segments: list[str]) -> bool:
    """Whether Stripe answers a path of these segments: `["v1", "refunds", ...]`."""
    if len(segments) < 2 or segments[0] != "v1":
        return False
    resource, action = segments[1], segments[3] if len(segments) > 3 else ""
    return (
        resource in RESOURCES
        or segments[2:] == ["search"]
        or action in ACTIONS.get(resource, frozenset())
    )
