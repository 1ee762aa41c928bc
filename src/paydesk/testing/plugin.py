"""The fixtures for pytest: `paydesk`, `checkout`, `webhooks`.

One server runs for the whole run (one for each worker of pytest-xdist) and starts when a test first
asks for it. Each test has an account of its own, and so a world of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from paydesk.testing.account import Account
from paydesk.testing.checkout import Checkout
from paydesk.testing.server import Server
from paydesk.testing.webhooks import Receiver, Webhooks


@pytest.fixture(scope="session")
def paydesk_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running Paydesk, with its database in a temporary folder."""
    server = Server(tmp_path_factory.mktemp("paydesk")).start()
    yield server.url
    server.stop()


@pytest.fixture(scope="session")
def paydesk_receiver() -> Iterator[Receiver]:
    """Where webhooks come in, for all tests."""
    receiver = Receiver()
    yield receiver
    receiver.stop()


@pytest.fixture
def paydesk(paydesk_url: str) -> Account:
    """An account of the test's own: `url`, `secret_key`, `publishable_key`, `base_addresses`."""
    return Account(paydesk_url)


@pytest.fixture
def checkout(paydesk: Account) -> Checkout:
    """The account's buyers: `pay` and `expire`."""
    return Checkout(paydesk)


@pytest.fixture
def webhooks(paydesk: Account, paydesk_receiver: Receiver) -> Iterator[Webhooks]:
    """The account's events: `wait_for` and `received`."""
    inbox = Webhooks(paydesk, paydesk_receiver)
    yield inbox
    inbox.close()
