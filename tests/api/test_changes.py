"""Word of every change to whoever follows a session."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from paydesk.services.changes import FOLLOWERS_PER_SESSION_MAX
from tests.api.merchant import SESSIONS, Json, Merchant, refused
from tests.support.app import SEED_SESSION
from tests.support.server import Server

NEWS_SECONDS_MAX = 1.0
"""How old a change may be when it is told."""

READ_SECONDS_MAX = 5.0
PLAIN = {name: value for name, value in SEED_SESSION.items() if not name.endswith("_url")}
ELEMENTS = {"ui_mode": "custom", "return_url": "https://shop.example/return"}


@dataclass(frozen=True)
class Event:
    """One event as a browser reads it; `name` None sets the id alone."""

    id: str
    name: str | None
    data: Json | None


class Stream:
    """What the server says, event by event."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self._lines = answer.iter_lines()

    def next(self) -> Event | None:
        """The next event, or None at the end."""
        fields: dict[str, str] = {}
        for line in self._lines:
            if not line and fields:
                data = fields.get("data")
                told = None if data is None else json.loads(data)
                return Event(fields["id"], fields.get("event"), told)
            name, _, value = line.partition(":")
            if name:
                fields[name] = value.strip()
        return None


@contextmanager
def following(merchant: Merchant, name: str, **query: str) -> Iterator[Stream]:
    headers = {"Origin": "https://shop.example"}
    if last := query.pop("last_event_id", None):
        headers["Last-Event-ID"] = last
    url = f"{merchant.url}/v1/payment_pages/{name}/changes"
    timeout = httpx.Timeout(READ_SECONDS_MAX)
    with (
        httpx.Client(trust_env=False, timeout=timeout) as client,
        client.stream("GET", url, params=query, headers=headers) as answer,
    ):
        yield Stream(answer)


def elements(merchant: Merchant) -> Json:
    return merchant.write(SESSIONS, {**PLAIN, **ELEMENTS})


def test_a_change_by_the_merchant_is_told_within_a_second(merchant: Merchant) -> None:
    session = elements(merchant)
    with following(merchant, session["client_secret"]) as stream:
        assert stream.answer.status_code == 200
        assert stream.answer.headers["content-type"] == "text/event-stream"
        assert stream.answer.headers["access-control-allow-origin"] == "*"
        first = stream.next()
        assert first == Event("1", None, None)
        [line] = merchant.lines(session["id"])
        fields = {"line_items[0][id]": line["id"], "line_items[0][quantity]": "5"}
        merchant.write(f"{SESSIONS}/{session['id']}", fields)
        changed = time.monotonic()
        told = stream.next()
        assert time.monotonic() - changed < NEWS_SECONDS_MAX
        assert told == Event("2", "change", {"version": 2, "status": "open"})


@pytest.mark.parametrize("end", ["expire", "pay"])
def test_the_end_is_told_and_ends_the_stream(merchant: Merchant, end: str) -> None:
    session = elements(merchant)
    with following(merchant, session["client_secret"]) as stream:
        stream.next()
        if end == "pay":
            assert merchant.confirm(session["id"]).status_code == 200
        else:
            merchant.write(f"{SESSIONS}/{session['id']}/expire")
        ended = time.monotonic()
        status = "complete" if end == "pay" else "expired"
        heard = []
        while (told := stream.next()) is not None and told.data is not None:
            heard.append(told.data["status"])
        assert time.monotonic() - ended < NEWS_SECONDS_MAX
        assert heard[-1] == status


def test_many_hear_the_same(merchant: Merchant) -> None:
    session = elements(merchant)
    with (
        following(merchant, session["client_secret"]) as one,
        following(merchant, session["id"], key=merchant.publishable_key) as two,
    ):
        for stream in (one, two):
            stream.next()
        merchant.write(f"{SESSIONS}/{session['id']}", {"metadata[a]": "1"})
        assert one.next() == two.next() == Event("2", "change", {"version": 2, "status": "open"})


