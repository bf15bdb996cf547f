"""Shapes: what a schema says of a value, as far as one needs to know to recognise a resource.

``$ref`` is followed, ``allOf`` is merged, ``null`` is left out, and the alternatives of ``anyOf`` and ``oneOf`` are
laid together. Each schema of a document is looked at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from diorama.formats.names import canonical, words
from diorama.model.definition import Schema
from diorama.model.pointers import last_token

_CHAIN_MAX = 32
_DEPTH_MAX = 60
"""How many schemas that apply to one value are followed into each other; real documents have a handful."""

_SCALARS = frozenset({"string", "integer", "number", "boolean"})


class Shape:
    """What a schema says of a value.

    Attributes:
        name: of the schema among those of its Api; empty when it stands inline.
        names: its name and those of its alternatives, for comparing.
        kind: JSON Schema's type; ``any`` when the schema leaves it open.
        properties: by name, in the schema's order.
        required: names of properties that are always there.
        item: schema of an array's items.
        values_of: schema of the values of an object that is used as a map.
        enum: the values that it may have, null left out.
        format: as the schema says.
        description: as the schema says; of a part of it when it says nothing itself.
        options: the object alternatives when there are several, those for deleted items included.
        scalar: whether a string or a number may stand here.
        deleted: whether it describes an item that is gone.
    """

    __slots__ = (
        "_canonical",
        "deleted",
        "description",
        "enum",
        "format",
        "item",
        "kind",
        "name",
        "names",
        "options",
        "properties",
        "required",
        "scalar",
        "values_of",
    )

    def __init__(self, name: str = "") -> None:
        self.name = name
        self.names = frozenset({name} if name else ())
        self.kind = "any"
        self.properties: dict[str, Schema] = {}
        self.required: frozenset[str] = frozenset()
        self.item: Schema | None = None
        self.values_of: Schema | None = None
        self.enum: tuple[Any, ...] = ()
        self.format = ""
        self.description = ""
        self.options: tuple[Shape, ...] = ()
        self.scalar = False
        self.deleted = False
        self._canonical: dict[str, str] | None = None

    @property
    def fields(self) -> dict[str, str]:
        """Canonical form of each property's name, and the name."""
        known = self._canonical
        if known is None:
            known = self._canonical = {}
            for name in self.properties:
                known.setdefault(canonical(name), name)
        return known


NOTHING = Shape()


