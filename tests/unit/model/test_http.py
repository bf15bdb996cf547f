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
