"""Replies as bytes."""

from __future__ import annotations

from diorama.ports.delivery import Outgoing
from diorama.wire.browsers import SANDBOX_LINE
from diorama.wire.heads import Tails, body_length, compose
from diorama.wire.items import HEAD, HTTP_10, LAST, NAVIGATION

_BODILESS = frozenset((204, 304))


def head_bytes(outgoing: Outgoing, flags: int, tails: Tails) -> bytes:
    """Everything before the body.

    Args:
        outgoing: the reply with its further headers.
        flags: of the request, LAST among them when the connection ends after this reply.
        tails: with the present date.

    Raises:
        ReplyUnwritableError: when the reply is not HTTP.
    """
    reply = outgoing.reply
    head = reply.head if reply.head is not None else compose(reply, body_length(reply))
    pieces = [head, outgoing.headers]
    if flags & NAVIGATION:
        pieces.append(SANDBOX_LINE)
    if reply.stream is not None and not flags & HTTP_10 and reply.status not in _BODILESS:
        pieces.append(b"transfer-encoding: chunked\r\n")
    if flags & LAST:
        pieces.append(tails.close)
    elif flags & HTTP_10:
        pieces.append(tails.keep_10)
    else:
        pieces.append(tails.keep)
    return b"".join(pieces)


def has_body(outgoing: Outgoing, flags: int) -> bool:
    """Whether a body goes back at all."""
    return not flags & HEAD and outgoing.reply.status not in _BODILESS
