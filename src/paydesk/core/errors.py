"""Every error that Paydesk answers with, as one tree.

    PaydeskError                      status  type
    ├── InvalidRequest                400     invalid_request_error
    │   ├── NotFound                  404       resource_missing
    │   ├── AmountMismatch            400       checkout_amount_mismatch
    │   └── Busy                      429       lock_timeout
    ├── Unauthenticated               401     invalid_request_error
    ├── Forbidden                     403     invalid_request_error
    ├── IdempotencyMismatch           400     idempotency_error
    ├── IdempotencyInUse              409     idempotency_error
    ├── CardError                     402     card_error
    └── Unavailable                   503     api_error

`api/errors.py` is the only place that turns one into an HTTP answer; the texts are Stripe's
where Stripe's are known, ours elsewhere.
"""

from __future__ import annotations

from typing import ClassVar


class PaydeskError(Exception):
    """An error with a message for the person who reads it.

    `code` is Stripe's machine-readable reason; `param` names the offending parameter in
    bracket form, for instance ``line_items[0][quantity]``.
    """

    status: ClassVar[int] = 500
    type: ClassVar[str] = "api_error"

    def __init__(self, message: str, *, code: str | None = None, param: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.param = param


class InvalidRequest(PaydeskError):
    """The request asks for something that the rules do not allow."""

    status = 400
    type = "invalid_request_error"


class NotFound(InvalidRequest):
    """No such object for this account: absent and somebody else's look the same."""

    status = 404

    def __init__(self, noun: str, id: str, *, param: str | None = None) -> None:
        super().__init__(f"No such {noun}: '{id}'", code="resource_missing", param=param)


class AmountMismatch(InvalidRequest):
    """The total has moved since the buyer saw it; nothing was charged."""

    def __init__(self, expected: int, actual: int) -> None:
        super().__init__(
            f"The expected amount ({expected}) doesn't match the Checkout Session's total "
            f"({actual}). Show the buyer the new total and ask again.",
            code="checkout_amount_mismatch",
            param="expected_amount",
        )


class Busy(InvalidRequest):
    """Another request holds the object, for instance a payment in flight."""

    status = 429

    def __init__(self) -> None:
        super().__init__(
            "This object cannot be accessed right now because another API request or Stripe "
            "process is currently accessing it. If you see this error intermittently, retry the "
            "request. If you see this error frequently and are making multiple concurrent "
            "requests to a single object, make your requests serially or at a lower rate.",
            code="lock_timeout",
        )


class Unauthenticated(PaydeskError):
    """No key, or one that is not known."""

    status = 401
    type = "invalid_request_error"


class Forbidden(PaydeskError):
    """A key of the wrong kind for this route."""

    status = 403
    type = "invalid_request_error"


class IdempotencyMismatch(PaydeskError):
    """The same idempotency key came with other parameters or for another endpoint."""

    status = 400
    type = "idempotency_error"


class IdempotencyInUse(PaydeskError):
    """The first request with this key is still being answered."""

    status = 409
    type = "idempotency_error"

    def __init__(self, key: str) -> None:
        super().__init__(
            "There is currently another in-progress request using this Idempotent Key (that "
            "probably means you submitted twice, and the other request is still going through): "
            f"{key}. Please try again later.",
            code="idempotency_key_in_use",
        )


class CardError(PaydeskError):
    """The card was refused; the session stays open and the buyer may try again."""

    status = 402
    type = "card_error"

    def __init__(
        self,
        message: str,
        *,
        code: str,
        decline_code: str | None = None,
        param: str | None = None,
        charge: str | None = None,
        payment_intent: str | None = None,
    ) -> None:
        super().__init__(message, code=code, param=param)
        self.decline_code = decline_code
        self.charge = charge
        self.payment_intent = payment_intent


class Unavailable(PaydeskError):
    """The server cannot answer now. The message says whether anything may have been done; the
    request may be sent again, with the same idempotency key.
    """

    status = 503
