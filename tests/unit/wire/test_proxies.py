from __future__ import annotations

from ipaddress import ip_network

import pytest

from diorama.wire.proxies import forwarding, is_trusted, with_host

NETWORKS = (ip_network("10.0.0.0/8"), ip_network("2001:db8::/32"))


@pytest.mark.parametrize(
    ("address", "trusted"),
    [
        ("10.1.2.3", True),
        ("11.1.2.3", False),
        ("2001:db8::1", True),
        ("::ffff:10.1.2.3", True),
        ("::ffff:11.1.2.3", False),
        ("fe80::1%eth0", False),
        ("", False),
        ("unix", False),
    ],
)
def test_address__by_network__is_trusted_or_not(address: str, trusted: bool) -> None:
    assert is_trusted(address, NETWORKS) is trusted


@pytest.mark.parametrize(
    ("headers", "client", "scheme", "host"),
    [
        ([], "", "", b""),
        ([(b"x-forwarded-for", b"203.0.113.7")], "203.0.113.7", "", b""),
        ([(b"x-forwarded-for", b"1.1.1.1, 203.0.113.7, 10.0.0.1")], "203.0.113.7", "", b""),
        ([(b"x-forwarded-for", b"1.1.1.1"), (b"x-forwarded-for", b"10.0.0.1")], "1.1.1.1", "", b""),
        ([(b"x-forwarded-for", b"10.0.0.2, 10.0.0.1")], "10.0.0.2", "", b""),
        ([(b"x-forwarded-for", b"nonsense")], "", "", b""),
        ([(b"x-forwarded-for", b"203.0.113.7:1234")], "203.0.113.7", "", b""),
        ([(b"x-forwarded-for", b"[2001:db9::1]:1234")], "2001:db9::1", "", b""),
        ([(b"x-forwarded-proto", b"HTTPS")], "", "https", b""),
        ([(b"x-forwarded-proto", b"gopher")], "", "", b""),
        ([(b"x-forwarded-host", b"a.test, b.test:8080")], "", "", b"b.test:8080"),
        ([(b"x-forwarded-host", b"a b")], "", "", b""),
        ([(b"forwarded", b"for=203.0.113.7;proto=https;host=a.test")], "203.0.113.7", "https", b"a.test"),
        ([(b"forwarded", b'For="[2001:db9::1]:80", for=10.0.0.1')], "2001:db9::1", "", b""),
        ([(b"forwarded", b"for=unknown")], "", "", b""),
        ([(b"forwarded", b'for="a,b;c";proto=http')], "", "http", b""),
        ([(b"forwarded", b'for="')], "", "", b""),
        ([(b"forwarded", b"for=203.0.113.7"), (b"x-forwarded-for", b"1.1.1.1")], "203.0.113.7", "", b""),
    ],
)
def test_forwarding__as_proxies_write_it__is_read(
    headers: list[tuple[bytes, bytes]], client: str, scheme: str, host: bytes
) -> None:
    told = forwarding(headers, NETWORKS)
    assert (told.client, told.scheme, told.host) == (client, scheme, host)


def test_host__of_a_proxy__takes_the_place_of_the_first() -> None:
    headers = [(b"a", b"1"), (b"host", b"old"), (b"b", b"2")]
    assert with_host(headers, b"new") == [(b"a", b"1"), (b"host", b"new"), (b"b", b"2")]
    assert with_host([(b"a", b"1")], b"new") == [(b"host", b"new"), (b"a", b"1")]
