"""What the request log keeps of requests, and what it never does."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from paydesk.api import journal
from paydesk.api.answered import Answered
from paydesk.api.journal import WAITING_MAX, WHOLE_MAX, Journal
from paydesk.core.request_log import LoggedRequest, matches
from paydesk.storage import request_logs
from paydesk.storage.database import Database
from tests.engines import ENGINES, open_database
from tests.support.app import Clock

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("engine", ENGINES)]

CARD = "4242424242424242"
LOOKS_MAX = 400
SECRET = "cs_test_a1x_secret_0123456789abcdef"


def answered(number: int = 0, status: int = 200, **parameters: object) -> Answered:
    body = b'{"client_secret":"%b","error":{"code":"no","message":"%b"}}'
    return Answered(
        f"req_{number:06}", "POST", "/v1/things", "POST /v1/things", status, 0.0123,
        account="acct_1", key="once", parameters=parameters,
        body=body % (SECRET.encode(), CARD.encode()),
    )  # fmt: skip


async def kept(database: Database) -> list[LoggedRequest]:
    return await database.read(lambda tx: request_logs.after(tx, "acct_1", "", 1_000))


async def test_facts_are_kept_and_secrets_are_not(engine: str, tmp_path: Path) -> None:
    async with open_database(engine, tmp_path / "paydesk.db") as database:
        log = Journal(database, Clock())
        async with log.running():
            card = {"number": CARD, "cvc": "123", "exp_year": "2031"}
            log.note(answered(1, 402, card=card, note=f"my card {CARD}", key="sk_test_1234567"))
        (request,) = await kept(database)
    assert (request.method, request.path, request.status) == ("POST", "/v1/things", 402)
    assert (request.duration_ms, request.idempotency_key) == (12, "once")
    assert request.error == {"code": "no", "message": "[number]"}
    text = repr(request)
    for private in (CARD, '123"', "2031", "0123456789abcdef", "1234567"):
        assert private not in text


async def test_a_crowd_is_written_together_and_in_short(engine: str, tmp_path: Path) -> None:
    async with open_database(engine, tmp_path / "paydesk.db") as database:
        log = Journal(database, Clock())
        async with log.running():
            before = database.commits
            for number in range(WAITING_MAX + 50):
                log.note(answered(number, name="x"))
        assert database.commits - before <= 2
        requests = await kept(database)
        assert len(requests) == WAITING_MAX
        assert {request.parameters for request in requests} == {""}
        async with log.running():
            for number in range(WHOLE_MAX):
                log.note(answered(500 + number, name="x"))
        assert (await kept(database))[-1].parameters == '{"name":"x"}'


async def test_it_is_written_without_being_asked(engine: str, tmp_path: Path) -> None:
    async with open_database(engine, tmp_path / "paydesk.db") as database:
        log = Journal(database, Clock())
        async with log.running():
            log.note(answered())
            for _ in range(LOOKS_MAX):
                await asyncio.sleep(journal.FLUSH_SECONDS / 4)
                if await kept(database):
                    break
            else:
                pytest.fail("nothing was written")


async def test_the_oldest_go_first(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "FORGET_EVERY", 1)
    monkeypatch.setattr(request_logs, "ROWS_KEPT_MAX", 3)
    async with open_database(engine, tmp_path / "paydesk.db") as database:
        log = Journal(database, Clock())
        async with log.running():
            for number in range(10):
                log.note(answered(number))
        assert [request.id for request in await kept(database)] == [
            "req_000007", "req_000008", "req_000009",
        ]  # fmt: skip


async def test_filters(engine: str) -> None:
    request = LoggedRequest(
        id="req_1", account="a", created=1, method="POST", path="/v1/x", status=402, duration_ms=1
    )
    for wanted in (
        {}, {"filter_http_method": ("post", "GET")}, {"filter_status_code_type": ("400",)},
        {"filter_request_status": ("FAILED",)}, {"filter_ip_address": ("1.2.3.4",)},
        {"filter_request_path": ("/v1/x",), "filter_status_code": ("402",)},
    ):  # fmt: skip
        assert matches(request, wanted)
    for unwanted in (
        {"filter_http_method": ("GET",)}, {"filter_status_code_type": ("500",)},
        {"filter_request_status": ("SUCCEEDED",)}, {"filter_source": ("DASHBOARD",)},
    ):  # fmt: skip
        assert not matches(request, unwanted)
