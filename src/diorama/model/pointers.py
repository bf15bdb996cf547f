"""JSON pointers: how a place inside a JSON value is written. Source: RFC 6901."""

from __future__ import annotations

from collections.abc import Iterable


def pointer_of(tokens: Iterable[str | int]) -> str:
    """A pointer from its tokens: keys of objects and indexes of arrays."""
    return "".join(["/" + escaped(token) if isinstance(token, str) else f"/{token}" for token in tokens])


def tokens_of(pointer: str) -> list[str]:
    """The tokens of a pointer, unescaped."""
    return [unescaped(token) for token in pointer.split("/")[1:]]


def last_token(pointer: str) -> str:
    """The last token of a pointer, unescaped: of a reference into ``$defs``, the name that it means.

    What has no slash is a token itself, because a discriminator's mapping may give the bare name.
    """
    return unescaped(pointer.rpartition("/")[2])


def escaped(token: str) -> str:
    """A key as it stands in a pointer."""
    return token.replace("~", "~0").replace("/", "~1") if "~" in token or "/" in token else token


def unescaped(token: str) -> str:
    """The key that a pointer's token means."""
    return token.replace("~1", "/").replace("~0", "~") if "~" in token else token
