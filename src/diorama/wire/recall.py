"""Recall: heads that a client repeats are parsed once.

A client on a kept connection sends the same header lines with request after request; only the request line changes,
and a program polls the same few of those, too. So the last header block that the parser accepted is kept, with what
came of it, and a request whose bytes are a known line followed by exactly that block needs no parser. Comparing is
a tenth of the work of parsing, and it cannot accept what the parser would not: the block is equal to one that it
accepted at the same place, and the line is held to stricter rules than the parser's.

Each connection has its own memory of header blocks, so nothing of one client can reach another. Blocks that frame
their message in any but the plainest way (chunks, upgrades, expectations, ``Connection: close``) are never kept.
"""

from __future__ import annotations

import re

from diorama.model.http import Headers, Request
from diorama.ports.capability import HEADER_BITS
from diorama.wire.checks import CONTROL_ROOT

_LINE = re.compile(rb'(DELETE|GET|OPTIONS|PATCH|POST|PUT|QUERY|TRACE) (/[!"$->@-~]*)(?:\?([!"$-~]*))? HTTP/1\.1')
"""HEAD is left out, because its replies are uncommon; what is not in here goes the parser's way."""

_LINE_BYTES_MAX = 512
_LINES_MAX = 2048

Line = tuple[str, str, bytes]
_lines: dict[bytes, Line] = {}
"""Request lines that were read before, of all clients; emptied when it is full. They hold nothing but the line."""

_PATIENCE = 8
"""After so many blocks that were kept for nothing, only every sixteenth is kept."""


def read_line(line: bytes) -> Line | None:
    """Method, path and query of a request line, or None when it is for the parser to decide.

    Args:
        line: without its line break.
    """
    known = _lines.get(line)
    if known is not None:
        return known
    match = _LINE.fullmatch(line)
    if match is None or len(line) > 2048 or match[2].startswith(CONTROL_ROOT):
        return None
    known = (match[1].decode("ascii"), match[2].decode("ascii"), match[3] or b"")
    if len(line) <= _LINE_BYTES_MAX:
        if len(_lines) >= _LINES_MAX:
            _lines.clear()
        _lines[line] = known
    return known


class Recall:
    """The memory of one connection.

    Args:
        client: address of the client.
        scheme: ``http`` or ``https``.
    """

    __slots__ = (
        "_block",
        "_block_bytes",
        "_body_block",
        "_body_bytes",
        "_body_headers",
        "_body_triggers",
        "_client",
        "_headers",
        "_interest_size",
        "_misses",
        "_scheme",
        "_triggers",
    )

    def __init__(self, client: str, scheme: str) -> None:
        self._client = client
        self._scheme = scheme
        self._block: bytes | None = None
        self._block_bytes = 0
        self._headers: Headers = []
        self._triggers = 0
        self._body_block: bytes | None = None
        self._body_bytes = 0
        self._body_headers: Headers = []
        self._body_triggers = 0
        self._interest_size = len(HEADER_BITS)
        self._misses = 0

    def match(self, data: bytes) -> Request | None:
        """The request that some bytes are, when they are one whole request with a known header block.

        Args:
            data: what arrived, beginning where a request begins.
        """
        if len(HEADER_BITS) != self._interest_size:
            self.forget()
            return None
        block = self._block
        if block is not None and data.endswith(block):
            known = _lines.get(data[: -self._block_bytes]) or read_line(data[: -self._block_bytes])
            if known is None:
                return None
            self._misses = 0
            return Request(known[0], known[1], known[2], self._headers, b"", self._client, self._triggers, self._scheme)
        block = self._body_block
        if block is None:
            return None
        end = len(data) - self._body_bytes
        at = end - len(block)
        if at < 0 or not data.startswith(block, at):
            return None
        known = read_line(data[:at])
        if known is None:
            return None
        self._misses = 0
        return Request(
            known[0],
            known[1],
            known[2],
            self._body_headers,
            data[end:],
            self._client,
            self._body_triggers,
            self._scheme,
        )

    def remember(self, data: bytes, request: Request) -> None:
        """Keep the header block of a request that the parser accepted.

        Args:
            data: the bytes of exactly this request.
            request: without anything uncommon about it.
        """
        self._misses += 1
        if self._misses > _PATIENCE and self._misses % 16:
            return
        start = data.find(b"\r\n")
        end = data.find(b"\r\n\r\n", start) + 4
        if len(data) - end != len(request.body) or read_line(data[:start]) is None:
            return
        if request.body:
            self._body_block = data[start:end]
            self._body_bytes = len(request.body)
            self._body_headers = request.headers
            self._body_triggers = request.triggers
        else:
            self._block = data[start:end]
            self._block_bytes = end - start
            self._headers = request.headers
            self._triggers = request.triggers

    def forget(self) -> None:
        """Forget all, because other headers are of interest now."""
        self._block = self._body_block = None
        self._interest_size = len(HEADER_BITS)
