"""docs/embedding.md: what is printed there to be copied runs, up to the payment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from playwright.sync_api import FrameLocator, expect

from tests.sdk.conftest import Site
from tests.sdk.pages import VISA, type_card
from tests.sdk.pairs import NEWEST
from tests.support.server import Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.node]

GUIDE = Path(__file__).parents[2] / "docs" / "embedding.md"
PRINTED_SERVER, PRINTED_SHOP = "http://127.0.0.1:12111", "http://localhost:4242"


def printed(heading: str) -> str:
    """The first code below a heading."""
    below = GUIDE.read_text().partition(f"{heading}\n")[2]
    found = re.search(r"```\w+\n(.*?)```", below, re.S)
    assert found is not None, heading
    return found[1]


class Shop:
    """A merchant's server that does what the guide says; `page` and `script` are what it serves."""

    def __init__(self, server: Server) -> None:
        self.page = self.script = ""
        self.ui_mode = "elements"
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://localhost:{self._http.server_port}"
        self._server = server
        self.code: dict[str, Any] = {}
        exec(self.here(printed("## Pages to copy")), self.code)
        self._thread = Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def here(self, code: str) -> str:
        """Printed code, with the addresses of this run."""
        return code.replace(PRINTED_SERVER, self._server.url).replace(PRINTED_SHOP, self.url)

    def stop(self) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def total_of(self, session: str) -> tuple[str | None, int | None]:
        """How far a session is, and what it came to."""
        found = self.code["client"].v1.checkout.sessions.retrieve(session)
        return found.status, found.amount_total

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer("text/html", shop.page)

            def do_POST(self) -> None:
                made = shop.code["create_checkout_session"](shop.ui_mode)
                self._answer("application/json", orjson.dumps(made).decode())

            def _answer(self, type: str, text: str) -> None:
                body = text.encode()
                self.send_response(200)
                self.send_header("Content-Type", f"{type}; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *arguments: object) -> None:
                """Nobody reads it."""

        return Handler


@pytest.fixture
def shop(server: Server) -> Iterator[Shop]:
    running = Shop(server)
    yield running
    running.stop()


@pytest.fixture
def window(site: Site) -> Iterator[Page]:
    yield site.page
    assert site.said == []


@pytest.fixture(params=["plain HTML", "React"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def page_of(what: str, kind: str, shop: Shop, node: str, folder: Path) -> str:
    """The page as the guide prints it; React's is bundled, with the script tag before it."""
    code = shop.here(printed(f"### {what} in {kind}"))
    if kind == "plain HTML":
        return code
    entry = folder / "main.jsx"
    entry.write_text(code)
    script = NEWEST.bundle(node, folder, entry).read_text().replace("</script", "<\\/script")
    tag = f'<script src="{shop.here(PRINTED_SERVER)}/endive/stripe.js"></script>'
    icon = '<link rel="icon" href="data:,">'
    return f'<!doctype html>{icon}{tag}<div id="root"></div><script>{script}</script>'


def came_back(window: Page, shop: Shop) -> tuple[str | None, int | None]:
    """What became of the session with which the buyer is back at the shop."""
    window.wait_for_url(f"{shop.url}/return?session_id=*")
    return shop.total_of(window.url.partition("session_id=")[2])


def type_address(frame: FrameLocator) -> None:
    frame.locator("[name=name]").fill("Jenny Rosen")
    frame.locator("[name=country]").select_option("DE")
    expect(frame.locator("[name=administrativeArea]")).to_have_count(0)
    frame.locator("[name=addressLine1]").fill("Unter den Linden 1")
    frame.locator("[name=postalCode]").fill("10117")
    frame.locator("[name=locality]").fill("Berlin")


def test_the_form(window: Page, shop: Shop, node: str, tmp_path: Path, kind: str) -> None:
    shop.ui_mode = "embedded_page"
    shop.page = page_of("The form", kind, shop, node, tmp_path)
    window.goto(shop.url)
    form = window.frame_locator('iframe[name="embedded-checkout"]')
    form.locator("#email").fill("jenny@example.com")
    form.locator("#cardNumber").fill(VISA)
    form.locator("#cardExpiry").fill("12/34")
    form.locator("#cardCvc").fill("123")
    form.locator("#billingName").fill("Jenny Rosen")
    form.locator("#billingCountry").select_option("DE")
    expect(form.get_by_text("Includes €3.19 VAT")).to_be_visible()
    form.locator(".SubmitButton").click()
    assert came_back(window, shop) == ("complete", 2000)


def test_elements(window: Page, shop: Shop, node: str, tmp_path: Path, kind: str) -> None:
    """Two at 20.00 hold 40.00 x 19 / 119 = 6.387 of tax."""
    shop.page = page_of("Elements", kind, shop, node, tmp_path)
    window.goto(shop.url)
    window.get_by_role("button", name="One more").click()
    expect(window.get_by_text("€40.00")).to_be_visible()
    email = window.frame_locator('iframe[title="Secure email input frame"]')
    email.locator("#email").fill("jenny@example.com")
    type_address(window.frame_locator('iframe[title="Secure address input frame"]'))
    expect(window.get_by_text("includes €6.39 VAT")).to_be_visible()
    type_card(window, VISA, billing=False)
    window.get_by_role("button", name="Pay", exact=True).click()
    assert came_back(window, shop) == ("complete", 4000)
