"""A merchant's site on an origin of its own, in the browser."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import AF_INET6
from threading import Thread
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

WAIT_MS = 10_000


class Site:
    """The site and a window on it, which collects what a console must not say."""

    def __init__(self, page: Page, served: Served) -> None:
        self.page = page
        self.said: list[str] = []
        self._served = served
        page.set_default_timeout(WAIT_MS)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.said.append(f"error: {error}"))

    @property
    def origin(self) -> str:
        """Where the site is."""
        return f"http://localhost:{self._served.port}"

    def open(self, html: str, *, origin: str | None = None) -> Page:
        """Go to the site, which answers with `html`, whatever is asked for."""
        self._served.html = html
        self.page.goto(f"{origin or self.origin}/")
        return self.page

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("warning", "error"):
            self.said.append(f"{message.type}: {message.text}")


class Served:
    """A server of one page. A page that only a test makes up would be no page of this machine."""

    def __init__(self, kind: type[ThreadingHTTPServer] = ThreadingHTTPServer) -> None:
        self.html = ""
        served = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = b"" if self.path == "/favicon.ico" else served.html.encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Nobody reads it."""

        loopback = "::1" if kind.address_family == AF_INET6 else "127.0.0.1"
        self._server = kind((loopback, 0), Answer)
        self.port: int = self._server.server_address[1]
        self._thread = Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def served() -> Iterator[Served]:
    """The merchant's server."""
    running = Served()
    yield running
    running.stop()


class IPv6Server(ThreadingHTTPServer):
    """A server at `[::1]`."""

    address_family = AF_INET6


@pytest.fixture
def served_on_ipv6() -> Iterator[Served]:
    """The merchant's server on a machine that has IPv6."""
    try:
        running = Served(IPv6Server)
    except OSError as error:
        pytest.skip(f"no IPv6 loopback: {error}")
    yield running
    running.stop()


@pytest.fixture
def site(browser: Browser, served: Served) -> Iterator[Site]:
    """A fresh window on the merchant's site."""
    context = browser.new_context(locale="en-US")
    yield Site(context.new_page(), served)
    context.close()


@pytest.fixture(scope="session")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where bundled scripts are kept for all tests."""
    return tmp_path_factory.mktemp("bundles")
