"""The session and the socket of a listening CLI, spoken by hand: what no CLI would do by itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import stripe
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from paydesk.api.listeners import SOCKETS_PER_ACCOUNT_MAX
from paydesk.cli.server import FRAME_BYTES_MAX
from tests.api.merchant import Json, Merchant, refused
from tests.support.app import running_app
from tests.support.server import Server

SESSIONS = "/v1/stripecli/sessions"
ASKED = {
    "device_name": "laptop",
    "websocket_features[0]": "webhooks",
    "forward_to_url": "localhost:4242/webhook",
}
PROTOCOL = Subprotocol("stripecli-devproxy-v1")
READ_SECONDS_MAX = 10.0
SILENCE_SECONDS = 0.4
"""Longer than the server waits between two looks for news."""


class Line:
    """A socket as the CLI dials it."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    def next(self) -> Json:
        """The next frame."""
        frame: Json = json.loads(self._socket.recv(READ_SECONDS_MAX))
        return frame

    def events(self, count: int) -> list[Json]:
        """The next events, each of which comes twice."""
        frames = [self.next() for _ in range(2 * count)]
        assert [f["endpoint"]["api_version"] is None for f in frames] == [True, False] * count
        return [json.loads(frame["event_payload"]) for frame in frames[::2]]

    def until(self, type: str) -> tuple[Json, Json]:
        """Both frames of the first event whose type ends so."""
        while True:
            frames = self.next(), self.next()
            if json.loads(frames[0]["event_payload"])["type"].endswith(type):
                return frames

    def silent(self) -> bool:
        """Whether nothing comes."""
        try:
            self._socket.recv(SILENCE_SECONDS)
        except TimeoutError:
            return True
        return False

    def send(self, data: str | bytes) -> None:
        """Send whatever this is."""
        self._socket.send(data)

    def answer_to(self, data: str) -> Json:
        """What comes after this was sent."""
        self.send(data)
        return self.next()

    def say(self, **fields: Any) -> None:
        """Send a frame."""
        self.send(json.dumps(fields))

    def hear(self, event: Json) -> None:
        """Acknowledge an event, and answer for its handler."""
        for shape in ("default", "latest"):
            called = f"{event['id']}.{shape}"
            self.say(type="event_ack", event_id=event["id"], webhook_conversation_id=called)
        called = f"{event['id']}.default"
        self.say(type="webhook_response", status=200, webhook_conversation_id=called)


@contextmanager
def dialled(session: Json, **headers: str) -> Iterator[Line]:
    named = {"Websocket-Id": session["websocket_id"], **headers}
    url = f"{session['websocket_url']}?websocket_feature=webhooks"
    with connect(url, additional_headers=named, subprotocols=[PROTOCOL], proxy=None) as socket:
        assert socket.subprotocol == PROTOCOL
        yield Line(socket)


def new_product(merchant: Merchant, name: str = "Cap") -> str:
    id: str = merchant.write("/v1/products", {"name": name})["id"]
    return id


def objects(events: list[Json]) -> list[str]:
    return [event["data"]["object"]["id"] for event in events]


def test_a_session_says_where_to_dial_and_what_signs(merchant: Merchant) -> None:
    session = merchant.write(SESSIONS, ASKED)
    host = merchant.url.removeprefix("http://")
    assert session["websocket_url"].startswith(f"ws://{host}/")
    assert "?" not in session["websocket_url"]
    assert session["reconnect_delay"] >= 3600
    assert session["secret"].startswith("whsec_")
    again = merchant.write(SESSIONS, ASKED)
    assert again["secret"] == session["secret"]
    assert again["websocket_id"] != session["websocket_id"]


def test_events_come_twice_and_signed(merchant: Merchant) -> None:
    session = merchant.write(SESSIONS, ASKED)
    product = new_product(merchant)  # before anybody dials
    with dialled(session) as line:
        frames = [line.next(), line.next()]
    for frame in frames:
        assert frame["type"] == "webhook_event"
        signature = frame["http_headers"]["Stripe-Signature"]
        event = stripe.Webhook.construct_event(frame["event_payload"], signature, session["secret"])
        assert event.data.object["id"] == product


