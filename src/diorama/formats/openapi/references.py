"""References: from the text of a ``$ref`` to the place that it means.

Source: RFC 6901 (JSON pointer), RFC 3986 section 5 (relative URIs), JSON Schema 2020-12 Core sections 8.2 and 9.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urljoin

from diorama.formats.openapi.library import Library
from diorama.formats.openapi.notes import Notes
from diorama.formats.openapi.places import Document, Key, Place
from diorama.formats.openapi.sources import is_url
from diorama.model.pointers import pointer_of, tokens_of, unescaped

_MARKS = (b"$anchor", b"$dynamicAnchor", b"$id")
_OPAQUE = frozenset({"example", "examples", "default", "enum", "const"})  # data, in which $id means nothing
_CHAIN_MAX = 100


class _Names:
    """The identifiers that a document defines: URI to tokens, and (URI, anchor) to tokens."""

    def __init__(self) -> None:
        self.ids: dict[str, tuple[Key, ...]] = {}
        self.bases: dict[tuple[Key, ...], str] = {}
        self.anchors: dict[tuple[str, str], tuple[Key, ...]] = {}


class References:
    """Resolves references of one load.

    Args:
        library: opens further files.
        notes: takes references that lead nowhere.
    """

    def __init__(self, library: Library, notes: Notes) -> None:
        self._library = library
        self._notes = notes
        self._names: dict[str, _Names] = {}
        self._resources: dict[str, Document] = {}
        self._nesting = 0

    def resolve(self, place: Place, reference: str) -> Place | None:
        """The place that a reference at ``place`` means; None, with an error noted, when there is none."""
        uri, _, fragment = reference.partition("#")
        try:
            target, start = self._resource(place, uri)
        except ValueError:
            self._notes.error(
                place, f"{_short(reference)} is no URI reference", "Correct the $ref.", "reference_unresolved"
            )
            return None
        if target is None:
            return self._unresolved(place, reference)
        if fragment and not fragment.startswith("/"):
            base = self._base_at(target, start)
            tokens = self._index(target).anchors.get((base, unquote(fragment)))
            if tokens is None:
                return self._unresolved(place, reference)
            return self._walk(target, tokens, place, reference)
        return self._walk(target, (*start, *tokens_of(fragment)), place, reference)

    def follow(self, place: Place) -> Place | None:
        """The place itself, or where its chain of ``$ref`` ends; None, with an error noted, when it ends nowhere."""
        seen: set[tuple[str, str]] = set()
        while isinstance(place.value, dict) and isinstance(reference := place.value.get("$ref"), str):
            here = (place.document.uri, place.pointer)
            if here in seen or len(seen) > _CHAIN_MAX:
                self._notes.error(
                    place,
                    f"the reference {_short(reference)} leads round in a circle",
                    "Let one of the references lead to an object.",
                    "reference_unresolved",
                )
                return None
            seen.add(here)
            target = self.resolve(place, reference)
            if target is None:
                return None
            place = target
        return place

    # ---------------------------------------------------------------------------------------------------- resources

    def _resource(self, place: Place, uri: str) -> tuple[Document | None, tuple[Key, ...]]:
        """The document that a URI names, and the tokens of the resource in it (``$id``)."""
        document = place.document
        if not uri:
            if place.base == document.base:
                return document, ()
            return document, self._index(document).ids.get(place.base, ())
        absolute = urljoin(place.base, uri)
        self._index(document)
        known = self._resources.get(absolute)
        if known is not None:
            return known, self._index(known).ids[absolute]
        if absolute in self._library.aliases:
            return self._library.aliases[absolute], ()
        if document.base != document.uri or place.base != document.base:
            # The document names itself by a URI where it may not be; what it refers to lies beside the file.
            beside = urljoin(document.uri, uri)
            if not (is_url(absolute) and is_url(uri)):
                absolute = beside
        return self._library.open(absolute, place), ()

    def base_below(self, place: Place) -> str:
        """The base URI in a schema that may have an ``$id``."""
        own = place.value.get("$id")
        if not isinstance(own, str):
            return place.base
        try:
            return urljoin(place.base, own).partition("#")[0]
        except ValueError:
            return place.base

    def _index(self, document: Document) -> _Names:
        """The identifiers of a document, found by one walk if its text has any."""
        names = self._names.get(document.uri)
        if names is None:
            names = self._names[document.uri] = _Names()
            if isinstance(document.root, dict | list) and any(mark in document.data for mark in _MARKS):
                self._collect(document, names)
        return names

    def _collect(self, document: Document, names: _Names) -> None:
        stack: list[tuple[Any, tuple[Key, ...], str]] = [(document.root, (), document.base)]
        while stack:
            value, tokens, base = stack.pop()
            if isinstance(value, list):
                stack += [
                    (item, (*tokens, index), base) for index, item in enumerate(value) if isinstance(item, dict | list)
                ]
                continue
            own = value.get("$id")
            if isinstance(own, str) and own and not own.startswith("#"):
                try:
                    base = urljoin(base, own).partition("#")[0]
                except ValueError:
                    continue
                names.ids.setdefault(base, tokens)
                names.bases[tokens] = base
                self._resources.setdefault(base, document)
            for keyword in ("$anchor", "$dynamicAnchor"):
                if isinstance(anchor := value.get(keyword), str):
                    names.anchors.setdefault((base, anchor), tokens)
            stack += [
                (item, (*tokens, key), base)
                for key, item in value.items()
                if isinstance(item, dict | list) and key not in _OPAQUE
            ]

    def _base_at(self, document: Document, tokens: tuple[Key, ...]) -> str:
        """The base URI at a place: that of the nearest ``$id`` above it."""
        bases = self._index(document).bases
        if bases:
            for length in range(len(tokens), -1, -1):
                if (base := bases.get(tokens[:length])) is not None:
                    return base
        return document.base

    # ----------------------------------------------------------------------------------------------------- pointers

    def _walk(self, document: Document, tokens: tuple[Key, ...], origin: Place, reference: str) -> Place | None:
        value: Any = document.root
        way: tuple[Key, ...] = ()
        for count, token in enumerate(tokens):
            step, below = _step(value, token)
            if step is None and isinstance(value, dict) and isinstance(value.get("$ref"), str):
                # Not what RFC 6901 says, but what users of bundlers write: the pointer goes on behind a $ref.
                return self._walk_behind(document, way, value, tokens[count:], origin, reference)
            if step is None:
                return self._unresolved(origin, reference)
            way, value = (*way, step), below
        return Place(document, pointer_of(way), (), value, self._base_at(document, way))

    def _walk_behind(
        self,
        document: Document,
        way: tuple[Key, ...],
        value: dict[str, Any],
        rest: tuple[Key, ...],
        origin: Place,
        reference: str,
    ) -> Place | None:
        here = Place(document, pointer_of(way), (), value, self._base_at(document, way))
        if self._nesting >= _CHAIN_MAX // 2:
            return self._unresolved(origin, reference)
        self._nesting += 1
        target = self.follow(here)
        self._nesting -= 1
        if target is None:
            return None
        parts = tuple(tokens_of(target.pointer))
        if target.document is document and parts[: len(way)] == tuple(str(token) for token in way):
            return self._unresolved(origin, reference)
        if len(parts) + len(rest) > _CHAIN_MAX * 2:
            return self._unresolved(origin, reference)
        return self._walk(target.document, (*parts, *rest), origin, reference)

    def _unresolved(self, place: Place, reference: str) -> Place | None:
        self._notes.error(
            place,
            f"the reference {_short(reference)} leads to nothing",
            "" if self._notes.has_errors else _suggestion(place.document, reference),
            "reference_unresolved",
        )
        return None


def _step(value: Any, token: Key) -> tuple[Key | None, Any]:
    """One token further: the key that matched, and the value there."""
    text = str(token)
    if isinstance(value, dict):
        plain = unquote(text)
        for key in (text, plain, unescaped(plain)):
            if key in value:
                return key, value[key]
    elif isinstance(value, list) and text.isdecimal() and len(text) < 8 and int(text) < len(value):
        return int(text), value[int(text)]
    return None, None


def _suggestion(document: Document, reference: str) -> str:
    """What may have been meant."""
    name = reference.rpartition("/")[2].lstrip("#").lower()
    root = document.root if isinstance(document.root, dict) else {}
    components = root.get("components")
    sections: dict[str, Any] = {key: root.get(key) for key in ("definitions", "parameters", "responses")}
    if isinstance(components, dict):
        sections |= {f"components/{key}": section for key, section in components.items()}
    for key, section in sections.items():
        for candidate in section if isinstance(section, dict) else ():
            if str(candidate).lower() == name:
                return f"Did you mean #/{key}/{candidate}?"
    return "Define what it refers to, or correct the $ref."


def _short(text: str) -> str:
    return repr(text if len(text) <= 120 else text[:120] + "…")