class Shapes:
    """The shapes of one Api's schemas.

    Args:
        schemas: what ``#/$defs/<name>`` resolves in. They must not be changed while this is used.
    """

    def __init__(self, schemas: dict[str, Any]) -> None:
        self._schemas = schemas
        self._known: dict[int, Shape] = {}
        self._named: dict[str, Shape] = {}
        self._kept: list[Any] = []
        self._depth = 0

    def of(self, schema: Schema | None) -> Shape:
        """What a schema says."""
        if not isinstance(schema, dict):
            return NOTHING
        reference = schema.get("$ref")
        if isinstance(reference, str) and len(schema.keys() - _ASIDE) == 1:
            return self._behind(reference)
        known = self._known.get(id(schema))
        if known is None:
            # A schema that contains itself without a property between meets this while it is being looked at.
            self._known[id(schema)] = NOTHING
            self._kept.append(schema)
            known = self._known[id(schema)] = self._look(schema, "")
        return known

    def at(self, shape: Shape, name: str) -> Shape:
        """The shape of a property."""
        return self.of(shape.properties.get(name))

    def along(self, shape: Shape, pointer: tuple[str, ...]) -> Shape:
        """The shape of a value below another one; ``*`` leads into an array."""
        for name in pointer:
            shape = self.of(shape.item) if name == "*" else self.at(shape, name)
        return shape

    def _behind(self, reference: str) -> Shape:
        """The shape of a named schema, under the last name of a chain of names."""
        name = last_token(reference)
        for _ in range(_CHAIN_MAX):
            target = self._schemas.get(name)
            if not isinstance(target, dict) or not isinstance(target.get("$ref"), str) or len(target) != 1:
                break
            name = last_token(target["$ref"])
        known = self._named.get(name)
        if known is None:
            self._named[name] = NOTHING
            known = self._named[name] = self._look(self._schemas.get(name), name)
        return known

    def _look(self, schema: Any, name: str) -> Shape:
        shape = Shape(name)
        if not isinstance(schema, dict) or self._depth > _DEPTH_MAX:
            return shape
        self._depth += 1
        self._absorb(shape, schema)
        for keyword in ("anyOf", "oneOf"):
            members = schema.get(keyword)
            if isinstance(members, list) and members:
                self._alternatives(shape, [self.of(member) for member in members if not _is_null(member)])
        self._depth -= 1
        shape.deleted = shape.deleted or _is_deleted(shape)
        return shape

    def _absorb(self, shape: Shape, schema: dict[str, Any]) -> None:
        """Take over what a schema says itself and what its parts of ``allOf`` and ``$ref`` say."""
        parts = [self.of(part) for part in _members(schema, "allOf")]
        reference = schema.get("$ref")
        if isinstance(reference, str):
            parts.insert(0, self._behind(reference))
        for part in parts:
            _merge(shape, part)
        kind = schema.get("type")
        kinds = [one for one in kind if one != "null"] if isinstance(kind, list) else [kind]
        if kinds and isinstance(kinds[0], str):
            shape.kind = kinds[0]
        properties = schema.get("properties")
        if isinstance(properties, dict) and properties:
            shape.properties = shape.properties | properties
        if shape.properties and shape.kind == "any":
            shape.kind = "object"
        required = schema.get("required")
        if isinstance(required, list):
            shape.required = shape.required | {one for one in required if isinstance(one, str)}
        if isinstance(schema.get("items"), dict):
            shape.item = schema["items"]
            shape.kind = "array" if shape.kind == "any" else shape.kind
        if isinstance(schema.get("additionalProperties"), dict):
            shape.values_of = schema["additionalProperties"]
        values = schema.get("enum", [schema["const"]] if "const" in schema else ())
        if isinstance(values, list):
            shape.enum = tuple(one for one in values if one is not None)
        shape.format = schema.get("format") or shape.format
        told = schema.get("description")
        shape.description = told if isinstance(told, str) and told else shape.description
        shape.scalar = shape.scalar or any(one in _SCALARS for one in kinds if isinstance(one, str))
        if len(parts) == 1 and not properties and not shape.name:
            shape.name = parts[0].name

    def _alternatives(self, shape: Shape, members: list[Shape]) -> None:
        """Lay alternatives together; those for deleted items and those that are no objects count only alone."""
        shape.scalar = shape.scalar or any(member.scalar for member in members)
        objects = [member for member in members if member.kind == "object" or member.properties]
        live = [member for member in objects if not member.deleted]
        shape.options = tuple(option for member in objects for option in (member.options or (member,)))
        if objects and not live:
            shape.deleted = True
        chosen = live or objects or members
        for member in chosen:
            _merge(shape, member)
        if len(chosen) == 1 and not shape.name:
            shape.name = chosen[0].name
        if len(chosen) > 1:
            shape.required = frozenset.intersection(*(member.required for member in chosen))


_ASIDE = frozenset({"description", "title", "example", "examples", "default", "deprecated", "readOnly", "writeOnly"})


def _merge(shape: Shape, part: Shape) -> None:
    shape.names |= part.names
    if part.properties:
        shape.properties = shape.properties | part.properties if shape.properties else part.properties
    if part.kind != "any" and shape.kind == "any":
        shape.kind = part.kind
    shape.required |= part.required
    shape.item = shape.item or part.item
    shape.values_of = shape.values_of or part.values_of
    shape.enum = shape.enum or part.enum
    shape.format = shape.format or part.format
    shape.description = shape.description or part.description
    shape.options = shape.options or part.options
    shape.scalar = shape.scalar or part.scalar


def _members(schema: dict[str, Any], keyword: str) -> Iterator[Any]:
    members = schema.get(keyword)
    if isinstance(members, list):
        yield from members


def _is_null(schema: Any) -> bool:
    return isinstance(schema, dict) and schema.get("type") == "null"


def _is_deleted(shape: Shape) -> bool:
    """Whether a schema is about an item that is gone: a flag that is always true, or a name that says so."""
    for spelling in ("deleted", "isdeleted"):
        name = shape.fields.get(spelling)
        if name is not None:
            flag = shape.properties[name]
            if isinstance(flag, dict) and (flag.get("enum") == [True] or flag.get("const") is True):
                return True
    return words(shape.name)[:1] == ("deleted",) and len(shape.properties) <= 5
