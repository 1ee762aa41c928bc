"""What every test may ask for, and the tests that this machine cannot run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import hypothesis
import pytest

from tests.support import postgres
from tests.support.stripe_cli import FOLDERS, find_stripe_cli

pytest_plugins = ["tests.support.fixtures", "tests.support.browser"]

# How long a test takes to make up its data says how busy the machine is, and nothing of our code.
hypothesis.settings.register_profile(
    "paydesk", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("paydesk")

ROOT = Path(__file__).parents[1]
CHROMIUM_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first of these that is there. The one without windows does the same in half the time."""


def find_chromium() -> str | None:
    """The system's Chromium, as a path for Playwright's `executable_path`."""
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def find_node() -> str | None:
    """Node.js, when the packages of the lock are installed beside it."""
    return shutil.which("node") if (ROOT / "node_modules").is_dir() else None


def find_stripe_clis() -> str | None:
    """The `stripe` CLI in each of its releases that the tests run."""
    found = [find_stripe_cli(release) for release in FOLDERS]
    return None if None in found else str(found[0])


NEEDS: dict[str, tuple[Callable[[], str | None], str]] = {
    "browser": (find_chromium, "no Chromium: apt-get install chromium"),
    "node": (find_node, "no Node.js with its packages: make setup"),
    "stripe_cli": (find_stripe_clis, "npm has no Stripe CLI for this machine"),
    "postgres": (postgres.find_binaries, postgres.MISSING),
}
"""A marker -> how its software is found, and what to say where it is not."""

NEVER_SKIPPED = {"postgres"} if os.environ.get("CI") == "true" else set()
"""Half of the storage is not left untested where nobody reads the reasons: these tests fail."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, with the reason, what needs software that is not here. Browser tests come last: from
    the first of them on, Playwright keeps an event loop running where coroutine tests need theirs.
    """
    for item in filter(runs_on_postgres, items):
        item.add_marker("postgres")
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
    for marker, (find, reason) in NEEDS.items():
        if marker not in NEVER_SKIPPED and find() is None:
            for item in filter(lambda item: item.get_closest_marker(marker), items):
                item.add_marker(pytest.mark.skip(reason=reason))


def runs_on_postgres(item: pytest.Item) -> bool:
    """Whether the test is one of those that run once on each engine, and this is its turn."""
    return isinstance(item, pytest.Function) and "postgres" in (
        item.callspec.params.values() if hasattr(item, "callspec") else ()
    )


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Coroutine tests (`@pytest.mark.anyio`) run on the event loop that the server runs on."""
    return "asyncio"


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser that `browser` tests drive."""
    path = find_chromium()
    assert path is not None, "a test that asks for Chromium carries the marker `browser`"
    return path


@pytest.fixture(scope="session")
def node() -> str:
    """The path of the Node.js that `node` tests run programs with."""
    path = find_node()
    assert path is not None, "a test that asks for Node.js carries the marker `node`"
    return path


@pytest.fixture(scope="session")
def django_payments_path() -> Path:
    """A folder for PYTHONPATH: there is django-payments with all that it needs."""
    path = ROOT / ".venv" / "django-payments"
    assert path.is_dir(), "`make setup` installs django-payments"
    return path


@pytest.fixture(scope="session")
def old_stripe_path() -> Path:
    """A folder for PYTHONPATH: there `stripe` is an SDK from before the release trains."""
    path = ROOT / ".venv" / "old-stripe"
    assert path.is_dir(), "`make setup` installs the old SDK"
    return path
