from __future__ import annotations

import asyncio
from typing import Any

import pytest

from diorama.engine.effects import OutboundGuard, OutboundPolicy, policy_for_operator
from diorama.model.errors import DioramaError


def pin(policy: OutboundPolicy, url: str, resolver: Any) -> tuple[str, ...]:
    guard = OutboundGuard(policy, resolver)
    destination = guard.admit(url)
    return asyncio.run(guard.pin(destination.host, destination.port))


def refusal(policy: OutboundPolicy, url: str, resolver: Any) -> DioramaError:
    with pytest.raises(DioramaError) as caught:
        pin(policy, url, resolver)
    assert caught.value.code == "outbound_refused"
    return caught.value


@pytest.mark.parametrize(
    ("policy", "url", "found"),
    [
        (OutboundPolicy(allow=("10.0.0.5",)), "http://10.0.0.5/", ()),
        (OutboundPolicy(allow=("10.0.0.0/8",)), "http://10.200.0.5:9000/", ()),
        (OutboundPolicy(allow=("10.0.0.0/8",)), "http://pay.internal/", ("10.1.1.1", "10.1.1.2")),
        (OutboundPolicy(allow=("pay.internal",)), "http://pay.internal/", ("10.1.1.1",)),
        (OutboundPolicy(allow=("PAY.internal.",)), "http://pay.Internal/", ("10.1.1.1",)),
        (OutboundPolicy(allow=("pay.internal:8080",)), "http://pay.internal:8080/", ("192.168.0.1", "fd00::1")),
        (OutboundPolicy(allow=("[fd00::5]:8080",)), "http://[fd00::5]:8080/", ()),
        (OutboundPolicy(allow=("fd00::/8",)), "http://[fd12::1]/", ()),
        (OutboundPolicy(allow=("[fd00::/8]:81",)), "http://[fd12::1]:81/", ()),
        (OutboundPolicy(allow=("127.0.0.1",)), "http://[::ffff:127.0.0.1]/", ()),
        (OutboundPolicy(allow=("::ffff:127.0.0.1",)), "http://127.0.0.1/", ()),
        (OutboundPolicy(allow_private=True), "http://pay.internal/", ("10.1.1.1", "127.0.0.1", "fd00::1")),
        (OutboundPolicy(allow=("169.254.169.254",)), "http://169.254.169.254/", ()),
        (OutboundPolicy(allow=("169.254.0.0/16",)), "http://169.254.7.7/", ()),
        (OutboundPolicy(allow=("2002::/16",)), "http://[2002:0808:0808::1]/", ()),
        (OutboundPolicy(allow=("*.example.com",), allow_only=True), "http://a.b.example.com/", ("8.8.8.8",)),
        (OutboundPolicy(allow=("8.8.0.0/16",), allow_only=True), "http://dns.example/", ("8.8.8.8",)),
        (OutboundPolicy(allow=("*",), allow_only=True), "http://anything.example/", ("8.8.8.8",)),
        (
            OutboundPolicy(allow=("*.internal",), allow_only=True, allow_private=True),
            "http://a.internal/",
            ("10.0.0.1",),
        ),
        (OutboundPolicy(allow=("mail.example:25",)), "http://mail.example:25/", ("8.8.8.8",)),
        (OutboundPolicy(ports=("443", "8000-8999")), "http://a.example:8500/", ("8.8.8.8",)),
        (OutboundPolicy(ports=("443",), allow=("a.example:81",)), "http://a.example:81/", ("8.8.8.8",)),
    ],
)
def test_policy__what_an_entry_opens__is_open(
    policy: OutboundPolicy, url: str, found: tuple[str, ...], make_resolver: Any
) -> None:
    assert pin(policy, url, make_resolver(found))


