"""Whose thread through a sandbox a request belongs to."""

from __future__ import annotations

import pytest

from diorama.flow.session import SESSION_BYTES_MAX, session_of
from diorama.model.errors import DioramaError
from diorama.model.http import Headers
from tests.unit.flow.staging import TOKEN_KEY, request


def session(headers: Headers, cookie: bytes = b"sid") -> tuple[str, bool]:
    return session_of(request("GET", "/", headers, client="10.1.2.3"), cookie, TOKEN_KEY)


def test_session__named_by_the_header__is_that() -> None:
    assert session([(b"x-session-id", b" one "), (b"cookie", b"sid=two")]) == ("one", True)
    assert session([(b"x-session-id", b"\xfc")]) == ("ü", True)


def test_session__named_by_the_cookie__is_a_token_of_it() -> None:
    name, named = session([(b"cookie", b"a=b"), (b"cookie", b"x=y; sid=two")])
    assert named
    assert name.startswith("tok_")
    assert "two" not in name
    assert session([(b"cookie", b"sid=two")]) == (name, True)


@pytest.mark.parametrize("headers", [[], [(b"cookie", b"other=1")], [(b"cookie", b"sid=")]])
def test_session__named_by_nothing__is_the_clients_address(headers: Headers) -> None:
    assert session(headers) == ("10.1.2.3", False)


def test_session__with_no_cookie_configured__reads_none() -> None:
    assert session([(b"cookie", b"sid=two")], cookie=b"") == ("10.1.2.3", False)


@pytest.mark.parametrize("value", [b"", b"  ", b"x" * (SESSION_BYTES_MAX + 1)])
def test_session__with_a_header_of_wrong_length__is_refused(value: bytes) -> None:
    with pytest.raises(DioramaError) as failure:
        session([(b"x-session-id", value)])
    assert failure.value.code == "header_malformed"