def test_each_shape_has_the_words_of_its_api_version(merchant: Merchant) -> None:
    session = merchant.write(SESSIONS, ASKED)
    merchant.write(f"/v1/checkout/sessions/{merchant.session()['id']}/expire")
    with dialled(session) as line:
        told = [json.loads(frame["event_payload"]) for frame in line.until("session.expired")]
    assert [event["api_version"] for event in told] == [
        session["default_version"],
        session["latest_version"],
    ]
    assert [event["data"]["object"]["ui_mode"] for event in told] == ["hosted", "hosted_page"]


@pytest.mark.parametrize(("told", "scheme"), [("https", "wss"), ("http", "ws")])
def test_who_came_through_a_proxy_by_tls_dials_by_tls(
    merchant: Merchant, told: str, scheme: str
) -> None:
    headers = {"X-Forwarded-Proto": told, "Host": "pay.example"}
    session = merchant.write(SESSIONS, ASKED, **headers)
    assert session["websocket_url"].startswith(f"{scheme}://pay.example/v1/")


@pytest.mark.anyio
async def test_a_proxy_that_says_nothing_is_known_by_the_address_of_the_server(
    tmp_path: Path,
) -> None:
    async with running_app(tmp_path, base_url="https://pay.example") as client:
        public = await client.form(SESSIONS, ASKED, Host="pay.example")
        inside = await client.form(SESSIONS, ASKED, Host="127.0.0.1:12111")
    assert public.json()["websocket_url"].startswith("wss://pay.example/v1/")
    assert inside.json()["websocket_url"].startswith("ws://127.0.0.1:12111/v1/")


def test_no_account_takes_every_socket(merchant: Merchant, other_merchant: Merchant) -> None:
    session, other = (one.write(SESSIONS, ASKED) for one in (merchant, other_merchant))
    with ExitStack() as stack:
        for _ in range(SOCKETS_PER_ACCOUNT_MAX):
            stack.enter_context(dialled(session))
        with pytest.raises(InvalidStatus) as refusal:
            stack.enter_context(dialled(session))
        assert refusal.value.response.status_code == 429
        stack.enter_context(dialled(other))


def test_a_frame_that_no_cli_sends_closes_the_socket(merchant: Merchant) -> None:
    with dialled(merchant.write(SESSIONS, ASKED)) as line, pytest.raises(ConnectionClosed):
        line.answer_to("x" * (FRAME_BYTES_MAX + 1))


def test_what_is_not_acknowledged_comes_again(merchant: Merchant) -> None:
    session = merchant.write(SESSIONS, ASKED)
    first, second = new_product(merchant), new_product(merchant)
    with dialled(session) as line:
        told = line.events(2)
        assert objects(told) == [first, second]
        line.hear(told[0])
        assert line.silent()
    with dialled(session) as line:
        told = line.events(1)
        assert objects(told) == [second]
        line.hear(told[0])
        third = new_product(merchant)
        assert objects(line.events(1)) == [third]


def test_acknowledged_but_not_handled_comes_again(merchant: Merchant) -> None:
    session = merchant.write(SESSIONS, ASKED)
    product = new_product(merchant)
    with dialled(session) as line:
        (event,) = line.events(1)
        for shape in ("default", "latest"):
            line.say(type="event_ack", webhook_conversation_id=f"{event['id']}.{shape}")
        assert line.silent()
    with dialled(session) as line:
        assert objects(line.events(1)) == [product]


def test_a_listener_hears_its_own_account_from_now_on(
    merchant: Merchant, other_merchant: Merchant
) -> None:
    new_product(merchant)
    session = merchant.write(SESSIONS, ASKED)
    new_product(other_merchant)
    with dialled(session) as line:
        assert line.silent()
        product = new_product(merchant)
        assert objects(line.events(1)) == [product]


