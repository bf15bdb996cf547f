"""Overlays: changes to documents that stand beside them, so that a document can be replaced by its next version.

Source: OpenAPI Overlay Specification 1.0.0. Of JSONPath, ``selectors.py`` says what is understood.
"""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit

from msgspec import UNSET, Struct

from diorama.formats.openapi.notes import Notes, refuse_at
from diorama.formats.openapi.places import Document, Place
from diorama.formats.openapi.selectors import GONE, Segment, edited, read_selector
from diorama.formats.openapi.sources import is_url

_TOP = frozenset(("overlay", "info", "extends", "actions"))
_ACTION = frozenset(("target", "description", "update", "remove"))


class _Action(Struct):
    """One change; ``matches`` counts what it found in all documents."""

    place: Place
    target: str
    segments: tuple[Segment, ...]
    update: Any = UNSET
    remove: bool = False
    matches: int = 0


class _Overlay(Struct):
    """One file: the document that it names, empty for every API document, and its changes in order."""

    extends: str
    actions: list[_Action]


class Overlays:
    """The overlays of one load.

    Args:
        documents: the files, parsed.
        nodes_max: how many values they may add.

    Raises:
        DioramaError: ``document_invalid`` naming file and line.
    """

    def __init__(self, documents: list[Document], nodes_max: int) -> None:
        self._overlays = [_read(document) for document in documents]
        self._nodes_left = nodes_max

    def amend(self, document: Document) -> None:
        """Change a document that was just parsed, in the order of files and actions."""
        root = document.root
        is_api = isinstance(root, dict) and ("openapi" in root or "swagger" in root)
        for overlay in self._overlays:
            if overlay.extends == document.uri or (is_api and not overlay.extends):
                for action in overlay.actions:
                    document.root = self._done(action, document.root)

    def report(self, notes: Notes) -> None:
        """Note the changes that found nothing to change."""
        for overlay in self._overlays:
            for action in overlay.actions:
                if not action.matches:
                    notes.finding(
                        action.place,
                        f"the target {action.target!r} is nowhere in the documents",
                        "Correct the target, or remove the action.",
                    )

    def _done(self, action: _Action, root: Any) -> Any:
        size = _nodes(action.update)

        def edit(value: Any) -> Any:
            action.matches += 1
            if action.remove:
                return GONE
            self._nodes_left -= size
            if self._nodes_left < 0:
                refuse_at("document_trap", "the overlay adds too many values", action.place, "Narrow its targets.")
            if not isinstance(value, dict | list):
                refuse_at(
                    "document_invalid",
                    f"the target {action.target!r} is neither an object nor a list",
                    action.place,
                    "Select the object around it, and write the new value into the update.",
                )
            return _merged(value, action.update) if isinstance(value, dict) else [*value, action.update]

        made = edited(root, action.segments, edit)
        return root if made is GONE else made


def _read(document: Document) -> _Overlay:
    top = document.top()
    root = top.value
    if not isinstance(root, dict) or not isinstance(root.get("overlay"), str):
        refuse_at("document_invalid", "this is no overlay", top, "Begin it with `overlay: 1.0.0`.")
    if not root["overlay"].startswith("1."):
        refuse_at("document_unsupported", f"overlay {root['overlay'][:20]!r} is not known", top.at("overlay"))
    _refuse_unknown(top, _TOP)
    actions = root.get("actions")
    if not isinstance(actions, list) or not actions:
        refuse_at("document_invalid", "an overlay has actions", top, "Add a list `actions`, each with a target.")
    extends = root.get("extends", "")
    if not isinstance(extends, str):
        refuse_at("document_invalid", "'extends' is text", top.at("extends"), "Name the document beside this file.")
    return _Overlay(_named(document, extends), [_action(top.at("actions", index)) for index in range(len(actions))])


def _named(document: Document, extends: str) -> str:
    """The URI of the document that is meant, links followed as the library does."""
    if not extends:
        return ""
    uri = urljoin(document.uri, extends)
    return uri if is_url(uri) else "file://" + quote(os.path.realpath(unquote(urlsplit(uri).path)))


def _action(place: Place) -> _Action:
    value = place.value
    if not isinstance(value, dict) or not isinstance(value.get("target"), str):
        refuse_at("document_invalid", "an action has a target", place, "Write `target: $.paths['/x'].get`.")
    _refuse_unknown(place, _ACTION)
    remove = value.get("remove", False)
    if not isinstance(remove, bool) or (not remove and "update" not in value):
        refuse_at("document_invalid", "an action has an update, or `remove: true`", place, "Add one of them.")
    try:
        segments = read_selector(value["target"])
    except ValueError as error:
        refuse_at("document_invalid", f"the target {value['target'][:100]!r} cannot be understood: {error}", place)
    if remove and not segments:
        refuse_at("document_invalid", "a whole document cannot be removed", place, "Select a part of it.")
    return _Action(place, value["target"], segments, value.get("update", UNSET), remove)


def _refuse_unknown(place: Place, known: frozenset[str]) -> None:
    for name in place.value:
        if name not in known and not str(name).startswith("x-"):
            refuse_at(
                "document_invalid", f"{str(name)[:80]!r} is not known here", place.at(name), f"Known: {sorted(known)}."
            )


def _merged(value: Any, update: Any) -> Any:
    """Objects are merged at every depth, lists are joined, all else is replaced."""
    if isinstance(value, dict) and isinstance(update, dict):
        return value | {key: _merged(value[key], item) if key in value else item for key, item in update.items()}
    if isinstance(value, list) and isinstance(update, list):
        return [*value, *update]
    return update


def _nodes(value: Any) -> int:
    """How many values a value has."""
    count = 0
    stack = [value]
    while stack:
        item = stack.pop()
        count += 1
        if isinstance(item, dict):
            stack += item.values()
        elif isinstance(item, list):
            stack += item
    return count
