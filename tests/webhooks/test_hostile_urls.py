"""URLs that try to reach a machine inside: traps listen on every address of this one."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from itertools import cycle
from pathlib import Path

import httpx
import pytest

from paydesk.webhooks.addresses import Address, PublicOnly
from paydesk.webhooks.deliver import Refused, Sender, Unreachable
from tests.webhooks.receiver import answer, receiving
from tests.webhooks.sending import send, to
from tests.webhooks.test_public_only import THIS_MACHINE, certificates, needs_openssl

pytestmark = pytest.mark.anyio

LOOPBACK = [
    "127.0.0.1", "127.0.0.2", "127.255.255.254", "localhost", "LOCALHOST", "localhost.",
    "LocalHost", "127.1", "127.0.1", "0", "0.0.0.0", "00.0.0.0", "0x0", "0x7f.1", "0x7f.0.0.1",
    "0x7f000001", "0X7F000001", "2130706433", "0177.1", "0177.0.0.1", "0177.0.0.01",
    "017700000001", "0000177.0.0.1", "127.0.0.1.", "127.000.000.001", "127.0x0.0x0.1",
    "%31%32%37.0.0.1", "127。0。0。1", "127．0．0．1", "①②⑦.⓪.⓪.①", "１２７.0.0.1", "ⓛocalhost",
    "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[0000::0001]", "[::0001]", "[0::1]",
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:0:127.0.0.1]", "[::127.0.0.1]",
    "[::7f00:1]", "[64:ff9b::7f00:1]", "[64:ff9b::127.0.0.1]", "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]", "[2001::1]", "[2001:0:7f00:1::]", "[::1%25lo]", "[fe80::1%25lo]",
]  # fmt: skip
"""Ways to say "this machine", in every notation that some program understands."""

INSIDE = [
    "10.0.0.1", "10.255.255.255", "167772161", "0xa.0.0.1", "012.0.0.1", "10.1",
    "172.16.0.1", "172.31.255.254", "0xac100001", "192.168.0.1", "192.168.1.254", "3232235777",
    "192.168.257", "100.64.0.1", "169.254.169.254", "2852039166", "0xa9fea9fe",
    "0251.0376.0251.0376", "169.254.43518", "[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]",
    "[64:ff9b::a9fe:a9fe]",
    "[2002:a9fe:a9fe::]", "[fd00:ec2::254]", "[fc00::1]", "[fd12:3456::1]", "[fe80::1]",
    "[fec0::1]", "[ff02::1]", "192.0.0.1", "192.0.0.192", "192.0.2.1", "198.18.0.1",
    "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1",
    "255.255.255.255", "[100::1]", "[2001:db8::1]", "[5f00::1]", "[3fff::1]",
]  # fmt: skip
"""Private, link-local, shared, documentation, multicast and reserved addresses."""

DISGUISED = [
    "https://shop.example@127.0.0.1:{port}/", "https://shop.example:443@127.0.0.1:{port}/",
    "https://8.8.8.8@127.0.0.1:{port}/", "https://127.0.0.1:{port}#@8.8.8.8/",
    "https://127.0.0.1:{port}?@8.8.8.8/", "https://127.0.0.1:{port}/@8.8.8.8",
    "https://8.8.8.8%2f@127.0.0.1:{port}/", "https:\\\\127.0.0.1:{port}/",
    "https://127.0.0.1:{port}\\@10.0.0.1/", "https:127.0.0.1:{port}/",
    "https:///127.0.0.1:{port}/", "unix:///tmp/socket", "//127.0.0.1:{port}/",
    "http://127.0.0.1:{port}/", "HTTP://127.0.0.1:{port}/", "ftp://127.0.0.1:{port}/",
    "file:///etc/passwd", "gopher://127.0.0.1:{port}/_x",
    "127.0.0.1:{port}", "https://", "https://:{port}/", "https://[::1/", "https://127.0.0.1:{port}0/",
]  # fmt: skip
"""URLs that read one way and may be opened another."""

HOSTILE = [f"https://{host}:{{port}}/hook" for host in [*LOOPBACK, *INSIDE]] + DISGUISED


@dataclass
class Trap:
    """Listens wherever this machine can be reached, and counts who comes."""

    port: int
    caught: int = 0

    def catch(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.caught += 1
        writer.close()


@contextlib.asynccontextmanager
async def trapping() -> AsyncIterator[Trap]:
    trap = Trap(0)
    server = await asyncio.start_server(trap.catch, "0.0.0.0", 0)
    trap.port = server.sockets[0].getsockname()[1]
    servers = [server]
    if socket.has_ipv6:
        with contextlib.suppress(OSError):
            servers.append(await asyncio.start_server(trap.catch, "::", trap.port))
    try:
        yield trap
    finally:
        for server in servers:
            server.close()


class Untouched(httpx.AsyncBaseTransport):
    """Refuses to be asked: nothing may come so far as to open a connection."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        raise httpx.ConnectError("asked")


