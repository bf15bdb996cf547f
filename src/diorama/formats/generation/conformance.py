"""Conformance: whether a value meets a schema, for the generator to test what it made.

It reads schemas as they are, without compiling: the generator looks at a few small values of schemas whose full
compilation would cost more than everything else that a publish does. Formats are annotations here, as JSON Schema has
them by default. Requests and replies are validated elsewhere, by a complete implementation.

Source: JSON Schema 2020-12, Validation, section 6, and Core, sections 10 and 11.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from diorama.formats.generation.patterns import matches
from diorama.model.definition import Schema
from diorama.model.pointers import last_token

Direction = Literal["request", "reply"]

DEPTH_MAX = 96
"""References and values that nest deeper than this count as right, so that no schema can make the test endless."""


def equal(one: Any, other: Any) -> bool:
    """Equality of JSON values: ``1`` and ``1.0`` are the same, ``1`` and ``true`` are not."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(equal, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(equal(value, other[key]) for key, value in one.items())
    return bool(one == other)


def fraction(value: Any) -> Fraction | None:
    """A JSON number as an exact fraction of its decimal form; None for what is no finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    if isinstance(value, int):
        return Fraction(value)
    try:
        return Fraction(repr(value) if isinstance(value, float) else str(value))
    except (ValueError, OverflowError):
        return None


def kind(value: Any) -> str:
    """The JSON Schema type of a value; ``integer`` for every number without a fraction."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float | Decimal):
        return "integer" if value == value // 1 else "number"
    return "array" if isinstance(value, list | tuple) else "object"


class Conformance:
    """Tests values against schemas whose references resolve in ``schemas``.

    Args:
        schemas: name to schema, what ``#/$defs/<name>`` means.
    """

    def __init__(self, schemas: Mapping[str, Any]) -> None:
        self._schemas = schemas

    def conforms(self, schema: Schema, value: Any, direction: Direction | None = None, depth: int = 0) -> bool:
        """Whether the value is right.

        Args:
            schema: JSON Schema 2020-12.
            value: a JSON value.
            direction: in a reply, ``required`` does not hold for properties that are ``writeOnly``, and in a request
                not for those that are ``readOnly``; None reads the schema as it stands.
            depth: how deep the test is already.
        """
        if schema is True or schema is False:
            return schema
        if depth > DEPTH_MAX:
            return True
        reference = schema.get("$ref")
        if isinstance(reference, str):
            name = last_token(reference)
            if not self.conforms(self._schemas.get(name, True), value, direction, depth + 1):
                return False
        test = _Test(self, direction, depth + 1, schema)
        for keyword in schema:
            rule = _RULES.get(keyword)
            if rule is not None and not rule(test, schema[keyword], value):
                return False
        return True

    def excused(self, schema: Schema, direction: Direction | None, depth: int = 0) -> bool:
        """Whether a property of this schema does not travel in this direction."""
        if direction is None or not isinstance(schema, dict) or depth > DEPTH_MAX:
            return False
        if schema.get("writeOnly" if direction == "reply" else "readOnly") is True:
            return True
        reference = schema.get("$ref")
        if isinstance(reference, str):
            name = last_token(reference)
            if self.excused(self._schemas.get(name, True), direction, depth + 1):
                return True
        return any(self.excused(part, direction, depth + 1) for part in schema.get("allOf", ()))


class _Test:
    """What a rule needs beside its keyword's value."""

    __slots__ = ("conformance", "depth", "direction", "schema")

    def __init__(
        self, conformance: Conformance, direction: Direction | None, depth: int, schema: dict[str, Any]
    ) -> None:
        self.conformance = conformance
        self.direction = direction
        self.depth = depth
        self.schema = schema

    def holds(self, schema: Schema, value: Any) -> bool:
        return self.conformance.conforms(schema, value, self.direction, self.depth)


_Rule = Callable[[_Test, Any, Any], bool]


def _type(test: _Test, wanted: Any, value: Any) -> bool:
    actual = kind(value)
    names = (wanted,) if isinstance(wanted, str) else wanted
    return actual in names or (actual == "integer" and "number" in names)


def _enum(test: _Test, wanted: Any, value: Any) -> bool:
    if value not in wanted:
        return False
    # Python finds ``True`` where ``1`` stands, so what it found is looked at; that is the answer for nearly all values.
    return equal(value, wanted[wanted.index(value)]) or any(equal(value, one) for one in wanted)


def _const(test: _Test, wanted: Any, value: Any) -> bool:
    return equal(value, wanted)


def _bound(compare: Callable[[Fraction, Fraction], bool]) -> _Rule:
    def rule(test: _Test, wanted: Any, value: Any) -> bool:
        number, limit = fraction(value), fraction(wanted)
        return number is None or limit is None or compare(number, limit)

    return rule


def _multiple(test: _Test, wanted: Any, value: Any) -> bool:
    number, step = fraction(value), fraction(wanted)
    return number is None or not step or (number / step).denominator == 1


def _size(container: type[str | list[Any] | dict[str, Any]], compare: Callable[[int, Any], bool]) -> _Rule:
    def rule(test: _Test, wanted: Any, value: Any) -> bool:
        return not isinstance(value, container) or compare(len(value), wanted)

    return rule


def _pattern(test: _Test, wanted: Any, value: Any) -> bool:
    return not isinstance(value, str) or matches(wanted, value)


def _required(test: _Test, wanted: Any, value: Any) -> bool:
    if not isinstance(value, dict):
        return True
    properties = test.schema.get("properties", {})
    for name in wanted:
        if name not in value and not test.conformance.excused(properties.get(name, True), test.direction):
            return False
    return True


def _dependent_required(test: _Test, wanted: Any, value: Any) -> bool:
    if not isinstance(value, dict):
        return True
    return all(name in value for trigger, names in wanted.items() if trigger in value for name in names)


