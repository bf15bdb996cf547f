from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diorama.engine.effects.destination import Destination, parse_destination
from diorama.model.errors import DioramaError


@pytest.mark.parametrize(
    ("url", "origin", "target"),
    [
        ("http://Example.COM", "http://example.com", "/"),
        ("https://example.com:443/a/../b?c=d#e", "https://example.com", "/a/../b?c=d"),
        ("http://example.com:443/", "http://example.com:443", "/"),
        ("http://example.com?x", "http://example.com", "/?x"),
        ("http://[2606:4700:0::1]:8080/", "http://[2606:4700::1]:8080", "/"),
        ("http://example.com/a b/é\\\r\n?q=\"'<>", "http://example.com", "/a%20b/%C3%A9%5C%0D%0A?q=%22'%3C%3E"),
        ("http://example.com/%7Ea%20", "http://example.com", "/%7Ea%20"),
    ],
)
def test_destination__a_url__has_one_reading(url: str, origin: str, target: str) -> None:
    destination = parse_destination(url)
    assert (destination.origin, destination.target) == (origin, target)
    assert parse_destination(destination.url) == destination


def read(text: str) -> Destination | None:
    """The destination, or None when it is refused; any other error is one."""
    try:
        return parse_destination(text)
    except DioramaError:
        return None


@given(st.text(max_size=60) | st.text("htp:/@[]?#.%\\ab1\n\x00", max_size=30).map(lambda text: "http://" + text))
def test_destination__any_text__is_refused_or_safe_on_a_request_line(text: str) -> None:
    destination = read(text)
    if destination is None:
        return
    assert all("!" <= character <= "~" for character in destination.target + destination.authority)
    assert not set(destination.authority) & set("/?#@\\%")
    assert 1 <= destination.port <= 65535
