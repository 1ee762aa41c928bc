"""Buyers of a merchant's shop, each in a browser window with a profile of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from tests.browser.axe import LOOKS
from tests.browser.shop import Shop, running_shop
from tests.support.browser import WAIT_MS
from tests.support.server import Server

REPORT_VIOLATIONS = """addEventListener("securitypolicyviolation", event => console.error(
  `Content Security Policy: ${event.effectiveDirective} ${event.blockedURI} ${event.sample}`))"""


class OpenWindow(Protocol):
    """Opens a window; `more` are options of a Playwright browser context."""

    def __call__(self, **more: Any) -> Page: ...


class Watch:
    """Collects what must never happen in a buyer's window."""

    def __init__(self, *origins: str) -> None:
        self.problems: list[str] = []
        self._hosts = {urlsplit(origin).netloc for origin in origins}

    def follow(self, window: Page) -> None:
        window.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        window.on("dialog", lambda dialog: self.problems.append(f"dialog: {dialog.message}"))
        window.on("console", self._on_console)
        window.on("request", self._on_request)

    def _on_console(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.problems.append(f"policy: {message.text}")

    def _on_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.netloc and address.netloc not in self._hosts:
            self.problems.append(f"third party: {request.url}")


@pytest.fixture
def shop(server: Server, key: str) -> Iterator[Shop]:
    """A shop with an account of its own."""
    with running_shop(server.url, key) as running:
        yield running


@pytest.fixture
def open_window(browser: Browser, server: Server, shop: Shop) -> Iterator[OpenWindow]:
    """Windows in which the test fails when a script stumbles, the page's policy has to refuse
    something, a dialog of the browser opens, or anybody but Paydesk and the shop is asked.
    """
    watch, contexts = Watch(server.url, shop.url), []

    def open_one(**more: Any) -> Page:
        options = {"viewport": {"width": 1280, "height": 900}, "locale": "en-US", **more}
        context = browser.new_context(**options)
        context.set_default_timeout(WAIT_MS)
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("page", watch.follow)
        contexts.append(context)
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()
    assert watch.problems == []


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def window(request: pytest.FixtureRequest, open_window: OpenWindow) -> Page:
    """A buyer's window: every test that asks for it runs with scripts and without."""
    return open_window(java_script_enabled=request.param)


@pytest.fixture(params=LOOKS)
def judged(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A window that axe may run in: the page's policy would refuse what axe evaluates."""
    context = browser.new_context(reduced_motion="reduce", bypass_csp=True, **LOOKS[request.param])
    context.set_default_timeout(WAIT_MS)
    yield context.new_page()
    context.close()
