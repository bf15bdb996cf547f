"""Which addresses lead to the public internet, and why each other one does not.

The tables are our own and not those of :mod:`ipaddress`, because its answers differ between patch releases of Python,
and what is refused must not depend on which of them runs.

Source: IANA special-purpose address registries (RFC 6890); RFC 6052 and RFC 8215 (NAT64), RFC 3056 (6to4), RFC 4380
(Teredo), RFC 5214 (ISATAP), RFC 9637 (documentation); the metadata addresses of cloud vendors' own documentation.
"""

from __future__ import annotations

from ipaddress import (
    AddressValueError,
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_network,
)
from typing import Literal

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

Reach = Literal["public", "inside", "never", "metadata"]
"""How far an address may be opened.

``public``: open unless denied. ``inside``: the operator's own networks, opened by ``allow_private``, by an exact host,
or by a CIDR block. ``never``: opened only by an address or block that contains it. ``metadata``: hands out a machine's
credentials, opened only by an entry that names this one address.
"""

_METADATA = frozenset(
    {
        IPv4Address("169.254.169.254"),  # nearly all clouds
        IPv4Address("169.254.169.253"),  # AWS, the resolver of a private network
        IPv4Address("169.254.170.2"),  # AWS, credentials of a container
        IPv4Address("169.254.170.23"),  # AWS, credentials of a pod
        IPv4Address("100.100.100.200"),  # Alibaba
        IPv4Address("168.63.129.16"),  # Azure; a public address by its number
        IPv4Address("192.0.0.192"),  # Oracle
        IPv6Address("fd00:ec2::254"),  # AWS
        IPv6Address("fd00:ec2::23"),  # AWS, credentials of a pod
        IPv6Address("fd20:ce::254"),  # Google
    }
)

_INSIDE: tuple[tuple[Network, str], ...] = tuple(
    (ip_network(block), why)
    for block, why in (
        ("127.0.0.0/8", "a loopback address"),
        ("10.0.0.0/8", "a private address (RFC 1918)"),
        ("172.16.0.0/12", "a private address (RFC 1918)"),
        ("192.168.0.0/16", "a private address (RFC 1918)"),
        ("100.64.0.0/10", "a shared address of a carrier's network (RFC 6598)"),
        ("::1/128", "a loopback address"),
        ("fc00::/7", "a private address (RFC 4193)"),
    )
)

_NEVER: tuple[tuple[Network, str], ...] = tuple(
    (ip_network(block), why)
    for block, why in (
        ("0.0.0.0/8", "an unspecified address (RFC 1122)"),
        ("169.254.0.0/16", "a link-local address (RFC 3927)"),
        ("192.0.0.0/24", "a reserved address (RFC 6890)"),
        ("192.0.2.0/24", "a documentation address (RFC 5737)"),
        ("192.88.99.0/24", "a 6to4 relay address (RFC 7526)"),
        ("198.18.0.0/15", "a benchmarking address (RFC 2544)"),
        ("198.51.100.0/24", "a documentation address (RFC 5737)"),
        ("203.0.113.0/24", "a documentation address (RFC 5737)"),
        ("224.0.0.0/4", "a multicast address (RFC 5771)"),
        ("240.0.0.0/4", "a reserved address (RFC 1112)"),
        ("::/128", "an unspecified address (RFC 4291)"),
        ("fe80::/10", "a link-local address (RFC 4291)"),
        ("fec0::/10", "a site-local address (RFC 3879)"),
        ("ff00::/8", "a multicast address (RFC 4291)"),
        ("2001::/32", "a Teredo tunnel (RFC 4380)"),
        ("2001::/23", "a reserved address (RFC 2928)"),
        ("2001:db8::/32", "a documentation address (RFC 3849)"),
        ("2002::/16", "a 6to4 tunnel (RFC 7526)"),
        ("3ffe::/16", "a reserved address (RFC 3701)"),
        ("3fff::/20", "a documentation address (RFC 9637)"),
    )
)

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_TEREDO = IPv6Network("2001::/32")
_SIX_TO_FOUR = IPv6Network("2002::/16")
_COMPATIBLE = IPv6Network("::/96")
_ISATAP = frozenset({0x0000_5EFE, 0x0200_5EFE})


def parse_address(text: str) -> Address | None:
    """The address that a text plainly spells, or None.

    IPv4 is four decimal numbers without leading zeros, nothing else. A zone id is cut off, because the resolver reports
    one for link-local addresses and it does not change what the address is.

    Args:
        text: without brackets.
    """
    try:
        if ":" in text:
            return unmapped(IPv6Address(text.partition("%")[0]))
        return IPv4Address(text)
    except AddressValueError:
        return None


def unmapped(address: Address) -> Address:
    """An IPv4-mapped address as the IPv4 address that a connection to it reaches; any other as it is.

    Source: RFC 4291, section 2.5.5.2.
    """
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or address
    return address


def embedded(address: Address) -> tuple[IPv4Address, ...]:
    """The IPv4 addresses that a gateway or tunnel would take out of an IPv6 address and call in its place.

    Source: RFC 6052 (NAT64), RFC 3056 (6to4), RFC 4380 (Teredo: server, and client inverted), RFC 5214 (ISATAP), RFC
    4291 (IPv4-compatible).
    """
    if isinstance(address, IPv4Address):
        return ()
    number = int(address)
    low = IPv4Address(number & 0xFFFF_FFFF)
    if address.ipv4_mapped is not None or address in _NAT64 or (address in _COMPATIBLE and number > 1):
        return (low,)
    if address in _SIX_TO_FOUR:
        return (IPv4Address(number >> 80 & 0xFFFF_FFFF),)
    if address in _TEREDO:
        return (IPv4Address(number >> 64 & 0xFFFF_FFFF), IPv4Address(~number & 0xFFFF_FFFF))
    if number >> 32 & 0xFFFF_FFFF in _ISATAP:
        return (low,)
    return ()


def classify(address: Address) -> tuple[Reach, str]:
    """How far an address may be opened, and what it is.

    Args:
        address: as resolved or as spelled.

    Returns:
        (reach, what the address is: ``a loopback address``); the second is empty for a public address.
    """
    address = unmapped(address)
    if address in _METADATA:
        return "metadata", "a cloud's metadata service"
    for network, what in _INSIDE:
        if address in network:
            return "inside", what
    for network, what in _NEVER:
        if address in network:
            return "never", what
    for inner in embedded(address):
        reach, what = classify(inner)
        if reach != "public":
            # A tunnel to an inner network is never what an operator means when they open that network.
            return "metadata" if reach == "metadata" else "never", f"a tunnel to {what}"
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST and address not in _NAT64:
        return "never", "a reserved address (RFC 4291)"
    return "public", ""
