"""Merchants of a running server, and the official SDK that talks to it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
import stripe

from tests.api.merchant import Merchant
from tests.engines import ENGINES
from tests.support.server import Server, new_key

ON_EVERY_ENGINE = {
    "test_catalogue", "test_client_routes", "test_customers", "test_direct_debits", "test_expand",
    "test_idempotency",
    "test_line_item_updates", "test_lists", "test_metadata", "test_payment_pages", "test_refunds",
    "test_saved_cards", "test_session_customers", "test_session_life", "test_listeners",
    "test_spent_cards",
    "test_payment_intents", "test_taxes", "test_test_clocks", "test_test_helpers",
    "test_two_tenants", "test_webhook_disorder", "test_webhook_endpoints",
}  # fmt: skip
"""The modules whose tests read and write everything there is, so that each engine does."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests of those modules with a server on each engine."""
    module = metafunc.module.__name__.rpartition(".")[2]
    if module in ON_EVERY_ENGINE and "server" in metafunc.fixturenames:
        metafunc.parametrize("server", ENGINES, indirect=True, scope="session")


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
