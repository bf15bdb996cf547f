"""Evaluated: which properties and items a schema has looked at, for ``unevaluatedProperties`` and ``-Items``.

Source: JSON Schema 2020-12 Core, section 11.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from diorama.formats.schemas.explanation import Place, Search
from diorama.formats.schemas.patterns import matches
from diorama.formats.schemas.rewriting import REF_ROOT

_DEPTH_MAX = 40


def _applied(
    search: Search, schema: Any, value: Any, at: Place, where: str, depth: int = 0
) -> Iterator[Mapping[str, Any]]:
    """A schema and all that it applies to the same value and that hold."""
    if not isinstance(schema, Mapping) or depth > _DEPTH_MAX:
        return
    yield schema
    inner = [schema[key] for key in ("then", "else", "if") if key in schema]
    inner += [one for key in ("allOf", "anyOf", "oneOf") for one in schema.get(key, ())]
    if isinstance(value, dict):
        inner += [one for name, one in schema.get("dependentSchemas", {}).items() if name in value]
    if "$ref" in schema:
        inner.append(search.home.definition(schema["$ref"][len(REF_ROOT) :]))
    for one in inner:
        if not search.probe(one, value, at, where, 1):
            yield from _applied(search, one, value, at, where, depth + 1)


def evaluated_names(search: Search, schema: Any, value: dict[str, Any], at: Place, where: str) -> set[str]:
    """The names of an object's properties that a schema has looked at, apart from its ``unevaluatedProperties``."""
    known: set[str] = set()
    for one in _applied(search, schema, value, at, where):
        known.update(one.get("properties", ()))
        patterns = one.get("patternProperties", ())
        known.update(name for name in value if any(matches(pattern, name) for pattern in patterns))
        if "additionalProperties" in one or (one is not schema and "unevaluatedProperties" in one):
            known.update(value)
    return known


def evaluated_items(search: Search, schema: Any, value: list[Any], at: Place, where: str) -> set[int]:
    """The indices of an array's items that a schema has looked at, apart from its ``unevaluatedItems``."""
    known: set[int] = set()
    for one in _applied(search, schema, value, at, where):
        known.update(range(len(one.get("prefixItems", ()))))
        if "items" in one or (one is not schema and "unevaluatedItems" in one):
            known.update(range(len(value)))
        if "contains" in one:
            known.update(
                index for index, item in enumerate(value) if not search.probe(one["contains"], item, at, where, 1)
            )
    return known
