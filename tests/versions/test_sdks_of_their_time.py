"""Six generations of merchants, each with an SDK of its time and the version it was made for."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from paydesk.render.versions import DEFAULT
from tests.conftest import ROOT
from tests.support.server import Server

PROGRAM = Path(__file__).parent / "merchant.cjs"

GENERATIONS = {
    "stripe9": "2020-08-27",
    "stripe10": "2022-08-01",
    "stripe18": "2025-03-31.basil",
    "stripe20": "2025-11-17.clover",
    "stripe21": "2026-03-25.dahlia",
    "stripe": "2026-10-28.endive",
}
"""npm's name for each release, and the API version that it was published for."""

FIRST_WITH_NEW_WORDS = "2026-03-25.dahlia"
FIRST_WITHOUT_EARLY_INTENTS = "2022-08-01"


@pytest.mark.node
@pytest.mark.parametrize(("sdk", "version"), GENERATIONS.items(), ids=GENERATIONS.values())
def test_a_program_of_its_time_sells(
    node: str, server: Server, key: str, sdk: str, version: str
) -> None:
    ran = subprocess.run(
        [node, str(PROGRAM), sdk, version, server.url, key],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    told: dict[str, Any] = json.loads(ran.stdout)
    word = "hosted" if version < FIRST_WITH_NEW_WORDS else "hosted_page"
    assert told["page"] == 200
    assert told["session"]["ui_mode"] == word
    assert told["session"]["amount_total"] == 4000
    early = told["session"]["payment_intent"]
    assert (early is not None) == (version < FIRST_WITHOUT_EARLY_INTENTS)
    assert told["paid"]["payment_status"] == "paid"
    assert told["paid"]["payment_intent"]["id"] == (early or told["paid"]["payment_intent"]["id"])
    assert [line["description"] for line in told["lines"]["data"]] == ["T-shirt"]
    check_event(told, version, word)


def check_event(told: dict[str, Any], version: str, word: str) -> None:
    """The webhook was in the endpoint's version, the list is in the account's."""
    assert told["event"]["api_version"] == version
    assert told["event"]["data"]["object"]["ui_mode"] == word
    (listed,) = told["listed"]["data"]
    assert (listed["id"], listed["api_version"]) == (told["event"]["id"], DEFAULT)
    assert listed["data"]["object"]["ui_mode"] == "hosted"
