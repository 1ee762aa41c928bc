"""The examples run as they are: change the quantity, pay, come to the merchant's page."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.sdk.conftest import Site
from tests.sdk.pages import VISA, type_card
from tests.sdk.pairs import NEWEST, OLDEST, Pair
from tests.support.server import Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.node]

EXAMPLES = Path(__file__).parents[2] / "examples"


@contextmanager
def running(node: str, folder: Path, server: Server) -> Iterator[str]:
    """The example's merchant; yields where the shop is."""
    process = subprocess.Popen(
        [node, EXAMPLES / "merchant.mjs", folder],
        env={**os.environ, "PAYDESK_URL": server.url, "PORT": "0"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().rpartition(" ")[2].strip()
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


@pytest.fixture
def window(site: Site) -> Iterator[Page]:
    yield site.page
    assert site.said == []


def order_and_pay(page: Page, url: str) -> None:
    page.goto(url)
    page.locator("#total", has_text="$20.00").wait_for()
    page.get_by_text("+", exact=True).click()
    page.locator("#total", has_text="$40.00").wait_for()
    page.locator("#email").fill("jenny@example.com")
    type_card(page, VISA)
    page.locator("#pay").click()
    page.get_by_text("Thank you for 2 × T-shirt.").wait_for()


def test_components_in_plain_html(window: Page, node: str, server: Server) -> None:
    with running(node, EXAMPLES / "components-html", server) as url:
        order_and_pay(window, url)


@pytest.mark.parametrize(
    ("name", "pair"), [("components-react-18", OLDEST), ("components-react-19", NEWEST)]
)
def test_components_in_react(
    window: Page, node: str, server: Server, tmp_path: Path, name: str, pair: Pair
) -> None:
    folder = tmp_path / name
    shutil.copytree(EXAMPLES / name, folder, ignore=shutil.ignore_patterns("node_modules"))
    pair.bundle(node, tmp_path, folder / "main.jsx").rename(folder / "app.js")
    with running(node, folder, server) as url:
        order_and_pay(window, url)


def test_the_embedded_form(window: Page, node: str, server: Server) -> None:
    with running(node, EXAMPLES / "embedded-form", server) as url:
        window.goto(url)
        form = window.frame_locator('iframe[name="embedded-checkout"]')
        form.locator("#email").fill("jenny@example.com")
        form.locator("#cardNumber").fill(VISA)
        form.locator("#cardExpiry").fill("12/34")
        form.locator("#cardCvc").fill("123")
        form.locator("#billingName").fill("Jenny Rosen")
        form.locator("#billingCountry").select_option("DE")
        form.locator(".SubmitButton").click()
        window.get_by_text("Thank you for 1 × T-shirt.").wait_for()
