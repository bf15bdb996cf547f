from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from diorama.engine.effects.addresses import classify, embedded, parse_address

IPV4 = st.ip_addresses(v=4)
IPV6 = st.ip_addresses(v=6)
# Random IPv6 addresses are nearly all reserved; most of these are in the block that is in use.
GLOBAL_IPV6 = st.integers(0, 2**125 - 1).map(lambda low: IPv6Address((0b001 << 125) | low))

# What we close and some releases of Python take for global, each with its reason in the table of the module.
CLOSED_BESIDES = tuple(
    ip_network(block)
    for block in (
        *("168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24", "224.0.0.0/4"),
        *(
            "2001::/23",
            "2002::/16",
            "3ffe::/16",
            "3fff::/20",
            "ff00::/8",
            "fec0::/10",
            "64:ff9b:1::/48",
            "::/8",
            "5f00::/16",
        ),
    )
)


def closed_besides(address: IPv4Address | IPv6Address) -> bool:
    return any(address in block for block in CLOSED_BESIDES)


@given(IPV4)
@example(IPv4Address("8.8.8.8"))
@example(IPv4Address("172.32.0.0"))
@example(IPv4Address("100.128.0.0"))
def test_classify__any_ipv4_address__is_public_when_the_registry_says_global(address: IPv4Address) -> None:
    expected = address.is_global and not closed_besides(address)
    assert (classify(address)[0] == "public") == expected


@given(IPV6 | GLOBAL_IPV6)
@example(IPv6Address("2606:4700::1111"))
def test_classify__any_ipv6_address__is_public_only_when_the_registry_says_global(address: IPv6Address) -> None:
    if classify(address)[0] == "public":
        assert address.is_global or address in IPv6Network("64:ff9b::/96")
    elif address in IPv6Network("2000::/3") and not embedded(address):
        assert not address.is_global or closed_besides(address)


def mapped(inner: IPv4Address) -> IPv6Address:
    return IPv6Address((0xFFFF << 32) | int(inner))


def nat64(inner: IPv4Address) -> IPv6Address:
    return IPv6Address((0x64FF9B << 96) | int(inner))


def six_to_four(inner: IPv4Address) -> IPv6Address:
    return IPv6Address((0x2002 << 112) | (int(inner) << 80) | 1)


def teredo_client(inner: IPv4Address) -> IPv6Address:
    return IPv6Address((0x20010000 << 96) | (0x41000000 << 64) | (~int(inner) & 0xFFFFFFFF))


def isatap(inner: IPv4Address) -> IPv6Address:
    return IPv6Address((0x26064700 << 96) | (0x5EFE << 32) | int(inner))


def compatible(inner: IPv4Address) -> IPv6Address:
    return IPv6Address(int(inner))


@given(IPV4, st.sampled_from([mapped, nat64, isatap]))
def test_classify__ipv4_inside_ipv6__is_public_exactly_when_the_inner_address_is(
    inner: IPv4Address, embed: object
) -> None:
    assert callable(embed)
    assert (classify(embed(inner))[0] == "public") == (classify(inner)[0] == "public")


@given(IPV4, st.sampled_from([six_to_four, teredo_client, compatible]))
def test_classify__an_abandoned_tunnel__is_never_public(inner: IPv4Address, embed: object) -> None:
    assert callable(embed)
    assert classify(embed(inner))[0] != "public"


@given(IPV4.filter(lambda inner: int(inner) > 1))
def test_embedded__each_form__gives_the_inner_address_back(inner: IPv4Address) -> None:
    for embed in (mapped, nat64, six_to_four, teredo_client, isatap, compatible):
        assert inner in embedded(embed(inner))


@pytest.mark.parametrize(
    ("text", "reach"),
    [
        ("127.0.0.1", "inside"),
        ("10.1.2.3", "inside"),
        ("100.64.0.1", "inside"),
        ("fd12::1", "inside"),
        ("::1", "inside"),
        ("::ffff:10.0.0.1", "inside"),
        ("169.254.1.1", "never"),
        ("0.0.0.0", "never"),
        ("::", "never"),
        ("255.255.255.255", "never"),
        ("64:ff9b::10.0.0.1", "never"),
        ("64:ff9b::169.254.169.254", "metadata"),
        ("169.254.169.254", "metadata"),
        ("fd00:ec2::254", "metadata"),
        ("168.63.129.16", "metadata"),
        ("100.100.100.200", "metadata"),
        ("8.8.8.8", "public"),
        ("64:ff9b::8.8.8.8", "public"),
        ("2001:4860:4860::8888", "public"),
    ],
)
def test_classify__a_known_address__has_the_reach_that_its_use_asks_for(text: str, reach: str) -> None:
    found, what = classify(ip_address(text))
    assert found == reach
    assert bool(what) == (reach != "public")


@pytest.mark.parametrize(
    "text", ["", "1.2.3", "1.2.3.4.5", "01.2.3.4", "0x1.2.3.4", "256.1.1.1", "::g", "1.2.3.4 ", "\u0661.1.1.1"]
)
def test_parse_address__not_a_plain_address__is_none(text: str) -> None:
    assert parse_address(text) is None


def test_parse_address__a_zone__is_cut_off() -> None:
    assert parse_address("fe80::1%eth0") == IPv6Address("fe80::1")
