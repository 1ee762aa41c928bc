"""What the server counts about itself, for `/metrics`."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Gauge, Histogram, generate_latest

from paydesk.core.webhook_endpoints import FAILING, GONE

DISABLED_REASONS = (GONE, FAILING)
REQUEST_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Meter:
    """One process's figures. Labels are routes, never ids: their number is bounded."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._by_outcome: dict[tuple[str, int], Histogram] = {}
        self._requests = Histogram(
            "paydesk_request_seconds",
            "Time to answer an API request, by route and status.",
            ("route", "status"),
            buckets=REQUEST_SECONDS,
            registry=self.registry,
        )
        self._commits = self._gauge("commits_total", "Commits of this process.")
        self._stories = self._gauge("stories_total", "Stories that those commits carried.")
        self._pending = self._gauge("deliveries_pending", "Webhook deliveries that are not done.")
        self._lag = self._gauge(
            "delivery_lag_seconds", "How long the delivery that waits longest has been due."
        )

        self._disabled = Gauge(
            "paydesk_webhook_endpoints_disabled",
            "Webhook endpoints disabled because they were gone or failed for days.",
            ("reason",),
            registry=self.registry,
        )

    def request(self, route: str, status: int, seconds: float) -> None:
        """Count one answer."""
        outcome = (route, status)
        counted = self._by_outcome.get(outcome)
        if counted is None:
            counted = self._by_outcome[outcome] = self._requests.labels(route, str(status))
        counted.observe(seconds)

    def exposition(
        self,
        *,
        commits: int,
        stories: int,
        pending: int,
        lag_seconds: float,
        disabled: Mapping[str, int],
    ) -> bytes:
        """Everything in Prometheus' text format, with what is known only when asked.

        `disabled` counts endpoints by the reason they were disabled for.
        """
        self._commits.set(commits)
        self._stories.set(stories)
        self._pending.set(pending)
        self._lag.set(lag_seconds)
        for reason in DISABLED_REASONS:
            self._disabled.labels(reason).set(disabled.get(reason, 0))
        return generate_latest(self.registry)

    def _gauge(self, name: str, text: str) -> Gauge:
        return Gauge(f"paydesk_{name}", text, registry=self.registry)
