"""Buyers in a browser who look at checkouts of a real server."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page

from tests.support.app import SEED_SESSION
from tests.support.server import Server

Opened = Callable[..., str]


@pytest.fixture
def buyer(browser: Browser) -> Iterator[Page]:
    """A buyer's window. Anything that the page's own policy or script stumbles over fails."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-US")
    page = context.new_page()
    page.set_default_timeout(8_000)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console",
        lambda message: (
            problems.append(message.text) if "Content Security Policy" in message.text else None
        ),
    )
    yield page
    context.close()
    assert problems == []


@pytest.fixture
def plain_buyer(browser: Browser) -> Iterator[Page]:
    """A buyer whose browser runs no scripts."""
    context = browser.new_context(java_script_enabled=False, locale="en-US")
    page = context.new_page()
    page.set_default_timeout(8_000)
    yield page
    context.close()


@pytest.fixture
def checkout(server: Server, key: str) -> Opened:
    """Makes a session, the documented one but for what is given, and says where its page is."""

    def make(**changes: str) -> str:
        fields = {**SEED_SESSION, **changes, "success_url": f"{server.url}/healthz?paid=yes"}
        answer = httpx.post(
            f"{server.url}/v1/checkout/sessions",
            data=fields,
            headers={"Authorization": f"Bearer {key}"},
        )
        assert answer.status_code == 200, answer.text
        return str(answer.json()["url"])

    return make
