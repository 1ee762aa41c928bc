"""Errors on the wire."""

from __future__ import annotations

from paydesk.core.errors import CardError, PaydeskError
from paydesk.render import Json

DOCS = "https://stripe.com/docs/error-codes/"


def error_envelope(error: PaydeskError) -> Json:
    """Stripe's `{"error": {...}}`; fields that say nothing are left out."""
    fields: Json = {"code": error.code}
    if isinstance(error, CardError):
        fields["charge"] = error.charge
        fields["decline_code"] = error.decline_code
    if error.code is not None:
        fields["doc_url"] = DOCS + error.code.replace("_", "-")
    fields["message"] = error.message
    fields["param"] = error.param
    fields["type"] = error.type
    return {"error": {name: value for name, value in fields.items() if value is not None}}