def test_every_listener_hears_everything(merchant: Merchant) -> None:
    one = merchant.write(SESSIONS, ASKED)
    other = merchant.write(SESSIONS, {**ASKED, "device_name": "desk"})
    with dialled(one) as first, dialled(other) as second:
        product = new_product(merchant)
        assert objects(first.events(1)) == objects(second.events(1)) == [product]


def test_nonsense_from_the_other_side_changes_nothing(merchant: Merchant) -> None:
    session = merchant.write(SESSIONS, ASKED)
    with dialled(session) as line:
        line.send("{")
        line.send(b"\xff")
        line.say(type="event_ack", webhook_conversation_id=["?"])
        line.say(type="unheard_of")
        product = new_product(merchant)
        assert objects(line.events(1)) == [product]


def test_a_resend_comes_again_to_who_has_it_already(merchant: Merchant) -> None:
    session = merchant.write(SESSIONS, ASKED)
    with dialled(session) as line:
        new_product(merchant)
        (event,) = line.events(1)
        line.hear(event)
        merchant.write(f"/v1/events/{event['id']}/retry", {"for_stripecli": "true"})
        frames = [line.next(), line.next()]
        told = [json.loads(frame["event_payload"]) for frame in frames]
        assert told[0] == event
        assert (told[1]["id"], told[1]["data"]) == (event["id"], event["data"])
        for frame in frames:
            called = frame["webhook_conversation_id"]
            line.say(type="event_ack", webhook_conversation_id=called)
            line.say(type="webhook_response", webhook_conversation_id=called)
        assert line.silent()
    with dialled(session) as line:
        assert line.silent()
    refused(merchant.post("/v1/events/evt_nobody/retry"), 404)


@pytest.mark.parametrize("id", ["", "cliws_nobody"])
def test_an_unknown_listener_is_told_to_begin_anew(merchant: Merchant, id: str) -> None:
    session = {**merchant.write(SESSIONS, ASKED), "websocket_id": id}
    with pytest.raises(InvalidStatus) as refusal, dialled(session):
        pass
    assert refusal.value.response.status_code == 400
    body = json.loads(refusal.value.response.body or b"")
    assert body == {"error": {"message": "Unknown WebSocket ID."}}


def test_a_listener_opens_no_socket_but_its_own(
    merchant: Merchant, other_merchant: Merchant
) -> None:
    mine, theirs = merchant.write(SESSIONS, ASKED), other_merchant.write(SESSIONS, ASKED)
    with pytest.raises(InvalidStatus), dialled({**theirs, "websocket_id": mine["websocket_id"]}):
        pass


def test_a_killed_server_forgets_nothing(own_server: Server, key: str, http: httpx.Client) -> None:
    merchant = Merchant(http, own_server.url, key)
    session = merchant.write(SESSIONS, ASKED)
    with dialled(session) as line:
        told = [new_product(merchant), new_product(merchant)]
        events = line.events(2)
        assert objects(events) == told
        line.hear(events[0])
        assert line.silent()
        own_server.kill()
    own_server.start()
    third = new_product(merchant)
    with dialled(session) as line:
        assert objects(line.events(2)) == [told[1], third]


@pytest.mark.postgres
def test_any_process_tells_what_any_process_wrote(
    tmp_path: Path, key: str, http: httpx.Client
) -> None:
    servers = [Server(tmp_path / "paydesk.db", engine="postgres").start() for _ in range(2)]
    here, there = [Merchant(http, server.url, key) for server in servers]
    try:
        session = here.write(SESSIONS, ASKED)
        with dialled(session) as line:
            product = new_product(there)
            (event,) = line.events(1)
            assert event["data"]["object"]["id"] == product
            line.hear(event)
            assert line.silent()
        elsewhere = there.url.removeprefix("http://")
        here_host = here.url.removeprefix("http://")
        moved = {**session, "websocket_url": session["websocket_url"].replace(here_host, elsewhere)}
        second = new_product(here)
        with dialled(moved) as line:
            assert objects(line.events(1)) == [second]
    finally:
        for server in servers:
            server.stop()
