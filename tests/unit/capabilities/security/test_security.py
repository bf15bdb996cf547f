from __future__ import annotations

from base64 import b64encode
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl

import pytest

from diorama.capabilities.security import CAPABILITY, SecuritySpec
from diorama.capabilities.security.schemes import accepting
from diorama.model.definition import Api, Endpoint, Group, Project, SecurityRequirement, SecurityScheme
from diorama.model.errors import DioramaError
from diorama.model.http import Request
from diorama.ports.capability import CompileContext, Compiled, Site, Stage

SCHEMES = {
    scheme.name: scheme
    for scheme in (
        SecurityScheme("basic", "http", scheme="basic"),
        SecurityScheme("bearer", "http", scheme="bearer"),
        SecurityScheme("digest", "http", scheme="digest"),
        SecurityScheme("hoba", "http", scheme="hoba"),
        SecurityScheme("oauth", "oauth2"),
        SecurityScheme("oidc", "openIdConnect"),
        SecurityScheme("tls", "mutualTLS"),
        SecurityScheme("header", "apiKey", parameter="X-Key", place="header"),
        SecurityScheme("query", "apiKey", parameter="key", place="query"),
        SecurityScheme("cookie", "apiKey", parameter="sid", place="cookie"),
    )
}
USER = b64encode(b"user:pass").decode()
DIGEST = 'Digest username="u", realm="r", nonce="n", uri="/", response="x"'


def compiled(*alternatives: tuple[str, ...], spec: SecuritySpec | None = None) -> tuple[Compiled, CompileContext]:
    security = tuple(SecurityRequirement(dict.fromkeys(names, ())) for names in alternatives)
    endpoint = Endpoint("e", "GET", "/", security=security)
    api, group = Api("a", security_schemes=SCHEMES), Group("g", "a", endpoints=(endpoint,))
    context = CompileContext(Project("p", (api,), (group,)), (Site(endpoint, group, api),), [])
    return CAPABILITY.compile(spec or SecuritySpec(), context), context


def send(
    *alternatives: tuple[str, ...],
    authorization: str = "",
    query: str = "",
    accept: dict[str, tuple[str, ...]] | None = None,
    vouched: bool = False,
    **headers: str,
) -> str:
    """The code of the error, or nothing; the error stays with the function."""
    steps = compiled(*alternatives, spec=SecuritySpec(accept=accept or {}))[0].steps
    found = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    if authorization:
        found.append((b"authorization", authorization.encode()))
    request = Request("GET", "/", query.encode(), found, b"", "127.0.0.1")
    x: Any = SimpleNamespace(request=request, query=parse_qsl(query, keep_blank_values=True), vouched=vouched)
    for stage, _, step in steps:
        assert stage is Stage.ADMIT
        try:
            assert step(x) is None
        except DioramaError as error:
            send.error = error  # type: ignore[attr-defined]  # a place to leave it
            return error.code
    return ""


def last_error() -> DioramaError:
    return send.error  # type: ignore[attr-defined,no-any-return]  # where send left it


