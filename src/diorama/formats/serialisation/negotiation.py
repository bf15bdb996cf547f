"""Negotiation: which of a response's media types an ``Accept`` header asks for.

Source: RFC 9110, section 12.5.1. The order among equals is that of the npm packages ``accepts`` and ``negotiator``,
because users know it: quality, then how exactly the type is named, then the place in the header, then the document's
order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from diorama.model.http import Request

_CONCRETE = {"text": "text/plain", "image": "image/png", "audio": "audio/mpeg", "video": "video/mp4"}
RANGES_MAX = 64
"""Ranges of one header that are looked at."""


def accept_of(request: Request) -> bytes | None:
    """All ``Accept`` headers of a request as one; None when there is none."""
    values = request.header_values(b"accept")
    if len(values) == 1:
        return values[0]
    return b", ".join(values) if values else None


class MediaRange(Struct, frozen=True):
    """One element of an ``Accept`` header.

    Attributes:
        type, subtype: lower case, ``*`` for any.
        parameters: without ``q``, names in lower case.
        quality: 0.0 to 1.0.
    """

    type: str
    subtype: str
    parameters: tuple[tuple[str, str], ...] = ()
    quality: float = 1.0


def ranges(accept: str) -> list[MediaRange]:
    """The elements of an ``Accept`` header; what is malformed is left out."""
    found: list[MediaRange] = []
    for element in _split(accept, ","):
        media = media_range(element)
        if media is not None:
            found.append(media)
        if len(found) == RANGES_MAX:
            break
    return found


def media_range(text: str) -> MediaRange | None:
    """One media range or media type; None when it is malformed."""
    first, *rest = _split(text, ";")
    kind, slash, subtype = first.strip().lower().partition("/")
    kind, subtype = kind.strip(), subtype.strip()
    if not slash or not kind or not subtype or " " in kind or " " in subtype:
        return None
    quality = 1.0
    parameters: list[tuple[str, str]] = []
    for part in rest:
        name, _, value = part.partition("=")
        name, value = name.strip().lower(), value.strip().strip('"')
        if name == "q":
            quality = _quality(value)
            break
        if name:
            parameters.append((name, value))
    return MediaRange(kind, subtype, tuple(parameters), quality)


def _quality(text: str) -> float:
    try:
        quality = float(text)
    except ValueError:
        return 0.0
    return quality if 0.0 <= quality <= 1.0 else 0.0


def _split(text: str, separator: str) -> Iterator[str]:
    """The parts between separators that stand outside of quotes."""
    if '"' not in text:
        yield from text.split(separator)
        return
    start, quoted = 0, False
    for index, character in enumerate(text):
        if character == '"':
            quoted = not quoted
        elif character == separator and not quoted:
            yield text[start:index]
            start = index + 1
    yield text[start:]


def best(accept: str, offered: Sequence[str]) -> tuple[int, MediaRange] | None:
    """The offer that the header likes best.

    Args:
        accept: value of the header.
        offered: media types or ranges, in the document's order.

    Returns:
        (index of the offer, the element that named it), or None. Parameters other than ``q`` are heeded first; when
        nothing fits, they are ignored, and after that ``application/json`` stands for every ``+json`` type, likewise
        for XML.
    """
    wanted = ranges(accept)
    types = [media_range(name) for name in offered]
    found = _best(wanted, types)
    if found is None and any(one.parameters for one in wanted):
        wanted = [MediaRange(one.type, one.subtype, (), one.quality) for one in wanted]
        found = _best(wanted, types)
    if found is None:
        plain = [_unsuffixed(one) for one in types]
        found = _best(wanted, plain) if plain != types else None
    return found


def _unsuffixed(media: MediaRange | None) -> MediaRange | None:
    """``application/hal+json`` as ``application/json``."""
    if media is None or "+" not in media.subtype:
        return media
    return MediaRange("application", media.subtype.rpartition("+")[2], media.parameters)


def _best(wanted: list[MediaRange], types: list[MediaRange | None]) -> tuple[int, MediaRange] | None:
    candidates: list[tuple[float, int, int, int]] = []
    for index, offer in enumerate(types):
        matched = _match(wanted, offer)
        if matched is not None:
            specificity, order = matched
            quality = wanted[order].quality
            if quality > 0:
                candidates.append((-quality, -specificity, order, index))
    if not candidates:
        return None
    _, _, order, index = min(candidates)
    return index, wanted[order]


def _match(wanted: list[MediaRange], offer: MediaRange | None) -> tuple[int, int] | None:
    """(how exactly, which element) of the element that names the offer most exactly."""
    if offer is None:
        return None
    chosen: tuple[int, float, int] | None = None
    for order, one in enumerate(wanted):
        specificity = _specificity(one, offer)
        if specificity is not None:
            rank = (specificity, one.quality, order)
            chosen = rank if chosen is None else max(chosen, rank)
    return None if chosen is None else (chosen[0], chosen[2])


def _specificity(one: MediaRange, offer: MediaRange) -> int | None:
    score = 0
    for asked, given, points in ((one.type, offer.type, 4), (one.subtype, offer.subtype, 2)):
        if asked == given:
            score += points
        elif "*" not in (asked, given) and not _suffixed(asked, given):
            return None
    if one.parameters:
        given_parameters = dict(offer.parameters)
        for name, value in one.parameters:
            if value != "*" and given_parameters.get(name, "").lower() != value.lower():
                return None
        score += 1
    return score


def _suffixed(asked: str, given: str) -> bool:
    """Whether ``*+json`` names ``hal+json``."""
    return asked.startswith("*+") and given.endswith(asked[1:])


def concrete(offered: str, asked: MediaRange | None, *, text: bool) -> str:
    """The type that a reply announces, when the document offers a range such as ``*/*``.

    Args:
        offered: the document's media type.
        asked: the element of ``Accept`` that was met, if any.
        text: whether the body is a string, which then is plain text unless something else was asked for.
    """
    if "*" not in offered:
        return offered
    kind = offered.partition("/")[0]
    if asked is not None and "*" not in asked.type + asked.subtype:
        return f"{asked.type}/{asked.subtype}"
    if kind == "*" and asked is not None and asked.type != "*":
        kind = asked.type
    if kind in _CONCRETE:
        return _CONCRETE[kind]
    return "text/plain" if text and kind == "*" else "application/json"