@pytest.mark.parametrize(
    ("policy", "url", "found", "setting"),
    [
        (OutboundPolicy(allow=("10.0.0.5",)), "http://10.0.0.6/", (), "outbound.allow"),
        (OutboundPolicy(allow=("10.0.0.5:81",)), "http://10.0.0.5:82/", (), "outbound.allow"),
        (OutboundPolicy(allow=("pay.internal",)), "http://other.internal/", ("10.1.1.1",), "outbound.allow"),
        (OutboundPolicy(allow=("pay.internal",)), "http://a.pay.internal/", ("10.1.1.1",), "outbound.allow"),
        (OutboundPolicy(allow=("pay.internal:81",)), "http://pay.internal:82/", ("10.1.1.1",), "outbound.allow"),
        (OutboundPolicy(allow=("*.internal", "*")), "http://pay.internal/", ("10.1.1.1",), "outbound.allow"),
        (OutboundPolicy(allow=("pay.internal",)), "http://pay.internal/", ("169.254.169.254",), "very address"),
        (OutboundPolicy(allow=("pay.internal",)), "http://pay.internal/", ("169.254.1.1",), "name does not"),
        (OutboundPolicy(allow=("10.0.0.0/8",)), "http://p.internal/", ("10.0.0.1", "192.168.0.1"), "outbound.allow"),
        (OutboundPolicy(allow=("10.0.0.0/8",)), "http://[64:ff9b::10.0.0.1]/", (), "outbound.allow"),
        (OutboundPolicy(allow_private=True), "http://169.254.1.1/", (), "outbound.allow"),
        (OutboundPolicy(allow_private=True), "http://0.0.0.0/", (), "outbound.allow"),
        (OutboundPolicy(allow_private=True), "http://[fd00:ec2::254]/", (), "very address"),
        (OutboundPolicy(allow_private=True), "http://100.100.100.200/", (), "very address"),
        (OutboundPolicy(allow=("0.0.0.0/0",)), "http://169.254.169.254/", (), "very address"),
        (OutboundPolicy(deny=("a.example",)), "http://a.example/", ("8.8.8.8",), "outbound.deny"),
        (OutboundPolicy(deny=("*.example",)), "http://a.b.example/", ("8.8.8.8",), "outbound.deny"),
        (OutboundPolicy(deny=("8.8.0.0/16",)), "http://a.example/", ("1.1.1.1", "8.8.8.8"), "outbound.deny"),
        (OutboundPolicy(deny=("8.8.8.8",)), "http://[64:ff9b::8.8.8.8]/", (), "outbound.deny"),
        (OutboundPolicy(deny=("8.8.8.8",)), "http://[::ffff:8.8.8.8]/", (), "outbound.deny"),
        (OutboundPolicy(allow=("a.example",), deny=("a.example",)), "http://a.example/", ("8.8.8.8",), "outbound.deny"),
        (OutboundPolicy(allow=("10.0.0.5",), deny=("10.0.0.0/8",)), "http://10.0.0.5/", (), "outbound.deny"),
        (OutboundPolicy(allow_private=True, deny=("*:81",)), "http://10.0.0.5:81/", (), "outbound.deny"),
        (OutboundPolicy(allow=("b.example",), allow_only=True), "http://a.example/", ("8.8.8.8",), "outbound.allow"),
        (OutboundPolicy(allow=("8.8.8.8",), allow_only=True), "http://a.example/", ("1.1.1.1",), "outbound.allow"),
        (OutboundPolicy(allow_private=True, allow_only=True), "http://10.0.0.1/", (), "outbound.allow"),
        (OutboundPolicy(ports=("443",)), "http://a.example/", ("8.8.8.8",), "outbound.ports"),
        (OutboundPolicy(schemes=("https",)), "http://a.example/", ("8.8.8.8",), "outbound.schemes"),
        (OutboundPolicy(), "http://a.example/", ("8.8.8.8", "10.0.0.1"), "outbound.allow"),
        (OutboundPolicy(), "http://a.example/", ("fe80::1%2",), "outbound.allow"),
        (OutboundPolicy(), "http://a.example/", ("8.8.8.8", "nonsense"), "name server"),
    ],
)
def test_policy__what_no_entry_opens__is_refused_and_the_setting_is_named(
    policy: OutboundPolicy, url: str, found: tuple[str, ...], setting: str, make_resolver: Any
) -> None:
    assert setting in refusal(policy, url, make_resolver(found)).hint


@pytest.mark.parametrize(
    "entry",
    [
        *("", " ", "10.0.0.5/8", "10.0.0.0/33", "10.0.0", "0x7f.1", "a b", "http://a.example", "user@a", "a.example:0"),
        *(
            "a.example:x",
            "a.example:99999",
            "[::1",
            "[::1]x",
            "fe80::1%eth0x/64",
            "a.*.example",
            "**",
            "*.",
            "bücher.example",
        ),
    ],
)
def test_policy__an_entry_that_cannot_be_understood__is_refused_at_once(entry: str) -> None:
    for policy in (OutboundPolicy(allow=(entry,)), OutboundPolicy(deny=(entry,))):
        with pytest.raises(DioramaError) as caught:
            OutboundGuard(policy)
        assert caught.value.code == "option_invalid"


