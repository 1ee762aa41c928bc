"""The plugin for pytest, as a stranger's project uses it: in a folder and a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from statistics import median
from xml.etree import ElementTree as ET

import pytest

from paydesk.testing.webhooks import is_signed
from tests.testing.document import examples

EXAMPLE = "test_order.py"
RUNS = 5
SECONDS_PER_TEST_MAX = 0.3
"""For a session made, changed, paid and told of by webhook, once the server runs."""

VAIN = """
def test_in_vain(paydesk, webhooks):
    paydesk.post("/v1/products", name="Mug")
    webhooks.wait_for("product.created")
    webhooks.wait_for("checkout.session.completed", "cs_none", timeout_seconds=0.01)
"""

REFUSED = """
import pytest
from paydesk.testing.account import Refused

def test_refused(paydesk, checkout):
    with pytest.raises(Refused) as caught:
        checkout.pay("cs_test_nobodys")
    assert (caught.value.status, caught.value.code) == (404, "resource_missing")

def test_time_and_weather(paydesk, checkout, webhooks):
    webhooks.disturb(copies=2, shuffle_ms=50)
    made = paydesk.post("/v1/products", name="Mug")
    first = webhooks.wait_for("product.created", made)
    webhooks.wait_for("product.created", where=lambda event: webhooks.received.count(first) == 2)
    assert checkout.advance(60)["ahead_seconds"] == 60

def test_a_debit(paydesk, checkout, webhooks):
    session = paydesk.post("/v1/checkout/sessions", mode="payment",
        success_url="https://shop.example/thanks", payment_method_types=["sepa_debit"],
        line_items=[{"quantity": 1, "price_data": {"currency": "eur", "unit_amount": 2000,
            "product_data": {"name": "T-shirt"}}}])
    assert checkout.pay(session, iban="fails")["payment_status"] == "unpaid"
    checkout.advance(3)
    webhooks.wait_for("checkout.session.async_payment_failed", session)

def test_each_has_its_own(paydesk):
    assert paydesk.get("/v1/products")["data"] == []
    paydesk.post("/v1/products", name="Mug", metadata={"a": "b"}, images=["http://x.test/1"])

def test_so_has_this_one(paydesk):
    assert paydesk.get("/v1/products")["data"] == []
"""


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """pytest, where colours and settings for another Paydesk are about."""
    environment = {**os.environ, "PAYDESK_MODE": "live", "FORCE_COLOR": "1"}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--color=no", *options]
    return subprocess.run(
        command,
        check=False,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
    )


def test_the_printed_example_passes_in_time(tmp_path: Path) -> None:
    for number in range(RUNS):
        name = EXAMPLE.replace(".py", f"_{number}.py")
        (tmp_path / name).write_text(examples()[EXAMPLE], encoding="utf-8")
    done = run(tmp_path, "--junitxml=report.xml")
    assert done.returncode == 0, done.stdout + done.stderr
    cases = ET.parse(tmp_path / "report.xml").iter("testcase")
    seconds = [float(case.attrib["time"]) for case in cases if "of_three" in case.attrib["name"]]
    assert len(seconds) == RUNS
    assert median(seconds) < SECONDS_PER_TEST_MAX, seconds


def test_workers_have_a_server_each(tmp_path: Path) -> None:
    for number in range(2):
        name = EXAMPLE.replace(".py", f"_{number}.py")
        (tmp_path / name).write_text(examples()[EXAMPLE], encoding="utf-8")
    done = run(tmp_path, "-n", "2")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 passed" in done.stdout


def test_a_wait_in_vain_says_what_came(tmp_path: Path) -> None:
    (tmp_path / "test_vain.py").write_text(VAIN, encoding="utf-8")
    done = run(tmp_path)
    assert done.returncode == 1
    assert "No checkout.session.completed about cs_none came within 0.01 seconds." in done.stdout
    assert re.search(r"What came:\nE +product\.created about prod_", done.stdout)


def test_refusals_and_accounts(tmp_path: Path) -> None:
    (tmp_path / "test_refused.py").write_text(REFUSED, encoding="utf-8")
    done = run(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_who_asks_for_nothing_waits_for_nothing(tmp_path: Path) -> None:
    """The plugin is read at the start of every run, so it brings none of the server along."""
    program = (
        "import sys, paydesk.testing.plugin; "
        "print([name for name in ('starlette', 'pydantic', 'httpx') if name in sys.modules])"
    )
    command = [sys.executable, "-c", program]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert said.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("header", "good"),
    [
        ("t=5,v1={}", True),
        ("t=5,v1=00,v1={}", True),
        ("t=6,v1={}", False),
        ("v1={}", False),
        ("t=5", False),
        ("", False),
    ],
)
def test_signatures_are_verified(header: str, good: bool) -> None:
    # HMAC-SHA256 of "5.body" under "whsec_x", by `openssl dgst`.
    expected = "bfa8a81ad2809543adcfe190139e13874d9354f63a3ab0b82c79cbc80a6f1447"
    assert is_signed(b"body", header.format(expected), "whsec_x") is good
