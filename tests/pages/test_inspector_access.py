"""Who is let into the inspector, and what is never said there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from paydesk.app import create_app
from paydesk.core.ids import account_id
from paydesk.pages.inspector.access import (
    COOKIE,
    KNOWN_COOKIE,
    LOGIN_SECONDS,
)
from paydesk.pages.inspector.guesses import (
    FAILURES_MAX,
    FAILURES_WITHIN_SECONDS,
    STRANGERS_FAILURES_MAX,
    stranger_at,
)
from paydesk.settings import Settings
from tests.support.app import SEED_SESSION, Client, Clock, running_app

pytestmark = pytest.mark.anyio

PASSWORD = "correct horse battery"
LIVE: dict[str, Any] = {"mode": "live", "payments": "sandbox", "base_url": "https://pay.example"}
OURS = {"sec_fetch_site": "same-origin"}
OURS_AS_SENT = {"Sec-Fetch-Site": "same-origin"}


@asynccontextmanager
async def seen_from(client: Client, peer: str, base_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """Another machine's way to the same application."""
    transport = client._transport
    assert isinstance(transport, httpx.ASGITransport)
    other = httpx.ASGITransport(transport.app, client=(peer, 40_000))
    async with httpx.AsyncClient(transport=other, base_url=base_url) as stranger:
        yield stranger


async def addresses(client: Client) -> list[str]:
    """Every page of a small account."""
    made = (await client.form("/v1/checkout/sessions", SEED_SESSION)).json()
    await client.form(f"/v1/checkout/sessions/{made['id']}/expire", {})
    await client.form(
        "/v1/webhook_endpoints", {"url": "http://127.0.0.1:9", "enabled_events[]": "*"}
    )
    event = (await client.get("/v1/events?type=checkout.session.expired")).json()["data"][0]["id"]
    return [
        "/inspector",
        "/inspector/events",
        f"/inspector/sessions/{made['id']}",
        f"/inspector/events/{event}",
    ]


async def test_people_on_this_machine_see_it(tmp_path: Path) -> None:
    async with running_app(tmp_path) as client:
        for address in await addresses(client):
            for host in ("127.0.0.1:12111", "localhost", "[::1]:12111"):
                answer = await client.get(address, headers={"Host": host})
                assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": "localhost.evil.example:12111"},
        {"Host": "127.0.0.1@evil.example"},
        {"Host": "[::1"},
        {"Host": ""},
        {"X-Forwarded-For": "203.0.113.9"},
        {"Forwarded": "for=203.0.113.9"},
        {"Via": "1.1 proxy"},
    ],
    ids=str,
)
async def test_a_name_pointed_at_this_machine_opens_nothing(
    tmp_path: Path, headers: dict[str, str]
) -> None:
    async with running_app(tmp_path) as client:
        pages = await addresses(client)
        for address in pages:
            answer = await client.get(address, headers=headers)
            assert answer.status_code == 403
            assert "cs_test" not in answer.text
            assert "acct_" not in answer.text


async def test_other_machines_see_nothing(tmp_path: Path) -> None:
    async with running_app(tmp_path) as client:
        pages = await addresses(client)
        async with seen_from(client, "192.168.1.9", "http://127.0.0.1:12111") as stranger:
            for address in pages:
                assert (await stranger.get(address)).status_code == 403


async def test_a_sandbox_with_a_public_name_wants_a_password(tmp_path: Path) -> None:
    async with running_app(tmp_path, base_url="https://sandbox.example") as client:
        assert (await client.get("/inspector")).status_code == 403


async def test_live_mode_without_a_password_has_no_inspector(tmp_path: Path) -> None:
    async with running_app(tmp_path, **LIVE) as client:
        for path in ("", "/events", "/sessions/cs_test_1", "/events/evt_1", "/live", "/login"):
            answer = await client.get(f"/inspector{path}", headers={"Host": "127.0.0.1"})
            assert answer.status_code == 404, path
        for path in ("/login", "/logout", "/sessions/cs_test_1/pay", "/events/evt_1/resend"):
            assert (await client.form(f"/inspector{path}", {}, **OURS)).status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": "none"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:3000"},
        {"origin": "http://[::1"},
    ],
    ids=str,
)
async def test_forms_of_other_sites_do_nothing(tmp_path: Path, headers: dict[str, str]) -> None:
    async with running_app(tmp_path) as client:
        made = (await client.form("/v1/checkout/sessions", SEED_SESSION)).json()["id"]
        for path in ("pay", "expire"):
            fields = {"card": "succeeds"}
            answer = await client.form(f"/inspector/sessions/{made}/{path}", fields, **headers)
            assert answer.status_code == 403
        assert (await client.get(f"/v1/checkout/sessions/{made}")).json()["status"] == "open"


