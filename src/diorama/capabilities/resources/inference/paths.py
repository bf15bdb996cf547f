"""Paths: what the form of a path says, without what its parameters are called."""

from __future__ import annotations

import re

from msgspec import Struct

_PARAMETER = re.compile(r"\{([^{}]+)\}")
_ENCODING = re.compile(r"\.(?:json|xml|\{format\})$")
_VERSION = re.compile(r"(?:v\d[\w.]*|\d{4}-\d{2}-\d{2}|\d+(?:\.\d+)*|api|rest|public)", re.IGNORECASE)

HOLE = "{}"
"""A parameter's place in a path."""

Segments = tuple[str, ...]


class PathView(Struct, frozen=True):
    """A path in parts.

    Attributes:
        segments: literal segments, and :data:`HOLE` for each parameter.
        parameters: the parameters' names, in order.
        mixed: whether a segment holds more than a parameter or a literal, so that the path cannot be read.
    """

    segments: Segments
    parameters: tuple[str, ...]
    mixed: bool = False

    def parameters_of(self, segments: Segments) -> tuple[str, ...]:
        """The parameters in the beginning of the path that is as long as the segments."""
        return self.parameters[: segments.count(HOLE)]


def view(path: str) -> PathView:
    """A path in parts.

    ``/Messages/{Sid}.json`` is an item with an encoding behind it, ``/things/{id}:cancel`` an item and a verb,
    ``/things({id})`` a collection and an item.
    """
    segments: list[str] = []
    parameters: list[str] = []
    mixed = False
    for raw in path.split("/"):
        segment = _ENCODING.sub("", raw)
        if not segment:
            continue
        front, colon, verb = _split_verb(segment)
        for part in _parts(front):
            match = _PARAMETER.fullmatch(part)
            if match:
                segments.append(HOLE)
                parameters.append(match[1].rstrip("+*"))
            else:
                mixed = mixed or "{" in part
                segments.append("{?}" if part == HOLE else part)
        if colon:
            segments.append(verb)
    return PathView(tuple(segments), tuple(parameters), mixed)


def literals(segments: Segments) -> list[str]:
    """The literal segments that say something: no parameters, no versions."""
    return [segment for segment in segments if segment != HOLE and not _VERSION.fullmatch(segment)]


def _split_verb(segment: str) -> tuple[str, str, str]:
    front, colon, verb = segment.rpartition(":")
    if colon and front and verb.isidentifier():
        return front, colon, verb
    return segment, "", ""


def _parts(segment: str) -> list[str]:
    """A segment, or its two parts when it is written as ``things({id})``."""
    match = re.fullmatch(r"([\w.-]+)\((?:\w+=)?'?(\{\w+\})'?\)", segment)
    return [match[1], match[2]] if match else [segment]
