"""Which addresses belong to the open internet, and which to somebody's own network. Pure.

A table of our own: `is_global` of the standard library passes multicast, site-local addresses and, depending
on its version, private addresses in several IPv6 disguises.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

CLOSED_V4: Final = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this host
        "10.0.0.0/8",
        "100.64.0.0/10",  # carriers' own, and a cloud's metadata
        "127.0.0.0/8",
        "168.63.129.16/32",  # a cloud's metadata, in the middle of public addresses
        "169.254.0.0/16",  # the link, and most clouds' metadata
        "172.16.0.0/12",
        "192.0.0.0/24",  # protocols, and a cloud's metadata
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)

OPEN_V6: Final = IPv6Network("2000::/3")
"""All that has been given out. Loopback, local, mapped, compatible and multicast addresses are outside."""

CLOSED_V6: Final = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocols; Teredo, which holds an IPv4 address
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, which holds an IPv4 address
        "3fff::/20",  # documentation
    )
)

TRANSLATED: Final = IPv6Network("64:ff9b::/96")
"""NAT64: how a network without IPv4 reaches the IPv4 address in the last 32 bits."""

ISATAP: Final = 0x0000_5EFE
"""The third quarter of an address that tunnels to the IPv4 address in the last; one bit of it is free."""


def is_public(address: str) -> bool:
    """Whether an address, written as addresses are, is one of the open internet. Anything else is not."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return _public_v4(found) if isinstance(found, IPv4Address) else _public_v6(found)


def _public_v4(address: IPv4Address) -> bool:
    return not any(address in network for network in CLOSED_V4)


def _public_v6(address: IPv6Address) -> bool:
    if address.scope_id is not None:
        return False
    if address in TRANSLATED:
        return _public_v4(IPv4Address(int(address) & 0xFFFF_FFFF))
    if int(address) >> 32 & 0xFDFF_FFFF == ISATAP:
        return False
    return address in OPEN_V6 and not any(address in network for network in CLOSED_V6)
