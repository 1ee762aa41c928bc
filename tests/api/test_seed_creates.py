"""The documented ways to create a session, run as they are printed, with SDKs old and new."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import stripe

from tests.api.merchant import ENDIVE, SESSIONS, Json, Merchant

SEED = Path(__file__).parents[1] / "seed"
RETURN_URL = "https://shop.example/return"


@dataclass(frozen=True)
class Way:
    """One way in, and what its session must look like."""

    name: str
    ui_modes: tuple[str, str]  # before and since 2026-03-25.dahlia
    adjustable_quantity: Json
    automatic_tax: bool
    return_url: str | None = None


ONE_TO_TEN = {"enabled": True, "minimum": 1, "maximum": 10}
UP_TO_100 = {"enabled": True, "minimum": 0, "maximum": 100}

WAYS = (
    Way("hosted", ("hosted", "hosted_page"), ONE_TO_TEN, automatic_tax=True),
    Way(
        "embedded",
        ("embedded", "embedded_page"),
        ONE_TO_TEN,
        automatic_tax=True,
        return_url="https://example.com/return",
    ),
    Way(
        "components",
        ("custom", "elements"),
        UP_TO_100,
        automatic_tax=False,
        return_url=RETURN_URL,
    ),
)

every_way = pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)


def snippet(name: str, key: str) -> str:
    text = SEED.joinpath(name).read_text(encoding="utf-8")
    return text.replace("<<secret key>>", key).replace("{{RETURN_URL}}", RETURN_URL)


def check_what_was_created(merchant: Merchant, way: Way) -> None:
    """The account has exactly the session that the snippet asks for."""
    expand = {"expand[]": "data.line_items"}
    (today,) = merchant.read(SESSIONS, expand, stripe_version=ENDIVE)["data"]
    (session,) = merchant.read(SESSIONS, expand)["data"]
    assert (session["ui_mode"], today["ui_mode"]) == way.ui_modes
    check_session(session, way)
    (line,) = session["line_items"]["data"]
    assert line["adjustable_quantity"] == way.adjustable_quantity
    assert (line["description"], line["quantity"], line["amount_total"]) == ("T-shirt", 1, 2000)
    assert line["price"]["unit_amount"] == 2000


def check_session(session: Json, way: Way) -> None:
    assert (session["status"], session["mode"], session["amount_total"]) == (
        "open",
        "payment",
        2000,
    )
    assert session["automatic_tax"]["enabled"] is way.automatic_tax
    assert session.get("return_url") == way.return_url
    if way.return_url is None:
        assert session["url"].endswith(f"/c/pay/{session['id']}")
        assert session["client_secret"] is None
        assert session["success_url"] == "https://example.com/success"
        assert session["cancel_url"] == "https://example.com/cancel"
    else:
        assert session["url"] is None
        assert session["client_secret"].startswith(f"{session['id']}_secret_")


@every_way
def test_with_the_sdk_for_python(
    merchant: Merchant, way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stripe, "api_base", merchant.url)
    monkeypatch.setattr(stripe, "api_key", None)  # which the snippet sets
    exec(snippet(f"create_{way.name}.py.txt", merchant.key), {})
    check_what_was_created(merchant, way)


@every_way
def test_with_an_old_sdk_for_python(merchant: Merchant, way: Way, old_stripe_path: Path) -> None:
    program = "import stripe, sys; stripe.api_base = sys.argv[1]; exec(sys.stdin.read())"
    subprocess.run(
        [sys.executable, "-c", program, merchant.url],
        input=snippet(f"create_{way.name}.py.txt", merchant.key),
        env={**os.environ, "PYTHONPATH": str(old_stripe_path)},
        text=True,
        check=True,
    )
    check_what_was_created(merchant, way)


@pytest.mark.node
@pytest.mark.parametrize("sdk", ["stripe", "stripe-old"])
@every_way
def test_with_the_sdks_for_node(merchant: Merchant, way: Way, sdk: str, node: str) -> None:
    subprocess.run(
        [node, str(SEED / "run.cjs"), sdk, merchant.url],
        input=snippet(f"create_{way.name}.js.txt", merchant.key),
        text=True,
        check=True,
    )
    check_what_was_created(merchant, way)
