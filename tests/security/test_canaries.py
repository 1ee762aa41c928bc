"""Card numbers and codes go through every door and every failure, and are kept nowhere.

Not in the database or its log, not in what the server says, not in an event or a webhook. Left out
are the fields in which people ask us to keep what they write: names, descriptions, metadata.
"""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import httpx
import orjson
import pytest

from tests.security.canaries import (
    CODES,
    PATTERNS,
    REAL_LOOKING,
    dressed,
    everything_in,
    found_in,
    text_pattern,
)
from tests.support.app import FORM, SEED_SESSION, Client
from tests.support.checkout import Checkout, Order
from tests.support.server import Server, new_key
from tests.webhooks.receiver import Receiver, answer, receiving

pytestmark = pytest.mark.anyio

IN_EVERY_FORMAT = pytest.mark.parametrize("shop", ["console", "json"], indirect=True)

CARD = "payment_method_data[card]"
HOSTED = {
    "email": "ada@example.com",
    "cardExpiry": "12 / 34",
    "billingName": "Ada Lovelace",
    "billingCountry": "US",
    "billingPostalCode": "94103",
    "expected_amount": "2000",
}
TEST_NUMBERS = ["4242424242424242", "4000000000000002", "4000002500003155", "378282246310005"]


@dataclass
class Shop:
    """A server that says all it can, a merchant who hears all, and a client."""

    server: Server
    client: Client
    merchant: Receiver
    checkout: Checkout
    order: Order
    key: str

    async def stop(self) -> dict[str, bytes]:
        """End the server; everything that it wrote or said, by where."""
        open_files = everything_in(self.server.database.parent)
        self.server.stop()
        return {
            **{f"{name} while open": content for name, content in open_files.items()},
            **everything_in(self.server.database.parent),
            "standard output": "".join(self.server.output).encode(),
            "standard error": "".join(self.server.errors).encode(),
            "webhooks": b"\n".join(self.merchant.bodies),
        }


@pytest.fixture
async def shop(
    request: pytest.FixtureRequest, tmp_path: Path, anyio_backend: str
) -> AsyncIterator[Shop]:
    format: str = getattr(request, "param", "json")
    environment = {"PAYDESK_LOG_FORMAT": format, "PAYDESK_LOG_LEVEL": "debug"}
    (tmp_path / "data").mkdir()
    server = Server(tmp_path / "data" / "paydesk.db", environment=environment).start()
    async with opened(server) as shop:
        yield shop
    server.stop()


@asynccontextmanager
async def opened(server: Server) -> AsyncIterator[Shop]:
    key = new_key()
    headers = {"Authorization": f"Bearer {key}"}
    async with (
        receiving(answer(200)) as merchant,
        Client(base_url=server.url, headers=headers, trust_env=False) as client,
    ):
        checkout = Checkout(client)
        await checkout.listen(merchant.url)
        yield Shop(server, client, merchant, checkout, await checkout.open(), key)


TYPED = [text for number in REAL_LOOKING for text in dressed(number)]
"""Every number in every dress."""


def card(number: str, cvc: str) -> dict[str, str]:
    return {
        "payment_method_data[type]": "card",
        f"{CARD}[number]": number,
        f"{CARD}[exp_month]": "12",
        f"{CARD}[exp_year]": "2034",
        f"{CARD}[cvc]": cvc,
    }


def forms(number: str, cvc: str) -> list[dict[str, str]]:
    """A card where it belongs, and where it does not."""
    whole = card(number, cvc)
    return [
        whole,
        {**whole, f"{CARD}[cvc]": "123"},
        {**whole, f"{CARD}[exp_year]": number},
        {**whole, f"{CARD}[exp_month]": cvc},
        {**whole, f"{CARD}[number][]": number},
        {**whole, f"{CARD}[{number}]": cvc},
        {**whole, "expected_amount": number},
        {**whole, "payment_method": number},
        {"payment_method": number},
        {"payment_method_data[type]": number},
        {"payment_method_data[type]": "card", f"{CARD}[token]": number},
        {"card[number]": number, "card[cvc]": cvc, "type": "card"},
        {"type": "card", "card[token]": number},
        {"expand[]": number},
        {"updated_line_item_quantity[quantity]": number},
        {"updated_line_item_quantity[line_item_id]": number},
        {"tax_region[country]": number},
        {"email": number},
        {number: cvc},
        {"success_url": number, "mode": "payment"},
        {"line_items[0][price]": number, "line_items[0][quantity]": number},
        {"line_items[0][price_data][unit_amount]": number},
    ]


