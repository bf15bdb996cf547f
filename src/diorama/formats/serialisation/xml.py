"""XML: a JSON value as a document, by the ``xml`` objects of its schema.

Source: OpenAPI 3.1, section 4.8.26, and 3.2, section 4.26 (XML Object); XML 1.0, sections 2.2 and 2.3.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from diorama.formats.serialisation.styles import scalar_text
from diorama.model.definition import Schema
from diorama.model.pointers import last_token

ROOT = "xml"
"""Name of the root element when the schema gives none, as other tools that answer from a document have it."""

ITEM = "item"
DEPTH_MAX = 64

_NOT_A_CHARACTER = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LETTERS = "A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u0131\u0410-\u044f\u3041-\u3094\u4e00-\u9fa5"
_NOT_IN_A_NAME = re.compile(f"[^{_LETTERS}0-9.-]")
_NOT_AT_THE_START = re.compile(f"[^{_LETTERS}]")


def document(value: Any, schema: Schema | None, schemas: Mapping[str, Any]) -> str:
    """A value as an XML document without declaration.

    Args:
        value: a JSON value.
        schema: of the value, or None.
        schemas: what ``#/$defs/<name>`` means.
    """
    writer = _Writer(schemas)
    rules = writer.rules(schema)
    name = rules.xml.get("name")
    root = str(name) if name else ROOT
    if isinstance(value, list):
        items = writer.rules(rules.items)
        fallback = root if name else ITEM
        inner = "".join(writer.element(_name(items, fallback), item, rules.items) for item in value)
        return _tag(rules, root, "", inner)
    return writer.element(root, value, schema)


class _Rules:
    """What a schema says about its element, its references and parts taken together."""

    def __init__(self) -> None:
        self.xml: dict[str, Any] = {}
        self.properties: dict[str, Schema] = {}
        self.items: Schema | None = None
        self.additional: Schema | None = None


class _Writer:
    """Writes one document."""

    def __init__(self, schemas: Mapping[str, Any]) -> None:
        self._schemas = schemas

    def rules(self, schema: Schema | None) -> _Rules:
        found = _Rules()
        self._gather(schema, found, 0)
        return found

    def _gather(self, schema: Schema | None, found: _Rules, depth: int) -> None:
        if not isinstance(schema, dict) or depth > DEPTH_MAX:
            return
        for name, value in schema.get("xml", {}).items():
            found.xml.setdefault(name, value)
        for name, value in schema.get("properties", {}).items():
            found.properties.setdefault(name, value)
        if found.items is None:
            found.items = schema.get("items")
        if found.additional is None:
            found.additional = schema.get("additionalProperties")
        reference = schema.get("$ref")
        if isinstance(reference, str):
            name = last_token(reference)
            self._gather(self._schemas.get(name), found, depth + 1)
        for word in ("allOf", "oneOf", "anyOf"):
            for part in schema.get(word, ()):
                self._gather(part, found, depth + 1)

    def element(self, name: str, value: Any, schema: Schema | None, depth: int = 0) -> str:
        """One element of this name."""
        rules = self.rules(schema)
        if not isinstance(value, dict) or depth > DEPTH_MAX:
            return _tag(rules, name, "", "" if value is None else self._text(value))
        attributes = ""
        inner = ""
        for key, item in value.items():
            part = rules.properties.get(key, rules.additional)
            own = self.rules(part)
            node = own.xml.get("nodeType")
            if own.xml.get("attribute") is True or node == "attribute":
                if item is not None:
                    attributes += f' {_qualified(own, _name(own, key))}="{_escaped(item, quotes=True)}"'
            elif node in {"text", "cdata"}:
                inner += (
                    self._text(item)
                    if node == "text"
                    else f"<![CDATA[{_clean(item).replace(']]>', ']]]]><![CDATA[>')}]]>"
                )
            elif isinstance(item, list):
                inner += self._array(key, item, own, depth)
            else:
                inner += self.element(_name(own, key), item, part, depth + 1)
        return _tag(rules, name, attributes, inner)

    def _array(self, key: str, value: list[Any], rules: _Rules, depth: int) -> str:
        """The items one after the other, within an element of their own when ``wrapped``."""
        wrapped = rules.xml.get("wrapped") is True or rules.xml.get("nodeType") == "element"
        items = self.rules(rules.items)
        outer = _name(rules, key)
        name = _name(items, outer if wrapped else key)
        inner = "".join(self.element(name, item, rules.items, depth + 1) for item in value)
        return _tag(rules, outer, "", inner) if wrapped else inner

    def _text(self, value: Any) -> str:
        if isinstance(value, list):
            return "".join(self.element(ITEM, item, None, DEPTH_MAX) for item in value)
        return _escaped(value)


def _name(rules: _Rules, fallback: str) -> str:
    name = rules.xml.get("name")
    return str(name) if name else fallback


def _qualified(rules: _Rules, name: str) -> str:
    prefix = rules.xml.get("prefix")
    if prefix is None and rules.xml.get("name") == name and name.count(":") == 1:
        prefix, _, name = name.partition(":")  # untidy, but the document's own words
    return f"{_plain(str(prefix))}:{_plain(name)}" if prefix else _plain(name)


def _plain(name: str) -> str:
    """A name as every parser takes it."""
    plain = _NOT_IN_A_NAME.sub("_", name)
    return f"_{plain}" if not plain or _NOT_AT_THE_START.match(plain) else plain


def _tag(rules: _Rules, name: str, attributes: str, inner: str) -> str:
    full = _qualified(rules, name)
    namespace = rules.xml.get("namespace")
    if namespace:
        prefix = rules.xml.get("prefix")
        declared = f"xmlns:{_plain(str(prefix))}" if prefix else "xmlns"
        attributes = f' {declared}="{_escaped(namespace, quotes=True)}"' + attributes
    return f"<{full}{attributes}>{inner}</{full}>" if inner else f"<{full}{attributes}/>"


def _clean(value: Any) -> str:
    return _NOT_A_CHARACTER.sub("", scalar_text(value))


def _escaped(value: Any, *, quotes: bool = False) -> str:
    text = _clean(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;") if quotes else text
