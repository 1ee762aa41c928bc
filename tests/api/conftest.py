"""Merchants of a running server, and the official SDK that talks to it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
import stripe

from tests.api.merchant import Merchant
from tests.support.server import Server, new_key


@pytest.fixture(scope="session")
def http() -> Iterator[httpx.Client]:
    """Connections to whatever runs on this machine. Redirects are looked at, not followed."""
    with httpx.Client(trust_env=False, verify=False) as client:
        yield client


@pytest.fixture
def merchant(http: httpx.Client, server: Server, key: str) -> Merchant:
    """A merchant with nothing yet."""
    return Merchant(http, server.url, key)


@pytest.fixture
def other_merchant(http: httpx.Client, server: Server) -> Merchant:
    """Another one, of the same server."""
    return Merchant(http, server.url, new_key())


@pytest.fixture
def sdk(server: Server, key: str) -> stripe.StripeClient:
    """Stripe's client for Python, as the merchant."""
    return stripe.StripeClient(key, base_addresses={"api": server.url})
