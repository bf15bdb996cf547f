from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diorama.model.http import Reply
from diorama.ports.delivery import Outgoing
from diorama.wire.heads import ReplyUnwritableError, Tails, body_length, compose, is_written
from diorama.wire.items import HEAD, HTTP_10, LAST, NAVIGATION
from diorama.wire.replies import has_body, head_bytes


def test_compose__with_headers__keeps_their_case_and_order() -> None:
    reply = Reply(201, ((b"X-B", b"2"), (b"x-a", b"1"), (b"X-B", b"3")), b"abc")
    assert compose(reply, 3) == b"HTTP/1.1 201 Created\r\nX-B: 2\r\nx-a: 1\r\nX-B: 3\r\ncontent-length: 3\r\n"


def test_compose__with_an_unregistered_status__has_no_phrase() -> None:
    assert compose(Reply(599), None) == b"HTTP/1.1 599 \r\n"


@pytest.mark.parametrize(
    "name", [b"Connection", b"CONTENT-LENGTH", b"transfer-encoding", b"Date", b"Keep-Alive", b"Upgrade"]
)
def test_compose__with_what_the_wire_says_itself__leaves_it_out(name: bytes) -> None:
    assert compose(Reply(200, ((name, b"1"),)), 0) == b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n"


@pytest.mark.parametrize("status", [-1, 0, 99, 100, 101, 199, 600, 1000])
def test_compose__with_a_status_that_is_not_final__refuses(status: int) -> None:
    with pytest.raises(ReplyUnwritableError):
        compose(Reply(status), 0)


@given(name=st.binary(max_size=12), value=st.binary(max_size=12))
def test_compose__with_any_header__writes_one_line_or_refuses(name: bytes, value: bytes) -> None:
    try:
        head = compose(Reply(200, ((name, value),)), None)
    except ReplyUnwritableError:
        return
    lines = head.split(b"\r\n")
    assert lines[-1] == b""
    assert len(lines) <= 3
    assert not any(set(line) & ({*range(32), 127} - {9}) for line in lines)
    if len(lines) == 3:
        assert lines[1] == name + b": " + value


def test_names__however_many__are_not_all_kept() -> None:
    assert all(is_written(b"x-%d" % number) for number in range(5000))
    from diorama.wire import heads

    assert len(heads._known_names) <= 1024


@pytest.mark.parametrize(("status", "length"), [(200, 3), (204, None), (304, None), (404, 3)])
def test_length__by_status__is_announced_or_not(status: int, length: int | None) -> None:
    assert body_length(Reply(status, (), b"abc")) == length


@pytest.mark.parametrize(
    ("flags", "tail"),
    [
        (0, b""),
        (LAST, b"connection: close\r\n"),
        (HTTP_10, b"connection: keep-alive\r\n"),
        (HTTP_10 | LAST, b"connection: close\r\n"),
    ],
)
def test_head__by_version_and_place__says_how_the_connection_goes_on(flags: int, tail: bytes) -> None:
    head = head_bytes(Outgoing(Reply(200), b"x-correlation-id: 1\r\n"), flags, Tails(0))
    assert head == (
        b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nx-correlation-id: 1\r\n"
        b"date: Thu, 01 Jan 1970 00:00:00 GMT\r\n" + tail + b"\r\n"
    )


def test_head__for_a_navigation_with_a_policy_of_its_own__has_both() -> None:
    reply = Reply(200, ((b"Content-Security-Policy", b"default-src 'self'"),))
    head = head_bytes(Outgoing(reply), NAVIGATION, Tails(0))
    assert head.lower().count(b"content-security-policy: ") == 2


def test_body__for_head_and_bodiless_statuses__is_left_out() -> None:
    assert has_body(Outgoing(Reply(200)), 0)
    assert not has_body(Outgoing(Reply(200)), HEAD)
    assert not has_body(Outgoing(Reply(204)), 0)
