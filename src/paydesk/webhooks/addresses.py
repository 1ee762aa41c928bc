"""Which machines an endpoint's URL may reach.

A URL comes from a merchant and is opened from inside our network, so outside a sandbox it may only
lead to the public Internet. The name is resolved once, every address it has is checked, and the
connection goes to a checked address: a name that changes its mind in between changes nothing.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import ip_address

from paydesk.core.addresses import Address, Network, is_reachable

Resolver = Callable[[str, int], Awaitable[list[Address]]]


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
        if not all(is_reachable(address, self._allowed) for address in addresses):
            raise AddressRefused(f"{host} is not on the public Internet")
        return addresses


async def resolve_by_system(host: str, port: int) -> list[Address]:
    """What the system's resolver says. Raises OSError when it knows no such host."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    texts = dict.fromkeys(str(place[0]).partition("%")[0] for *_, place in found)
    return [ip_address(text) for text in texts]