async def test_pages_are_closed_to_other_origins(tmp_path: Path) -> None:
    async with running_app(tmp_path) as client:
        for address in await addresses(client):
            headers = (
                await client.get(address, headers={"Origin": "https://evil.example"})
            ).headers
            assert headers["cross-origin-resource-policy"] == "same-origin"
            assert headers["x-frame-options"] == "DENY"
            assert headers["cache-control"] == "no-store"
            assert "access-control-allow-origin" not in headers
            assert "unsafe" not in headers["content-security-policy"]


async def test_no_page_says_a_secret(tmp_path: Path) -> None:
    key = "sk_test_account"
    async with running_app(tmp_path, key=key) as client:
        made = (
            await client.form("/v1/checkout/sessions", {**SEED_SESSION, "ui_mode": "custom"})
        ).json()
        embedded = {**SEED_SESSION, "ui_mode": "embedded", "return_url": "https://shop.example"}
        del embedded["success_url"], embedded["cancel_url"]
        made = (await client.form("/v1/checkout/sessions", embedded)).json()
        paid = f"/v1/test_helpers/checkout/sessions/{made['id']}/pay"
        assert (await client.form(paid, {"card": "succeeds"})).status_code == 200
        events = (await client.get("/v1/events")).json()["data"]
        pages = await addresses(client)
        pages += [f"/inspector/sessions/{made['id']}"]
        pages += [f"/inspector/events/{event['id']}" for event in events]
        for address in pages:
            text = (await client.get(address)).text
            for secret in (key, "_secret_", "whsec_", "sk_test_paydesk"):
                assert secret not in text, (address, secret)


async def test_a_key_leads_to_its_account_and_goes_no_further(tmp_path: Path) -> None:
    async with running_app(tmp_path) as client:
        answer = await client.form("/inspector/account", {"key": " sk_test_mine "}, **OURS)
        assert answer.headers["location"] == f"/inspector?account={account_id('sk_test_mine')}"
        for key in ("sk_live_mine", "", "anything"):
            answer = await client.form("/inspector/account", {"key": key}, **OURS)
            assert answer.status_code == 404


@asynccontextmanager
async def guarded_app(folder: Path, clock: Clock) -> AsyncIterator[httpx.AsyncClient]:
    """A live server with a password, and a browser that comes by https from elsewhere."""
    password = SecretStr(PASSWORD)
    async with (
        running_app(folder, clock=clock, inspector_password=password, **LIVE) as client,
        seen_from(client, "203.0.113.9", "https://pay.example") as browser,
    ):
        browser.headers["Sec-Fetch-Site"] = "same-origin"
        yield browser


async def test_operators_log_in_and_out(tmp_path: Path) -> None:
    clock = Clock()
    async with guarded_app(tmp_path, clock) as browser:
        assert (await browser.get("/inspector")).headers["location"] == "/inspector/login"
        assert (await browser.get("/inspector/login")).status_code == 200
        refused = await browser.post("/inspector/login", data={"password": PASSWORD + "x"})
        assert refused.status_code == 403
        assert "set-cookie" not in refused.headers
        answer = await browser.post("/inspector/login", data={"password": PASSWORD})
        assert (answer.status_code, answer.headers["location"]) == (303, "/inspector")
        cookie, known = answer.headers.get_list("set-cookie")
        for part in ("HttpOnly", "SameSite=strict", "Secure", "Path=/inspector;", "Max-Age=43200"):
            assert part in cookie
        for part in ("HttpOnly", "SameSite=strict", "Secure", "Path=/inspector/login;"):
            assert part in known
        assert PASSWORD not in cookie + known
        assert (await browser.get("/inspector")).status_code == 200
        clock.advance(LOGIN_SECONDS)
        assert (await browser.get("/inspector")).status_code == 303
        await browser.post("/inspector/login", data={"password": PASSWORD})
        assert (await browser.post("/inspector/logout")).status_code == 303
        assert (await browser.get("/inspector")).status_code == 303


async def test_a_cookie_that_we_did_not_sign_opens_nothing(tmp_path: Path) -> None:
    clock = Clock()
    async with guarded_app(tmp_path, clock) as browser:
        await browser.post("/inspector/login", data={"password": PASSWORD})
        good = browser.cookies[COOKIE]
        expires, _, signature = good.partition(".")
        browser.cookies.clear()
        for bad in (
            f"{int(expires) + 1}.{signature}", f"{expires}.", f"{expires}.{signature[:-1]}0",
            f"{expires}", "", f".{signature}", f"-1.{signature}", f"{'9' * 400}.{signature}",
        ):  # fmt: skip
            if bad == good:
                continue
            answer = await browser.get("/inspector", headers={"Cookie": f"{COOKIE}={bad}"})
            assert answer.status_code == 303, bad
        answer = await browser.get("/inspector", headers={"Cookie": f"{COOKIE}={good}"})
        assert answer.status_code == 200


