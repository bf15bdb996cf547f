"""Keywords: what each keyword of JSON Schema adds to the rules.

Source: JSON Schema 2020-12, Validation, section 6, and Core, section 10.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from diorama.formats.generation.conformance import equal, fraction
from diorama.formats.generation.rules import Containment, Frame, Row, Rules


def _types(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
    wanted = [value] if isinstance(value, str) else [name for name in value if isinstance(name, str)]
    if rules.types is None:
        rules.types = tuple(wanted)
        return
    kept: list[str] = []
    for name in rules.types:
        if name in wanted or (name == "integer" and "number" in wanted):
            kept.append(name)
        elif name == "number" and "integer" in wanted:
            kept.append("integer")
    rules.types = tuple(kept)


def _enum(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
    if isinstance(value, list):
        known = rules.values
        rules.values = value if known is None else [item for item in known if any(equal(item, one) for one in value)]


def _tighten_up(field: str) -> Callable[[Rules, Any, dict[str, Any]], None]:
    def handler(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
        bound = fraction(value)
        known = getattr(rules, field)
        if bound is not None and (known is None or bound > known):
            setattr(rules, field, bound)

    return handler


def _tighten_down(field: str) -> Callable[[Rules, Any, dict[str, Any]], None]:
    def handler(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
        bound = fraction(value)
        known = getattr(rules, field)
        if bound is not None and (known is None or bound < known):
            setattr(rules, field, bound)

    return handler


def _step(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
    step = fraction(value)
    if step is not None and step > 0 and step not in rules.steps:
        rules.steps.append(step)


def _count_up(field: str) -> Callable[[Rules, Any, dict[str, Any]], None]:
    def handler(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
        if isinstance(value, int | float):
            setattr(rules, field, max(getattr(rules, field), int(value)))

    return handler


def _count_down(field: str) -> Callable[[Rules, Any, dict[str, Any]], None]:
    def handler(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
        if isinstance(value, int | float):
            known = getattr(rules, field)
            setattr(rules, field, int(value) if known is None else min(known, int(value)))

    return handler


def _pattern(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
    if isinstance(value, str) and value not in rules.patterns:
        rules.patterns.append(value)


def _format(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
    rules.format = rules.format or (value if isinstance(value, str) else "")


def _object(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
    """Any of the three object keywords brings all three, once."""
    first = next(name for name in schema if name in _OBJECT_KEYWORDS)
    if schema[first] is not value:
        return
    properties = schema.get("properties")
    patterns = schema.get("patternProperties")
    rules.frames.append(
        Frame(
            properties if isinstance(properties, dict) else {},
            patterns if isinstance(patterns, dict) else {},
            schema.get("additionalProperties"),
        )
    )


_OBJECT_KEYWORDS = ("properties", "patternProperties", "additionalProperties")


def _array(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
    prefix = schema.get("prefixItems")
    items = schema.get("items")
    first = next(name for name in schema if name in {"prefixItems", "items"})
    if schema[first] is value:
        rules.rows.append(Row(prefix if isinstance(prefix, list) else [], items if items != [] else None))


def _contains(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
    rules.containments.append(Containment(value, int(schema.get("minContains", 1)), schema.get("maxContains")))
    rules.checked = rules.checked or "maxContains" in schema or len(rules.containments) > 1


def _unique(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
    rules.unique = rules.unique or value is True


def _required(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
    if isinstance(value, list):
        rules.required.update(dict.fromkeys(name for name in value if isinstance(name, str)))


def _dependent_required(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
    for name, needed in value.items():
        rules.dependent_required.setdefault(name, []).extend(needed)


def _property_names(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
    rules.name_schemas.append(value)
    rules.checked = True


def _not(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
    rules.checked = True
    rules.impossible = rules.impossible or value is True or value == {}


def _unevaluated(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
    rules.closed = True
    rules.checked = True


def _read_only(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
    rules.read_only = rules.read_only or value is True


def _write_only(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
    rules.write_only = rules.write_only or value is True


def _const(rules: Rules, value: Any, schema: dict[str, Any]) -> None:
    _enum(rules, [value], schema)


HANDLERS: dict[str, Callable[[Rules, Any, dict[str, Any]], None]] = {
    "type": _types,
    "enum": _enum,
    "const": _const,
    "minimum": _tighten_up("minimum"),
    "exclusiveMinimum": _tighten_up("above"),
    "maximum": _tighten_down("maximum"),
    "exclusiveMaximum": _tighten_down("below"),
    "multipleOf": _step,
    "minLength": _count_up("min_length"),
    "maxLength": _count_down("max_length"),
    "pattern": _pattern,
    "format": _format,
    "properties": _object,
    "patternProperties": _object,
    "additionalProperties": _object,
    "unevaluatedProperties": _unevaluated,
    "unevaluatedItems": _unevaluated,
    "items": _array,
    "prefixItems": _array,
    "contains": _contains,
    "minItems": _count_up("min_items"),
    "maxItems": _count_down("max_items"),
    "uniqueItems": _unique,
    "required": _required,
    "dependentRequired": _dependent_required,
    "propertyNames": _property_names,
    "minProperties": _count_up("min_properties"),
    "maxProperties": _count_down("max_properties"),
    "not": _not,
    "readOnly": _read_only,
    "writeOnly": _write_only,
}


def conclude(rules: Rules) -> None:
    """Infer the type where none is given, and see what contradicts itself."""
    if rules.types is None and not rules.choices and rules.values is None:
        rules.types = _inferred(rules)
    if rules.types is not None and not rules.types:
        rules.impossible = True
    if rules.values is not None and not rules.values:
        rules.impossible = True


def _inferred(rules: Rules) -> tuple[str, ...] | None:
    for name, signs in _signs(rules):
        if signs:
            return (name,)
    return None


def _signs(rules: Rules) -> Iterator[tuple[str, bool]]:
    yield "object", bool(rules.frames or rules.required or rules.min_properties or rules.name_schemas)
    yield "array", bool(rules.rows or rules.min_items or rules.containments or rules.unique)
    bounds = (rules.minimum, rules.above, rules.maximum, rules.below)
    yield "string", bool(rules.patterns or rules.format or rules.min_length or rules.max_length is not None)
    yield "number", bool(rules.steps) or any(bound is not None for bound in bounds)
