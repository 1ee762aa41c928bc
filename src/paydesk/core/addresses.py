"""Which addresses belong to machines on the Internet, and which hosts are such an address."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from ipaddress import (
    AddressValueError,
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

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


_LOCAL_NAMES = re.compile(r"(?:.+\.)?localhost")
_PARTS_MAX = 4
_DOTS = str.maketrans("\u3002\uff61", "..")
_NUMBER = re.compile(r"0x([0-9a-f]*)|0([0-7]*)|([1-9][0-9]*)")


def is_public(address: Address) -> bool:
    """Whether an address belongs to a machine on the Internet."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in NOT_PUBLIC_4)
    return address in PUBLIC_6 and not any(address in network for network in NOT_PUBLIC_6)


def is_reachable(address: Address, allowed: Sequence[Network] = ()) -> bool:
    """Whether we may go there: it is public, or lies in one of the `allowed` networks."""
    return is_public(address) or any(address in network for network in allowed)


def leads_inside(host: str, allowed: Sequence[Network] = ()) -> bool:
    """Whether a URL's host says by itself that it is not on the public Internet.

    It is `localhost` or an address, however it is written. Where any other name leads, only a
    resolver can tell.
    """
    name = unicodedata.normalize("NFKC", host).translate(_DOTS).lower().removesuffix(".")
    if _LOCAL_NAMES.fullmatch(name):
        return not is_reachable(IPv4Address("127.0.0.1"), allowed)
    address = literal_address(name)
    return address is not None and not is_reachable(address, allowed)


def literal_address(host: str) -> Address | None:
    """The address that a host is, or None for a name.

    Besides the usual form, IPv4 has shorter ones and others in hexadecimal and octal digits, which
    systems' resolvers read and so does every browser.
    """
    if ":" in host:
        return _ip_6(host.partition("%")[0])
    parts = host.split(".")
    numbers = [number for part in parts if (number := _number(part)) is not None]
    if len(parts) > _PARTS_MAX or len(numbers) < len(parts):
        return None
    *first, last = numbers
    if any(number > 0xFF for number in first) or last >= 256 ** (_PARTS_MAX - len(first)):
        return None
    return IPv4Address(sum(number << (24 - 8 * at) for at, number in enumerate(first)) + last)


def _ip_6(text: str) -> IPv6Address | None:
    try:
        return IPv6Address(text)
    except AddressValueError:
        return None


def _number(text: str) -> int | None:
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    hexadecimal, octal, decimal = match.groups()
    if decimal is not None:
        return int(decimal)
    return int(octal or "0", 8) if hexadecimal is None else int(hexadecimal or "0", 16)
