"""Media: which of a document's media types a Content-Type is.

Source: RFC 9110, sections 8.3.1 and 12.5.1; OpenAPI 3.1.1, section 4.8.14 (the most specific key wins).
"""

from __future__ import annotations

from collections.abc import Sequence

from diorama.model.definition import MediaType


def split(content_type: str) -> tuple[str, dict[str, str]]:
    """``type/subtype`` in lower case, and the parameters with their names in lower case."""
    essence, *rest = _pieces(content_type)
    parameters: dict[str, str] = {}
    for piece in rest:
        name, equals, value = piece.partition("=")
        value = value.strip()
        if len(value) > 1 and value[0] == value[-1] == '"':
            value = value[1:-1].replace("\\\\", "\0").replace("\\", "").replace("\0", "\\")
        if equals:
            parameters.setdefault(name.strip().lower(), value)
    return essence.strip().lower(), parameters


def _pieces(text: str) -> list[str]:
    """Split at semicolons outside quotes."""
    if '"' not in text:
        return text.split(";")
    pieces, start, is_quoted, at = [], 0, False, 0
    while at < len(text):
        sign = text[at]
        if sign == "\\" and is_quoted:
            at += 1
        elif sign == '"':
            is_quoted = not is_quoted
        elif sign == ";" and not is_quoted:
            pieces.append(text[start:at])
            start = at + 1
        at += 1
    return [*pieces, text[start:]]


def match(essence: str, parameters: dict[str, str], content: Sequence[MediaType]) -> MediaType | None:
    """The media type of a document that a Content-Type is, the most specific one, or None."""
    best: MediaType | None = None
    best_rank = (0, 0)
    family = essence.partition("/")[0] + "/*"
    for media_type in content:
        name, wanted = split(media_type.name)
        rank = {essence: 3, family: 2, "*/*": 1, "*": 1}.get(name, 0)
        if not rank:
            continue
        agreeing = sum(parameters.get(key, "").lower() == value.lower() for key, value in wanted.items())
        if (rank, agreeing) > best_rank:
            best, best_rank = media_type, (rank, agreeing)
    return best