@pytest.mark.parametrize(
    ("scheme", "sent", "code"),
    [
        ("basic", {}, "credentials_missing"),
        ("basic", {"authorization": f"Basic {USER}"}, ""),
        ("basic", {"authorization": f"bAsIc   {USER}"}, ""),
        ("basic", {"authorization": "Basic"}, "credentials_malformed"),
        ("basic", {"authorization": "Basic !!!"}, "credentials_malformed"),
        ("basic", {"authorization": "Basic " + b64encode(b"nocolon").decode()}, "credentials_malformed"),
        ("basic", {"authorization": "Bearer abc"}, "credentials_missing"),
        ("bearer", {}, "credentials_missing"),
        ("bearer", {"authorization": "Bearer abc.def-1_~+/=="}, ""),
        ("bearer", {"authorization": "Bearer"}, "credentials_malformed"),
        ("bearer", {"authorization": "Bearer a b"}, "credentials_malformed"),
        ("oauth", {"authorization": "Bearer abc"}, ""),
        ("oauth", {}, "credentials_missing"),
        ("oidc", {"authorization": "Bearer abc"}, ""),
        ("digest", {"authorization": DIGEST}, ""),
        ("digest", {"authorization": 'Digest username="", realm="", nonce="", uri="", response=""'}, ""),
        ("digest", {"authorization": 'Digest username="u"'}, "credentials_malformed"),
        ("digest", {}, "credentials_missing"),
        ("hoba", {"authorization": "HOBA result=x"}, ""),
        ("hoba", {"authorization": "HOBA"}, "credentials_malformed"),
        ("header", {"x_key": "abc"}, ""),
        ("header", {"x_key": ""}, "credentials_malformed"),
        ("header", {}, "credentials_missing"),
        ("query", {"query": "key=abc"}, ""),
        ("query", {"query": "key="}, "credentials_malformed"),
        ("query", {"query": "Key=abc"}, "credentials_missing"),
        ("cookie", {"cookie": "a=b; sid=1"}, ""),
        ("cookie", {"cookie": "a=b; sid="}, "credentials_malformed"),
        ("cookie", {"cookie": "xsid=1"}, "credentials_missing"),
    ],
)
def test_credentials__of_each_scheme__are_let_in_or_refused(scheme: str, sent: dict[str, Any], code: str) -> None:
    assert send((scheme,), **sent) == code


def test_alternatives__any_of_them_satisfied__let_in() -> None:
    assert send(("basic",), ("header",), x_key="k") == ""
    assert send(("basic", "header"), ("query",), query="key=1") == ""
    assert send(("basic", "header"), x_key="k") == "credentials_missing"
    assert send(("basic", "header"), x_key="k", authorization=f"Basic {USER}") == ""


@pytest.mark.parametrize("alternatives", [(), ((),), (("basic",), ()), (("tls",),), (("unknown",),)])
def test_endpoint__that_lets_everyone_in__has_no_step(alternatives: tuple[tuple[str, ...], ...]) -> None:
    assert compiled(*alternatives)[0].steps == ()


def test_setting__credentials_off__has_no_step() -> None:
    assert compiled(("basic",), spec=SecuritySpec(credentials="off"))[0].steps == ()


def test_schemes__that_cannot_be_checked__are_findings() -> None:
    findings = compiled(("tls", "unknown"))[1].findings
    assert ["'tls'" in findings[0].message, "'unknown'" in findings[1].message] == [True, True]


def test_refusal__of_several_alternatives__challenges_with_each_scheme() -> None:
    assert send(("basic",), ("oauth", "digest"), ("query",), ("oidc",)) == "credentials_missing"
    headers = [value.decode() for name, value in last_error().headers if name == b"www-authenticate"]
    assert headers[0] == 'Basic realm="diorama"'
    assert headers[1] == 'Bearer realm="diorama"'
    assert headers[2].startswith('Digest realm="diorama", qop="auth", algorithm=SHA-256, nonce="')
    assert headers[3] == 'ApiKey realm="diorama", in="query", name="key"'
    assert len(headers) == 4
    assert "the query parameter key" in last_error().message
    assert last_error().status == 401


def test_refusal__of_malformed_credentials__quotes_none() -> None:
    assert send(("basic",), authorization="Basic hunter2") == "credentials_malformed"
    error = last_error()
    assert "hunter2" not in error.message + error.hint
    assert error.headers


def test_realm__with_quotes_and_line_breaks__cannot_inject() -> None:
    steps = compiled(("basic",), spec=SecuritySpec(realm='a"b\r\nx: y'))[0].steps
    x: Any = SimpleNamespace(request=Request("GET", "/", b"", [], b"", ""), query=[])
    with pytest.raises(DioramaError) as caught:
        steps[0][2](x)
    assert caught.value.headers == ((b"www-authenticate", b'Basic realm="a\\"b??x: y"'),)