def test_who_comes_back_hears_what_was_missed(merchant: Merchant) -> None:
    session = elements(merchant)
    secret = session["client_secret"]
    merchant.write(f"{SESSIONS}/{session['id']}", {"metadata[a]": "1"})
    missed = Event("2", "change", {"version": 2, "status": "open"})
    for known in ({"since": "1"}, {"last_event_id": "1"}, {"since": "2", "last_event_id": "1"}):
        with following(merchant, secret, **known) as stream:
            assert stream.next() == missed
    with following(merchant, secret, since="2") as stream:
        assert stream.next() == Event("2", None, None)


def test_who_knows_the_end_need_not_come_back(merchant: Merchant) -> None:
    session = elements(merchant)
    merchant.write(f"{SESSIONS}/{session['id']}/expire")
    with following(merchant, session["client_secret"]) as stream:
        told = stream.next()
        assert told is not None
        assert told.data == {"version": 2, "status": "expired"}
        assert stream.next() is None
    with following(merchant, session["client_secret"], last_event_id=told.id) as stream:
        assert stream.answer.status_code == 204


def test_only_who_may_see_the_session_may_follow_it(
    merchant: Merchant, other_merchant: Merchant
) -> None:
    session = elements(merchant)
    path = f"/v1/payment_pages/{session['id']}"
    bare = merchant.http.get(f"{merchant.url}{path}/changes")
    assert refused(bare, 401)
    assert refused(merchant.http.get(f"{merchant.url}{path}_secret_wrong/changes"), 404)
    theirs = {"key": other_merchant.publishable_key}
    assert refused(merchant.http.get(f"{merchant.url}{path}/changes", params=theirs), 404)
    nobody = f"{merchant.url}/v1/payment_pages/cs_test_a1nobody/changes"
    assert refused(merchant.http.get(nobody, params={"key": merchant.publishable_key}), 404)


def test_a_session_has_so_many_followers_and_no_more(merchant: Merchant) -> None:
    secret = elements(merchant)["client_secret"]
    with ExitStack() as all_of_them:
        streams = [
            all_of_them.enter_context(following(merchant, secret))
            for _ in range(FOLLOWERS_PER_SESSION_MAX)
        ]
        assert {stream.answer.status_code for stream in streams} == {200}
        with following(merchant, secret) as one_more:
            assert one_more.answer.status_code == 503
    deadline = time.monotonic() + READ_SECONDS_MAX
    while time.monotonic() < deadline:
        with following(merchant, secret) as again:
            if again.answer.status_code == 200:
                return
    raise AssertionError("those who left still count")


def test_a_server_that_stops_does_not_wait_for_followers(own_server: Server) -> None:
    with httpx.Client(trust_env=False) as client:
        merchant = Merchant(client, own_server.url, "sk_test_follower")
        session = elements(merchant)
        with following(merchant, session["client_secret"]) as stream:
            stream.next()
            started = time.monotonic()
            own_server.stop()
            assert time.monotonic() - started < READ_SECONDS_MAX
            assert stream.next() is None


@pytest.mark.postgres
def test_a_change_in_another_process_is_told_too(tmp_path: Path, http: httpx.Client) -> None:
    """Two processes on one database: the page follows in one, the merchant talks to the other."""
    servers = [Server(tmp_path / "paydesk.db", engine="postgres").start() for _ in range(2)]
    here, there = (Merchant(http, server.url, "sk_test_follower") for server in servers)
    try:
        session = elements(here)
        with following(here, session["client_secret"]) as stream:
            stream.next()
            there.write(f"{SESSIONS}/{session['id']}", {"metadata[a]": "1"})
            changed = time.monotonic()
            assert stream.next() == Event("2", "change", {"version": 2, "status": "open"})
            assert time.monotonic() - changed < NEWS_SECONDS_MAX
    finally:
        for server in servers:
            server.stop()
