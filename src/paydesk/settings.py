"""Every setting, in one typed place. Each is also an environment variable: `PAYDESK_PORT`, …"""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "PAYDESK_"


def _web_address(text: str) -> str:
    """An address that begins with http:// or https:// and names a host."""
    if not re.fullmatch(r"https?://[^\s/?#]+[^\s]*", text):
        raise ValueError("it must begin with http:// or https:// and name a host")
    return text


WebAddress = Annotated[str, AfterValidator(_web_address)]


class Settings(BaseSettings):
    """How this Paydesk runs. The defaults are a sandbox on this machine."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True)

    host: str = "127.0.0.1"
    port: int = Field(12111, ge=0, le=65_535)
    database: str = "sqlite:///paydesk.db"
    """`sqlite:///relative/path`, `sqlite:////absolute/path`, `postgresql://user@host/name`."""

    workers: int = Field(1, ge=1, le=64)
    """Processes that serve, each with some thirteen connections to the database."""

    background: bool = True
    """Whether the servers also deliver webhooks, end sessions and settle payments."""

    base_url: WebAddress | None = None
    """Where buyers reach this server; http://host:port when not given."""

    merchant: str = "Sandbox shop"
    """The name that buyers read."""

    strict: bool = False
    """Refuse words that the request's API version does not know, as Stripe does."""

    forward_to: WebAddress | None = None
    """A URL of yours that gets every event of the demo account, signed with its webhook secret."""

    event_days: int | None = Field(None, ge=1)
    """Drop delivered events after so many days; kept for ever when not given. Stripe's lists show
    30 days, so fewer than 31 would be noticed."""

    log_format: Literal["console", "json"] = "console"

    log_level: Literal["debug", "info", "warning", "error", "critical"] = "info"

    @property
    def public_url(self) -> str:
        """Where buyers reach this server, without a slash at the end."""
        return (self.base_url or f"http://{_openable(self.host)}:{self.port}").rstrip("/")


def _openable(host: str) -> str:
    """The host as a browser on this machine opens it: "all addresses" is none of them."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if address.is_unspecified:
        return "127.0.0.1"
    return f"[{host}]" if address.version == 6 else host
