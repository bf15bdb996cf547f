"""Decoding: an answer's content coding undone, with a bound on what comes out at every step.

Two codings are known, and only one at a time. A stack of them is a bomb or a mistake, and with several the stages in
between would have to be bounded, too.

Source: RFC 9110 section 8.4 (content codings), RFC 1952 (gzip, members), RFC 1950 and 1951 (deflate).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

PIECE_BYTES = 256 * 1024
MEMBERS_MAX = 64


class UndecodableError(Exception):
    """The content is not what its coding says."""


def known_coding(value: bytes) -> str:
    """The coding that a ``Content-Encoding`` header names, when :class:`Decoder` can undo it; else empty.

    Args:
        value: of the header, as received.

    Raises:
        UndecodableError: when several codings were applied.
    """
    names = [name.strip().lower() for name in value.split(b",")]
    names = [name for name in names if name not in (b"", b"identity")]
    if len(names) > 1:
        raise UndecodableError("several content codings are stacked")
    return {b"gzip": "gzip", b"x-gzip": "gzip", b"deflate": "deflate"}.get(names[0] if names else b"", "")


class Decoder:
    """Undoes one coding, a piece at a time.

    Args:
        coding: ``gzip`` or ``deflate``.
    """

    __slots__ = ("_coding", "_fresh", "_held", "_members", "_zlib")

    def __init__(self, coding: str) -> None:
        self._coding = coding
        self._zlib = zlib.decompressobj(zlib.MAX_WBITS | 16 if coding == "gzip" else zlib.MAX_WBITS)
        self._fresh = True
        self._held = b""
        self._members = 1

    def decode(self, data: bytes) -> Iterator[bytes]:
        """Decode what arrived.

        Args:
            data: any part of the content, in order.

        Yields:
            pieces of at most 256 KiB; nothing more is decoded before the next one is asked for.

        Raises:
            UndecodableError: when it is not what its coding says.
        """
        if self._fresh:
            # Which of its two formats deflate is in shows in the first two bytes.
            data, self._held = self._held + data, b""
            if len(data) < 2:
                self._held = data
                return
        while data:
            if self._zlib.eof and not self._next_member(data):
                return
            try:
                piece = self._zlib.decompress(data, PIECE_BYTES)
            except zlib.error:
                if not self._fresh or self._coding != "deflate":
                    raise UndecodableError(f"the content is not valid {self._coding}") from None
                # Some servers mean the bare format when they say deflate, and all browsers let them.
                self._zlib = zlib.decompressobj(-zlib.MAX_WBITS)
                self._fresh = False
                continue
            self._fresh = False
            data = self._zlib.unused_data if self._zlib.eof else self._zlib.unconsumed_tail
            if piece:
                yield piece

    def finish(self) -> Iterator[bytes]:
        """What is left when all has arrived.

        Raises:
            UndecodableError: when the content was cut off.
        """
        while not self._zlib.eof:
            # decompress() holds output back once its bound was reached exactly at the end of the input.
            piece = self._zlib.decompress(b"", PIECE_BYTES)
            if not piece:
                break
            yield piece
        if not self._zlib.eof and not (self._fresh and not self._held):
            raise UndecodableError(f"the {self._coding} content was cut off")

    def _next_member(self, data: bytes) -> bool:
        """Begin the next member of a gzip file; what follows and is none is left unread, as browsers do."""
        if self._coding != "gzip" or not data.startswith(b"\x1f"):
            return False
        self._members += 1
        if self._members > MEMBERS_MAX:
            raise UndecodableError("the gzip content has more than 64 members")
        self._zlib = zlib.decompressobj(zlib.MAX_WBITS | 16)
        return True