async def test_guessing_is_slow(tmp_path: Path) -> None:
    clock = Clock()
    async with guarded_app(tmp_path, clock) as browser:
        for _ in range(FAILURES_MAX):
            answer = await browser.post("/inspector/login", data={"password": "wrong"})
            assert answer.status_code == 403
        answer = await browser.post("/inspector/login", data={"password": PASSWORD})
        assert answer.status_code == 429
        clock.advance(FAILURES_WITHIN_SECONDS)
        answer = await browser.post("/inspector/login", data={"password": PASSWORD})
        assert answer.status_code == 303


async def guess(browser: httpx.AsyncClient, password: str) -> int:
    answer = await browser.post("/inspector/login", data={"password": password})
    return answer.status_code


@asynccontextmanager
async def coming_from(browser: httpx.AsyncClient, peer: str) -> AsyncIterator[httpx.AsyncClient]:
    """Another browser at the same server, without cookies."""
    transport = browser._transport
    assert isinstance(transport, httpx.ASGITransport)
    other = httpx.ASGITransport(transport.app, client=(peer, 40_000))
    async with httpx.AsyncClient(
        transport=other, base_url=browser.base_url, headers=OURS_AS_SENT
    ) as another:
        yield another


async def test_who_guesses_locks_nobody_else_out(tmp_path: Path) -> None:
    async with guarded_app(tmp_path, Clock()) as browser:
        for _ in range(FAILURES_MAX):
            assert await guess(browser, "wrong") == 403
        assert await guess(browser, PASSWORD) == 429
        async with coming_from(browser, "203.0.113.10") as operator:
            assert await guess(operator, PASSWORD) == 303


async def test_many_strangers_together_are_slow_and_lock_no_operator_out(tmp_path: Path) -> None:
    clock = Clock()
    async with guarded_app(tmp_path, clock) as operator:
        assert await guess(operator, PASSWORD) == 303
        for number in range(STRANGERS_FAILURES_MAX):
            async with coming_from(operator, f"198.51.100.{number}") as stranger:
                assert await guess(stranger, "wrong") == 403
        async with coming_from(operator, "198.51.100.200") as stranger:
            assert await guess(stranger, PASSWORD) == 429
        assert (await operator.post("/inspector/logout")).status_code == 303
        clock.advance(1)
        assert await guess(operator, PASSWORD) == 303
        async with coming_from(operator, "127.0.0.1") as here:
            here.base_url = httpx.URL("https://localhost")
            assert await guess(here, PASSWORD) == 303


async def test_a_known_browser_guesses_no_faster(tmp_path: Path) -> None:
    async with guarded_app(tmp_path, Clock()) as browser:
        assert await guess(browser, PASSWORD) == 303
        for _ in range(FAILURES_MAX):
            assert await guess(browser, "wrong") == 403
        assert await guess(browser, PASSWORD) == 429


async def test_to_be_known_opens_nothing_and_can_not_be_made_up(tmp_path: Path) -> None:
    async with guarded_app(tmp_path, Clock()) as browser:
        await guess(browser, PASSWORD)
        ticket, known = browser.cookies[COOKIE], browser.cookies[KNOWN_COOKIE]
        browser.cookies.clear()
        for value in (known, known.partition(".")[0]):
            shown = {"Cookie": f"{COOKIE}={value}"}
            assert (await browser.get("/inspector", headers=shown)).status_code == 303
        for _ in range(FAILURES_MAX):
            await guess(browser, "wrong")
        name = known.partition(".")[0]
        for made_up in (ticket, f"{name}x{known[len(name) :]}", f"{name}.", "", "é.é"):
            answer = await browser.post(
                "/inspector/login",
                data={"password": PASSWORD},
                headers={b"Cookie": f"{KNOWN_COOKIE}={made_up}".encode("latin-1")},
            )
            assert answer.status_code == 429, made_up


@pytest.mark.parametrize(
    ("address", "same"),
    [
        ("203.0.113.9", "::ffff:203.0.113.9"),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::2"),
        (None, "no address"),
    ],
)
def test_strangers_are_told_apart_by_what_they_can_not_change(
    address: str | None, same: str
) -> None:
    assert stranger_at(address) == stranger_at(same)
    assert stranger_at(address) != stranger_at("2001:db8:1:3::1")


async def test_live_sessions_are_not_paid_by_a_button(tmp_path: Path) -> None:
    async with guarded_app(tmp_path, Clock()) as browser:
        await browser.post("/inspector/login", data={"password": PASSWORD})
        for path in ("pay", "expire"):
            answer = await browser.post(f"/inspector/sessions/cs_test_1/{path}", data={})
            assert answer.status_code == 403
        assert (
            await browser.post("/inspector/account", data={"key": "sk_test_x"})
        ).status_code == 404


def test_a_short_password_stops_the_start(tmp_path: Path) -> None:
    settings = Settings(
        database=f"sqlite:///{tmp_path}/paydesk.db", inspector_password=SecretStr("short")
    )
    with pytest.raises(ValueError, match="at least 12 characters") as told:
        create_app(settings)
    assert "short" not in str(told.value).replace("too short", "")