def paths(order: Order) -> list[str]:
    return [
        f"/v1/payment_pages/{order.id}/confirm",
        f"/v1/payment_pages/{order.id}",
        f"/v1/payment_pages/{order.id}/init",
        f"/v1/checkout/sessions/{order.id}/expire{order.id}",
        "/v1/checkout/sessions",
        "/v1/payment_methods",
        "/v1/prices",
        "/v1/webhook_endpoints",
        f"/c/pay/{order.id}/confirm",
        f"/c/pay/{order.id}/quantity",
        f"/c/pay/{order.id}/tax",
    ]


async def send_forms(shop: Shop) -> None:
    """Every form to every address, with a key, as an SDK sends it."""
    number, cvc = cycle(TYPED), cycle(CODES)
    for path in paths(shop.order):
        for form in forms(next(number), next(cvc)):
            answer = await shop.client.form(path, form, idempotency_key=new_key())
            assert answer.status_code < 500, (path, form)


async def send_bodies(shop: Shop) -> None:
    """Bodies that nobody can read."""
    number = REAL_LOOKING[0]
    text = urlencode(card(number, CODES[0])).encode()
    bodies: list[tuple[bytes, dict[str, str]]] = [
        (orjson.dumps({"card": number}), {"Content-Type": "application/json"}),
        (text, {"Content-Type": "text/plain"}),
        (text, {"Content-Type": f"multipart/form-data; boundary={number}"}),
        (gzip.compress(text), {**FORM, "Content-Encoding": "gzip"}),
        (text, {**FORM, "Content-Encoding": number}),
        (text + b"&a=%ff%fe%zz&%00=" + number.encode(), FORM),
        (b"\xff\xfe" + text, FORM),
        (b"a[b][c][d][e][f][g][h][i][j]=" + number.encode(), FORM),
        (b"a=1&a[b]=" + number.encode(), FORM),
        (b"&".join(f"n{index}={number}".encode() for index in range(2_000)), FORM),
        (f"card={number}".encode() * 100_000, FORM),
    ]
    for path in (*paths(shop.order), "/demo/checkout", "/sandbox/3ds/none"):
        for body, headers in bodies:
            with suppress(httpx.TransportError):  # a server may hang up on a body of megabytes
                answer = await shop.client.post(path, content=body, headers=headers)
                assert answer.status_code < 500 or path == "/demo/checkout", (path, body[:60])


async def send_elsewhere(shop: Shop) -> None:
    """Addresses and headers."""
    for number in TYPED:
        in_path, in_query = quote(number), urlencode({"cardNumber": number, number: "1"})
        for path in (
            f"/v1/checkout/sessions/{in_path}",
            f"/v1/payment_pages/{in_path}",
            f"/v1/{in_path}",
            f"/c/pay/{in_path}",
            f"/c/pay/{shop.order.id}?{in_query}",
            f"/c/pay/{shop.order.id}/quantity/{in_path}",
            f"/sandbox/3ds/{in_path}",
            f"/assets/{in_path}.js",
            f"/v1/events?{in_query}",
            f"/v1/events?starting_after={in_path}",
            f"/v1/charges?limit={in_path}",
            f"/{in_path}",
        ):
            assert (await shop.client.get(path)).status_code < 500, path
        for headers in (
            {"Authorization": f"Bearer {number.strip()}"},
            {"Authorization": number.strip()},
            {"Stripe-Version": number.strip()},
            {"Referer": f"https://shop.example/?card={in_path}"},
            {"Cookie": f"card={number.strip()}"},
            {"User-Agent": number.strip()},
            {"Accept-Language": number.strip()},
        ):
            for path in ("/v1/events", f"/c/pay/{shop.order.id}"):
                assert (await shop.client.get(path, headers=headers)).status_code < 500


