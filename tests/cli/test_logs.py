"""`paydesk logs`: the requests that were, and each that comes, as far as they are asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest

from tests.api.merchant import Merchant
from tests.support.server import Server
from tests.support.terminal import Running, ran, started


@pytest.fixture
def merchant(server: Server, key: str) -> Iterator[Merchant]:
    with httpx.Client() as http:
        yield Merchant(http, server.url, key)


def make_some(merchant: Merchant) -> None:
    """One request that succeeds, one that is refused, one for what there is not."""
    assert merchant.post("/v1/products", {"name": "Cap"}).status_code == 200
    assert merchant.post("/v1/products", {"nome": "Cap"}).status_code == 400
    assert merchant.get("/v1/prices/price_none").status_code == 404


def shown(terminal: Running) -> list[str]:
    """Status, method and path of each request that it has shown."""
    lines = [line.split()[2:5] for line in terminal.lines if " /v1/" in line]
    return [" ".join(words) for words in lines]


ALL = ["[200] POST /v1/products", "[400] POST /v1/products", "[404] GET /v1/prices/price_none"]


def test_what_was_is_shown_and_then_what_comes(merchant: Merchant) -> None:
    make_some(merchant)
    with started("logs", "tail", key=merchant.key, url=merchant.url) as terminal:
        terminal.wait_until(lambda: len(shown(terminal)) == 3)
        assert shown(terminal) == ALL
        assert "Received unknown parameter: nome" in terminal.text
        make_some(merchant)
        terminal.wait_until(lambda: len(shown(terminal)) == 6)
        assert sorted(shown(terminal)[3:]) == sorted(ALL)
        assert "\x1b" not in terminal.text


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--status", "4xx"], ALL[1:]),
        (["--status", "404,2xx"], [ALL[0], ALL[2]]),
        (["--filter-status-code-type", "4XX", "--filter-http-method", "get"], ALL[2:]),
        (["--method", "POST", "--earlier", "1"], ALL[1:2]),
        (["--path", "/v1/prices/*"], ALL[2:]),
        (["--path", "/v1/prices"], []),
        (["--account", "connect_in"], []),
        (["--account", "self", "--filter-request-status", "succeeded"], ALL[:1]),
    ],
)
def test_filters(merchant: Merchant, options: list[str], expected: list[str]) -> None:
    make_some(merchant)
    with started("logs", *options, key=merchant.key, url=merchant.url) as terminal:
        terminal.wait_for("Ready!")
        terminal.wait_until(lambda: len(shown(terminal)) == len(expected))
        assert shown(terminal) == expected


def test_as_json_without_waiting_for_more(merchant: Merchant) -> None:
    make_some(merchant)
    options = ("--no-follow", "--json", "--status", "400")
    with started("logs", *options, key=merchant.key, url=merchant.url) as terminal:
        assert terminal.wait() == 0
    (request,) = [json.loads(line) for line in terminal.lines]
    assert (request["status"], request["method"], request["url"]) == (400, "POST", "/v1/products")
    assert request["error"]["param"] == "nome"


def test_a_server_that_was_away_is_followed_again(own_server: Server, key: str) -> None:
    with (
        httpx.Client() as http,
        started("logs", key=key, url=own_server.url) as terminal,
    ):
        merchant = Merchant(http, own_server.url, key)
        terminal.wait_for("Ready!")
        merchant.post("/v1/products", {"name": "Cap"})
        terminal.wait_until(lambda: len(shown(terminal)) == 1)
        own_server.stop()
        terminal.wait_for("The server is gone")
        own_server.start()
        merchant.get("/v1/products")
        terminal.wait_for("The server is back", "[200] GET /v1/products")
    assert shown(terminal) == ["[200] POST /v1/products", "[200] GET /v1/products"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--status", "6xx"], "--status can't be '6xx'"),
        (["--status", "teapot"], "--status can't be 'teapot'"),
        (["--account", "acct_1"], "--account can't be 'acct_1'"),
        (["head"], "logs has no 'head'"),
    ],
)
def test_what_can_not_be_meant(server: Server, key: str, options: list[str], said: str) -> None:
    ended = ran("logs", *options, key=key, url=server.url)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert said in ended.stderr
    assert ended.stderr.count("\n") == 1