def test_there_are_enough_of_them() -> None:
    assert len(set(HOSTILE)) == len(HOSTILE) >= 80


async def test_no_connection_reaches_a_trap() -> None:
    async with trapping() as trap:
        for url in HOSTILE:
            outcome = await send(url.format(port=trap.port), public_only=PublicOnly())
            assert isinstance(outcome, Unreachable), url
        assert trap.caught == 0


async def test_the_trap_would_notice() -> None:
    async with trapping() as trap:
        for url in (
            "http://127.0.0.1:{port}/",
            "http://0.0.0.0:{port}/",
            "http://localhost:{port}",
        ):
            await send(url.format(port=trap.port))
        assert trap.caught == 3


async def test_not_even_an_attempt_is_made() -> None:
    transport = Untouched()
    async with httpx.AsyncClient(transport=transport) as client:
        sender = Sender(
            client, connect_seconds_max=5, total_seconds_max=5, public_only=PublicOnly()
        )
        for url in HOSTILE:
            await sender.send(to(url.format(port=12345)))
    assert transport.asked == []


@pytest.mark.parametrize("first", ["10.0.0.1", "8.8.8.8"])
async def test_a_rebinding_name_reaches_no_trap(first: str) -> None:
    """Each look-up gives another answer; a connection only goes to one that was judged."""
    answers = cycle([[first], ["127.0.0.1"], ["::1"], ["8.8.8.8", "127.0.0.1"]])
    judged: list[list[str]] = []

    async def resolve(host: str, port: int) -> list[Address]:
        judged.append(next(answers))
        return [ip_address(text) for text in judged[-1]]

    transport = Untouched()
    async with trapping() as trap, httpx.AsyncClient(transport=transport) as client:
        guard = PublicOnly(resolve=resolve)
        sender = Sender(client, connect_seconds_max=1, total_seconds_max=1, public_only=guard)
        for _ in range(20):
            await sender.send(to(f"https://rebind.example:{trap.port}/"))
        assert trap.caught == 0
    assert len(judged) == 20, "one look-up for an attempt"
    assert {httpx.URL(url).host for url in transport.asked} <= {"8.8.8.8"}


@needs_openssl
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_no_redirect_is_followed_to_a_trap(tmp_path: Path, status: int) -> None:
    trusted, shown = certificates(tmp_path, "shop.example")

    async def resolve(host: str, port: int) -> list[Address]:
        return [ip_address("127.0.0.1")]

    guard = PublicOnly(allowed=[THIS_MACHINE, ip_network("::1")], resolve=resolve)
    async with trapping() as trap:
        leading = answer(status, Location=f"http://127.0.0.1:{trap.port}/")
        async with receiving(leading, shown) as merchant:
            port = merchant.url.rpartition(":")[2]
            outcome = await send(
                f"https://shop.example:{port}/", public_only=guard, certificates=trusted
            )
        assert isinstance(outcome, Refused)
        assert trap.caught == 0
