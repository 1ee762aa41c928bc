"""Every setting, in one typed place. Each is also an environment variable: `PAYDESK_PORT`, …"""

from __future__ import annotations

from pydantic_settings import BaseSettings, SettingsConfigDict

DEMO_KEY_SEED = "paydesk"
"""The demo account's keys are `sk_test_paydesk` and `pk_test_paydesk`."""


class Settings(BaseSettings):
    """How this Paydesk runs. The defaults are a sandbox on this machine."""

    model_config = SettingsConfigDict(env_prefix="PAYDESK_", frozen=True)

    host: str = "127.0.0.1"
    port: int = 12111
    database: str = "sqlite:///paydesk.db"
    """`sqlite:///relative/path`, `sqlite:////absolute/path`."""

    base_url: str | None = None
    """Where buyers reach this server; http://host:port when not given."""

    merchant: str = "Sandbox shop"
    """The name that buyers read."""

    strict: bool = False
    """Refuse words that the request's API version does not know, as Stripe does."""

    forward_to: str | None = None
    """A URL of yours that gets every event of the demo account, signed with its webhook secret."""

    event_days: int | None = None
    """Drop delivered events after so many days; kept for ever when not given. Stripe's lists show
    30 days, so fewer than 31 would be noticed."""

    log_format: str = "console"
    """`console` or `json`."""

    log_level: str = "info"

    @property
    def public_url(self) -> str:
        """Where buyers reach this server, without a slash at the end."""
        return (self.base_url or f"http://{self.host}:{self.port}").rstrip("/")
