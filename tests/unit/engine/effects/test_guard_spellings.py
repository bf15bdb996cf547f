"""Every known way of writing an address that a guard might overlook."""

from __future__ import annotations

import asyncio

import pytest

from diorama.engine.effects import OutboundGuard, OutboundPolicy
from diorama.model.errors import DioramaError

REFUSED = [
    # loopback, plainly
    "http://127.0.0.1/",
    "http://127.0.0.1:8080/",
    "http://127.255.255.254/",
    "https://127.1.2.3/",
    "http://[::1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[0000::0001]:443/",
    "http://localhost/",
    "http://LOCALHOST/",
    "http://localhost./",
    "http://LocalHost:8000/",
    "http://api.localhost/",
    "http://a.b.localhost./",
    # other spellings of IPv4
    "http://2130706433/",
    "http://017700000001/",
    "http://0x7f000001/",
    "http://0x7F000001/",
    "http://0x7f.0.0.1/",
    "http://0177.0.0.1/",
    "http://0177.0.0.01/",
    "http://127.1/",
    "http://127.0.1/",
    "http://127.0.0.1./",
    "http://127.0.0.01/",
    "http://127.0.0.0x1/",
    "http://127.000.000.001/",
    "http://00000177.0.0.1/",
    "http://0/",
    "http://0.0.0.0/",
    "http://0x0/",
    "http://4294967295/",
    "http://134744072/",
    "http://8.8.2056/",
    "http://256.256.256.256/",
    "http://1.2.3.4.5/",
    "http://foo.127/",
    "http://169.254.43518/",
    # characters that become others
    "http://127。0。0。1/",
    "http://①②⑦.⓪.⓪.①/",
    "http://\uff11\uff12\uff17.0.0.1/",
    "http://ⓛocalhost/",
    "http://locaⓁhost/",
    "http://loc\u00adalhost/",
    "http://localhost\u3002/",
    "http://bücher.example/",
    "http://127.0.0.1%2e/",
    "http://%31%32%37.0.0.1/",
    "http://local%68ost/",
    "http://127.0.0.1%00.example.com/",
    "http://127.0.0.1\x00.example.com/",
    "http://localhost\t/",
    " http://127.0.0.1/",
    "http://127.0.0.1\n.example.com/",
    # private, shared, link-local, reserved, multicast
    "http://10.0.0.1/",
    "http://10.255.255.255/",
    "http://172.16.0.1/",
    "http://172.31.255.255/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
    "http://100.127.255.255/",
    "http://169.254.1.1/",
    "http://192.0.0.8/",
    "http://192.0.2.1/",
    "http://198.18.0.1/",
    "http://198.51.100.1/",
    "http://203.0.113.1/",
    "http://224.0.0.1/",
    "http://239.255.255.250/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://[::]/",
    "http://[fc00::1]/",
    "http://[fd12:3456::1]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25eth0]/",
    "http://[fe80::1%eth0]/",
    "http://[::1%25lo]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://[100::1]/",
    "http://[2001:db8::1]/",
    "http://[3fff::1]/",
    # IPv4 inside IPv6
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::FFFF:10.0.0.1]/",
    "http://[::ffff:169.254.169.254]/",
    "http://[::127.0.0.1]/",
    "http://[::ffff:0:127.0.0.1]/",
    "http://[64:ff9b::127.0.0.1]/",
    "http://[64:ff9b::a00:1]/",
    "http://[64:ff9b:1::10.0.0.1]/",
    "http://[2002:7f00:1::1]/",
    "http://[2002:a9fe:a9fe::1]/",
    "http://[2001:0:4136:e378:8000:63bf:80ff:fffe]/",
    "http://[2606:4700::5efe:127.0.0.1]/",
    "http://[2606:4700::200:5efe:10.0.0.1]/",
    # cloud metadata
    "http://169.254.169.254/latest/meta-data/",
    "http://169.254.169.254./",
    "http://169.254.170.2/",
    "http://[fd00:ec2::254]/",
    "http://100.100.100.200/",
    "http://168.63.129.16/",
    "http://192.0.0.192/",
    "http://0xa9fea9fe/",
    "http://2852039166/",
    # user information and other tricks of syntax
    "http://example.com@127.0.0.1/",
    "http://127.0.0.1@example.com/",
    "http://user:password@example.com/",
    "http://@example.com/",
    "http://example.com:80@127.0.0.1/",
    "http://example.com\\@127.0.0.1/",
    "http://127.0.0.1\\.example.com/",
    "http://example.com:80:80/",
    "http://example.com:0/",
    "http://example.com:65536/",
    "http://example.com:-1/",
    "http://example.com:+80/",
    "http://example.com:٨٠/",
    "http://example.com:8 0/",
    "http://[127.0.0.1]/",
    "http://[::1/",
    "http://::1/",
    "http://[::1]x/",
    "http://[]/",
    "http://[v1.fe]/",
    "http:///path",
    "http://:80/",
    "http://./",
    "http://../",
    "http://example..com/",
    "http://-example.com/",
    "http://exa mple.com/",
    "http://" + "a" * 64 + ".example/",
    "http://" + "a." * 127 + "example/",
    "http://example.com/" + "a" * 20_000,
    # schemes and ports of other protocols
    "file:///etc/passwd",
    "gopher://127.0.0.1:70/",
    "ftp://example.com/",
    "data:text/plain,hello",
    "//example.com/",
    "example.com",
    "/path",
    "",
    "javascript:alert(1)",
    "http+unix://%2Fvar%2Frun%2Fdocker.sock/",
    "unix:///var/run/docker.sock",
    "http:/example.com/",
    "http:example.com",
    "http://example.com:22/",
    "http://example.com:25/",
    "http://example.com:6667/",
    "http://example.com:0025/",
]

ADMITTED = [
    "http://example.com/",
    "https://example.com:8443/a?b=c#d",
    "HTTPS://EXAMPLE.COM",
    "http://example.com.",
    "http://8.8.8.8/",
    "http://[2606:4700:4700::1111]/",
    "http://[64:ff9b::8.8.8.8]/",
    "http://[::ffff:8.8.8.8]/",
    "http://xn--bcher-kva.example/",
    "http://my_service.example.com/",
    "http://0xcafe.example.com/",
    "http://1password.com/",
    "http://example.com/@user?q=a@b",
    "http://example.com?q=1",
    "http://example.com#@127.0.0.1:x/",
]


def reach(url: str) -> tuple[str, ...]:
    """Admit the URL and pin its host, as a call does; a name under example.com has a public address."""

    class PublicResolver:
        async def resolve(self, host: str, port: int) -> tuple[str, ...]:
            return ("127.0.0.1", "::1") if host.endswith("localhost") else ("93.184.216.34",)

    guard = OutboundGuard(OutboundPolicy(), PublicResolver())
    destination = guard.admit(url)
    return asyncio.run(guard.pin(destination.host, destination.port))


def test_table__as_it_stands__is_long_enough() -> None:
    assert len(REFUSED) == len(set(REFUSED)) >= 60


@pytest.mark.parametrize("url", REFUSED, ids=lambda url: ascii(url)[1:50])
def test_guard__a_spelling_of_what_is_closed__is_refused(url: str) -> None:
    with pytest.raises(DioramaError) as caught:
        reach(url)
    assert caught.value.code == "outbound_refused"
    assert caught.value.hint


@pytest.mark.parametrize("url", ADMITTED)
def test_guard__a_public_address__is_admitted(url: str) -> None:
    assert reach(url)