async def send_nonsense(shop: Shop) -> None:
    """Bytes that are not HTTP."""
    port, number = urlsplit(shop.server.url).port, REAL_LOOKING[0].encode()
    for data in (
        b"card=" + number + b"\r\n\r\n",
        b"GET /" + number + b" HTTP/9.9\r\n\r\n",
        b"POST /v1/events HTTP/1.1\r\n" + number + b"\r\n\r\n",
        b"POST /v1/events HTTP/1.1\r\nContent-Length: " + number + b"\r\n\r\n" + number,
    ):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(data)
        writer.write_eof()
        async with asyncio.timeout(5):
            await reader.read()
        writer.close()


async def pay_with_test_cards(shop: Shop) -> None:
    """Published numbers, which do pay or are declined, through both doors."""
    for number in TEST_NUMBERS:
        code = "1234" if number.startswith("3") else "123"
        order = await shop.checkout.open()
        path = f"/v1/payment_pages/{order.id}/confirm"
        told = await shop.client.form(path, card(number, code), idempotency_key=new_key())
        assert told.status_code in (200, 402), told.text
        order = await shop.checkout.open()
        form = {**HOSTED, "cardNumber": dressed(number)[1], "cardCvc": code}
        told = await shop.client.form(f"/c/pay/{order.id}/confirm", form)
        assert told.status_code in (303, 402), told.text


@IN_EVERY_FORMAT
async def test_no_card_number_is_kept_or_said(shop: Shop) -> None:
    await send_forms(shop)
    await send_bodies(shop)
    await send_elsewhere(shop)
    await send_nonsense(shop)
    await pay_with_test_cards(shop)
    events = (await shop.client.get("/v1/events?limit=100")).content
    written = {**await shop.stop(), "events": events}
    for place, content in written.items():
        assert not found_in(content, PATTERNS), place
    assert b"charge.succeeded" in written["paydesk.db"]
    assert b"charge.failed" in written["webhooks"]


async def test_no_card_number_comes_back(shop: Shop) -> None:
    """What was typed into a card's own fields is not shown again, whatever else is wrong."""
    for number in TYPED:
        api = await shop.client.form(
            f"/v1/payment_pages/{shop.order.id}/confirm", card(number, CODES[0])
        )
        for wrong in ({}, {"email": "nobody"}, {"expected_amount": "1"}, {"cardExpiry": "13/99"}):
            form = {**HOSTED, "cardNumber": number, "cardCvc": "123", **wrong}
            page = await shop.client.form(f"/c/pay/{shop.order.id}/confirm", form)
            assert page.status_code in (400, 402, 422)
            assert not found_in(page.content, PATTERNS)
        assert api.status_code == 402
        assert not found_in(api.content, PATTERNS)


@IN_EVERY_FORMAT
async def test_no_secret_is_said(shop: Shop) -> None:
    """Keys, signing secrets, session ids and client secrets stay out of every log."""
    secrets = [shop.key, shop.key.replace("sk_", "pk_"), shop.order.id]
    made = await shop.client.form(
        "/v1/webhook_endpoints", {"url": shop.merchant.url, "enabled_events[]": "*"}
    )
    secrets.append(made.json()["secret"])
    fields = {**SEED_SESSION, "ui_mode": "elements", "return_url": "https://shop.example"}
    del fields["success_url"], fields["cancel_url"]
    embedded = await shop.client.form("/v1/checkout/sessions", fields)
    secrets.append(embedded.json()["client_secret"])
    paid = await shop.checkout.pay(shop.order)
    secrets.append(paid.json()["payment_intent"]["client_secret"])
    places = ("/c/pay/", "/v1/checkout/sessions/", "/v1/", "/v1/events?key=", "/assets/")
    for secret in secrets:
        for path in (f"{place}{secret}" for place in places):
            await shop.client.get(path)
            await shop.client.get(path, headers={"Authorization": f"Bearer {secret}x"})
            await shop.client.form(path, {secret: secret}, idempotency_key=secret)
    written = await shop.stop()
    patterns = [text_pattern(secret) for secret in secrets]
    for place in ("standard output", "standard error"):
        assert not found_in(written[place], patterns), place
    key = [text_pattern(shop.key), text_pattern(shop.key.removeprefix("sk_test_"))]
    for place in ("paydesk.db", "webhooks"):
        assert not found_in(written[place], key), place