@pytest.mark.parametrize("entry", ["", "0", "x", "80-", "-80", "90-80", "65536", "1-65536"])
def test_policy__ports_that_are_none__are_refused_at_once(entry: str) -> None:
    with pytest.raises(DioramaError) as caught:
        OutboundGuard(OutboundPolicy(ports=(entry,)))
    assert caught.value.code == "option_invalid"


def test_policy__an_unknown_scheme__is_refused_at_once() -> None:
    with pytest.raises(DioramaError) as caught:
        OutboundGuard(OutboundPolicy(schemes=("https", "file")))
    assert caught.value.code == "option_invalid"


def test_pin__a_name__is_resolved_once_and_comes_back_as_addresses(make_resolver: Any) -> None:
    resolver = make_resolver(("8.8.8.8", "2001:4860:4860:0::8888", "8.8.8.8"))
    assert pin(OutboundPolicy(), "http://dns.example/", resolver) == ("8.8.8.8", "2001:4860:4860::8888")
    assert resolver.asked == ["dns.example"]


def test_pin__an_address__asks_no_name_server(make_resolver: Any) -> None:
    resolver = make_resolver(())
    assert pin(OutboundPolicy(), "http://[2606:4700::1111]/", resolver) == ("2606:4700::1111",)
    assert resolver.asked == []


def test_pin__a_name_that_does_not_resolve__is_a_failure_and_no_refusal(make_resolver: Any) -> None:
    with pytest.raises(DioramaError) as caught:
        pin(OutboundPolicy(), "http://nowhere.example/", make_resolver(()))
    assert caught.value.code == "outbound_failed"


def test_pin__localhost_with_one_of_its_addresses_open__uses_that_one(make_resolver: Any) -> None:
    resolver = make_resolver(("127.0.0.1", "::1"))
    assert pin(OutboundPolicy(allow=("127.0.0.1",)), "http://localhost:8080/", resolver) == ("127.0.0.1",)


def test_refusal__of_a_name__does_not_tell_which_address_it_has(make_resolver: Any) -> None:
    error = refusal(OutboundPolicy(), "http://db.internal/", make_resolver(("10.11.12.13",)))
    assert "10.11.12.13" not in error.message + error.hint
    assert "private" in error.message


@pytest.mark.parametrize(
    "url",
    [
        "http://user:hunter2@example.com/",
        "http://hunter2@127.0.0.1/",
        "http://user:p@ss/hunter2@127.0.0.1/",
        "http://user:hunter2/",
        "http://user:hunter2/@127.0.0.1/",
        "http://10.0.0.1/hunter2?token=hunter2#hunter2",
        "file://hunter2@host/",
        "http://[::1]hunter2@/",
    ],
)
def test_refusal__of_a_url_with_secrets__quotes_none(url: str, make_resolver: Any) -> None:
    error = refusal(OutboundPolicy(), url, make_resolver(("8.8.8.8",)))
    assert "hunter2" not in repr(error.problem())


def test_operator_policy__a_local_url__opens_exactly_its_host_and_port(make_resolver: Any) -> None:
    policy = policy_for_operator("http://localhost:8123/openapi.yaml")
    local = make_resolver(("127.0.0.1", "::1"))
    assert pin(policy, "http://localhost:8123/other.yaml", local) == ("127.0.0.1", "::1")
    for url in ("http://localhost:8124/", "http://127.0.0.1:8123/", "http://10.0.0.1/", "http://a.localhost:8123/"):
        refusal(policy, url, local)


@pytest.mark.parametrize(
    "url", ["http://[::1]:8123/", "http://127.0.0.1/", "https://192.168.0.9/", "http://pc.lan:25/x"]
)
def test_operator_policy__whatever_was_typed__is_open(url: str, make_resolver: Any) -> None:
    assert pin(policy_for_operator(url), url, make_resolver(("192.168.0.2",)))


def test_operator_policy__a_public_url__leaves_the_rest_as_it_is(make_resolver: Any) -> None:
    policy = policy_for_operator("https://example.com/openapi.yaml")
    assert pin(policy, "https://cdn.example.net/", make_resolver(("8.8.8.8",)))
    refusal(policy, "http://10.0.0.1/", make_resolver(()))
