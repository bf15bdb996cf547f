"""Shapes: what kinds of values a schema allows, so that text can be read as one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from diorama.formats.schemas.quotation import type_of

ANY: frozenset[str] = frozenset(("null", "boolean", "integer", "number", "string", "array", "object"))

_SINGLE = {name: frozenset((name,)) for name in ANY}
_PREFIX = "#/$defs/"
_DEPTH_MAX = 16


class Shape:
    """The kinds of values that a schema allows. What is inside is looked at when it is asked for.

    Args:
        schema: a schema of the document.
        schemas: ``Api.schemas``.

    Attributes:
        types: the JSON types; None when the schema does not say, and text stays text.
        schema: the schema.
    """

    __slots__ = ("_additional", "_items", "_properties", "_schemas", "schema", "types")

    def __init__(self, schema: Any, schemas: Mapping[str, Any]) -> None:
        self.schema = schema
        self._schemas = schemas
        self._items: Shape | None = None
        self._additional: Shape | None = None
        self._properties: dict[str, Shape] | None = None
        self.types = _types(schema, schemas, {}, 0)

    @property
    def is_array(self) -> bool:
        """Whether arrays are allowed."""
        return self.types is not None and "array" in self.types

    @property
    def is_object(self) -> bool:
        """Whether objects are allowed."""
        return self.types is not None and "object" in self.types

    @property
    def is_text(self) -> bool:
        """Whether texts are allowed, or nothing is said."""
        return self.types is None or "string" in self.types

    def items(self) -> Shape:
        """The shape of an array's items."""
        if self._items is None:
            found = [part["items"] for part in self.parts() if "items" in part]
            self._items = Shape(_joined(found), self._schemas)
        return self._items

    def properties(self) -> dict[str, Shape]:
        """The shapes of the properties that are named, in the document's order."""
        if self._properties is None:
            found: dict[str, list[Any]] = {}
            for part in self.parts():
                properties = part.get("properties")
                if isinstance(properties, dict):
                    for name, schema in properties.items():
                        found.setdefault(name, []).append(schema)
            self._properties = {name: Shape(_joined(schemas), self._schemas) for name, schemas in found.items()}
        return self._properties

    def property(self, name: str) -> Shape:
        """The shape of a property, named or not."""
        known = self.properties().get(name)
        if known is not None:
            return known
        if self._additional is None:
            found = [part["additionalProperties"] for part in self.parts() if "additionalProperties" in part]
            self._additional = Shape(_joined([schema for schema in found if schema is not False]), self._schemas)
        return self._additional

    def takes_additional(self) -> bool:
        """Whether the document says in words that properties of any name are welcome."""
        parts = list(self.parts())
        said = [part["additionalProperties"] for part in parts if "additionalProperties" in part]
        return any(schema is not False for schema in said) or (not said and not self.properties())

    def parts(self) -> Iterator[Mapping[str, Any]]:
        """The schema and all that it applies to the same value."""
        return _parts(self.schema, self._schemas, set(), 0)


def _parts(schema: Any, schemas: Mapping[str, Any], seen: set[int], depth: int) -> Iterator[dict[str, Any]]:
    if not isinstance(schema, dict) or id(schema) in seen or depth > _DEPTH_MAX:
        return
    seen.add(id(schema))
    yield schema
    reference = schema.get("$ref")
    if isinstance(reference, str):
        yield from _parts(schemas.get(reference.removeprefix(_PREFIX)), schemas, seen, depth + 1)
    for keyword in ("allOf", "anyOf", "oneOf"):
        for member in _members(schema, keyword):
            yield from _parts(member, schemas, seen, depth + 1)


def _joined(schemas: list[Any]) -> Any:
    """One schema of which several are alternatives; each counts once, so that circles do not multiply them."""
    distinct = list({id(schema): schema for schema in schemas}.values())
    if not distinct:
        return {}
    return distinct[0] if len(distinct) == 1 else {"anyOf": distinct}


Known = dict[str, frozenset[str] | None]


def _types(schema: Any, schemas: Mapping[str, Any], known: Known, depth: int) -> frozenset[str] | None:
    """The types that a schema allows; None when it does not say. ``known``: of definitions that were looked at."""
    if not isinstance(schema, dict) or depth > _DEPTH_MAX:
        return None
    found: frozenset[str] | None = None
    said = schema.get("type")
    if isinstance(said, str):
        found = _SINGLE.get(said)
    elif isinstance(said, list | tuple):
        found = frozenset(name for name in said if isinstance(name, str)) & ANY or None
    if found is None:
        found = _implied(schema)
    narrower = [_types(member, schemas, known, depth + 1) for member in _members(schema, "allOf")]
    reference = schema.get("$ref")
    if isinstance(reference, str):
        if reference not in known:
            known[reference] = None  # what a circle says about itself
            target = schemas.get(reference.removeprefix(_PREFIX))
            known[reference] = _types(target, schemas, known, depth + 1)
        narrower.append(known[reference])
    for keyword in ("anyOf", "oneOf"):
        members = [_types(member, schemas, known, depth + 1) for member in _members(schema, keyword)]
        if members:
            # One alternative that does not say its type is one that takes text.
            narrower.append(frozenset[str]().union(*(one or frozenset(("string",)) for one in members)))
    for one in narrower:
        if one is not None:
            found = one if found is None else _both(found, one)
    return found


def _members(schema: Mapping[str, Any], keyword: str) -> list[Any]:
    members = schema.get(keyword)
    return list(members) if isinstance(members, list | tuple) else []


def _both(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    met = one & other
    if "integer" in one | other and "number" in one | other and "integer" not in met:
        met |= {"integer"}
    return met or one | other


def _implied(schema: Mapping[str, Any]) -> frozenset[str] | None:
    """The types that follow from other keywords."""
    options = schema.get("enum")
    if isinstance(options, list | tuple) and options:
        return frozenset(type_of(option) for option in options)
    if "const" in schema:
        return frozenset((type_of(schema["const"]),))
    if isinstance(schema.get("properties"), dict):
        return frozenset(("object",))
    if "items" in schema or "prefixItems" in schema:
        return frozenset(("array",))
    return None
