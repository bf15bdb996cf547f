"""Keywords: what each JSON Schema keyword must look like, and what becomes of one that does not.

A handler gets the place of the schema, the keyword and its value. It returns the value as it shall stand, the very
same object when nothing changes, or ``DROP``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from diorama.formats.openapi.notes import Notes, refuse_at
from diorama.formats.openapi.places import Place
from diorama.model.definition import Schema


class Converter(Protocol):
    """What the handlers need of the converter that calls them."""

    notes: Notes
    branches_max: int

    def convert(self, place: Place) -> Schema:
        """A schema below, converted."""
        ...

    def mapped(self, place: Place) -> str | None:
        """What a value of a discriminator's mapping refers to."""
        ...


Handler = Callable[[Converter, Place, str, Any], Any]

DROP: Any = object()

TYPES = frozenset({"string", "number", "integer", "boolean", "object", "array", "null"})
_OTHER_TYPES = {
    "int": "integer",
    "int32": "integer",
    "int64": "integer",
    "long": "integer",
    "float": "number",
    "double": "number",
    "decimal": "number",
    "bool": "boolean",
    "str": "string",
    "text": "string",
    "date": "string",
    "datetime": "string",
    "date-time": "string",
    "uuid": "string",
    "map": "object",
    "dict": "object",
    "list": "array",
}


def _dropped(schemas: Converter, place: Place, keyword: str, value: Any, expected: str) -> Any:
    schemas.notes.finding(
        place.at(keyword), f"{keyword} must be {expected}; it is left out", "Correct the value, or remove the keyword."
    )
    return DROP


def _schema(schemas: Converter, place: Place, keyword: str, value: Any) -> Any:
    if isinstance(value, list) and keyword == "items":
        return value  # the older form of prefixItems, see Schemas
    if value is None:
        return _dropped(schemas, place, keyword, value, "a schema")
    return schemas.convert(place.at(keyword))


def _schema_list(schemas: Converter, place: Place, keyword: str, value: Any) -> Any:
    if not isinstance(value, list) or not value:
        return _dropped(schemas, place, keyword, value, "a list of schemas with at least one")
    if len(value) > schemas.branches_max:
        refuse_at(
            "document_trap",
            f"{keyword} has {len(value):,} branches, more than {schemas.branches_max:,}",
            place.at(keyword),
            "Split the schema, or raise the limit.",
        )
    return _changed(value, [schemas.convert(place.at(keyword, index)) for index in range(len(value))])


def _changed(old: list[Any], new: list[Any]) -> list[Any]:
    """The old list when nothing in it changed, so that memory stays shared."""
    return new if any(a is not b for a, b in zip(old, new, strict=True)) else old


def _schema_map(schemas: Converter, place: Place, keyword: str, value: Any) -> Any:
    if not isinstance(value, dict):
        return _dropped(schemas, place, keyword, value, "a mapping of schemas")
    changed: dict[str, Any] | None = None
    for name, item in value.items():
        new = schemas.convert(place.at(keyword, name))
        if new is not item:
            if changed is None:
                changed = dict(value)
            changed[name] = new
    return value if changed is None else changed


