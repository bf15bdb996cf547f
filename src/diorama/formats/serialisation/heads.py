"""Heads: what of a reply's head a document has no say in."""

from __future__ import annotations

OWNED = frozenset(
    (
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "date",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "x-correlation-id",
    )
)
"""Headers that follow from the body or belong to the connection, whatever a document says about them."""
