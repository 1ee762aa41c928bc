"""Every setting, in one typed place. Each is also an environment variable: `PAYDESK_PORT`, …"""

from __future__ import annotations

import re
from ipaddress import IPv4Network, IPv6Network, ip_address
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from paydesk.pages.framing import ORIGIN_CHARACTERS_MAX, origin_of

PREFIX = "PAYDESK_"

SQLITE = "sqlite:///"
POSTGRES = ("postgresql://", "postgres://")
"""What the address of a database begins with."""

FRAME_ORIGINS_MAX = 20
WEBHOOK_NETWORKS_MAX = 20


def _web_address(text: str) -> str:
    """An address that begins with http:// or https:// and names a host."""
    if not re.fullmatch(r"https?://[^\s/?#]+[^\s]*", text):
        raise ValueError("it must begin with http:// or https:// and name a host")
    return text


def _origin(text: str) -> str:
    """One site's origin, as a browser writes it."""
    if len(text) > ORIGIN_CHARACTERS_MAX or origin_of(text) != text:
        raise ValueError(
            "it must be an origin like https://shop.example or https://shop.example:8443, "
            "with no path, no * and no IPv6 address"
        )
    return text


def _words(text: object) -> object:
    """The words of a list that is written as text, between spaces or commas."""
    return re.findall(r"[^\s,]+", text) if isinstance(text, str) else text


WebAddress = Annotated[str, AfterValidator(_web_address)]
Origins = Annotated[
    tuple[Annotated[str, AfterValidator(_origin)], ...],
    NoDecode,
    BeforeValidator(_words),
    Field(max_length=FRAME_ORIGINS_MAX),
]


Networks = Annotated[
    tuple[IPv4Network | IPv6Network, ...],
    NoDecode,
    BeforeValidator(_words),
    Field(max_length=WEBHOOK_NETWORKS_MAX),
]


class Settings(BaseSettings):
    """How this Paydesk runs. The defaults are a sandbox on this machine."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True)

    host: str = "127.0.0.1"
    port: int = Field(12111, ge=0, le=65_535)
    mode: Literal["sandbox", "live"] = "sandbox"
    """`live` opens the API to keys made by `paydesk keys` alone, sends webhooks to the public
    Internet alone, and has no demo shop."""

    payments: Literal["sandbox"] | None = None
    """Who moves the money. In live mode it has to be named: the sandbox's moves none."""

    unix_socket: Path | None = None
    """A file through which programs of this machine reach the server as well, in clear text."""

    database: str = "sqlite:///paydesk.db"
    """`sqlite:///relative/path`, `sqlite:////absolute/path`, `postgresql://user@host/name`."""

    workers: int = Field(1, ge=1, le=64)
    """Processes that serve, each with some thirteen connections to the database."""

    background: bool = True
    """Whether the servers also deliver webhooks, end sessions and settle payments."""

    base_url: WebAddress | None = None
    """Where buyers reach this server; http://host:port when not given."""

    frame_origins: Origins = ()
    """Sites, besides that of a session's `return_url`, whose pages may frame a checkout: origins
    like `https://shop.example`, between spaces or commas."""

    merchant: str = "Sandbox shop"
    """The name that buyers read."""

    strict: bool = False
    """Refuse words that the request's API version does not know, as Stripe does."""

    forward_to: WebAddress | None = None
    """A URL of yours that gets every event of the demo account, signed with its webhook secret."""

    webhook_networks: Networks = ()
    """In live mode: private networks that webhook endpoints may be in nevertheless, such as
    `10.1.0.0/16`, between spaces or commas."""

    tax_service_url: WebAddress | None = None
    """A service of yours that decides taxes instead of the rates that are built in: docs/tax.md."""

    tax_service_token: SecretStr | None = None
    """What the service knows Paydesk by: sent as `Authorization: Bearer`."""

    tax_service_timeout_seconds: float = Field(3.0, gt=0, le=30)
    """How long the service may take for one answer. It is asked twice at most."""

    inspector_password: SecretStr | None = None
    """Opens the inspector to whoever knows it, from anywhere. Without one it is open in the sandbox
    to people on this machine, and closed in live mode."""

    webhook_concurrency: int = Field(4, ge=1, le=64)
    """How many attempts each process has under way at one webhook endpoint."""

    event_days: int | None = Field(None, ge=1)
    """Drop delivered events after so many days; kept for ever when not given. Stripe's lists show
    30 days, so fewer than 31 would be noticed."""

    log_format: Literal["console", "json"] = "console"

    log_level: Literal["debug", "info", "warning", "error", "critical"] = "info"

    @property
    def is_sandbox(self) -> bool:
        """Whether anybody who reaches this server may use it."""
        return self.mode == "sandbox"

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
