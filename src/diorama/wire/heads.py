"""Heads: status lines and header blocks as bytes, such that no value can end a line."""

from __future__ import annotations

import re
from email.utils import formatdate
from http import HTTPStatus

from diorama.model.http import Reply

STATUS_LINES: dict[int, bytes] = {
    status: f"HTTP/1.1 {status} {HTTPStatus(status).phrase if status in set(HTTPStatus) else ''}\r\n".encode()
    for status in range(100, 600)
}

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"

_CONTROLS = bytes({*range(32), 127} - {9, 10, 13})
"""Control characters that no header value may have; a tab may stand in one, and line breaks are counted."""

_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")

_FRAMING = frozenset((b"connection", b"content-length", b"date", b"keep-alive", b"transfer-encoding", b"upgrade"))
"""What the wire alone says about a message. A reply that brings one of these would contradict it, and two readings of
one message's length are how requests are smuggled."""

_known_names: dict[bytes, bool] = {}
"""Header names that were seen before, and whether they are written; bounded by :data:`_KNOWN_NAMES_MAX`."""

_KNOWN_NAMES_MAX = 1024


class ReplyUnwritableError(ValueError):
    """A reply that must not be written: its status or one of its headers is not HTTP."""


def is_written(name: bytes) -> bool:
    """Whether a reply's header of this name is written: not when the wire says it itself.

    Raises:
        ReplyUnwritableError: when it is no header name.
    """
    known = _known_names.get(name)
    if known is None:
        if not _TOKEN.fullmatch(name):
            raise ReplyUnwritableError(f"A header name of the reply is not a token: {name[:80]!r}.")
        known = name.lower() not in _FRAMING
        if len(_known_names) < _KNOWN_NAMES_MAX:
            _known_names[bytes(name)] = known
    return known


def compose(reply: Reply, length: int | None) -> bytes:
    """Status line and headers of a reply, each line ended, without the empty line.

    Args:
        reply: whose names keep their case.
        length: of the body in bytes, as announced; None when it is not announced.

    Raises:
        ReplyUnwritableError: when anything in it could be read as something else.
    """
    status_line = STATUS_LINES.get(reply.status)
    if status_line is None or reply.status < 200:
        raise ReplyUnwritableError(f"{reply.status} is not the status of a final reply.")
    pieces = [status_line]
    for name, value in reply.headers:
        if is_written(name):
            pieces += (name, b": ", value, b"\r\n")
    if length is not None:
        pieces.append(b"content-length: %d\r\n" % length)
    head = b"".join(pieces)
    lines = len(pieces) // 4 + 1 + (length is not None)
    # Counting is several times cheaper than looking at each value, and as good: every line has one CR and one LF.
    if head.count(b"\n") != lines or head.count(b"\r") != lines or len(head.translate(None, _CONTROLS)) != len(head):
        raise ReplyUnwritableError("A header value of the reply has a line break or a control character in it.")
    return head


def body_length(reply: Reply) -> int | None:
    """The length that a reply announces: None for 204 and 304, and for streams."""
    if reply.stream is not None or reply.status in {204, 304}:
        return None
    return len(reply.body)


class Tails:
    """What ends every head: the date, ``connection`` where it is needed, and the empty line.

    Attributes:
        keep: for HTTP/1.1 connections that go on.
        keep_10: for HTTP/1.0 connections that go on.
        close: for connections that end.
        date: the bare ``date`` line.
    """

    __slots__ = ("close", "date", "keep", "keep_10")

    def __init__(self, now_s: float) -> None:
        self.refresh(now_s)

    def refresh(self, now_s: float) -> None:
        """Renew the date.

        Args:
            now_s: real time in seconds since 1970.
        """
        self.date = b"date: " + formatdate(now_s, usegmt=True).encode("ascii") + b"\r\n"
        self.keep = self.date + b"\r\n"
        self.keep_10 = self.date + b"connection: keep-alive\r\n\r\n"
        self.close = self.date + b"connection: close\r\n\r\n"
