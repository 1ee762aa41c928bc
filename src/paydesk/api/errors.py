"""Errors that only HTTP knows, and the one for what should never happen.

Every `PaydeskError` carries its status; `services/answers.py` puts it into Stripe's envelope.
"""

from __future__ import annotations

from paydesk.core.errors import PaydeskError


class ClientGone(PaydeskError):
    """Half a request, which might mean something else than the whole: nobody hears this."""

    status = 400
    type = "invalid_request_error"


class TooLarge(PaydeskError):
    """More bytes than are read."""

    status = 413
    type = "invalid_request_error"


class UnsupportedMedia(PaydeskError):
    """An encoding that is not read."""

    status = 415
    type = "invalid_request_error"


def internal_error() -> PaydeskError:
    """What strangers learn of a fault of ours: that it was ours, and nothing else."""
    return PaydeskError(
        "Sorry! There was an error in Paydesk while it processed your request. Nothing was done. "
        "The server's log has the details under the answer's Request-Id."
    )
