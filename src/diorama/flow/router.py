"""The router: all paths of a project compiled into one matcher.

A concrete path is one dictionary look-up. Templated paths form a tree of segments that is walked with the most
concrete branch first: literal text, then a segment with text around its parameters, then a bare parameter. A segment
is compared after percent-decoding, so ``%2F`` inside a parameter never splits it.

Source: OpenAPI 3.1, "Paths Object" (concrete before templated); RFC 3986, section 2.4 (decode after splitting).
"""

from __future__ import annotations

import re
from typing import Generic, TypeVar
from urllib.parse import quote, unquote

R = TypeVar("R")
Methods = dict[str, R]
Match = tuple[R, list[str]]

_PARAMETER = re.compile(r"\{([^{}]+)\}")


def segments_of(path: str) -> list[str]:
    """The percent-decoded segments of a path that begins with ``/``."""
    parts = path[1:].split("/")
    return [unquote(part) for part in parts] if "%" in path else parts


def parameter_names(path: str) -> list[str]:
    """The names of the ``{…}`` in a path template, in order."""
    return _PARAMETER.findall(path)


class _Node(Generic[R]):
    """One place in the tree: where a path may go on or end."""

    __slots__ = ("bare", "compound", "ends", "literal")

    def __init__(self) -> None:
        self.literal: dict[str, _Node[R]] = {}
        self.compound: dict[str, tuple[_Compound, _Node[R]]] = {}
        self.bare: _Node[R] | None = None
        self.ends: Methods[R] = {}


class _Compound:
    """A segment such as ``{Sid}.json``: text around its parameters. No regular expression, so that no path is slow."""

    __slots__ = ("_texts",)

    def __init__(self, segment: str) -> None:
        self._texts = [unquote(piece) for piece in _PARAMETER.split(segment)[::2]]

    def match(self, segment: str) -> list[str] | None:
        """The parameters' values, or None. Each takes as little as it can, at least one sign; the last what is left."""
        first, *between, last = self._texts
        end = len(segment) - len(last)
        if not segment.startswith(first) or not segment.endswith(last):
            return None
        values = []
        start = len(first)
        for text in between:
            stop = segment.find(text, start + 1, end)
            if stop < 0:
                return None
            values.append(segment[start:stop])
            start = stop + len(text)
        if start >= end:
            return None
        values.append(segment[start:end])
        return values

    def raw(self, segment: str, values: list[str]) -> list[str]:
        """The values as they stand in the segment before decoding; encoded anew where the text around them was, too."""
        return self.match(segment) or [quote(value, safe="") for value in values]


class Router(Generic[R]):
    """Finds what listens to a method and a path."""

    def __init__(self) -> None:
        self._exact: dict[str, Methods[R]] = {}
        self._root: _Node[R] = _Node()

    def add(self, method: str, path: str, route: R) -> bool:
        """Have a route listen to a method and a path template. False, and nothing done, when another one does."""
        node = self._root
        for segment in path[1:].split("/"):
            if "{" not in segment:
                node = node.literal.setdefault(unquote(segment), _Node())
            elif _PARAMETER.fullmatch(segment):
                if node.bare is None:
                    node.bare = _Node()
                node = node.bare
            else:
                shape = _PARAMETER.sub("{}", segment)
                known = node.compound.get(shape)
                if known is None:
                    known = node.compound[shape] = (_Compound(segment), _Node())
                node = known[1]
        if method in node.ends:
            return False
        node.ends[method] = route
        if "{" not in path and "%" not in path:
            self._exact[path] = node.ends
        return True

    def find(self, method: str, path: str) -> Match[R] | None:
        """The route for a method and a raw path, with its parameters' raw values in the template's order, or None."""
        ends = self._exact.get(path)
        if ends is not None and method in ends:
            return ends[method], []
        raw = path[1:].split("/")
        values: list[str] = []
        segments = [unquote(part) for part in raw] if "%" in path else raw
        found = self._walk(self._root, segments, raw, 0, values, method)
        return None if found is None else (found[method], values)

    def methods(self, path: str) -> list[str]:
        """The methods that a raw path has, sorted; empty when nothing listens to that path."""
        found: set[str] = set()
        self._collect(self._root, segments_of(path), 0, found)
        return sorted(found)

    def _walk(
        self, node: _Node[R], segments: list[str], raw: list[str], at: int, values: list[str], method: str
    ) -> Methods[R] | None:
        if at == len(segments):
            return node.ends if method in node.ends else None
        segment = segments[at]
        literal = node.literal.get(segment)
        if literal is not None:
            found = self._walk(literal, segments, raw, at + 1, values, method)
            if found is not None:
                return found
        held = len(values)
        for compound, child in node.compound.values():
            match = compound.match(segment)
            if match is not None:
                values.extend(match if segments is raw else compound.raw(raw[at], match))
                found = self._walk(child, segments, raw, at + 1, values, method)
                if found is not None:
                    return found
                del values[held:]
        if node.bare is not None:
            values.append(raw[at])
            found = self._walk(node.bare, segments, raw, at + 1, values, method)
            if found is not None:
                return found
            del values[held:]
        return None

    def _collect(self, node: _Node[R], segments: list[str], at: int, found: set[str]) -> None:
        if at == len(segments):
            found.update(node.ends)
            return
        segment = segments[at]
        literal = node.literal.get(segment)
        if literal is not None:
            self._collect(literal, segments, at + 1, found)
        for compound, child in node.compound.values():
            if compound.match(segment) is not None:
                self._collect(child, segments, at + 1, found)
        if node.bare is not None:
            self._collect(node.bare, segments, at + 1, found)