def _number(schemas: Converter, place: Place, keyword: str, value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        if keyword in ("exclusiveMinimum", "exclusiveMaximum") and isinstance(value, bool):
            return value  # the older form, see Schemas
        number = _number_in(value)
        if number is None:
            return _dropped(schemas, place, keyword, value, "a number")
        schemas.notes.finding(place.at(keyword), f"{keyword} is a number in quotes", "Remove the quotes.")
        value = number
    if keyword == "multipleOf" and value <= 0:
        return _dropped(schemas, place, keyword, value, "a number above 0")
    return value


def _number_in(value: Any) -> int | float | None:
    if not isinstance(value, str) or len(value) > 30:
        return None
    try:
        return int(value)
    except ValueError:
        try:
            number = float(value)
        except ValueError:
            return None
        return number if number - number == 0 else None


def _count(schemas: Converter, place: Place, keyword: str, value: Any) -> Any:
    if type(value) is int and value >= 0:
        return value
    number = _number(schemas, place, keyword, value)
    if number is DROP:
        return DROP
    if number < 0 or number != int(number):
        return _dropped(schemas, place, keyword, value, "a whole number from 0")
    return int(number)


def _boolean(schemas: Converter, place: Place, keyword: str, value: Any) -> Any:
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        schemas.notes.finding(place.at(keyword), f"{keyword} is a boolean in quotes", "Remove the quotes.")
        return value == "true"
    return _dropped(schemas, place, keyword, value, "true or false")


def _text(schemas: Converter, place: Place, keyword: str, value: Any) -> Any:
    return value if isinstance(value, str) else _dropped(schemas, place, keyword, value, "text")


def _type(schemas: Converter, place: Place, keyword: str, value: Any) -> Any:
    if isinstance(value, str) and value in TYPES:
        return value
    if isinstance(value, list):
        if value and all(isinstance(item, str) and item in TYPES for item in value) and len(set(value)) == len(value):
            return value
        known = list(dict.fromkeys(item for item in value if isinstance(item, str) and item in TYPES))
        _dropped(schemas, place, keyword, value, "a list of different type names")
        return known or DROP
    if value == "file":
        return "string"  # its format is added by Schemas
    known_as = _OTHER_TYPES.get(value.lower()) if isinstance(value, str) else None
    if isinstance(value, str) and value.lower() in TYPES:
        known_as = value.lower()
    if known_as is None:
        return _dropped(schemas, place, keyword, value, "one of " + ", ".join(sorted(TYPES)))
    schemas.notes.finding(place.at(keyword), f"the type {value!r} is read as {known_as!r}", f"Write {known_as}.")
    return known_as


def _required(schemas: Converter, place: Place, keyword: str, value: Any) -> Any:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return value if len(set(value)) == len(value) else list(dict.fromkeys(value))
    if isinstance(value, bool):
        schemas.notes.finding(
            place.at(keyword),
            "required is a list of property names; true on a property is read as required in its object",
            "List the property under 'required' of the object.",
        )
        return DROP
    if isinstance(value, list):
        _dropped(schemas, place, keyword, value, "a list of property names")
        return [str(item) for item in value if isinstance(item, str | int | float)]
    return _dropped(schemas, place, keyword, value, "a list of property names")


def _enum(schemas: Converter, place: Place, keyword: str, value: Any) -> Any:
    if isinstance(value, list) and value:
        return value
    return _dropped(schemas, place, keyword, value, "a list with at least one value")


def _examples(schemas: Converter, place: Place, keyword: str, value: Any) -> Any:
    # In a schema of its own, `examples` is a list; elsewhere documents put OpenAPI's mapping here.
    if isinstance(value, dict):
        values = [item.get("value", item) if isinstance(item, dict) else item for item in value.values()]
        schemas.notes.finding(place.at(keyword), "examples in a schema is a list of values", "Write a list.")
        return values
    return value if isinstance(value, list) else [value]


def _drop(schemas: Converter, place: Place, keyword: str, value: Any) -> Any:
    return DROP


def _reserved_only_as_text(schemas: Converter, place: Place, keyword: str, value: Any) -> Any:
    return DROP if isinstance(value, str) else value


def _discriminator(schemas: Converter, place: Place, keyword: str, value: Any) -> Any:
    if isinstance(value, str):
        return {"propertyName": value}
    if not isinstance(value, dict) or not isinstance(value.get("propertyName"), str):
        return _dropped(schemas, place, keyword, value, "an object with a propertyName")
    mapping = value.get("mapping")
    if not isinstance(mapping, dict):
        return value
    found = {str(key): target for key in mapping if (target := schemas.mapped(place.at(keyword, "mapping", key)))}
    return value | {"mapping": found}


def _dependencies(schemas: Converter, place: Place, keyword: str, value: Any) -> Any:
    return value if isinstance(value, dict) else DROP


_GROUPS: tuple[tuple[Handler, str], ...] = (
    (
        _schema,
        (
            "items additionalItems additionalProperties not contains propertyNames if then else "
            "unevaluatedItems unevaluatedProperties contentSchema"
        ),
    ),
    (_schema_list, "allOf anyOf oneOf prefixItems"),
    (_schema_map, "properties patternProperties dependentSchemas"),
    (_number, "minimum maximum exclusiveMinimum exclusiveMaximum multipleOf"),
    (_count, "minLength maxLength minItems maxItems minProperties maxProperties minContains maxContains"),
    (_boolean, "uniqueItems readOnly writeOnly deprecated nullable x-nullable"),
    (_text, "pattern format title description contentEncoding contentMediaType"),
    (_type, "type"),
    (_required, "required"),
    (_enum, "enum"),
    (_examples, "examples"),
    (_discriminator, "discriminator"),
    (_dependencies, "dependencies"),
    # Names and definitions: every reference is rewritten, and a name left behind would turn `#/$defs/…` elsewhere.
    (_drop, "$defs definitions $id $anchor $dynamicAnchor $recursiveAnchor $vocabulary"),
    (_reserved_only_as_text, "$schema id"),
)

HANDLERS: dict[str, Handler] = {keyword: handler for handler, names in _GROUPS for keyword in names.split()}
