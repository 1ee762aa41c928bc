"""Where an endpoint's URL may lead."""

from __future__ import annotations

import socket
from ipaddress import ip_address, ip_network

import pytest

from paydesk.webhooks.addresses import Address, AddressRefused, PublicOnly, is_public

PUBLIC = [
    "1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.15.255.255", "172.32.0.1",
    "192.0.1.1", "192.167.255.255", "192.169.0.1", "198.17.255.255", "198.20.0.1",
    "223.255.255.255", "2001:4860:4860::8888", "2606:4700::1111", "2a00:1450:4001::1",
]  # fmt: skip

NOT_PUBLIC = [
    "0.0.0.0", "0.0.0.1", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255",
    "127.0.0.1", "127.255.255.255", "169.254.0.1", "169.254.169.254", "172.16.0.1",
    "172.31.255.255", "192.0.0.1", "192.0.0.170", "192.0.2.1", "192.88.99.1", "192.168.0.1",
    "192.168.255.255", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1",
    "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:10::1", "2001:20::1",
    "2001:db8::1", "2002:7f00:1::", "3fff::1", "4000::1", "5f00::1", "fc00::1", "fd00:ec2::254",
    "fe80::1", "fec0::1", "ff02::1",
]  # fmt: skip

WRITTEN_STRANGELY = [
    "127.1", "127.0.1", "0", "0x7f.1", "0x7f000001", "2130706433", "0177.1", "0177.0.0.01",
    "017700000001", "localhost", "LOCALHOST", "10.1", "3232235521",
]  # fmt: skip
"""Names that the system's resolver reads as local addresses."""


def resolver(*addresses: str) -> tuple[PublicOnly, list[str]]:
    asked: list[str] = []

    async def resolve(host: str, port: int) -> list[Address]:
        asked.append(host)
        return [ip_address(address) for address in addresses]

    return PublicOnly(resolve=resolve), asked


@pytest.mark.parametrize("address", PUBLIC)
def test_the_internet_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_everything_else_is_not(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.anyio
@pytest.mark.parametrize("host", WRITTEN_STRANGELY)
async def test_an_address_is_judged_as_the_system_reads_it(host: str) -> None:
    with pytest.raises((AddressRefused, socket.gaierror)):
        await PublicOnly().addresses(host, 443)


@pytest.mark.anyio
async def test_one_local_address_spoils_a_name() -> None:
    guard, _ = resolver("8.8.8.8", "127.0.0.1")
    with pytest.raises(AddressRefused) as refusal:
        await guard.addresses("shop.example", 443)
    assert "127.0.0.1" not in str(refusal.value)


@pytest.mark.anyio
async def test_a_public_name_gives_its_addresses_in_order() -> None:
    guard, asked = resolver("8.8.8.8", "2606:4700::1111")
    addresses = await guard.addresses("shop.example", 443)
    assert [str(address) for address in addresses] == ["8.8.8.8", "2606:4700::1111"]
    assert asked == ["shop.example"]


@pytest.mark.anyio
async def test_networks_of_ones_own_can_be_allowed() -> None:
    guard = PublicOnly(allowed=[ip_network("127.0.0.0/8")])
    assert await guard.addresses("127.0.0.1", 443) == [ip_address("127.0.0.1")]
    with pytest.raises(AddressRefused):
        await guard.addresses("10.0.0.1", 443)
