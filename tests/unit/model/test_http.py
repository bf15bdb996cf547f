"""Requests and their headers."""

from __future__ import annotations

from diorama.model.http import Request

REQUEST = Request("GET", "/", b"", [(b"host", b"a"), (b"accept", b"one"), (b"accept", b"two")], b"", "127.0.0.1")


def test_header__sent_twice__is_the_first() -> None:
    assert REQUEST.header(b"accept") == b"one"


def test_header__not_sent__is_none() -> None:
    assert REQUEST.header(b"cookie") is None


def test_header_values__sent_twice__are_all_in_order() -> None:
    assert REQUEST.header_values(b"accept") == [b"one", b"two"]
    assert REQUEST.header_values(b"cookie") == []


def test_cookies__in_several_lines__are_all_in_order() -> None:
    lines = [(b"cookie", b"a=1; b = 2;;c"), (b"accept", b"x=y"), (b"cookie", b'a="3=4"')]
    request = Request("GET", "/", b"", lines, b"", "127.0.0.1")
    assert list(request.cookies()) == [(b"a", b"1"), (b"b ", b" 2"), (b"", b""), (b"c", b""), (b"a", b'"3=4"')]
    assert list(REQUEST.cookies()) == []