ACCEPTED = {
    "basic": ("user:*",),
    "bearer": ("sk_test_*", "t.st"),
    "header": ("k1",),
    "query": ("k2",),
    "cookie": ("k3*",),
    "hoba": ("result=x",),
}


@pytest.mark.parametrize(
    ("scheme", "right", "wrong"),
    [
        ("basic", {"authorization": f"Basic {USER}"}, {"authorization": f"Basic {b64encode(b'other:pass').decode()}"}),
        ("bearer", {"authorization": "Bearer sk_test_1"}, {"authorization": "Bearer xsk_test_1"}),
        ("bearer", {"authorization": "Bearer t.st"}, {"authorization": "Bearer test"}),
        ("hoba", {"authorization": "hoba result=x"}, {"authorization": "hoba result=y"}),
        ("header", {"x_key": "k1"}, {"x_key": "k11"}),
        ("query", {"query": "key=k2"}, {"query": "key=k"}),
        ("cookie", {"cookie": "sid=k34"}, {"cookie": "sid=k4"}),
    ],
)
def test_credentials__that_the_project_does_not_accept__are_unknown(
    scheme: str, right: dict[str, Any], wrong: dict[str, Any]
) -> None:
    assert send((scheme,), accept=ACCEPTED, **right) == ""
    assert send((scheme,), accept=ACCEPTED, **wrong) == "credentials_unknown"
    assert send((scheme,), accept=ACCEPTED) == "credentials_missing"
    assert send((scheme,), **wrong) == ""


def test_credentials__of_a_replay__are_vouched_for_by_the_original() -> None:
    assert send(("bearer",), accept=ACCEPTED, authorization="Bearer tok_1", vouched=True) == ""
    assert send(("bearer",), accept=ACCEPTED, vouched=True) == "credentials_missing"


def test_refusal__of_unknown_credentials__quotes_none_and_promises_nothing() -> None:
    assert send(("bearer",), accept=ACCEPTED, authorization="Bearer hunter2") == "credentials_unknown"
    error: DioramaError = send.error  # type: ignore[attr-defined]
    assert "hunter2" not in error.message + error.hint
    assert send(("bearer",), accept=ACCEPTED) == "credentials_missing"
    error = send.error  # type: ignore[attr-defined]
    assert "Any well-formed" not in error.hint


def test_accept__naming_no_scheme__is_refused() -> None:
    with pytest.raises(DioramaError, match="bearr") as caught:
        compiled(("bearer",), spec=SecuritySpec(accept={"bearr": ("x",)}))
    assert caught.value.code == "project_invalid"


def test_accept__of_nothing__lets_nobody_in() -> None:
    assert send(("header",), accept={"header": ()}, x_key="k") == "credentials_unknown"


@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [
        ("a*b*c", ["abc", "axxbxxc", "abbcc", "abcbc"], ["ab", "abcx", "acb", "xabc"]),
        ("*", ["", "x"], []),
        ("*x", ["x", "ax", "xx"], ["xa", ""]),
        ("a**b", ["ab", "axb"], ["a", "b"]),
        ("ab*ba", ["abba", "abxba"], ["aba"]),
        ("a.c", ["a.c"], ["abc"]),
    ],
)
def test_accepting__text_with_stars__means_anything_there(text: str, right: list[str], wrong: list[str]) -> None:
    pattern = accepting([text])
    assert pattern is not None
    assert [one for one in right if not pattern.fullmatch(one.encode())] == []
    assert [one for one in wrong if pattern.fullmatch(one.encode())] == []


def test_accepting__many_stars_and_a_long_text__decides_at_once() -> None:
    pattern = accepting(["*-*-*-*-*x", "*a*a*a*a*a*b"])
    assert pattern is not None
    assert pattern.fullmatch(b"-" * 60_000) is None
    assert pattern.fullmatch(b"a" * 60_000) is None
