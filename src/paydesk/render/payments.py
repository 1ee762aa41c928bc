"""Payment intents, charges and payment methods on the wire."""

from __future__ import annotations

from paydesk.core.cards import CardFacts
from paydesk.core.payments import Charge, PaymentIntent, PaymentMethod
from paydesk.core.sepa_debit import CARD, SEPA_DEBIT, to_record
from paydesk.render import Json
from paydesk.render.people import billing_details, shipping


def payment_method(method: PaymentMethod) -> Json:
    """A `payment_method`."""
    return {
        "id": method.id,
        "object": "payment_method",
        "allow_redisplay": method.allow_redisplay,
        "billing_details": billing_details(method.billing),
        **_what_pays(method),
        "created": method.created,
        "customer": method.customer,
        "customer_account": None,
        "livemode": False,
        "metadata": dict(method.metadata),
        "type": method.type,
    }


def _what_pays(method: PaymentMethod) -> Json:
    if method.card is not None:
        return {CARD: _card(method.card)}
    if method.sepa_debit is None:
        return {}
    origin = {"charge": None, "setup_attempt": None}
    return {SEPA_DEBIT: {**to_record(method.sepa_debit), "generated_from": origin}}


def payment_intent(intent: PaymentIntent) -> Json:
    """A `payment_intent`."""
    return {
        "id": intent.id,
        "object": "payment_intent",
        "amount": intent.amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": intent.amount_received,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None,
        "canceled_at": intent.canceled_at,
        "cancellation_reason": None if intent.canceled_at is None else "expired",
        "capture_method": "automatic_async",
        "client_secret": intent.client_secret,
        "confirmation_method": "automatic",
        "created": intent.created,
        "currency": intent.currency,
        "customer": intent.customer,
        "customer_account": None,
        "description": intent.description,
        "excluded_payment_method_types": None,
        "last_payment_error": intent.last_payment_error,
        "latest_charge": intent.latest_charge,
        "livemode": False,
        "managed_payments": {"enabled": False},
        "metadata": dict(intent.metadata),
        "next_action": intent.next_action,
        "on_behalf_of": None,
        "payment_method": intent.payment_method,
        "payment_method_configuration_details": None,
        "payment_method_options": {name: _options(name) for name in intent.payment_method_types},
        "payment_method_types": list(intent.payment_method_types),
        "processing": None,
        "receipt_email": intent.receipt_email,
        "review": None,
        "setup_future_usage": intent.setup_future_usage,
        "shipping": shipping(intent.shipping),
        "statement_descriptor": intent.statement_descriptor,
        "statement_descriptor_suffix": intent.statement_descriptor_suffix,
        "status": intent.status,
        "transfer_data": None,
        "transfer_group": None,
    }


def _options(method: str) -> Json:
    if method == SEPA_DEBIT:
        return {"mandate_options": {}}
    return {
        "installments": None,
        "mandate_options": None,
        "network": None,
        "request_three_d_secure": "automatic",
    }


def charge(charge: Charge) -> Json:
    """A `charge`. One that is pending is captured, and not paid yet."""
    succeeded = charge.status == "succeeded"
    captured = charge.status != "failed"
    return {
        "id": charge.id,
        "object": "charge",
        "amount": charge.amount,
        "amount_captured": charge.amount if captured else 0,
        "amount_refunded": charge.amount_refunded,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": billing_details(charge.billing),
        "calculated_statement_descriptor": charge.statement_descriptor,
        "captured": captured,
        "created": charge.created,
        "currency": charge.currency,
        "customer": charge.customer,
        "description": charge.description,
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": charge.failure_code,
        "failure_message": charge.failure_message,
        "fraud_details": {},
        "livemode": False,
        "metadata": dict(charge.metadata),
        "on_behalf_of": None,
        "outcome": dict(charge.outcome),
        "paid": succeeded,
        "payment_intent": charge.payment_intent,
        "payment_method": charge.payment_method,
        "payment_method_details": _details(charge),
        "receipt_email": charge.receipt_email,
        "receipt_number": None,
        "receipt_url": None,
        "refunded": succeeded and charge.amount_refunded == charge.amount,
        "review": None,
        "shipping": shipping(charge.shipping),
        "source_transfer": None,
        "statement_descriptor": charge.statement_descriptor,
        "statement_descriptor_suffix": charge.statement_descriptor_suffix,
        "status": charge.status,
        "transfer_data": None,
        "transfer_group": None,
    }


def _card(card: CardFacts) -> Json:
    return {
        "brand": card.brand,
        "checks": _checks(card),
        "country": card.country,
        "display_brand": card.display_brand,
        "exp_month": card.exp_month,
        "exp_year": card.exp_year,
        "fingerprint": card.fingerprint,
        "funding": card.funding,
        "generated_from": None,
        "last4": card.last4,
        "networks": {"available": list(card.networks), "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": card.three_d_secure_supported},
        "wallet": None,
    }


def _details(charge: Charge) -> Json:
    if charge.card is not None:
        return {"type": CARD, CARD: _charged_card(charge, charge.card)}
    if charge.sepa_debit is None:
        return {}
    account = {**to_record(charge.sepa_debit), "mandate": charge.mandate}
    return {"type": SEPA_DEBIT, SEPA_DEBIT: account}


def _charged_card(charge: Charge, card: CardFacts) -> Json:
    return {
        "amount_authorized": charge.amount if charge.status == "succeeded" else None,
        "authorization_code": None,
        "brand": card.brand,
        "checks": _checks(card),
        "country": card.country,
        "exp_month": card.exp_month,
        "exp_year": card.exp_year,
        "extended_authorization": {"status": "disabled"},
        "fingerprint": card.fingerprint,
        "funding": card.funding,
        "incremental_authorization": {"status": "unavailable"},
        "installments": None,
        "last4": card.last4,
        "mandate": None,
        "multicapture": {"status": "unavailable"},
        "network": card.brand,
        "network_token": {"used": False},
        "overcapture": {"maximum_amount_capturable": charge.amount, "status": "unavailable"},
        "regulated_status": "unregulated",
        "three_d_secure": charge.three_d_secure,
        "wallet": None,
    }


def _checks(card: CardFacts) -> Json:
    return {
        "address_line1_check": card.checks.address_line1_check,
        "address_postal_code_check": card.checks.address_postal_code_check,
        "cvc_check": card.checks.cvc_check,
    }
