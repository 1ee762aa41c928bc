"""One attempt at a receiver that answers well, badly or not at all."""

from __future__ import annotations

import pytest

from paydesk.webhooks.deliver import (
    ANSWER_KEPT_BYTES_MAX,
    Delivered,
    Refused,
    Sender,
    Unreachable,
    open_client,
)
from tests.webhooks import receiver
from tests.webhooks.receiver import FLOOD_BYTES, Behaviour, Receiver, answer, receiving
from tests.webhooks.sending import NOW, send, to

pytestmark = pytest.mark.anyio


async def test_what_a_receiver_is_sent(merchant: Receiver) -> None:
    outcome = await send(f"{merchant.url}/hooks?shop=1")
    assert outcome == Delivered(200, "")
    (request,) = merchant.requests
    assert request.target == "/hooks?shop=1"
    assert request.headers["content-type"] == "application/json; charset=utf-8"
    assert request.headers["user-agent"].startswith("Paydesk/")
    assert request.headers["stripe-signature"].startswith(f"t={NOW},v1=")
    assert b'"data":{"object":{"id":"prod_1"}}' in request.body
    assert b'"pending_webhooks":2' in request.body


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
async def test_a_status_from_200_to_299_is_success(merchant: Receiver, status: int) -> None:
    merchant.behave = answer(status, b"" if status == 204 else b"thank you")
    outcome = await send(merchant.url)
    assert isinstance(outcome, Delivered)
    assert outcome.status == status


@pytest.mark.parametrize("status", [300, 301, 302, 307, 400, 401, 404, 410, 429, 500, 503])
async def test_any_other_status_is_a_refusal(merchant: Receiver, status: int) -> None:
    merchant.behave = answer(status, b"no", Location="/elsewhere")
    assert await send(merchant.url) == Refused(status, "no")
    assert len(merchant.requests) == 1, "a redirect is not followed"


@pytest.mark.parametrize(("header", "seconds"), [("120", 120), ("soon", None)])
async def test_a_refusal_may_ask_for_time(
    merchant: Receiver, header: str, seconds: float | None
) -> None:
    merchant.behave = answer(503, b"", Retry_After=header)
    assert await send(merchant.url) == Refused(503, "", seconds)


@pytest.mark.parametrize(
    ("behave", "reason"),
    [
        (receiver.reset, "ReadError"),
        (receiver.hang_up, "RemoteProtocolError"),
        (receiver.hang_up_in_head, "RemoteProtocolError"),
        (receiver.nonsense, "RemoteProtocolError"),
    ],
)
async def test_no_answer_has_a_reason(merchant: Receiver, behave: Behaviour, reason: str) -> None:
    merchant.behave = behave
    outcome = await send(merchant.url)
    assert isinstance(outcome, Unreachable)
    assert outcome.reason.startswith(reason)


@pytest.mark.parametrize("behave", [receiver.silence, receiver.trickle_head])
async def test_an_answer_is_not_waited_for_for_ever(merchant: Receiver, behave: Behaviour) -> None:
    merchant.behave = behave
    outcome = await send(merchant.url, seconds_max=0.2)
    assert outcome == Unreachable("no answer within 0.2 seconds")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/",
        "http://no-such-host.invalid/",
        "http://[::ffff:127.0.0.1",
        "ftp://127.0.0.1/",
        "http:///",
        "not a url",
        "",
    ],
)
async def test_a_url_that_leads_nowhere_is_unreachable(url: str) -> None:
    assert isinstance(await send(url), Unreachable)


async def test_the_status_counts_even_if_the_rest_is_lost(merchant: Receiver) -> None:
    merchant.behave = receiver.hang_up_in_body
    outcome = await send(merchant.url)
    assert isinstance(outcome, Delivered)
    assert outcome.answer.startswith("thank you [RemoteProtocolError")


async def test_the_status_counts_even_if_the_rest_never_ends(merchant: Receiver) -> None:
    merchant.behave = receiver.trickle_body
    outcome = await send(merchant.url, seconds_max=0.5)
    assert isinstance(outcome, Delivered)
    assert outcome.answer.startswith("zz")
    assert outcome.answer.endswith("[TimeoutError]")


async def test_a_flood_is_cut_off(merchant: Receiver) -> None:
    said: list[int] = []

    async def flood(connection: receiver.Connection) -> None:
        await connection.say(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % FLOOD_BYTES)
        for _ in range(FLOOD_BYTES // 1024):
            await connection.say(b"x" * 1024)
            said.append(1024)

    merchant.behave = flood
    outcome = await send(merchant.url)
    assert outcome == Delivered(200, "x" * ANSWER_KEPT_BYTES_MAX)
    assert sum(said) < FLOOD_BYTES


async def test_an_answer_is_kept_as_text_that_any_database_takes(merchant: Receiver) -> None:
    merchant.behave = answer(500, b"\xff\0" + "é".encode())
    assert await send(merchant.url) == Refused(500, "\ufffd\ufffdé")


async def test_an_answer_is_not_decompressed(merchant: Receiver) -> None:
    merchant.behave = answer(200, b"\x1f\x8b not gzip", Content_Encoding="gzip")
    assert await send(merchant.url) == Delivered(200, "\x1f\ufffd not gzip")
    assert merchant.requests[0].headers["accept-encoding"] == "identity"


async def test_cookies_are_not_carried_over(merchant: Receiver) -> None:
    merchant.behave = answer(200, b"", Set_Cookie="a=1; Path=/")
    async with open_client() as client:
        sender = Sender(client, connect_seconds_max=1, total_seconds_max=1)
        for _ in range(2):
            assert isinstance(await sender.send(to(merchant.url)), Delivered)
    assert all("cookie" not in request.headers for request in merchant.requests)


async def test_proxies_of_the_environment_are_not_used(
    merchant: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with receiving(answer(502)) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.setenv("NO_PROXY", "")
        assert isinstance(await send(merchant.url), Delivered)
        assert not proxy.requests
