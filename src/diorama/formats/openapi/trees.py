"""Trees: a YAML text as JSON values, built from the parser's events.

Aliases share what they point to. Each costs its whole size of the node limit again, so that a text that would
unfold into billions of values is refused while it is read. Source: YAML 1.2.2, section 3.
"""

from __future__ import annotations

from typing import Any

import yaml
from msgspec import Struct
from yaml.events import AliasEvent, DocumentEndEvent, Event, MappingStartEvent, ScalarEvent, SequenceStartEvent

from diorama.formats.openapi.events import line_of, parser_of
from diorama.formats.openapi.scalars import resolve

TEXT_PER_NODE = 128
"""Characters of one scalar that count as much as a node."""

_POOLED_LENGTH_MAX = 32
_REMARKS_MAX = 200
_STANDARD = "tag:yaml.org,2002:"
_PLAIN_TAGS = frozenset(
    _STANDARD + name for name in ("str", "int", "float", "bool", "null", "map", "seq", "timestamp", "binary", "set")
)
_OPEN = object()  # stands for an anchor whose collection has not ended yet
_MERGE: Any = type("Merge", (), {})()  # the key ``<<``
_NO_KEY = None


class Trap(Exception):  # noqa: N818  # it is turned into a DioramaError by the reader that knows the file
    """The text would exhaust the machine, or does what no API document needs.

    Args:
        message: what it does.
        line: where, from 1.
        code: of the error that it becomes.
        hint: what to do about it.
    """

    def __init__(self, message: str, line: int, code: str = "document_trap", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.code = code
        self.hint = hint


class Remark(Struct, frozen=True):
    """Something untidy in a text: what, its line, and what to do about it."""

    message: str
    line: int
    hint: str = ""


class Tree(Struct):
    """A text's value, with what there is to say about it and how many nodes it has."""

    root: Any
    remarks: list[Remark]
    nodes: int
    has_aliases: bool


def build_tree(data: bytes, nodes_max: int, depth_max: int, key_length_max: int = 1_024) -> Tree:
    """Read a YAML text.

    Args:
        data: UTF-8 without byte order mark.
        nodes_max: keys and values, aliases unfolded.
        depth_max: nesting.
        key_length_max: characters of a key.

    Raises:
        Trap: when a limit is passed, or for what cannot be JSON.
        yaml.YAMLError: when it is not YAML.
    """
    builder = _Builder(data, nodes_max, depth_max, key_length_max)
    root = builder.build()
    return Tree(root, builder.remarks, builder.nodes, bool(builder.anchors))


class _Builder:
    """One reading of one text."""

    def __init__(self, data: bytes, nodes_max: int, depth_max: int, key_length_max: int) -> None:
        self.next = parser_of(data).get_event
        self.nodes_max = nodes_max
        self.depth_max = depth_max
        self.key_length_max = key_length_max
        self.remarks: list[Remark] = []
        self.nodes = 0
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.pool: dict[str, str] = {}
        self.plain: dict[str, Any] = {}

    def build(self) -> Any:
        """The first document's value."""
        self.next()  # the stream begins
        if not isinstance(start := self.next(), yaml.DocumentStartEvent):
            raise Trap("the file is empty", 1, "document_invalid", "Put an OpenAPI document into it.")
        outer: list[Any] = []
        self._fill(outer)
        self._end(start)
        return outer[0]

    def _fill(self, outer: list[Any]) -> None:  # noqa: C901, PLR0912, PLR0915  # calls would double its cost
        """Read events until the document ends. This loop is nearly the whole cost of loading a document."""
        get_event, plain, pool, nodes_max = self.next, self.plain, self.pool, self.nodes_max
        stack: list[tuple[Any, bool, str | None, int]] = []
        container: Any = outer
        is_mapping = False
        key: Any = _NO_KEY
        nodes = 0
        while True:
            event: Any = get_event()
            kind = type(event)
            nodes += 1
            if nodes > nodes_max:
                raise _too_many(nodes_max, event)
            if kind is ScalarEvent:
                if is_mapping and key is _NO_KEY:
                    key = self._key(event, container)
                    continue
                value = event.value
                nodes += len(value) // TEXT_PER_NODE
                if event.tag or event.anchor:
                    value = self._marked_scalar(event)
                elif event.implicit[0]:
                    value = plain[value] if value in plain else self._plain(value, event)
                elif len(value) < _POOLED_LENGTH_MAX:
                    value = pool.setdefault(value, value)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                value = {} if kind is MappingStartEvent else []
                if is_mapping and key is _NO_KEY:
                    raise _complex_key(event)
                if event.anchor or event.tag or len(stack) >= self.depth_max:
                    self._open(event, len(stack))
                stack.append((container, is_mapping, event.anchor, nodes))
                if is_mapping:
                    container[key] = value
                else:
                    container.append(value)
                container, is_mapping, key = value, kind is MappingStartEvent, _NO_KEY
                continue
            elif kind is AliasEvent:
                value, size = self._alias(event)
                nodes += size
                if is_mapping and key is _NO_KEY:
                    key = self._alias_key(value, event)
                    continue
            elif kind is DocumentEndEvent:
                break
            else:
                ended = container
                container, is_mapping, anchor, before = stack.pop()
                key = _NO_KEY
                if type(ended) is dict and _MERGE in ended:
                    self._merge(ended, event)
                if anchor:
                    self.anchors[anchor] = (ended, nodes - before)
                continue
            if is_mapping:
                container[key] = value
                key = _NO_KEY
            else:
                container.append(value)
        self.nodes += nodes

    def _key(self, event: ScalarEvent, container: dict[Any, Any]) -> Any:
        """A mapping's key: its text, whatever it would mean as a value (``200``, ``no``, ``null``)."""
        text: str = event.value
        if event.implicit[0] and text == "<<":
            return _MERGE
        if len(text) > self.key_length_max:
            raise Trap(
                f"a key is longer than {self.key_length_max:,} characters", line_of(event), hint="Shorten the key."
            )
        text = self.pool.setdefault(text, text)
        if event.anchor:
            self.anchors[event.anchor] = (text, 1)
        if event.tag:
            self._check_tag(event)
        if text in container:
            self._remark(f"the key {text!r} stands twice in one mapping; the later one counts", event, "Remove one.")
        return text

    def _plain(self, text: str, event: ScalarEvent) -> Any:
        value, remark = resolve(text)
        if remark:
            self._remark(f"{_short(text)}: {remark}", event, "Put it in quotes when text is meant.")
        if len(text) < _POOLED_LENGTH_MAX:
            self.plain[text] = value
        return value

    def _marked_scalar(self, event: ScalarEvent) -> Any:
        """A scalar with an anchor or a tag."""
        value: Any = event.value
        if event.tag and event.tag != "!":
            self._check_tag(event)
            if event.tag in (_STANDARD + "int", _STANDARD + "float", _STANDARD + "bool", _STANDARD + "null"):
                value = resolve(value)[0]
        elif event.implicit[0] and not event.tag:
            value = resolve(value)[0]
        if event.anchor:
            self.anchors[event.anchor] = (value, 1 + len(event.value) // TEXT_PER_NODE)
        return value

    def _open(self, event: Any, depth: int) -> None:
        """A collection with an anchor or a tag, or one that is too deep."""
        if depth >= self.depth_max:
            raise Trap(
                f"nested deeper than {self.depth_max} levels", line_of(event), hint="Flatten it, or raise the limit."
            )
        if event.tag:
            self._check_tag(event)
        if event.anchor:
            self.anchors[event.anchor] = (_OPEN, 0)

    def _check_tag(self, event: Any) -> None:
        tag: str = event.tag
        if tag.startswith((_STANDARD + "python/", "!!python", "!python")):
            raise Trap(
                f"the tag {_short(tag)} asks for a Python object",
                line_of(event),
                hint="Remove the tag: a document is data, nothing in it is ever run.",
            )
        if tag not in _PLAIN_TAGS and tag != "!":
            self._remark(f"the tag {_short(tag)} is not understood and left out", event, "Remove the tag.")

    def _alias(self, event: Any) -> tuple[Any, int]:
        value, size = self.anchors.get(event.anchor, (_NO_KEY, -1))
        if size < 0:
            raise Trap(
                f"the alias *{_short(event.anchor)} has no anchor before it",
                line_of(event),
                "document_unreadable",
                f"Define &{_short(event.anchor)} earlier, or quote text that begins with an asterisk.",
            )
        if value is _OPEN:
            raise Trap(
                f"the anchor &{_short(event.anchor)} contains itself",
                line_of(event),
                hint="Use $ref for what contains itself.",
            )
        return value, size

    def _alias_key(self, value: Any, event: Event) -> str:
        if not isinstance(value, str):
            raise _complex_key(event)
        return value

    def _merge(self, mapping: dict[Any, Any], event: Event) -> None:
        """``<<``: the entries of other mappings, below the mapping's own. Source: yaml.org/type/merge."""
        source = mapping.pop(_MERGE)
        sources = source if isinstance(source, list) else [source]
        own = dict(mapping)
        mapping.clear()
        for other in reversed(sources):
            if not isinstance(other, dict):
                raise Trap("<< takes a mapping, or a list of them", line_of(event), "document_invalid")
            mapping.update(other)
        mapping.update(own)

    def _end(self, start: Event) -> None:
        """Notice a second document in the stream without reading it."""
        try:
            event = self.next()
        except yaml.YAMLError:
            event = start
        if isinstance(event, yaml.DocumentStartEvent):
            self._remark("there is a second YAML document in the file; only the first one counts", event, "Split it.")

    def _remark(self, message: str, event: Event, hint: str) -> None:
        if len(self.remarks) < _REMARKS_MAX:
            self.remarks.append(Remark(message, line_of(event), hint))


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"


def _complex_key(event: Event) -> Trap:
    return Trap(
        "a key is a list or a mapping",
        line_of(event),
        "document_invalid",
        "Keys must be text. Quote a value that begins with a brace: '{id}'.",
    )


def _too_many(nodes_max: int, event: Event) -> Trap:
    return Trap(
        f"unfolds into more than {nodes_max:,} values",
        line_of(event),
        hint="Use fewer aliases and merge keys, split the document, or raise the limit.",
    )
