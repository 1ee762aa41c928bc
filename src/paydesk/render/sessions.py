"""Checkout Sessions on the wire."""

from __future__ import annotations

from paydesk.core.sepa_debit import CARD, SEPA_DEBIT
from paydesk.core.sessions import EMBEDDED, HOSTED, OPEN, Session
from paydesk.render import Json
from paydesk.render.people import collected_information, collection, customer_details

# What a session of today always shows, where Paydesk has nothing of its own to say.
_CONSTANT: Json = {
    "after_expiration": None,
    "allow_promotion_codes": None,
    "consent": None,
    "consent_collection": None,
    "currency_conversion": None,
    "customer_account": None,
    "integration_identifier": None,
    "invoice": None,
    "livemode": False,
    "managed_payments": {"enabled": False},
    "mode": "payment",
    "origin_context": None,
    "payment_link": None,
    "payment_method_collection": "if_required",
    "payment_method_configuration_details": None,
    "permissions": None,
    "recovered_from": None,
    "setup_intent": None,
    "shipping_cost": None,
    "subscription": None,
    "wallet_options": None,
}

_OPTIONS: Json = {CARD: {"request_three_d_secure": "automatic"}, SEPA_DEBIT: {}}

_BRANDING: Json = {
    "background_color": "#ffffff",
    "border_style": "rounded",
    "button_color": "#0074d4",
    "font_family": "default",
    "icon": None,
    "logo": None,
}

_INVOICE_DATA: Json = {
    "account_tax_ids": None,
    "custom_fields": None,
    "description": None,
    "footer": None,
    "issuer": None,
    "metadata": {},
    "rendering_options": None,
}


def session(session: Session, *, base_url: str, merchant: str) -> Json:
    """A `checkout.session`.

    `base_url` is where this server's pages are reached, `merchant` the name that buyers read.
    """
    return {
        "id": session.id,
        "object": "checkout.session",
        **_CONSTANT,
        **_fresh(),
        "payment_method_options": {
            name: dict(_OPTIONS[name]) for name in session.payment_method_types
        },
        **_money(session),
        **_buyer(session),
        **_doors(session, base_url),
        "client_reference_id": session.client_reference_id,
        "created": session.created,
        "expires_at": session.expires_at,
        "locale": session.locale,
        "metadata": dict(session.metadata),
        "payment_intent": session.payment_intent,
        "payment_method_types": list(session.payment_method_types),
        "payment_status": session.payment_status,
        "status": session.status,
        "submit_type": session.submit_type,
        **_presentation(session, merchant),
    }


def page_url(session_id: str, base_url: str) -> str:
    """Where the buyer opens the session."""
    return f"{base_url}/c/pay/{session_id}"


def _fresh() -> Json:
    """Constant parts that are lists or objects: every answer has its own."""
    return {
        "adaptive_pricing": {"enabled": False},
        "custom_fields": [],
        "custom_text": dict.fromkeys(
            ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
        ),
        "discounts": [],
        "invoice_creation": {"enabled": False, "invoice_data": dict(_INVOICE_DATA)},
        "shipping_options": [],
    }


def _money(session: Session) -> Json:
    return {
        "amount_subtotal": session.amount_subtotal,
        "amount_total": session.amount_total,
        "automatic_tax": {
            "enabled": session.automatic_tax,
            "liability": {"type": "self"} if session.automatic_tax else None,
            "provider": "paydesk" if session.automatic_tax else None,
            "status": session.tax_status,
        },
        "currency": session.currency,
        "total_details": {
            "amount_discount": 0,
            "amount_shipping": 0,
            "amount_tax": session.amount_tax,
        },
    }


def _buyer(session: Session) -> Json:
    return {
        "collected_information": collected_information(session),
        "customer": session.customer,
        "saved_payment_method_options": session.saved_payment_method_options,
        "customer_creation": session.customer_creation,
        "customer_details": customer_details(session.customer_details),
        "customer_email": session.customer_email,
        **collection(session.collection),
    }


def _doors(session: Session, base_url: str) -> Json:
    """How the buyer gets in and out: depends on where the form stands."""
    hosted = session.ui_mode == HOSTED
    doors: Json = {
        "ui_mode": session.ui_mode,
        "url": page_url(session.id, base_url) if hosted and session.status == OPEN else None,
        "client_secret": session.client_secret if session.status == OPEN else None,
        "success_url": session.success_url,
        "cancel_url": session.cancel_url,
    }
    if session.return_url is not None:
        doors["return_url"] = session.return_url
    if session.ui_mode == EMBEDDED:
        doors["redirect_on_completion"] = redirect_on_completion(session)
    if session.allowed_payment_method_types is not None:
        doors["allowed_payment_method_types"] = list(session.allowed_payment_method_types)
    return doors


def redirect_on_completion(session: Session) -> str | None:
    """Whether an embedded form leaves for the `return_url` once it is paid."""
    return (session.redirect_on_completion or "always") if session.ui_mode == EMBEDDED else None


def _presentation(session: Session, merchant: str) -> Json:
    """Parameters that only change how things look, shown over their defaults."""
    shown = {**session.presentation}
    branding = {**_BRANDING, "display_name": merchant, **shown.pop("branding_settings", {})}
    if session.ui_mode in (HOSTED, EMBEDDED):
        shown["branding_settings"] = branding
    if "custom_text" in shown:
        shown["custom_text"] = {**_fresh()["custom_text"], **shown["custom_text"]}
    return shown
