"""The documented webhook handlers, run for real: they verify our events and read the line items."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.api.merchant import SAN_FRANCISCO, SESSIONS, Json, Merchant, succeeded

SEED = Path(__file__).parents[1] / "seed"
HOOKS = "/v1/webhook_endpoints"

FULFILL_ORDER = re.compile(r"^const fulfillOrder = .*?^}$", re.MULTILINE | re.DOTALL)
PRINT_ORDER = """const fulfillOrder = (session, line_items) =>
  console.log(JSON.stringify({ session, line_items }));"""

CALLBACK = "{ limit: 100 },\n      function(err, lineItems) {"
PROMISE = "{ limit: 100 }).then(\n      function(lineItems) {"


class Handler:
    """A merchant's webhook handler in a process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.url = f"http://127.0.0.1:{int(self._line())}/webhook"

    def fulfilled(self) -> Json:
        """Wait for the order that it is to fulfil."""
        order: Json = json.loads(self._line())
        return order

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the handler has ended"
        return line


@contextmanager
def running(command: Sequence[str], program: str, **environment: str) -> Iterator[Handler]:
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **environment},
        text=True,
    )
    with process:
        assert process.stdin is not None
        process.stdin.write(program)
        process.stdin.close()
        try:
            yield Handler(process)
        finally:
            process.terminate()


def snippet(name: str, merchant: Merchant, secret: str) -> str:
    text = SEED.joinpath(name).read_text(encoding="utf-8")
    return text.replace("<<secret key>>", merchant.key).replace("whsec_...", secret)


def new_endpoint(merchant: Merchant) -> Json:
    """An endpoint whose handler does not run yet: it needs the secret first."""
    fields = {"url": "http://127.0.0.1:1/", "enabled_events[]": "checkout.session.completed"}
    return merchant.write(HOOKS, fields)


def buy_three(merchant: Merchant) -> Json:
    """The documented session, paid by a buyer who made it three."""
    session = merchant.session({"automatic_tax[enabled]": "true"})
    (line,) = merchant.lines(session["id"])
    change = {
        "updated_line_item_quantity[line_item_id]": line["id"],
        "updated_line_item_quantity[quantity]": "3",
        **SAN_FRANCISCO,
    }
    merchant.write(f"/v1/payment_pages/{session['id']}", change)
    succeeded(merchant.confirm(session["id"]))
    return merchant.read(f"{SESSIONS}/{session['id']}")


def check_handler(merchant: Merchant, handler: Handler, endpoint: Json) -> None:
    merchant.write(f"{HOOKS}/{endpoint['id']}", {"url": handler.url})
    session = buy_three(merchant)
    order = handler.fulfilled()
    assert order["session"]["id"] == session["id"]
    assert order["session"]["payment_status"] == "paid"
    (line,) = order["line_items"]["data"]
    assert (line["quantity"], line["amount_subtotal"]) == (3, 3 * 2000)
    assert line["amount_total"] == session["amount_total"] > line["amount_subtotal"]
    assert line["adjustable_quantity"] == {"enabled": True, "minimum": 1, "maximum": 10}
    check_it_refuses_forgeries(merchant.http, handler)


def check_it_refuses_forgeries(http: httpx.Client, handler: Handler) -> None:
    signature = f"t={int(time.time())},v1={'0' * 64}"
    forged = http.post(handler.url, content="{}", headers={
        "Content-Type": "application/json", "Stripe-Signature": signature,
    })  # fmt: skip
    assert forged.status_code == 400


def test_django_with_the_sdk_for_python(merchant: Merchant) -> None:
    endpoint = new_endpoint(merchant)
    command = [sys.executable, str(SEED / "run_django.py"), merchant.url]
    program = snippet("handle_django.py.txt", merchant, endpoint["secret"])
    with running(command, program) as handler:
        check_handler(merchant, handler, endpoint)


def test_django_with_an_old_sdk_for_python(merchant: Merchant, old_stripe_path: Path) -> None:
    endpoint = new_endpoint(merchant)
    command = [sys.executable, str(SEED / "run_django.py"), merchant.url]
    program = snippet("handle_django.py.txt", merchant, endpoint["secret"])
    with running(command, program, PYTHONPATH=str(old_stripe_path)) as handler:
        check_handler(merchant, handler, endpoint)


@pytest.mark.node
@pytest.mark.parametrize("sdk", ["stripe", "stripe-old"])
def test_express_with_the_sdks_for_node(merchant: Merchant, sdk: str, node: str) -> None:
    endpoint = new_endpoint(merchant)
    program = snippet("handle_express.js.txt", merchant, endpoint["secret"])
    program, replaced = FULFILL_ORDER.subn(PRINT_ORDER, program)
    assert replaced == 1
    if sdk == "stripe":  # which takes no callbacks any more
        assert CALLBACK in program
        program = program.replace(CALLBACK, PROMISE)
    with running([node, str(SEED / "run.cjs"), sdk, merchant.url], program) as handler:
        check_handler(merchant, handler, endpoint)