def _dependent_schemas(test: _Test, wanted: Any, value: Any) -> bool:
    if not isinstance(value, dict):
        return True
    return all(test.holds(schema, value) for trigger, schema in wanted.items() if trigger in value)


def _properties(test: _Test, wanted: Any, value: Any) -> bool:
    if not isinstance(value, dict):
        return True
    return all(test.holds(wanted[name], item) for name, item in value.items() if name in wanted)


def _pattern_properties(test: _Test, wanted: Any, value: Any) -> bool:
    if not isinstance(value, dict):
        return True
    return all(
        test.holds(schema, item)
        for pattern, schema in wanted.items()
        for name, item in value.items()
        if matches(pattern, name)
    )


def _additional(test: _Test, wanted: Any, value: Any) -> bool:
    if not isinstance(value, dict):
        return True
    named = test.schema.get("properties", {})
    patterns = test.schema.get("patternProperties", {})
    return all(
        test.holds(wanted, item)
        for name, item in value.items()
        if name not in named and not any(matches(pattern, name) for pattern in patterns)
    )


def _property_names(test: _Test, wanted: Any, value: Any) -> bool:
    return not isinstance(value, dict) or all(test.holds(wanted, name) for name in value)


def _items(test: _Test, wanted: Any, value: Any) -> bool:
    if not isinstance(value, list):
        return True
    return all(test.holds(wanted, item) for item in value[len(test.schema.get("prefixItems", ())) :])


def _prefix(test: _Test, wanted: Any, value: Any) -> bool:
    return not isinstance(value, list) or all(map(test.holds, wanted, value))


def _unique(test: _Test, wanted: Any, value: Any) -> bool:
    return wanted is not True or not isinstance(value, list) or distinct(value)


def distinct(items: list[Any]) -> bool:
    """Whether no two items are equal."""
    return not any(equal(item, other) for index, item in enumerate(items) for other in items[:index])


def _contains(test: _Test, wanted: Any, value: Any) -> bool:
    if not isinstance(value, list):
        return True
    count = sum(test.holds(wanted, item) for item in value)
    most = test.schema.get("maxContains")
    return count >= test.schema.get("minContains", 1) and (most is None or count <= most)


def _all_of(test: _Test, wanted: Any, value: Any) -> bool:
    return all(test.holds(schema, value) for schema in wanted)


def _any_of(test: _Test, wanted: Any, value: Any) -> bool:
    return not wanted or any(test.holds(schema, value) for schema in wanted)


def _one_of(test: _Test, wanted: Any, value: Any) -> bool:
    return not wanted or sum(test.holds(schema, value) for schema in wanted) == 1


def _not(test: _Test, wanted: Any, value: Any) -> bool:
    return not test.holds(wanted, value)


def _if(test: _Test, wanted: Any, value: Any) -> bool:
    return test.holds(test.schema.get("then" if test.holds(wanted, value) else "else", True), value)


def _unevaluated_properties(test: _Test, wanted: Any, value: Any) -> bool:
    if not isinstance(value, dict):
        return True
    seen = _evaluated(test, test.schema, value, 0)
    return seen is None or all(name in seen or test.holds(wanted, item) for name, item in value.items())


def _evaluated(test: _Test, schema: Schema, value: dict[str, Any], depth: int) -> set[str] | None:
    """The properties that some part of the schema judged; None for all of them."""
    if not isinstance(schema, dict) or depth > DEPTH_MAX:
        return set()
    if "additionalProperties" in schema or (depth and "unevaluatedProperties" in schema):
        return None
    seen = {name for name in value if name in schema.get("properties", {})}
    seen.update(name for name in value for pattern in schema.get("patternProperties", {}) if matches(pattern, name))
    parts: list[Schema] = list(schema.get("allOf", ()))
    parts += [part for word in ("anyOf", "oneOf") for part in schema.get(word, ()) if test.holds(part, value)]
    parts += [part for trigger, part in schema.get("dependentSchemas", {}).items() if trigger in value]
    if "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        parts.append(test.conformance._schemas.get(name, True))  # noqa: SLF001 - the test belongs to its conformance
    if "if" in schema:
        met = test.holds(schema["if"], value)
        parts += [schema["if"]] if met else []
        parts.append(schema.get("then" if met else "else", True))
    for part in parts:
        more = _evaluated(test, part, value, depth + 1)
        if more is None:
            return None
        seen |= more
    return seen


_RULES: dict[str, _Rule] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "minimum": _bound(lambda number, limit: number >= limit),
    "exclusiveMinimum": _bound(lambda number, limit: number > limit),
    "maximum": _bound(lambda number, limit: number <= limit),
    "exclusiveMaximum": _bound(lambda number, limit: number < limit),
    "multipleOf": _multiple,
    "minLength": _size(str, lambda size, limit: size >= limit),
    "maxLength": _size(str, lambda size, limit: size <= limit),
    "pattern": _pattern,
    "minItems": _size(list, lambda size, limit: size >= limit),
    "maxItems": _size(list, lambda size, limit: size <= limit),
    "uniqueItems": _unique,
    "items": _items,
    "prefixItems": _prefix,
    "contains": _contains,
    "minProperties": _size(dict, lambda size, limit: size >= limit),
    "maxProperties": _size(dict, lambda size, limit: size <= limit),
    "required": _required,
    "dependentRequired": _dependent_required,
    "dependentSchemas": _dependent_schemas,
    "properties": _properties,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional,
    "unevaluatedProperties": _unevaluated_properties,
    "propertyNames": _property_names,
    "allOf": _all_of,
    "anyOf": _any_of,
    "oneOf": _one_of,
    "not": _not,
    "if": _if,
}
