"""Capture: no secret reaches the journal, and what stands for one is stable and well-formed."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diorama.engine.journal_format import JournalEncoder
from diorama.flow.capture import stable_token
from diorama.model.definition import SecurityScheme
from diorama.model.http import Headers
from tests.unit.flow.staging import OK, TOKEN_KEY, Theatre, answering, project, request

CANARY = "CanaryInTheMine0123456789"
TOKEN = rb"tok_[0-9a-f]{24}"
SCHEMES = (
    SecurityScheme("header", "apiKey", "X-Shop-Key", "header"),
    SecurityScheme("query", "apiKey", "shopKey", "query"),
    SecurityScheme("cookie", "apiKey", "shop", "cookie"),
    SecurityScheme("custom", "http", scheme="ShopAuth"),
)


def theatre() -> Theatre:
    return Theatre(answering(lambda _: OK), definition=project(schemes=SCHEMES))


def recorded(headers: Headers, query: str = "") -> tuple[Headers, bytes, bytes]:
    """(headers, query, encoded journal) of a request."""
    stage = theatre()
    stage.at_once("GET", "/things" + query, headers)
    captured = stage.exchanges()[0].request
    return captured.headers, captured.query, JournalEncoder().encode(stage.records())[0]


BASIC = b64encode(f"user:{CANARY}".encode()).decode()
USER = b64encode(f"{CANARY}:secret".encode()).decode()
POSITIONS = [
    ("authorization", f"Bearer {CANARY}"),
    ("authorization", f"bearer  {CANARY} "),
    ("authorization", CANARY),
    ("authorization", f"{CANARY} more"),
    ("authorization", f"Basic {BASIC}"),
    ("authorization", f"Basic {USER}"),
    ("authorization", f"Basic {CANARY}"),
    ("authorization", f"Basic {b64encode(CANARY.encode()).decode()}"),
    ("authorization", f'Digest username="{CANARY}", realm="r", response="x"'),
    ("authorization", f'Digest username="u", realm="{CANARY}", qop={CANARY}, nc={CANARY}'),
    ("authorization", f'Digest username="a\\"{CANARY}", response=1'),
    ("authorization", f"Digest {CANARY} username=x"),
    ("authorization", f'Digest username="{CANARY}'),
    ("authorization", f"Token token={CANARY}"),
    ("authorization", f"ShopAuth {CANARY}"),
    ("proxy-authorization", f"Bearer {CANARY}"),
    ("cookie", f"session={CANARY}; b=c"),
    ("cookie", f"a=b; {CANARY}"),
    ("x-api-key", CANARY),
    ("api-key", CANARY),
    ("x-auth-token", CANARY),
    ("x-shop-key", CANARY),
    ("x-access-token", CANARY),
    ("x-goog-api-key", CANARY),
    ("private-token", CANARY),
]


@pytest.mark.parametrize(("name", "value"), POSITIONS)
def test_capture__of_a_secret_in_a_header__leaves_none_of_it_in_the_journal(name: str, value: str) -> None:
    headers, _, encoded = recorded([(b"accept", b"*/*"), (name.encode(), value.encode())])
    assert CANARY.encode() not in encoded
    assert BASIC.encode() not in encoded
    assert USER.encode() not in encoded
    assert headers[0] == (b"accept", b"*/*")
    assert headers[1][0] == name.encode()


@pytest.mark.parametrize(
    "query", ["?shopKey={}", "?a=1&shopKey={}&b=2", "?SHOPKEY={}", "?shop%4Bey={}", "?access_token={}", "?API_KEY={}"]
)
def test_capture__of_a_secret_in_the_query__leaves_none_of_it_in_the_journal(query: str) -> None:
    _, captured, encoded = recorded([], query.format(CANARY))
    assert CANARY.encode() not in encoded
    assert re.search(TOKEN, captured)
    assert (b"a=1" in captured) == ("a=1" in query)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("authorization", "Bearer abc", rb"Bearer " + TOKEN),
        ("authorization", "ShopAuth abc", rb"ShopAuth " + TOKEN),
        (
            "authorization",
            'Digest username="u", qop=auth, nc=00000001, response=r',
            rb'Digest username="%s", qop=auth, nc=00000001, response="%s"' % (TOKEN, TOKEN),
        ),
        ("cookie", "a=b; c=d", rb"a=%s; c=%s" % (TOKEN, TOKEN)),
        ("x-shop-key", "abc", TOKEN),
    ],
)
def test_capture__of_credentials__keeps_their_form(name: str, value: str, expected: bytes) -> None:
    headers, _, _ = recorded([(name.encode(), value.encode())])
    assert re.fullmatch(expected, headers[0][1])


def test_capture__of_basic_credentials__stays_basic_credentials() -> None:
    headers, _, _ = recorded([(b"authorization", b"Basic " + b64encode(b"user:pass"))])
    assert re.fullmatch(TOKEN + b":" + TOKEN, b64decode(headers[0][1].removeprefix(b"Basic ")))


@pytest.mark.parametrize(("name", "value"), POSITIONS)
def test_capture__of_what_was_captured__changes_nothing(name: str, value: str) -> None:
    once, _, _ = recorded([(name.encode(), value.encode())])
    twice, _, _ = recorded(once)
    assert twice == once
    _, query, _ = recorded([], f"?shopKey={CANARY}")
    assert recorded([], "?" + query.decode())[1] == query


def test_capture__of_a_request_without_secrets__is_the_request_itself() -> None:
    stage = Theatre(answering(lambda _: OK))
    asked = request("GET", "/things?a=1", [(b"accept", b"*/*")])
    stage.plane.handle(asked)
    assert stage.exchanges()[0].request is asked


def test_token__of_a_value__is_stable_and_differs_by_value_and_sandbox() -> None:
    token = stable_token(TOKEN_KEY, b"secret")
    assert re.fullmatch(TOKEN, token.encode())
    assert stable_token(TOKEN_KEY, b"secret") == token == stable_token(TOKEN_KEY, token.encode())
    assert len({token, stable_token(TOKEN_KEY, b"other"), stable_token(b"another key", b"secret")}) == 3


@pytest.mark.parametrize(
    "secret",
    [
        b"tok_1AbCdEfGhIjKlMnOpQrStUvW",
        b"tok_0123456789abcdef01234567",
        stable_token(b"another key", b"secret").encode(),
    ],
)
def test_token__of_a_secret_that_only_looks_like_one__is_another(secret: bytes) -> None:
    assert stable_token(TOKEN_KEY, secret) != secret.decode()


PIECES: list[Callable[[str], str]] = [
    lambda text: text,
    lambda text: f'"{text}"',
    lambda text: f"a={text}",
    lambda text: f'a="{text}"',
    lambda text: f'a = "\\"{text}',
    lambda text: f"{text}=b",
]


@given(
    name=st.sampled_from(["authorization", "cookie", "x-api-key", "x-shop-key"]),
    scheme=st.sampled_from(["", "Basic ", "Bearer ", "Digest ", "Token ", "Hawk ", "Unheard "]),
    pieces=st.lists(st.sampled_from(range(len(PIECES))), min_size=1, max_size=4),
    glue=st.sampled_from([", ", ",", " ", "; ", "="]),
)
def test_capture__of_a_secret_in_any_arrangement__leaves_it_nowhere_but_in_a_name(
    name: str, scheme: str, pieces: list[int], glue: str
) -> None:
    value = scheme + glue.join(PIECES[piece](CANARY) for piece in pieces)
    headers, _, _ = recorded([(name.encode(), value.encode())])
    # Names of parameters and cookies stay; whatever follows an equals sign does not.
    left = re.sub(rb"[\w*-]+=" if name != "cookie" else rb"[^;=]+=", b"", headers[0][1])
    assert CANARY.encode() not in left


def test_capture__of_a_hostile_header__takes_no_time() -> None:
    hostile = b"Digest " + b"a" * 30_000 + b" " * 30_000
    assert recorded([(b"authorization", hostile)])[0][0][1].startswith(b"Digest tok_")
    quotes = b"Digest " + b'a="\\' * 10_000
    assert recorded([(b"authorization", quotes)])[0][0][1].startswith(b"Digest tok_")
