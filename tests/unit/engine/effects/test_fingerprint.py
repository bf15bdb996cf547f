from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diorama.engine.effects.fingerprint import fingerprint, is_credential, keyed_seal, sealed_url
from diorama.ports.effects import OutboundRequest

KEY = b"k" * 32
SEAL = keyed_seal(KEY)


@given(st.binary(max_size=50))
def test_seal__any_secret__is_stable_keyed_and_seals_to_itself(secret: bytes) -> None:
    token = SEAL(secret)
    assert token == SEAL(secret) == SEAL(token)
    assert token != keyed_seal(b"l" * 32)(secret)
    assert token.startswith(b"sealed-")


@pytest.mark.parametrize(
    "name",
    [
        *(
            "api_key",
            "apikey",
            "API-KEY",
            "key",
            "access_token",
            "accessToken",
            "X-Amz-Signature",
            "sig",
            "client_secret",
        ),
        *("password", "pwd", "code", "api%5Fkey", "user[password", "X-Goog-Credential", "jwt", "session_id"),
    ],
)
def test_sealed_url__a_parameter_named_like_a_secret__is_sealed(name: str) -> None:
    sealed = sealed_url(f"https://a.example/p?page=2&{name}=hunter2#hunter2", SEAL)
    assert sealed == f"https://a.example/p?page=2&{name}={SEAL(b'hunter2').decode()}"
    assert sealed_url(sealed, SEAL) == sealed


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/p?page=2&monkey=1&keyboard=x&country_code=DE&key=&flag",
        "https://a.example",
        "/p",
        "",
        "nonsense",
    ],
)
def test_sealed_url__a_url_without_secrets__stays_as_it_is(url: str) -> None:
    assert sealed_url(url, SEAL) == url


def test_sealed_url__user_information__is_left_out() -> None:
    assert sealed_url("https://hunter2:p@ss@a.example/p@q?x", SEAL) == "https://a.example/p@q?x"


@pytest.mark.parametrize(
    ("name", "credential"),
    [
        *(
            (b"authorization", True),
            (b"cookie", True),
            (b"x-api-key", True),
            (b"x-acme-token", True),
            (b"x-signature", True),
        ),
        *((b"idempotency-key", False), (b"content-type", False), (b"x-request-id", False), (b"\xff", False)),
    ],
)
def test_is_credential__by_name__says_what_is_secret(name: bytes, credential: bool) -> None:
    assert is_credential(name) is credential


def test_fingerprint__of_a_known_call__never_changes() -> None:
    """A golden value: another hash would make every recorded journal diverge."""
    headers = ((b"Authorization", b"Bearer 1"), (b"X-One", b"1"), (b"User-Agent", b"any"))
    request = OutboundRequest("POST", "https://api.example.com/v1/charges?key=1", headers, b"{}")
    assert fingerprint(request, KEY, SEAL) == "7e5eba2c99c5a8a069222ddebbbd1011"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (OutboundRequest("GET", "http://a/", ((b"A", b"BC"),)), OutboundRequest("GET", "http://a/", ((b"AB", b"C"),))),
        (OutboundRequest("GET", "http://a/", ((b"A", b""),)), OutboundRequest("GET", "http://a/", (), b"a")),
        (OutboundRequest("GET", "http://a/"), OutboundRequest("GETh", "ttp://a/")),
    ],
)
def test_fingerprint__parts_that_would_run_together__are_kept_apart(
    first: OutboundRequest, second: OutboundRequest
) -> None:
    assert fingerprint(first, KEY, SEAL) != fingerprint(second, KEY, SEAL)
