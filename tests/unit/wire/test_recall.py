"""What is recalled is exactly what the parser would have made of the same bytes."""

from __future__ import annotations

from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diorama.model.http import Request
from diorama.ports.capability import HEADER_BITS, header_bit
from diorama.wire import WireLimits, recall
from diorama.wire.intake import Intake
from diorama.wire.items import Item, Peer
from tests.unit.wire.corpus import GET, HOST, POST


def _intake() -> tuple[Intake, deque[Item]]:
    items: deque[Item] = deque()
    return Intake(WireLimits(), items, Peer("127.0.0.1", 1, "http"), websockets=False), items


def _parsed(data: bytes) -> list[Item]:
    intake, items = _intake()
    intake.feed(data)
    return list(items)


def _after(first: bytes, data: bytes) -> Request | None:
    intake, _ = _intake()
    intake.feed(first)
    return intake.recall(data)


@pytest.mark.parametrize("data", [GET, POST, GET.replace(b"/echo/a", b"/?%20&"), GET.replace(b"GET", b"DELETE")])
def test_request__that_repeats__is_recalled_as_the_parser_reads_it(data: bytes) -> None:
    first = POST if b"Content-Length" in data else GET
    assert [(_after(first, data), 0)] == _parsed(data)


@pytest.mark.parametrize(
    "data",
    [
        GET[:-1],
        GET + GET,
        GET.replace(b"test", b"tesT"),
        b"\r\n" + GET,
        GET.replace(b"GET", b"get"),
        GET.replace(b"GET", b"HEAD"),
        GET.replace(b"GET", b"CONNECT"),
        GET.replace(b"GET", b"SETUP"),
        GET.replace(b"1.1", b"1.0"),
        GET.replace(b"/echo/a", b"/_diorama/a"),
        GET.replace(b"/echo/a", b"/a#b"),
        GET.replace(b"/echo/a", b"/a b"),
        GET.replace(b"/echo/a", b"/a\x7f"),
        GET.replace(b"/echo/a", b"/a\nb"),
        GET.replace(b"/echo/a", b"http://test/a"),
        GET.replace(b"/echo/a", b"/" + b"a" * 3000),
        GET.replace(b"\r\nHost", b"\r\nX: 1\r\nHost"),
        GET.replace(b" HTTP", b"  HTTP"),
        GET.replace(b"GET ", b"GET\t"),
    ],
)
def test_request__that_differs_in_anything__is_for_the_parser(data: bytes) -> None:
    assert _after(GET, data) is None


@pytest.mark.parametrize("change", [(b"world", b"worlds"), (b"world", b"worl"), (b"11", b"12")])
def test_request__with_a_body_of_another_length__is_for_the_parser(change: tuple[bytes, bytes]) -> None:
    assert _after(POST, POST.replace(*change)) is None


@pytest.mark.parametrize(
    "first",
    [
        GET[:-2] + b"Connection: close\r\n\r\n",
        GET[:-2] + b"Upgrade: h2c\r\nConnection: upgrade\r\n\r\n",
        GET[:-2] + b"Sec-Fetch-Mode: navigate\r\n\r\n",
        GET[:-2] + b"Expect: 100-continue\r\n\r\n",
        GET[:-2] + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        GET.replace(b"1.1", b"1.0"),
        GET.replace(b"GET", b"HEAD"),
        GET.replace(b"/echo/a", b"/_diorama/a"),
        GET[:30],
        GET + GET[:5],
        b"garbage\r\n\r\n",
    ],
)
def test_block__of_an_uncommon_request__is_not_kept(first: bytes) -> None:
    assert _after(first, first) is None


def test_recall__in_the_middle_of_a_request__does_not_happen() -> None:
    intake, _ = _intake()
    intake.feed(GET)
    assert intake.recall(GET) is not None
    intake.feed(b"P")
    assert intake.recall(GET) is None


def test_recall__after_a_header_became_interesting__starts_anew() -> None:
    data = GET[:-2] + b"X-Later-Interesting: 1\r\n\r\n"
    intake, items = _intake()
    intake.feed(data)
    assert intake.recall(data) is not None
    bit = header_bit(b"x-later-interesting")
    assert intake.recall(data) is None
    intake.feed(data)
    last = items[-1][0]
    assert isinstance(last, Request)
    assert last.triggers & bit
    assert len(HEADER_BITS) >= 1
    again = intake.recall(data)
    assert again is not None
    assert again.triggers & bit


def test_lines__however_many__are_not_all_kept() -> None:
    for number in range(5000):
        assert recall.read_line(b"GET /%d HTTP/1.1" % number) is not None
    assert recall.read_line(b"GET /" + b"a" * 1000 + b" HTTP/1.1") is not None
    assert len(recall._lines) <= 2048
    assert max(map(len, recall._lines)) <= 512


def test_client__that_never_repeats_itself__is_seldom_remembered() -> None:
    intake, _ = _intake()
    kept = 0
    for number in range(160):
        data = GET[:-2] + b"X: %d\r\n\r\n" % number
        intake.feed(data)
        kept += intake._recall._block is not None and data.endswith(intake._recall._block)
    assert kept < 20


@given(
    line=st.one_of(
        st.binary(max_size=40),
        st.builds(
            lambda method, target, version: method + b" " + target + b" " + version,
            st.sampled_from([b"GET", b"POST", b"QUERY", b"get", b"G ET"]),
            st.binary(min_size=1, max_size=20).map(lambda raw: b"/" + raw),
            st.sampled_from([b"HTTP/1.1", b"HTTP/1.0", b"HTTP/1.1 "]),
        ),
    )
)
def test_line__whatever_it_is__is_recalled_only_as_the_parser_reads_it(line: bytes) -> None:
    data = line + GET[GET.index(b"\r\n") :]
    recalled = _after(GET, data)
    if recalled is not None:
        assert [(recalled, 0)] == _parsed(data)


def test_host__that_is_remembered__is_not_another_connections() -> None:
    first, _ = _intake()
    first.feed(GET[:-2] + b"Authorization: secret\r\n\r\n")
    second, items = _intake()
    assert second.recall(GET[:-2] + b"Authorization: secret\r\n\r\n") is None
    second.feed(GET)
    item = items[0][0]
    assert isinstance(item, Request)
    assert item.headers == [(b"host", HOST[6:-2])]
