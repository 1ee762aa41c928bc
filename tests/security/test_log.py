"""What is written to the log, by us or by a library, shows no card number and no secret."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable

import orjson
import pytest
import structlog

from paydesk.api.answered import Answered
from paydesk.core.redaction import redact
from paydesk.log import configure, request_log
from tests.security.canaries import PATTERNS, REAL_LOOKING, dressed, found_in

SECRETS = [
    "sk_test_canary83917",
    "rk_live_canary83917",
    "pk_test_canary83917",
    "whsec_canary83917",
    "cs_test_a1canary83917",
    "pi_8DrXDGtd_secret_canary83917",
]


def say_ourselves(text: str) -> None:
    structlog.get_logger("paydesk.test").error("said", text=text)


def fail_ourselves(text: str) -> None:
    try:
        int(text)
    except ValueError:
        structlog.get_logger("paydesk.test").exception("failed")


def say_in_a_library(text: str) -> None:
    logging.getLogger("uvicorn.error").error("said %s", text)


def fail_in_a_library(text: str) -> None:
    try:
        int(text)
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")


def fail_in_a_task(text: str) -> None:
    async def story() -> None:
        loop = asyncio.get_running_loop()
        loop.call_exception_handler({"message": "failed", "exception": ValueError(text)})

    asyncio.run(story())


WAYS: list[Callable[[str], None]] = [
    say_ourselves, fail_ourselves, say_in_a_library, fail_in_a_library, fail_in_a_task
]  # fmt: skip


@pytest.mark.parametrize("format", ["console", "json"])
@pytest.mark.parametrize("write", WAYS)
def test_whoever_writes_it(
    format: str, write: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    configure(format, "info")
    for number in REAL_LOOKING:
        for text in dressed(number):
            write(f"a card ({text}) of {SECRETS}")
    written = capsys.readouterr().err
    assert "[number]" in written
    assert not found_in(written.encode(), PATTERNS)
    assert "canary83917" not in written
    if format == "json":
        assert all(orjson.loads(line) for line in written.splitlines())


@pytest.mark.parametrize("format", ["console", "json"])
def test_the_line_of_a_request(format: str, capsys: pytest.CaptureFixture[str]) -> None:
    write = request_log(format, "info")
    assert write is not None
    path = "/v1/checkout/sessions/cs_test_a1canary83917/4242424242424242"
    write(Answered("req_1", "GET", path, "none", 404, 0.0123, ("shipping_options",)))
    line = capsys.readouterr().err
    told = "/v1/checkout/sessions/cs_test_…/[number]"
    if format == "json":
        facts = orjson.loads(line)
        assert facts.pop("timestamp").endswith("Z")
        assert facts == {
            "event": "request", "level": "info", "method": "GET", "path": told, "status": 404,
            "ms": 12.3, "request": "req_1", "ignored": ["shipping_options"],
        }  # fmt: skip
    else:
        assert f" [info] request method=GET path={told} status=404 ms=12.3 request=req_1" in line


def test_nobody_writes_requests_down_when_only_warnings_are_wanted() -> None:
    assert request_log("console", "warning") is None


@pytest.mark.parametrize(
    "text",
    [
        "card4539578763621486",
        "4539578763621486card",
        "45395787636214861227123",
        "4539.5787.6362.1486",
        "4539_5787_6362_1486",
        "4539%2F5787%2F6362%2F1486",
        "４５３９５７８７６３６２１４８６",
        "٤٥٣٩ ٥٧٨٧ ٦٣٦٢ ١٤٨٦",
        "4539\u20115787\u20116362\u20111486",
        "4539\u00a05787\u200b6362 - 1486",
    ],
)
def test_numbers_in_odd_dresses(text: str) -> None:
    told = redact(f"é, {text}!" if not text.isascii() else f"a {text}!")
    assert "[number]" in told
    assert not re.search(r"\d", told)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-24T17:51:16.741711Z",
        '{"é":1800000000,"amount":2000,"list":[100,200,300,400,500]}',
        "evt_8DrXDLtgDmYxZweFG4DU25Ev",
        "1800000000",
        "127.0.0.1:12111",
        "total 99999999 of 1 234 567 lines",
    ],
)
def test_what_is_no_secret_stays_readable(text: str) -> None:
    assert redact(text) == text
