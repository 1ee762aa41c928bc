"""A sender that keeps to the public Internet. A trap listens on this machine."""

from __future__ import annotations

import ssl
import subprocess
from ipaddress import ip_address, ip_network
from pathlib import Path
from shutil import which

import pytest

from paydesk.webhooks.addresses import Address, PublicOnly, Resolver
from paydesk.webhooks.deliver import Delivered, Outcome, Unreachable
from tests.webhooks.receiver import Receiver, answer, receiving
from tests.webhooks.sending import send

pytestmark = pytest.mark.anyio

THIS_MACHINE = ip_network("127.0.0.0/8")
NOBODY, TRAP = "127.0.0.2", "127.0.0.1"
"""Nothing listens on the first address; receivers do on the second."""

needs_openssl = pytest.mark.skipif(which("openssl") is None, reason="no openssl")


def resolving(*answers: list[str]) -> Resolver:
    """A resolver that gives each of these answers once."""
    left = list(answers)

    async def resolve(host: str, port: int) -> list[Address]:
        return [ip_address(address) for address in left.pop(0)]

    return resolve


def port_of(receiver: Receiver) -> str:
    return receiver.url.rpartition(":")[2]


def certificates(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """What a client trusts, and what a server of that name shows."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
        f" -subj /CN={name} -addext subjectAltName=DNS:{name} -keyout {key} -out {certificate}"
    )
    subprocess.run(command.split(), check=True, capture_output=True)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, key)
    return ssl.create_default_context(cafile=str(certificate)), server


async def send_to_shop(receiver: Receiver, guard: PublicOnly, trusted: ssl.SSLContext) -> Outcome:
    url = f"https://shop.example:{port_of(receiver)}/"
    return await send(url, public_only=guard, certificates=trusted)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433", "[::1]"])
async def test_no_connection_is_made_to_this_machine(merchant: Receiver, host: str) -> None:
    outcome = await send(f"https://{host}:{port_of(merchant)}/", public_only=PublicOnly())
    assert isinstance(outcome, Unreachable)
    assert merchant.open_at_most == 0


async def test_http_is_refused(merchant: Receiver) -> None:
    outcome = await send(merchant.url, public_only=PublicOnly(allowed=[THIS_MACHINE]))
    assert outcome == Unreachable("AddressRefused: only https is allowed")
    assert merchant.open_at_most == 0


async def test_a_name_that_changes_its_mind_is_asked_once(merchant: Receiver) -> None:
    guard = PublicOnly(allowed=[ip_network(NOBODY)], resolve=resolving([NOBODY], [TRAP]))
    outcome = await send(f"https://shop.example:{port_of(merchant)}/", public_only=guard)
    assert isinstance(outcome, Unreachable)
    assert outcome.reason.startswith("ConnectError")
    assert merchant.open_at_most == 0


async def test_a_name_without_addresses_is_unreachable() -> None:
    guard = PublicOnly(resolve=resolving([]))
    outcome = await send("https://shop.example/", public_only=guard)
    assert outcome == Unreachable("AddressRefused: the host has no address")


@needs_openssl
async def test_each_address_is_tried_until_one_answers(tmp_path: Path) -> None:
    trusted, shown = certificates(tmp_path, "shop.example")
    guard = PublicOnly(allowed=[THIS_MACHINE], resolve=resolving([NOBODY, TRAP]))
    async with receiving(answer(200), shown) as merchant:
        assert await send_to_shop(merchant, guard, trusted) == Delivered(200, "")
        assert merchant.requests[0].headers["host"] == f"shop.example:{port_of(merchant)}"


@needs_openssl
async def test_the_certificate_must_be_that_of_the_name(tmp_path: Path) -> None:
    trusted, shown = certificates(tmp_path, "other.example")
    guard = PublicOnly(allowed=[THIS_MACHINE], resolve=resolving([TRAP]))
    async with receiving(answer(200), shown) as merchant:
        outcome = await send_to_shop(merchant, guard, trusted)
        assert isinstance(outcome, Unreachable)
        assert "CERTIFICATE_VERIFY_FAILED" in outcome.reason
        assert not merchant.requests
