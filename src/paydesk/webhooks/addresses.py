"""Which machines an endpoint's URL may reach.

A URL comes from a merchant and is opened from inside our network, so outside a sandbox it may only
lead to the public Internet. The name is resolved once, every address it has is checked, and the
connection goes to a checked address: a name that changes its mind in between changes nothing.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolver = Callable[[str, int], Awaitable[list[Address]]]

NOT_PUBLIC_4: tuple[Network, ...] = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, cloud metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
PUBLIC_6 = IPv6Network("2000::/3")
"""The only part of IPv6 where unicast addresses are given out; the rest is local or translated."""

NOT_PUBLIC_6: tuple[Network, ...] = tuple(
    ip_network(network)
    for network in (
        "2001::/23",  # protocol assignments, Teredo, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "3fff::/20",  # documentation
    )
)


class AddressRefused(Exception):
    """The URL leads where we do not go. The text says why, without an address of ours."""


class PublicOnly:
    """Finds the addresses of a host and refuses those that are not public.

    `allowed` are networks that may be reached nevertheless, for instance a merchant's own.
    """

    def __init__(self, allowed: Sequence[Network] = (), resolve: Resolver | None = None) -> None:
        self._allowed = tuple(allowed)
        self._resolve = resolve or resolve_by_system

    async def addresses(self, host: str, port: int) -> list[Address]:
        """The host's addresses. Raises AddressRefused when any one of them is not allowed."""
        addresses = await self._resolve(host, port)
        if not all(is_public(address) or self._is_allowed(address) for address in addresses):
            raise AddressRefused(f"{host} is not on the public Internet")
        return addresses

    def _is_allowed(self, address: Address) -> bool:
        return any(address in network for network in self._allowed)


def is_public(address: Address) -> bool:
    """Whether an address belongs to a machine on the Internet."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in NOT_PUBLIC_4)
    return address in PUBLIC_6 and not any(address in network for network in NOT_PUBLIC_6)


async def resolve_by_system(host: str, port: int) -> list[Address]:
    """What the system's resolver says. Raises OSError when it knows no such host."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    texts = dict.fromkeys(str(place[0]).partition("%")[0] for *_, place in found)
    return [ip_address(text) for text in texts]
