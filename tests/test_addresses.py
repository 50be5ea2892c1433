"""Which addresses may be asked: none of somebody's own network, however it is written."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.http.addresses import is_public

PRIVATE = (
    "0.0.0.0",  # noqa: S104  # nothing is bound here
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.255",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
)
"""One or more of each of the networks that are closed."""

PUBLIC = (
    "1.1.1.1",
    "8.8.8.8",
    "93.184.216.34",
    "100.63.255.255",
    "100.128.0.1",
    "168.63.129.17",
    "172.32.0.1",
)

CLOSED = (
    "::",
    "::1",
    "::a9fe:a9fe",
    "::169.254.169.254",
    "::ffff:169.254.169.254",
    "::ffff:8.8.8.8",
    "::ffff:0:127.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "100::1",
    "2001::7f00:1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::",
    "2606:4700::5efe:7f00:1",
    "2606:4700::200:5efe:7f00:1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "2606:4700::1111%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
)

NO_ADDRESS = (
    "",
    "127.1",
    "0",
    "0x7f.1",
    "2130706433",
    "0177.0.0.1",
    "127.0.0.1.",
    " 8.8.8.8",
    "localhost",
    "8.8.8.8:80",
)
"""What the C library takes for an address, or a person does."""

private = st.sampled_from(PRIVATE).map(IPv4Address)
anywhere = st.integers(0, 2**128 - 1)


@pytest.mark.parametrize("address", [*PRIVATE, *CLOSED, *NO_ADDRESS])
def test_an_address_of_a_closed_network_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", [*PUBLIC, "2606:4700::1111", "2a00:1450:4001:81b::200e", "2001:4860:4860::8888"]
)
def test_an_address_of_the_open_internet_is(address: str) -> None:
    assert is_public(address)


@given(private, anywhere)
def test_no_private_address_passes_in_any_disguise(hidden: IPv4Address, around: int) -> None:
    held, rest = int(hidden), around & 0xFFFF_FFFF
    disguises = (
        held,  # compatible
        0xFFFF << 32 | held,  # mapped
        0xFFFF << 48 | held,  # translated
        int(IPv6Address("64:ff9b::")) | held,  # NAT64
        int(IPv6Address("64:ff9b:1::")) | held,  # NAT64 of one network
        0x2002 << 112 | held << 80 | around & (1 << 80) - 1,  # 6to4
        0x2001_0000 << 96 | held << 64 | rest << 32 | rest,  # Teredo's server
        0x2001_0000 << 96 | rest << 64 | held ^ 0xFFFF_FFFF,  # Teredo's client
        around >> 64 << 64 | 0x5EFE << 32 | held,  # ISATAP
        around >> 64 << 64 | 0x0200_5EFE << 32 | held,
    )

    assert [str(IPv6Address(one)) for one in disguises if is_public(str(IPv6Address(one)))] == []


@given(st.integers(0, 2**32 - 1).map(IPv4Address))
def test_what_the_standard_library_calls_private_never_passes(address: IPv4Address) -> None:
    assert not is_public(str(address)) or (address.is_global and not address.is_multicast)


@given(anywhere.map(IPv6Address))
def test_only_what_has_been_given_out_passes(address: IPv6Address) -> None:
    assert (
        not is_public(str(address))
        or address in IPv6Network("2000::/3")
        or address in IPv6Network("64:ff9b::/96")
    )


@given(st.sampled_from(PUBLIC).map(IPv4Address))
def test_a_network_without_ipv4_reaches_public_addresses_through_its_translator(address: IPv4Address) -> None:
    assert is_public(str(IPv6Address(int(IPv6Address("64:ff9b::")) | int(address))))
