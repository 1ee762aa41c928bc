"""Unmodified packages of six majors against the browser script, without a browser."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from typing import Any

import pytest

from tests.sdk.merchant import Merchant, open_shop
from tests.sdk.pairs import EARLIER, HERE, PAIRS, Pair
from tests.support.server import Server, new_key

pytestmark = pytest.mark.node

ALL = (*EARLIER, *PAIRS)
STRICT = (False, True)
PAY = {"redirect": "if_required", "email": "jenny@example.com", "paymentMethod": "pm_card_visa"}


@dataclass(frozen=True)
class Played:
    """What a buyer saw with one pair, what the merchant has of it, and the script's address."""

    told: Any
    shop: Merchant
    script: str


@pytest.fixture(scope="module")
def played(
    server: Server, node: str, tmp_path_factory: pytest.TempPathFactory
) -> dict[tuple[str, bool], Played]:
    """Every pair, with and without StrictMode, in one Node.js: it takes longest to start."""
    folder = tmp_path_factory.mktemp("bundles")
    runs = [(pair, strict, open_shop(server, new_key())) for pair in ALL for strict in STRICT]
    orders = [
        {
            "script": f"{server.url}/{pair.train}/stripe.js",
            "bundle": str(pair.bundle(node, folder)),
            "given": {"key": shop.key, "secret": shop.secret, "strict": strict, "confirm": PAY},
        }
        for pair, strict, shop in runs
    ]
    done = subprocess.run(
        [node, HERE / "drive.mjs"],
        check=False,
        input=json.dumps(orders),
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert done.returncode == 0, done.stderr
    return {
        (pair.name, strict): Played(told, shop, f"{server.url}/{pair.train}/stripe.js")
        for (pair, strict, shop), told in zip(runs, json.loads(done.stdout), strict=True)
    }


@pytest.mark.parametrize("strict", STRICT, ids=["plain", "StrictMode"])
@pytest.mark.parametrize("pair", ALL, ids=lambda pair: pair.name)
def test_packages_render_change_a_quantity_unmount_mount_again_and_pay(
    pair: Pair, strict: bool, played: dict[tuple[str, bool], Played]
) -> None:
    run = played[pair.name, strict]
    told = run.told
    assert "failed" not in told, told["failed"]
    assert told["seen"] == [
        {"total": "$20.00", "quantity": "1"},
        {"total": "$40.00", "quantity": "2"},
        {"total": "$40.00", "quantity": "2"},
        {"total": "$60.00", "quantity": "3"},
    ]
    assert told["result"] == "paid"
    assert told["said"] == []
    assert told["sources"] == [run.script], "the package asked for another script"
    assert (told["framesMounted"], told["framesAfterUnmount"]) == (1, 0)
    assert run.shop.quantity() == 3
    assert run.shop.look()["payment_status"] == "paid"
