"""Where a merchant hears of what happened: who it is signed by, and when it is given up.

enabled ──answers 410, or only failed for five days──> disabled ──the merchant enables it──> enabled
"""

from __future__ import annotations

from dataclasses import dataclass, replace

HOURS = 3600

SECRETS_MAX = 4
"""How many secrets sign at one time, the current one included: each adds to a header."""

OVERLAP_SECONDS_MAX = 24 * HOURS
"""How long a replaced secret may go on signing, as at Stripe."""

FAILING_SECONDS_MAX = 5 * 24 * HOURS
STEADY_AFTER_SECONDS = 12 * HOURS
STEADY_WITHIN_SECONDS = 24 * HOURS
"""An endpoint that only fails for five days is disabled. The five days count from a failure that
another one followed twelve to twenty-four hours later: what fails now and then, a receiver that
is not running over the weekend, is not dead. (Svix' rule; Stripe's own is not published.)"""

CONCURRENCY_MAX = 16
"""How many attempts an endpoint may want under way at once: a quarter of what a process makes."""

IN_ANY_ORDER, BY_OBJECT, BY_ENDPOINT = "none", "object", "endpoint"
ORDERINGS = (IN_ANY_ORDER, BY_OBJECT, BY_ENDPOINT)
"""Whether an endpoint hears of what happened in that order: of each object, or altogether."""

GONE, FAILING = "gone", "failing"
"""Why an endpoint was disabled: it answered 410, or it only failed."""


@dataclass(frozen=True, slots=True)
class OldSecret:
    """A secret that was replaced and signs until `expires_at`, in Unix seconds."""

    secret: str
    expires_at: int


@dataclass(frozen=True, slots=True)
class Streak:
    """Failed attempts since `since`, in Unix seconds, without a success between them.

    `steady` when they are more than bad luck, so that the five days count.
    """

    since: int
    steady: bool = False

    def is_over(self, now: int) -> bool:
        """Whether the endpoint has failed for so long that it is given up."""
        return self.steady and now - self.since >= FAILING_SECONDS_MAX


def after_failure(streak: Streak | None, now: int) -> Streak:
    """The streak with one more failure, at `now` in Unix seconds."""
    if streak is None:
        return Streak(now)
    lasted = now - streak.since
    if not streak.steady and lasted > STEADY_WITHIN_SECONDS:
        return Streak(now)
    return replace(streak, steady=streak.steady or lasted >= STEADY_AFTER_SECONDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEndpoint:
    """Where a merchant wants to hear of which events, in which API version's words.

    Without an `api_version` they are the account's. `disabled_reason` is None unless it was
    disabled without the merchant. `concurrency` is how many attempts it takes at one time, in all
    processes; None leaves it to each of them.
    """

    id: str
    account: str
    created: int
    url: str
    secret: str
    enabled_events: tuple[str, ...]
    api_version: str | None = None
    description: str | None = None
    metadata: dict[str, str]
    status: str = "enabled"
    old_secrets: tuple[OldSecret, ...] = ()
    failing: Streak | None = None
    disabled_reason: str | None = None
    concurrency: int | None = None
    ordering: str = IN_ANY_ORDER

    def line_for(self, object_id: str) -> str | None:
        """The line that events about an object come in; None where their order is all the same."""
        if self.ordering == BY_OBJECT:
            return f"{self.id}/{object_id}"
        return self.id if self.ordering == BY_ENDPOINT else None

    def listens_to(self, type: str) -> bool:
        """Whether events of this type go to this endpoint."""
        return self.status == "enabled" and (
            "*" in self.enabled_events or type in self.enabled_events
        )

    def signing_secrets(self, now: int) -> list[str]:
        """Every secret that signs at `now`, the current one first."""
        return [self.secret, *(old.secret for old in self._unexpired(now))]

    def with_secret(self, secret: str, now: int, overlap_seconds: int) -> WebhookEndpoint:
        """The endpoint with a new secret, beside which the old one signs for so long."""
        replaced = OldSecret(self.secret, now + overlap_seconds)
        kept = [replaced, *self._unexpired(now)] if overlap_seconds else self._unexpired(now)
        return replace(self, secret=secret, old_secrets=tuple(kept))

    def _unexpired(self, now: int) -> list[OldSecret]:
        return [old for old in self.old_secrets if old.expires_at > now]
